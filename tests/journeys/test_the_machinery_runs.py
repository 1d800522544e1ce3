"""What keeps the site going: the minute tick, the health page, the error pages."""

import ast
import datetime
import errno
import re
import threading
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import OperationalError, connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail import hooks

from cms.management.commands.worker import PatientWorker
from cms.operations.permissions import SHORTEST_TOKEN
from cms.today.models import Heartbeat
from cms.today.values import JsonFormatter
from courses.digest.enums import Hook
from courses.jobs import services as jobs
from courses.jobs.models import PeriodicRun
from courses.mail import services as mail
from courses.mail.enums import LetterState
from courses.mail.models import NO_ADDRESS, Letter
from courses.mail.tasks import deliver
from courses.mail.values import LEASE
from tests.factories.mail import NOTE
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db


def tick() -> tuple[str, str]:
    said, complained = StringIO(), StringIO()
    call_command("tick", stdout=said, stderr=complained)
    return said.getvalue(), complained.getvalue()


def test_a_sweep_that_fails_leaves_the_others_alone_and_is_logged(caplog):
    def breaks(now):
        raise ZeroDivisionError

    def sweeps(now):
        return "3 swept"

    with (
        hooks.register_temporarily(Hook.TICK, breaks),
        hooks.register_temporarily(Hook.TICK, sweeps),
    ):
        said, complained = tick()

    assert "sweeps: 3 swept" in said
    assert "breaks: failed" in complained
    assert "ZeroDivisionError" in caplog.text


def test_the_search_of_the_runbook_finds_the_job_that_the_alert_names(caplog):
    def breaks(now):
        raise ZeroDivisionError

    runbook = (settings.BASE_DIR / "docs" / "runbook.md").read_text()
    words = re.search(r'grep -A30 "(NAME [^"]+)"', runbook.partition("### JobFailed")[2])[1]

    with hooks.register_temporarily(Hook.TICK, breaks):
        tick()

    [alerted] = PeriodicRun.objects.filter(name__endswith=".breaks").values_list("name", flat=True)
    sought = words.replace("NAME", alerted)
    [record] = [one for one in caplog.records if one.exc_info]
    assert sought in caplog.text
    assert sought in JsonFormatter().format(record)
    assert "ZeroDivisionError" in JsonFormatter().format(record)


@pytest.mark.at("2026-11-25T12:00")
def test_the_tick_begins_the_list_of_the_erased_by_day_and_no_line_of_it_is_lost(
    settings, tmp_path
):
    settings.ERASED_FILE = tmp_path / "moved" / "erased.txt"

    tick()
    assert settings.ERASED_FILE.read_text() == ""

    settings.ERASED_FILE.write_text("an-earlier-one\n")
    tick()
    assert settings.ERASED_FILE.read_text() == "an-earlier-one\n"


def test_health_writes_to_both_storages_and_asks_the_database(client):
    response = client.get("/health/", headers={"accept": "application/json"})

    assert response.status_code == 200
    assert list(response.json()) == [
        "Database(alias='default')",
        "Storage(alias='default')",
        "Storage(alias='private')",
    ]


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "text/html"])
def test_health_says_when_files_of_people_cannot_be_written(client, monkeypatch, kind):
    monkeypatch.setattr(storages["private"], "save", out_of_space, raising=False)

    assert client.get("/health/", headers={"accept": kind}).status_code == 500


@pytest.mark.parametrize("accept", ["foo", "text/html, foo"])
def test_health_answers_406_where_the_kind_that_is_wanted_cannot_be_read(client, accept):
    assert client.get("/health/", headers={"accept": accept}).status_code == 406


def test_a_process_is_alive_without_its_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/health/live/")

    assert (response.status_code, response.text) == (200, "OK\n")
    assert "no-store" in response.headers["Cache-Control"]


def out_of_space(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("address", ["/health/", "/metrics/", "/metrics/site/"])
def test_a_probe_is_answered_in_plain_http(client, settings, address):
    settings.METRICS_TOKEN = "m" * SHORTEST_TOKEN
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = production_value("SECURE_REDIRECT_EXEMPT")

    probe = client.get(address, headers={"authorization": f"Bearer {settings.METRICS_TOKEN}"})
    assert probe.status_code == 200
    assert client.get("/fr/login/").status_code == 301


def production_value(name: str):
    """A setting of cms/settings/production.py, which can't be imported without its environment."""
    tree = ast.parse((settings.BASE_DIR / "cms/settings/production.py").read_text())
    return next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == name
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_browser_reads_of_the_sites_health_on_a_page_without_other_addresses(client, language):
    page = client.get("/health/", headers={"accept": "text/html", "accept-language": language}).text

    assert f'<html lang="{language}">' in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert ("tout est en ordre" if language == "fr" else "everything is in order") in page.lower()


def jobs_health(client):
    answer = client.get("/health/jobs/?format=json")
    return answer.status_code, {name: check["fine"] for name, check in answer.json().items()}


FINE = {"worker": True, "tick": True, "periodic": True, "queue": True, "letters": True}


@pytest.fixture
def at_work():
    """Worker and tick have just been at work."""
    tick()
    worker = PatientWorker(interval=0, stop=threading.Event())
    worker.beat()


def test_worker_and_tick_at_work_are_fine(client, at_work):
    assert jobs_health(client) == (200, FINE)
    assert client.get("/health/jobs/").text.count("OK") == 5


def test_before_anything_has_run_the_operator_is_told(client):
    assert jobs_health(client) == (503, FINE | {"worker": False, "tick": False, "periodic": False})


def test_a_job_of_the_tick_that_fails_is_seen(client, at_work):
    def breaks(now):
        raise ZeroDivisionError

    with hooks.register_temporarily(Hook.TICK, breaks):
        tick()

        assert jobs_health(client) == (503, FINE | {"periodic": False})
        assert "failed: tests.breaks" in client.get("/health/jobs/").text


@pytest.mark.parametrize(
    ("minutes", "failing"), [(4, []), (6, ["tick"]), (16, ["worker", "tick", "periodic"])]
)
def test_a_silent_worker_and_a_silent_tick_are_seen(client, at_work, minutes, failing):
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=minutes)):
        assert jobs_health(client) == (
            503 if failing else 200,
            FINE | dict.fromkeys(failing, False),
        )


@pytest.mark.parametrize(
    ("queue", "minutes", "is_fine"),
    [("mail", 4, True), ("mail", 6, False), ("links", 16, True), ("links", 25 * 60, False)],
)
def test_a_queue_that_is_late_is_seen(client, at_work, queue, minutes, is_fine):
    deliver.using(queue_name=queue).enqueue(1, 0)
    deliver.using(run_after=timezone.now() + datetime.timedelta(days=1)).enqueue(2, 0)  # not due

    assert jobs_health(client) == (200, FINE)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=minutes)):
        assert jobs_health(client)[1]["queue"] == is_fine


def test_letters_that_a_dead_mail_server_leaves_waiting_are_seen(client, at_work):
    letter = mail.post(NOTE, to=PersonFactory(), key="a letter")
    Letter.objects.filter(pk=letter.pk).update(attempts=4)
    assert jobs_health(client)[1]["letters"]

    Letter.objects.filter(pk=letter.pk).update(attempts=5)
    assert not jobs_health(client)[1]["letters"]


def test_letters_given_up_in_the_last_day_are_counted_but_for_people_without_an_address(
    client, at_work
):
    now, long_ago = timezone.now(), timezone.now() - datetime.timedelta(hours=25)
    letters = [
        (LetterState.FAILED, now, "down"),
        (LetterState.FAILED, now, NO_ADDRESS),
        (LetterState.FAILED, long_ago, "down"),
        (LetterState.WAITING, now, "down"),
    ]
    for state, taken_at, last_error in letters:
        letter = mail.post(NOTE, to=PersonFactory(), key=f"{state} {taken_at} {last_error}")
        Letter.objects.filter(pk=letter.pk).update(
            state=state, attempts=1, not_before=taken_at + LEASE, last_error=last_error
        )

    assert "given up in the last 24 hours: 1" in client.get("/health/jobs/").text


# A database that is away for a moment


def goes_away(times: int, then):
    """Raises OperationalError so many times, then does as it should."""
    left = iter([OperationalError("the connection was lost")] * times)

    def call(*args, **kwargs):
        if error := next(left, None):
            raise error
        return then(*args, **kwargs)

    return call


class NoWaiting(threading.Event):
    def __init__(self):
        super().__init__()
        self.waits = []

    def wait(self, timeout=None):
        self.waits.append(timeout)
        return self.is_set()


@pytest.fixture
def worker():
    return PatientWorker(interval=1, stop=NoWaiting(), worker_id="w1")


def test_the_worker_goes_on_when_the_database_is_back(worker, monkeypatch):
    def look_into_the_queue():
        worker.finish()

    monkeypatch.setattr(connections, "close_all", lambda: None)  # the test's own transaction stays
    monkeypatch.setattr(worker, "run", goes_away(7, look_into_the_queue))

    worker.work()

    assert worker.stop.waits == [1, 2, 4, 8, 16, 30, 30, 1]
    assert Heartbeat.objects.get(name="worker")


def test_the_worker_gives_back_the_job_during_which_the_database_went(worker, monkeypatch):
    deliver.enqueue(1, 0)
    lost = DBTaskResult.objects.get()
    lost.claim("w1")
    DBTaskResult.objects.create(
        **{**vars_of(lost), "worker_ids": ["w1", "w2"]}
    )  # another worker's by now
    done = DBTaskResult.objects.create(**{**vars_of(lost), "status": "SUCCESSFUL"})
    monkeypatch.setattr(connections, "close_all", lambda: None)
    monkeypatch.setattr(worker, "run", goes_away(1, worker.finish))

    worker.work()

    done.refresh_from_db()
    assert done.status == "SUCCESSFUL"
    assert {t.worker_ids[-1]: t.status for t in DBTaskResult.objects.exclude(pk=done.pk)} == {
        "w1": "READY",
        "w2": "RUNNING",
    }


@pytest.mark.parametrize(("times", "becomes"), [(2, "READY"), (3, "FAILED")])
def test_a_job_that_killed_three_workers_of_a_name_is_not_begun_a_fourth_time(
    worker, monkeypatch, times, becomes
):
    deliver.enqueue(1, 0)
    for _start in range(times):
        DBTaskResult.objects.get().claim("w1")
    monkeypatch.setattr(worker, "run", worker.finish)

    worker.work()

    assert DBTaskResult.objects.get().status == becomes


def vars_of(task: DBTaskResult) -> dict:
    return {
        field.name: getattr(task, field.name) for field in task._meta.fields if field.name != "id"
    }


def test_the_tick_that_keeps_going_survives_too(monkeypatch):
    stop = NoWaiting()
    monkeypatch.setattr("cms.management.commands.tick.threading.Event", lambda: stop)
    monkeypatch.setattr("cms.management.commands.tick.signal.signal", lambda *_: None)
    monkeypatch.setattr("cms.management.commands.tick.close_old_connections", lambda: None)
    monkeypatch.setattr(connections, "close_all", lambda: None)
    monkeypatch.setattr(
        "cms.management.commands.tick.Command.tick", goes_away(2, lambda _self=None: stop.set())
    )

    call_command("tick", keep_going=True)

    assert len(stop.waits) == 3


# Sweeps ask once


def test_a_sweep_asks_once_however_long_the_worker_is_away():
    """Twenty ticks, two things undone: two jobs, not forty."""
    for _minute in range(20):
        jobs.enqueue_missing(deliver, [(1, 0), (2, 0)])

    assert DBTaskResult.objects.count() == 2


def test_what_fails_is_tried_again_later_and_later():
    def swept(minutes: float) -> int:
        with time_machine.travel(begin + datetime.timedelta(minutes=minutes)):
            count = jobs.enqueue_missing(deliver, [(1, 0)])
            DBTaskResult.objects.filter(status="READY").update(
                status="FAILED", finished_at=timezone.now()
            )
            return count

    begin = timezone.now()

    assert [swept(minutes) for minutes in (0, 1, 2.1, 4, 6, 6.3, 14, 14.5)] == [
        1,
        0,
        1,
        0,
        0,
        1,
        0,
        1,
    ]
    assert jobs.enqueue_missing(deliver, [(2, 0)]) == 1  # the others don't wait for it


def test_a_sweep_asks_again_for_what_was_done_and_failed():
    jobs.enqueue_missing(deliver, [(1, 0)])
    DBTaskResult.objects.update(status="FAILED")

    assert jobs.enqueue_missing(deliver, [(1, 0)]) == 1


@pytest.mark.parametrize("package", ["cms", "courses", "training", "continuity"])
def test_sweeps_enqueue_through_the_one_function_that_asks_once(package):
    """A loop that enqueues by itself would fill the queue once a minute."""
    loops = [
        f"{path}:{node.lineno}"
        for path in (settings.BASE_DIR / package).rglob("services/*.py")
        for loop in ast.walk(ast.parse(path.read_text()))
        if isinstance(loop, ast.For)
        for node in ast.walk(loop)
        if isinstance(node, ast.Attribute) and node.attr == "enqueue"
    ]

    assert [
        place for place in loops if "guidance/services/links.py" not in place
    ] == []  # a row says that it was asked


def test_an_error_of_ours_is_a_page_of_ours(client, settings):
    client.raise_request_exception = False

    def breaks(person):
        raise ZeroDivisionError

    with hooks.register_temporarily(Hook.MENU, breaks):
        response = client.get("/fr/login/")

    assert response.status_code == 500
    assert "planche" in response.text


@pytest.mark.parametrize(
    "address",
    [
        "/fr/pages/%00/",
        "/feeds/week/%00.ics",
        "/fr/password/%00/%00/",
        "/fr/letters/%00/",
        "/fr/search/?q=%00",
        "/fr/week/?item=a%00b",
    ],
)
def test_a_nul_in_an_address_is_no_error_of_ours(client, address):
    """PostgreSQL refuses it in a text; SQLite lets it pass."""
    assert client.get(address).status_code == 400


def test_a_post_to_an_address_without_a_language_is_not_sent_on(client):
    """A phone that sends a photo took the redirect of what isn't there for an answer."""
    client.force_login(PersonFactory())

    assert client.get("/nowhere/").url == "/fr/nowhere/"
    assert client.post("/nowhere/").status_code == 404
