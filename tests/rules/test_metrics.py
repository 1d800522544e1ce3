"""Figures for Prometheus: nobody reads them without the token, none tells of a person, and each alert
asks for a figure that is there and has its part in the runbook.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
import yaml
from django.conf import settings as django_settings
from django.core.cache import caches
from django.core.checks import Tags, run_checks
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from wagtail import hooks

from cms.operations import gateways, queries, values
from cms.today import services as today
from courses.digest.enums import Hook
from courses.jobs.models import PeriodicRun
from courses.jobs.queries import job_lines
from courses.jobs.values import daily, every, name_of
from courses.mail import services as outbox
from tests.factories.guidance import guidance_page
from tests.factories.mail import NOTE
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db

ADDRESSES = ["/metrics/", "/metrics/site/"]
TOKEN = "f" * 64
RIGHT = {"authorization": f"Bearer {TOKEN}"}
ALERTS = django_settings.BASE_DIR / "deploy/alerts.yml"


@pytest.fixture
def token(settings):
    settings.METRICS_TOKEN = TOKEN


def asked(client, address: str) -> dict[tuple, float]:
    """Figures by name and labels."""
    answer = client.get(address, headers=RIGHT)
    assert answer.status_code == 200
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("set_to", "sent"),
    [
        ("", {}),
        ("", {"authorization": "Bearer "}),
        ("short", {"authorization": "Bearer short"}),
        (TOKEN, {}),
        (TOKEN, {"authorization": f"Bearer {TOKEN[:-1]}e"}),
        (TOKEN, {"authorization": f"Basic {TOKEN}"}),
        (TOKEN, {"authorization": "Bearer é"}),
    ],
    ids=[
        "no setting",
        "no setting, empty",
        "too short",
        "none",
        "wrong",
        "another way",
        "not ASCII",
    ],
)
def test_without_the_right_token_there_is_no_such_page(client, settings, address, set_to, sent):
    settings.METRICS_TOKEN = set_to

    answer = client.get(address, headers=sent, REMOTE_ADDR="127.0.0.1")

    assert answer.status_code == 404
    assert "passerelle_" not in answer.text


def test_a_token_that_is_too_short_is_named_before_the_start(settings):
    settings.METRICS_TOKEN = "f" * 31

    named = {one.id for one in run_checks(tags=[Tags.security], include_deployment_checks=True)}

    assert "passerelle.E005" in named


def test_figures_of_a_machine_are_told_while_its_database_is_away(
    client, token, django_assert_num_queries
):
    with django_assert_num_queries(0):
        answer = client.get("/metrics/", headers=RIGHT)

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_request_is_counted_under_its_view_and_never_its_address(client, token):
    teacher = TeacherFactory()
    client.force_login(teacher)
    of_letters, of_nothing = (
        ("passerelle_requests_total", *one)
        for one in (("200", "people:letters"), ("404", "people:letter"))
    )
    before = asked(client, "/metrics/")

    client.get("/en/letters/")
    client.get("/en/letters/secretsecret/")

    after = asked(client, "/metrics/")
    assert after[of_letters] == before.get(of_letters, 0) + 1
    assert after[of_nothing] == before.get(of_nothing, 0) + 1
    assert after["passerelle_request_seconds_count", "people:letters"] >= 1
    assert "secretsecret" not in client.get("/metrics/", headers=RIGHT).text


def test_a_page_from_the_cache_is_a_hit(client, token, settings):
    settings.CACHES = settings.KEEP_PAGES
    caches["pages"].clear()
    page = guidance_page()
    before = asked(client, "/metrics/")

    for _ in range(3):
        client.get(page.url)

    after = asked(client, "/metrics/")
    told = {
        result: after["passerelle_page_cache_total", result]
        - before.get(("passerelle_page_cache_total", result), 0)
        for result in ("hit", "miss")
    }
    assert told == {"hit": 2, "miss": 1}


COUNTS = """
import sys
from cms.operations import gateways
gateways.count_in_folder()
gateways.REQUESTS.labels("a:view", "200").inc()
print(gateways.requests_text().decode(), flush=True)
sys.stdin.read()
"""


FORKS = """
import os
from cms.operations import gateways
gateways.count_in_folder()
count = gateways.REQUESTS.labels("a:view", "200").inc
count()
if child := os.fork():
    os.waitpid(child, 0)
    count()
    print(gateways.requests_text().decode())
else:
    count()
    os._exit(0)
"""


def test_a_process_that_is_forked_after_the_first_count_has_files_of_its_own(tmp_path):
    """gunicorn asks some pages before it forks. In one file each would write over the other."""
    told = subprocess.check_output(
        [sys.executable, "-c", FORKS],
        cwd=django_settings.BASE_DIR,
        env=os.environ | {gateways.FOLDER: str(tmp_path)},
        text=True,
    )

    assert 'passerelle_requests_total{status="200",view="a:view"} 3.0' in told


def count_once(folder):
    """A process as gunicorn's workers are, which has counted one request and goes on running."""
    process = subprocess.Popen(
        [sys.executable, "-c", COUNTS],
        cwd=django_settings.BASE_DIR,
        env=os.environ | {gateways.FOLDER: str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    line = ""
    while not line.startswith("passerelle_requests_total{"):
        line = process.stdout.readline()
        assert line, process.wait()
    return process, float(line.split()[-1])


def test_workers_count_together_and_the_next_one_goes_on_in_the_files_of_the_one_before(tmp_path):
    first, one = count_once(tmp_path)
    second, two = count_once(tmp_path)
    for process in (first, second):
        process.communicate("")
    files = sorted(path.name for path in tmp_path.glob("*.db"))

    third, three = count_once(tmp_path)
    third.communicate("")

    assert (one, two, three) == (1, 2, 3)
    assert files == ["counter_0.db", "counter_1.db"]
    assert sorted(path.name for path in tmp_path.glob("*.db")) == files


@pytest.fixture
def waiting(settings, tmp_path):
    """Something of each kind, of which the figures tell."""
    now = timezone.now()
    settings.BACKUPS_FILE = tmp_path / "backups.json"
    at = datetime(2026, 11, 25, 1, tzinfo=UTC).isoformat()
    settings.BACKUPS_FILE.write_text(
        json.dumps(
            {
                "last_backup": {"at": at},
                "last_database_backup": {"at": at, "is_fine": False, "error": "damaged"},
                "last_rehearsal": {"at": at, "is_fine": False},
            }
        )
    )
    letter = outbox.post(NOTE, to=TeacherFactory(login="a.teacher"), key="a reason")
    type(letter).objects.update(posted_at=now - timedelta(minutes=12))
    today.beat("tick", now)
    return now


def test_figures_of_the_site_name_what_waits_and_nobody(client, token, waiting):
    told = asked(client, "/metrics/site/")

    assert told["passerelle_queue_jobs", "mail"] == 1
    assert told["passerelle_queue_jobs", "papers"] == 0
    assert told["passerelle_backlog", "letters"] == 1
    assert 720 <= told["passerelle_backlog_oldest_seconds", "letters"] < 780
    assert 720 <= told["passerelle_mail_delay_seconds",] < 780
    assert told["passerelle_rehearsal_failed",] == 1
    assert told["passerelle_database_backup_failed",] == 1
    assert {name[1] for name in told if name[0] == "passerelle_backlog"} == {
        "letters",
        "presence",
        "papers",
        "handins",
    }
    text = client.get("/metrics/site/", headers=RIGHT).text
    assert "a.teacher" not in text
    assert "@" not in text


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no standby")
def test_standbys_are_told_once_the_role_may_see_them(client, token):
    """On one machine nothing is granted, and no alert says that a standby is missing."""
    name = ("passerelle_synchronous_standbys",)
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE passerelle_of_a_test")
        cursor.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO passerelle_of_a_test")
        cursor.execute("SET LOCAL ROLE passerelle_of_a_test")
    before = asked(client, "/metrics/site/")
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("GRANT pg_read_all_stats TO passerelle_of_a_test")
        cursor.execute("SET LOCAL ROLE passerelle_of_a_test")

    after = asked(client, "/metrics/site/")

    assert name not in before
    assert after[name] == 0


# Jobs of the tick


def minute_job(now): ...


@every(minutes=10)
def ten_minute_job(now): ...


@daily(3, 40)
def nightly_job(now): ...


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize(
    ("job", "last_done", "is_overdue"),
    [
        (minute_job, "2026-11-25T11:45:30", False),
        (minute_job, "2026-11-25T11:44:30", True),
        (ten_minute_job, "2026-11-25T11:40:30", False),
        (ten_minute_job, "2026-11-25T11:39:30", True),
        (nightly_job, "2026-11-25T03:40:20", False),
        (nightly_job, "2026-11-24T03:40:20", True),
    ],
)
def test_a_job_is_overdue_a_quarter_of_an_hour_after_its_time(job, last_done, is_overdue):
    at = datetime.fromisoformat(f"{last_done}+01:00")
    PeriodicRun.objects.create(name=name_of(job), started_at=at, succeeded_at=at, ended_at=at)
    with hooks.register_temporarily(Hook.TICK, job):
        lines = job_lines(hooks.get_hooks(Hook.TICK), timezone.now())

    line = next(one for one in lines if one.name == name_of(job))
    assert (line.is_overdue, line.is_fine) == (is_overdue, not is_overdue)


@pytest.mark.parametrize(
    "text",
    ["", "not JSON", "[]", '{"last_backup": 3}', '{"last_backup": {"at": "2026-13-45"}}'],
)
def test_a_file_of_backups_that_tells_nothing_is_not_known(settings, tmp_path, text):
    settings.BACKUPS_FILE = tmp_path / "backups.json"
    settings.BACKUPS_FILE.write_text(text)

    assert queries.backups() == queries.Backups()


def test_backups_that_fail_do_not_move_the_date_of_the_last_good_one(client, token, waiting):
    good, failed = (datetime(2026, 11, day, 1, tzinfo=UTC) for day in (23, 24))
    told = {
        "last_backup": {"at": failed.isoformat(), "is_fine": False},
        "last_good_backup": {"at": good.isoformat()},
    }
    django_settings.BACKUPS_FILE.write_text(json.dumps(told))

    figures = asked(client, "/metrics/site/")

    assert figures["passerelle_backup_timestamp_seconds",] == good.timestamp()
    assert figures["passerelle_backup_failed",] == 1


# Alerts


def rules() -> list[dict]:
    return [
        rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]
    ]


def test_each_alert_asks_for_figures_that_are_told(client, token, waiting):
    Client().get("/en/login/")
    told = {name[0] for address in ADDRESSES for name in asked(client, address)}
    if connection.vendor != "postgresql":
        told.add("passerelle_synchronous_standbys")  # SQLite has none

    asked_for = {name for rule in rules() for name in re.findall(r"passerelle_\w+", rule["expr"])}

    assert asked_for
    assert asked_for - told == set()


def test_the_operators_page_and_the_alerts_have_one_limit_for_what_is_too_old():
    limits = {
        "BackupOld": values.BACKUP_WITHIN,
        "DatabaseBackupOld": values.DATABASE_BACKUP_WITHIN,
        "RehearsalOld": values.REHEARSAL_WITHIN,
    }

    of_alerts = {
        rule["alert"]: re.search(r"> (\d+) \* (\d+)$", rule["expr"]).groups()
        for rule in rules()
        if rule["alert"] in limits
    }

    assert {
        name: timedelta(seconds=int(number) * int(unit))
        for name, (number, unit) in of_alerts.items()
    } == limits


def test_each_alert_has_its_part_in_the_runbook_and_leads_there():
    runbook = (django_settings.BASE_DIR / "docs/runbook.md").read_text()
    of_alerts = runbook.partition("\n## Alerts\n")[2].partition("\n## ")[0]
    parts = dict(re.findall(r"^### (\w+)\n(.*?)(?=^###|\Z)", of_alerts, re.S | re.M))

    alerts = [rule["alert"] for rule in rules()]

    assert sorted(alerts) == sorted(set(alerts))
    assert sorted(parts) == sorted(alerts)
    for name, text in parts.items():
        for word in ("**Means.**", "**Look.**", "**Do.**"):
            assert word in text, f"{name} lacks {word}"
    for rule in rules():
        assert rule["annotations"]["runbook"] == f"docs/runbook.md#{rule['alert'].lower()}"


@pytest.mark.skipif(
    not shutil.which("promtool") and not os.environ.get("CI"),
    reason="Debian's promtool is missing",
)
def test_promtool_accepts_the_alerts_and_their_own_tests():
    done = subprocess.run(
        ["promtool", "test", "rules", "alerts_test.yml"],
        cwd=ALERTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    tested = {
        case["alertname"]
        for test in yaml.safe_load((ALERTS.parent / "alerts_test.yml").read_text())["tests"]
        for case in test["alert_rule_test"]
        if case.get("exp_alerts")
    }
    assert tested == {rule["alert"] for rule in rules()}
