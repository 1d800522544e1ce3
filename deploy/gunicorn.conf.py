"""gunicorn's settings for a web node. From the environment: `PASSERELLE_BIND` (address and port),
`WEB_CONCURRENCY` (workers, one for each core), `PASSERELLE_THREADS`.

Code is loaded once, before the workers are forked, so that they share its memory: 75 MB a worker (PSS)
instead of 162 on few kinds of pages, 110 on all (`manage.py bench --memory`). HUP doesn't load new
code then: restart.
"""

import gc
import os

bind = os.environ.get("PASSERELLE_BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("PASSERELLE_THREADS", "8"))
keepalive = 75  # seconds: longer than nginx keeps a connection, so that nginx closes first
max_requests, max_requests_jitter = 10_000, 500
preload_app = True
control_socket_disable = True
worker_tmp_dir = "/dev/shm"  # noqa: S108  heartbeats of workers: never on a disk that is slow

# gunicorn's own lines quote requests, too ("Error handling request /feeds/week/...").
logconfig_dict = {
    "filters": {"tokens_stay_out": {"()": "courses.live.values.TokensStayOut"}},
    "formatters": {
        "json": {"()": "cms.today.values.JsonFormatter"},
        "text": {"format": "%(asctime)s [%(process)d] [%(levelname)s] %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if os.environ.get("PASSERELLE_LOG") == "json" else "text",
            "filters": ["tokens_stay_out"],
        },
    },
    "root": {"level": "WARNING", "handlers": ["console"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False}},
}

WARMED = ("/fr/", "/en/", "/fr/login/")


def when_ready(server):
    """Ask for some pages, so that templates and translations are loaded before the fork; then freeze
    what is there: the garbage collector would write into each shared page of memory.
    """
    from urllib.parse import urlsplit

    from django.conf import settings
    from django.core.cache import caches
    from django.db import connections
    from django.test import Client

    client = Client(
        raise_request_exception=False,
        headers={"x-forwarded-proto": "https", "host": urlsplit(settings.SITE_ADDRESS).netloc},
    )
    for address in WARMED:
        status = client.get(address).status_code
        if status != 200:
            server.log.warning("Warming: %s answered %s", address, status)
    connections.close_all()  # a connection must not be shared by two processes
    caches.close_all()
    gc.collect()
    gc.freeze()
