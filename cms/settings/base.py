"""Settings shared by all environments. The products are named here, once, by string."""

import os
from typing import Any

from django.utils.csp import CSP

from cms.settings.keys import *  # noqa: F403
from cms.settings.logs import LOG_IS_JSON as LOG_IS_JSON
from cms.settings.logs import LOGGING as LOGGING
from cms.settings.storage import *  # noqa: F403
from cms.settings.storage import BASE_DIR, VAR_DIR
from cms.settings.wagtail import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS: list[str] = []
SECRET_KEY = os.environ.get("PASSERELLE_SECRET_KEY", "")
# Absolute links in mails, invitations and QR codes start with this, never with the Host header.
SITE_ADDRESS = os.environ.get("PASSERELLE_SITE_ADDRESS", "http://localhost:8000")
WAGTAILADMIN_BASE_URL = SITE_ADDRESS

# Networks of the proxies in front, whose X-Forwarded-For is believed. Nobody else's is.
TRUSTED_PROXIES = [
    network.strip()
    for network in os.environ.get("PASSERELLE_TRUSTED_PROXIES", "").split(",")
    if network.strip()
]

PRODUCTS = ["training", "continuity"]

INSTALLED_APPS = [
    "cms",
    *PRODUCTS,
    "courses",
    "schedule",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.redirects",
    "wagtail.contrib.typed_table_block",
    "wagtail.locales",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_htmx",
    "django_linear_migrations",
    "django_tasks_db",
    "health_check",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.gzip.GZipMiddleware",
    # A static file says nothing of a request: it is neither counted nor logged.
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.middleware.admin.SeveralFilesMiddleware",
    "cms.middleware.requests.RequestIdMiddleware",
    "cms.operations.middleware.MetricsMiddleware",
    "cms.middleware.requests.ClientAddressMiddleware",
    "cms.middleware.requests.NulMiddleware",
    "cms.middleware.requests.AcceptMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "cms.middleware.admin.AdminPolicyMiddleware",
    "cms.indicators.middleware.CountingMiddleware",
    "cms.middleware.caching.PagesForVisitorsMiddleware",
    "cms.middleware.caching.PersonalPagesMiddleware",
    "courses.people.middleware.LogoutMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cms.middleware.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cms.middleware.languages.ReaderLanguageMiddleware",
    "cms.middleware.forms.WholeFormsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "cms.middleware.forms.KeptTextMiddleware",
    "cms.middleware.admin.RefusalInAdminMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "courses.people.middleware.SecondFactorMiddleware",
    "courses.people.middleware.MergedSchoolMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cms.context_processors.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "courses.templatetags.passerelle",
            ],
        },
    }
]


def database() -> dict:
    """SQLite in `var/`, or PostgreSQL where the usual PG… variables point to one."""
    if "PGHOST" in os.environ or "PGDATABASE" in os.environ:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ.get("PGDATABASE", "passerelle"),
            "USER": os.environ.get("PGUSER", "postgres"),
            "PASSWORD": os.environ.get("PGPASSWORD", ""),
            "HOST": os.environ.get("PGHOST", ""),
            "PORT": os.environ.get("PGPORT", ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"connect_timeout": 5},  # seconds
            # Behind a pooler by transactions (pgbouncer) a cursor of the server's may be on another
            # connection at its next question.
            "DISABLE_SERVER_SIDE_CURSORS": True,
        }
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR_DIR / "passerelle.sqlite3",
        # IMMEDIATE is SQLite's lock: without it two requests for the last seat fail with "database
        # is locked".
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            ),
        },
    }


DATABASES = {"default": database()}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    INSTALLED_APPS.append("django.contrib.postgres")

AUTH_USER_MODEL = "courses.Person"
AUTHENTICATION_BACKENDS = [
    "courses.people.backends.LoginOrMailBackend",
    "courses.codes.backends.PaperCodeBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {
            "user_attributes": ("login", "email", "given_name", "family_name", "usage_name")
        },
    },
    {"NAME": "courses.people.forms.password.NameNotInPassword"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "people:login"
LOGIN_REDIRECT_URL = "today:home"
LOGOUT_REDIRECT_URL = "/"
SESSION_ENGINE = "courses.people.backends"  # rows that know their person
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SAMESITE = "Lax"
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24 * 3

LANGUAGE_CODE = "fr"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("fr", "Français"), ("en", "English")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["cms.formats"]
USE_I18N = True
USE_TZ = True
SHOW_CANCELLED_OCCURRENCES = (
    True  # django-scheduler: a planner's month shows dates that are cancelled, as such
)
TIME_ZONE = "Europe/Paris"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Wagtail's own jobs (search, references) run at once; ours are rows that the worker takes.
TASKS = {
    "default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"},
    "jobs": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["mail", "default", "papers", "links"],
    },
}
# Rows of the queue name their task by its path. Whoever moves a task adds a line, the path of 0.2.0
# or later: the path of today, and keeps the right sides true; the tick renames the rows, the worker
# runs those that it takes before (courses/jobs). Letters need no line: their rows hold a key
# (courses/mail/registry.py).
TASKS_MOVED: dict[str, str] = {
    "continuity.tasks.bind_photos": "continuity.handins.tasks.bind_photos",
    "continuity.tasks.draw_pages": "continuity.handins.tasks.draw_pages",
}

DEFAULT_FROM_EMAIL = os.environ.get(
    "PASSERELLE_FROM", "Passerelle <ne-pas-repondre@passerelle.example>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAILERS: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": "localhost", "timeout": 20},
    }
}

# Strict by default; Wagtail's admin gets its own policy in cms/middleware/admin.py.
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "media-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "report-uri": ["/csp-report"],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "cms.guidance.views.kept_text.csrf_failed"
# Without its files, a form is as large as deploy/nginx.conf lets it be; a long page has some thousand
# fields in the editor.
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# The video server. Without a domain the practice room stands in for it and says so.
JITSI = {
    "domain": os.environ.get("JITSI_DOMAIN", ""),
    "tenant": os.environ.get("JITSI_TENANT", ""),
    "app_id": os.environ.get("JITSI_APP_ID", "passerelle"),
    "audience": os.environ.get("JITSI_AUDIENCE", "jitsi"),
    "algorithm": os.environ.get("JITSI_ALGORITHM", "HS256"),
    "secret": os.environ.get("JITSI_SECRET", ""),
    "private_key_file": os.environ.get("JITSI_PRIVATE_KEY_FILE", ""),
    "key_id": os.environ.get("JITSI_KEY_ID", ""),
    # The fixed header of event_sync (api_headers): "Authorization: Bearer <this>".
    "events_token": os.environ.get("JITSI_EVENTS_TOKEN", ""),
    # Where clients look for the token: "query" (all of them), or "hash" (recent ones; it stays out
    # of the server's logs).
    "token_in": os.environ.get("JITSI_TOKEN_IN", "query"),
}
# How to take part by telephone, in words, where the video server has a number: "02 31 00 00 00".
ROOM_PHONE = os.environ.get("PASSERELLE_ROOM_PHONE", "")
# Whom people write to when a room stays shut or nobody comes.
CONTACT_ADDRESS = os.environ.get("PASSERELLE_CONTACT", "aide@passerelle.example")
# The data protection officer.
DPO_ADDRESS = os.environ.get("PASSERELLE_DPO", "dpd@academie.example")

ERASING_HOURS = (1, 5)  # of the night in Paris, in which what is over is erased

# How often each process writes the page views that it has counted; a kill loses those since. 0: never.
INDICATORS_FLUSH_SECONDS = 10

# How links to other sites are looked at: never inside our own network.
LINKS = {
    "pretend": False,
    "user_agent": f"Passerelle link check (+{SITE_ADDRESS})",
    "timeout": 10,  # seconds
    "pause": 1.0,  # seconds between two questions to one site
}

# Whoever asks /metrics/ sends it as a bearer token, 32 characters or more; empty: there is no such
# page.
METRICS_TOKEN = os.environ.get("PASSERELLE_METRICS_TOKEN", "")
# Switched on by the demo only.
ONE_CLICK_LOGINS = False
DEMO_ACCOUNTS: list[str] = []
MAILS_READ_IN_BROWSER = False
