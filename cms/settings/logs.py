"""What is logged, and where: tokens stay out. With `PASSERELLE_LOG=json` one JSON object a line, and
a line for each request.
"""

import os
from typing import Any

LOG_IS_JSON = os.environ.get("PASSERELLE_LOG", "") == "json"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"tokens_stay_out": {"()": "courses.live.values.TokensStayOut"}},
    "formatters": {
        "request": {
            "()": "django.utils.log.ServerFormatter",
            "format": "[{server_time}] {message}",
            "style": "{",
        },
        "json": {"()": "cms.today.values.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["tokens_stay_out"],
            **({"formatter": "json"} if LOG_IS_JSON else {}),
        },
        "requests": {
            "class": "logging.StreamHandler",
            "formatter": "request",
            "filters": ["tokens_stay_out"],
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # What was erased, which mails came back, which plans weren't published.
        **{name: {"level": "INFO"} for name in ("cms", "courses", "training", "continuity")},
        "django.server": {"handlers": ["requests"], "level": "INFO", "propagate": False},
        "django_tasks": {"level": "WARNING"},
        "django.tasks": {"level": "WARNING"},
        "fontTools": {"level": "ERROR"},
        "cms.requests": {"level": "INFO" if LOG_IS_JSON else "WARNING"},
    },
}
