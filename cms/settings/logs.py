"""What is logged, and where: tokens stay out."""

from typing import Any

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"tokens_stay_out": {"()": "courses.live.values.TokensStayOut"}},
    "formatters": {
        "request": {
            "()": "django.utils.log.ServerFormatter",
            "format": "[{server_time}] {message}",
            "style": "{",
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["tokens_stay_out"]},
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
    },
}
