"""Production begins with nothing guessed: each missing setting is named, and no command runs with
development's by accident.
"""

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.checks import Tags, run_checks

from cms.management import deployment
from courses.live.values import TokensStayOut

NEEDED = {
    "PASSERELLE_SECRET_KEY": "k" * 60,
    "PASSERELLE_HOSTS": "passerelle.region.fr, www.passerelle.region.fr",
    "PASSERELLE_SITE_ADDRESS": "https://passerelle.region.fr",
    "PASSERELLE_FROM": "Passerelle <ne-pas-repondre@region.fr>",
    "PASSERELLE_CONTACT": "aide@region.fr",
    "PASSERELLE_DPO": "dpd@region.fr",
    "PASSERELLE_SECOND_FACTOR_KEY": "s" * 64,
    "PGDATABASE": "passerelle",
}
PRINT = """
import json
from django.conf import settings
engine = settings.DATABASES["default"]["ENGINE"]
print(json.dumps([settings.ALLOWED_HOSTS, engine, settings.TRUSTED_PROXIES, settings.DEBUG]))
"""


def python(*arguments, **variables):
    """A new process without any variable of ours but these."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PASSERELLE", "PG", "DJANGO"))
    }
    command = [sys.executable, *arguments]
    return subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env=clean | variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


STORAGES = """
import json
from django.conf import settings
storages = settings.STORAGES
print(json.dumps({name: one["BACKEND"].rpartition(".")[2] for name, one in storages.items()}))
print(settings.STATIC_ROOT, settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"])
"""
ON_SEVERAL_MACHINES = {
    "PASSERELLE_S3_BUCKET": "people",
    "PASSERELLE_S3_PAGES_BUCKET": "pages",
    "PASSERELLE_STATIC": "/opt/passerelle/static",
}


@pytest.mark.parametrize(
    ("variables", "storages", "static"),
    [
        (ON_SEVERAL_MACHINES, ("PagesBucket", "PrivateBucket"), "/opt/passerelle/static True"),
        ({}, ("PagesFolder", "FileSystemStorage"), "/var/lib/passerelle/static True"),
    ],
)
def test_files_lie_in_buckets_where_they_are_named(variables, storages, static):
    site = NEEDED | {
        "DJANGO_SETTINGS_MODULE": "cms.settings.production",
        "PASSERELLE_VAR": "/var/lib/passerelle",
    }

    answer = python("-c", STORAGES, **site, **variables)

    backends, rest = answer.stdout.splitlines()
    assert (json.loads(backends)["default"], json.loads(backends)["private"]) == storages
    assert rest == static


FILES = ("MEDIA_ROOT", "PRIVATE_ROOT", "LOCKS_ROOT", "ERASED_FILE")


def test_a_run_of_tests_leaves_no_file_among_those_of_a_site():
    paths = [Path(getattr(settings, name)) for name in FILES]

    assert [path for path in paths if path.is_relative_to(settings.VAR_DIR)] == []


def test_all_files_of_the_demo_lie_in_its_own_folder(tmp_path):
    """`--reset` throws that folder away, and nothing else."""
    ask = (
        "from cms.settings import demo\n"
        f"print(*(getattr(demo, name) for name in {FILES}), sep='\\n')"
    )

    answer = python("-c", ask, PASSERELLE_VAR=str(tmp_path))

    paths = [Path(line) for line in answer.stdout.split()]
    assert len(paths) == len(FILES)
    assert [path for path in paths if not path.is_relative_to(tmp_path / "demo")] == []


def test_production_stands_on_what_it_was_told():
    answer = python("-c", PRINT, DJANGO_SETTINGS_MODULE="cms.settings.production", **NEEDED)

    hosts = ["passerelle.region.fr", "www.passerelle.region.fr"]
    assert json.loads(answer.stdout) == [
        hosts,
        "django.db.backends.postgresql",
        ["127.0.0.0/8", "::1"],
        False,
    ], answer.stderr


@pytest.mark.parametrize(
    ("settings_of", "has_them"), [("production", False), ("dev", True), ("demo", True)]
)
def test_the_commands_that_measure_and_picture_are_not_in_production(
    settings_of, has_them, tmp_path
):
    code = (
        "import django, json; django.setup(); from django.core.management import get_commands;"
        " print(json.dumps(list(get_commands())))"
    )
    settings_module = f"cms.settings.{settings_of}"

    answer = python(
        "-c", code, DJANGO_SETTINGS_MODULE=settings_module, PASSERELLE_VAR=str(tmp_path), **NEEDED
    )

    commands = json.loads(answer.stdout)
    assert "tick" in commands
    assert [name in commands for name in ("bench", "pictures")] == [has_them, has_them]


def test_production_names_all_that_is_missing_at_once():
    answer = python(
        "-c",
        "from django.conf import settings; settings.DEBUG",
        DJANGO_SETTINGS_MODULE="cms.settings.production",
    )

    assert "ImproperlyConfigured" in answer.stderr
    assert [name for name in NEEDED if name not in answer.stderr] == []


@pytest.mark.parametrize(
    "command",
    ["worker", "tick", "start_site", "send_failed_letters", "back_up", "finish_restore", "restore"],
)
def test_what_runs_on_a_server_does_not_run_with_developments_settings_by_accident(command):
    """A worker whose unit lacks the variable wrote password links to the console, and noted them as
    sent.
    """
    answer = python("manage.py", command)

    assert answer.returncode != 0
    assert "PASSERELLE_SECRET_KEY" in answer.stderr


def deploy_errors() -> set[str]:
    return {
        message.id
        for message in run_checks(include_deployment_checks=True)
        if message.id.startswith("passerelle")
    }


@pytest.fixture
def as_production(settings, monkeypatch, tmp_path):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "cms.settings.production")
    monkeypatch.setattr(deployment, "connection", SimpleNamespace(vendor="postgresql"))
    settings.ALLOWED_HOSTS, settings.SITE_ADDRESS = (
        ["passerelle.region.fr"],
        "https://passerelle.region.fr",
    )
    settings.DEFAULT_FROM_EMAIL, settings.CONTACT_ADDRESS = (
        "Passerelle <ne-pas-repondre@region.fr>",
        "aide@region.fr",
    )
    settings.DPO_ADDRESS, settings.VAR_DIR = "dpd@region.fr", tmp_path
    settings.BACKUP_FOLDER = "/srv/backup/files"
    return settings


def own_checks():
    checks = [
        deployment.settings_are_productions,
        deployment.database_is_postgresql,
        deployment.site_has_its_address,
        deployment.mail_has_real_addresses,
        deployment.files_lie_outside_the_code,
        deployment.files_are_copied_to_another_place,
        deployment.redis_is_an_address,
        deployment.tls_of_the_mail_server_is_one_or_nothing,
        deployment.all_files_lie_in_buckets_or_none,
    ]
    return [message for check in checks for message in check(None)]


def test_what_is_set_as_it_should_be_passes(as_production):
    assert own_checks() == []


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("SITE_ADDRESS", "http://passerelle.region.fr", "PASSERELLE_SITE_ADDRESS"),
        ("SITE_ADDRESS", "https://localhost:8000", "PASSERELLE_SITE_ADDRESS"),
        ("SITE_ADDRESS", "https://passerelle.region.fr/", "PASSERELLE_SITE_ADDRESS"),
        (
            "DEFAULT_FROM_EMAIL",
            "Passerelle <ne-pas-repondre@passerelle.example>",
            "PASSERELLE_FROM",
        ),
        ("CONTACT_ADDRESS", "aide@passerelle.example", "PASSERELLE_CONTACT"),
        ("CONTACT_ADDRESS", "aide", "PASSERELLE_CONTACT"),
        ("DPO_ADDRESS", "dpd@academie.example", "PASSERELLE_DPO"),
        pytest.param(
            "VAR_DIR", settings.BASE_DIR / "var", str(settings.BASE_DIR / "var"), id="in the code"
        ),
        ("BACKUP_FOLDER", "", "PASSERELLE_BACKUP"),
        ("VAR_DIR", Path("/srv/backup"), "/srv/backup/files"),
    ],
)
def test_each_setting_that_is_not_is_named(as_production, name, value, named):
    setattr(as_production, name, value)

    messages = own_checks()

    assert len(messages) == 1
    assert named in messages[0].msg


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("redis://10.0.0.14:6379/0", True),
        ("rediss://cache.region.fr:6379/0", True),
        ("redis://:@valkey:6379/0", True),
        ("redis://:p4ss@10.0.0.14:6379/0", False),
        ("redis://127.0.0.1:6379/0", False),
        ("redis://[::1]:6379/0", False),
        (Path("/var/lib/passerelle/cache"), False),
    ],
)
def test_a_redis_of_the_network_without_a_password_is_named(settings, address, named):
    settings.CACHES = {**settings.CACHES, "pages": {"LOCATION": address}}

    messages = deployment.redis_asks_for_a_password(None)

    assert ["PASSERELLE_REDIS" in message.msg for message in messages] == [True] * named
    assert "p4ss" not in repr(messages)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"PASSERELLE_REDIS": "redis://cache:6379/0"}, []),
        ({"PASSERELLE_REDIS": "unix:///run/valkey.sock,rediss://cache"}, []),
        ({"PASSERELLE_REDIS": "cache:6379"}, ["passerelle.E008"]),
        ({"PASSERELLE_REDIS": "redis://cache,other:6379"}, ["passerelle.E008"]),
        ({"PASSERELLE_SMTP_TLS": "1"}, []),
        ({"PASSERELLE_SMTP_TLS": "0"}, []),
        ({"PASSERELLE_SMTP_TLS": "true"}, ["passerelle.E007"]),
        (ON_SEVERAL_MACHINES, []),
        ({"PASSERELLE_S3_BUCKET": "people"}, ["passerelle.W004"]),
        ({"PASSERELLE_S3_PAGES_BUCKET": "pages"}, ["passerelle.W004"]),
    ],
)
def test_a_variable_that_would_not_do_what_it_says_is_named(
    as_production, monkeypatch, variables, named
):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert [message.id for message in own_checks()] == named


def test_sqlite_is_named(as_production, monkeypatch):
    monkeypatch.setattr(deployment, "connection", SimpleNamespace(vendor="sqlite"))

    assert ["PGDATABASE" in message.msg for message in own_checks()] == [True]


def test_other_settings_than_productions_are_no_deployment(as_production, monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "cms.settings.dev")

    assert "cms.settings.production" in own_checks()[0].msg


@pytest.mark.django_db
def test_check_deploy_asks_these():
    assert "passerelle.E001" in deploy_errors()


def test_the_demo_under_other_settings_says_so():
    answer = python("manage.py", "demo", DJANGO_SETTINGS_MODULE="cms.settings.dev")

    assert "CommandError" in answer.stderr or "unset DJANGO_SETTINGS_MODULE" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        (
            "/signin/ent/back/?s=a&ticket=ST-1-x.y",
            "/signin/ent/back/?s=(left out)&ticket=(left out)",
        ),
        (
            "/signin/ent/back/?code=4/0A~x+y*z&state=a_b&iss=https%3A%2F%2Fop.example",
            "/signin/ent/back/?code=(left out)&state=(left out)&iss=https%3A%2F%2Fop.example",
        ),
        ("/feeds/week/aB3-x_9.ics", "/feeds/week/(left out)"),
        ("/feeds/trainings/aB3-x_9.ics", "/feeds/trainings/(left out)"),
        ("/fr/password/abc123/bx7f-0123abc/", "/fr/password/abc123/(left out)/"),
        ("/fr/login/link/abc123/bx7f-0123abc/", "/fr/login/link/abc123/(left out)/"),
        ("/fr/password/abc123/", "/fr/password/abc123/"),
        ("/fr/families/link/aB3-x_9/absence/", "/fr/families/link/(left out)/absence/"),
        ("/en/mail-address/W1sx:1abc:De-f/", "/en/mail-address/(left out)/"),
        ("/no-invitations/W1sx:1abc:De-f/", "/no-invitations/(left out)/"),
        ("/family-mails/W1sx:1abc:De-f/", "/family-mails/(left out)/"),
        ("/room/?jwt=e30.e30.x&a=1", "/room/?jwt=(left out)&a=1"),
        ("/fr/practice-resources/x/?u=a&s=0f", "/fr/practice-resources/x/?u=a&s=(left out)"),
    ],
)
@pytest.mark.parametrize("form", ["args", "message"])
def test_addresses_that_open_something_stay_out_of_logs(address, logged, form):
    text, args = ("Not Found: %s", (address,)) if form == "args" else (f"Not Found: {address}", ())
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, text, args, None)

    TokensStayOut().filter(record)

    assert record.getMessage() == f"Not Found: {logged}"


@pytest.mark.parametrize(
    "address",
    [
        "/feeds/week/aB3-x_9.ics",
        "/feeds/trainings/aB3-x_9.ics",
        "/en/families/link/aB3-x_9/absence/",
        "/fr/password/abc123/bx7f-0123abc/",
        "/fr/login/link/abc123/bx7f-0123abc/",
        "/en/mail-address/W1sx:1abc:De-f/",
        "/no-invitations/W1sx:1abc:De-f/",
        "/family-mails/W1sx:1abc:De-f/",
    ],
)
def test_the_web_servers_log_leaves_them_out_too(address):
    example = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()
    shown = re.findall(r"^    ~(\S+) +(\S+);$", example, re.MULTILINE)

    assert [written for rule, written in shown if re.search(rule, address) and "..." in written]


def test_an_email_to_the_sender_is_logged_as_the_operations_say():
    answer = python(
        "manage.py", "bounces", **NEEDED, DJANGO_SETTINGS_MODULE="cms.settings.production"
    )

    assert "nothing changed by an email to the sender: " in answer.stderr


def test_all_handlers_leave_them_out():
    assert [
        name
        for name, handler in settings.LOGGING["handlers"].items()
        if "tokens_stay_out" not in handler["filters"]
    ] == []


@pytest.mark.parametrize("form", ["json", "text"])
def test_gunicorns_own_lines_leave_them_out(form):
    code = (
        "import runpy; from gunicorn.config import Config; from gunicorn.glogging import Logger;"
        " config = Config();"
        " config.set('logconfig_dict', runpy.run_path('deploy/gunicorn.conf.py')['logconfig_dict']);"
        " log = Logger(config); log.info('Listening');"
        " log.exception('Error handling request %s', '/feeds/week/aB3-x_9.ics')"
    )

    answer = python("-c", code, PASSERELLE_LOG=form)

    assert "Error handling request /feeds/week/(left out)" in answer.stderr
    assert "Listening" in answer.stderr
    assert "aB3" not in answer.stderr + answer.stdout


@pytest.mark.parametrize(
    ("setting", "check"),
    [("PSEUDONYM_KEY", "launches.E001"), ("SECOND_FACTOR_KEY", "people.E001")],
)
@pytest.mark.parametrize(("key", "named"), [("", True), ("k" * 31, True), ("k" * 32, False)])
def test_a_missing_or_short_key_for_codes_is_named(settings, setting, check, key, named):
    setattr(settings, setting, key)

    found = run_checks(tags=[Tags.security], include_deployment_checks=True)  # asks no database
    errors = [one for one in found if one.id == check]

    assert [f"PASSERELLE_{setting}" in one.msg for one in errors] == [True] * named


@pytest.mark.parametrize(
    ("written", "day"),
    [
        pytest.param({}, "0001-01-01", id="at once unless set"),
        pytest.param({"PASSERELLE_SECOND_FACTOR_FROM": "now"}, "0001-01-01", id="now"),
        pytest.param({"PASSERELLE_SECOND_FACTOR_FROM": "2027-01-04"}, "2027-01-04", id="a day"),
        pytest.param({"PASSERELLE_SECOND_FACTOR_FROM": "never"}, "None", id="never"),
    ],
)
def test_from_which_day_a_second_step_is_needed(written, day):
    shown = python(
        "-c",
        "from django.conf import settings; print(settings.SECOND_FACTOR_FROM)",
        DJANGO_SETTINGS_MODULE="cms.settings.production",
        **NEEDED,
        **written,
    )

    assert shown.stdout.strip() == day


def test_a_day_that_is_none_stops_the_start():
    shown = python(
        "-c",
        "from django.conf import settings; settings.DEBUG",
        DJANGO_SETTINGS_MODULE="cms.settings.production",
        **NEEDED,
        PASSERELLE_SECOND_FACTOR_FROM="soon",
    )

    assert "PASSERELLE_SECOND_FACTOR_FROM is a day" in shown.stderr
