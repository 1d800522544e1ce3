"""django-cas-server (PyPI): a CAS 3 server with a login form and a logout of its own. It wants Django
before 5.3, so it runs in an environment of its own, as the program at the end of this file.
"""

import json
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

REQUIREMENT = "django-cas-server==3.1.0"

# Each person's attributes; a list stands for several values.
type People = Mapping[str, Mapping[str, str | list[str]]]


@contextmanager
def running(home: Path, site: str, people: People) -> Iterator[str]:
    """The server's address. `site`: ours."""
    from tests.doors import free_port, missing, started

    if not (uv := shutil.which("uv")):
        missing("uv is missing: no django-cas-server")
    address = f"http://127.0.0.1:{(port := free_port())}"
    command = [
        str(uv), "run", "--no-project", "--quiet", "--with", REQUIREMENT, "python", __file__,
        str(port), str(home / "cas.sqlite3"), site, json.dumps(people),
    ]  # fmt: skip
    with started(command, f"{address}/login", home / "log"):
        yield address


def logs_in(start: str, who: str) -> str:
    """The address to which the server sends this person's browser back, which isn't followed."""
    import requests
    from lxml import html

    browser = requests.Session()
    page = browser.get(start, timeout=30)
    form = html.fromstring(page.text).forms[0]
    fields = dict(form.form_values()) | {"username": who, "password": who}
    to = urljoin(page.url, form.action or "")
    answer = browser.post(to, fields, allow_redirects=False, timeout=30)
    return answer.headers["Location"]


def _settings(file: str, people: People) -> dict:
    contrib = "django.contrib"
    return {
        "SECRET_KEY": "k" * 50, "ALLOWED_HOSTS": ["127.0.0.1"], "ROOT_URLCONF": __name__,
        "STATIC_URL": "/static/", "SESSION_COOKIE_NAME": "cas", "CSRF_COOKIE_NAME": "castoken",
        "USE_TZ": True, "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.sqlite3", "NAME": file, "OPTIONS": {"timeout": 20}
            }
        },
        "INSTALLED_APPS": [
            f"{contrib}.auth", f"{contrib}.contenttypes", f"{contrib}.sessions",
            f"{contrib}.messages", f"{contrib}.staticfiles", "cas_server",
        ],
        "MIDDLEWARE": [
            f"{contrib}.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            f"{contrib}.auth.middleware.AuthenticationMiddleware",
            f"{contrib}.messages.middleware.MessageMiddleware",
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        f"{contrib}.auth.context_processors.auth",
                        f"{contrib}.messages.context_processors.messages",
                    ]
                },
            }
        ],
        "CAS_AUTH_CLASS": f"{__name__}.People", "CAS_TICKET_VALIDITY": 60, "CAS_SLO_TIMEOUT": 3,
        "CAS_NEW_VERSION_HTML_WARNING": False,
    }  # fmt: skip


if __name__ == "__main__":
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.urls import include, path

    _port, _file, _site, _people = sys.argv[1:]
    _known = json.loads(_people)
    settings.configure(**_settings(_file, _known))
    django.setup()

    from cas_server.auth import AuthUser
    from cas_server.models import ReplaceAttributName, ServicePattern

    class People(AuthUser):  # type: ignore[no-redef]
        def test_password(self, password):
            return self.username in _known and password == self.username

        def attributs(self):
            return _known.get(self.username, {})

    urlpatterns = [path("", include("cas_server.urls", namespace="cas_server"))]
    call_command("migrate", verbosity=0)
    pattern = ServicePattern.objects.create(
        name="passerelle", pattern=f"^{re.escape(_site)}/", single_log_out=True, proxy=False
    )
    for name in sorted({name for person in _known.values() for name in person}):
        ReplaceAttributName.objects.create(service_pattern=pattern, name=name)
    call_command("runserver", f"127.0.0.1:{_port}", use_reloader=False, skip_checks=True)
