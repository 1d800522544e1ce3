"""Two machines that were copied from one start workers of one name. On both databases."""

import datetime
import signal
import threading
import time

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.db.backends.signals import connection_created
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from cms.management import worker_names
from cms.management.worker_names import WorkerName, WorkerNameTaken
from cms.operations.queries import figures
from cms.today.models import Heartbeat
from courses.mail.tasks import deliver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker_name(monkeypatch):
    """Makes holders of a name, which beat often; a killed one is waited for for two seconds."""
    monkeypatch.setattr(worker_names, "BEATS_EVERY", 0.05)
    monkeypatch.setattr(worker_names, "STALE_AFTER", 2)
    monkeypatch.setattr(worker_names, "LOOKS_EVERY", 0.1)
    made = []

    def make(name="app-1"):
        stop = threading.Event()
        made.append(WorkerName(name, stop=stop, lost=stop.set))
        return made[-1]

    yield make
    for one in made:
        one.release()


def killed(holder: WorkerName) -> None:
    """It beats no more, and its row stays."""
    holder.released.set()
    holder.thread.join()
    holder.written = []


def test_a_second_worker_of_a_name_is_refused_and_leaves_the_first_s_job(worker_name, monkeypatch):
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # the test run's own Ctrl-C stays
    first = worker_name()
    assert first.claim()
    deliver.enqueue(1, 0)
    job = DBTaskResult.objects.get()
    job.claim("app-1")

    with pytest.raises(CommandError, match="Another worker runs as app-1"):
        call_command("worker", "--name", "app-1")

    job.refresh_from_db()
    assert (job.status, job.worker_ids) == ("RUNNING", ["app-1"])
    assert not first.stop.is_set()
    assert worker_name("app-2").claim()


def test_a_name_is_free_when_its_worker_has_ended_and_soon_after_it_was_killed(worker_name):
    ended, killed_one, third = worker_name(), worker_name(), worker_name()
    assert ended.claim()
    ended.release()
    assert killed_one.claim()
    killed(killed_one)

    assert third.claim()

    with pytest.raises(WorkerNameTaken):
        worker_name().claim()


def test_a_worker_that_was_thought_dead_ends_when_another_has_its_name(worker_name):
    first = worker_name()
    assert first.claim()

    # It was silent for so long that another took the row.
    Heartbeat.objects.update(at="2026-01-01T00:00:00Z")

    assert first.stop.wait(5)
    assert Heartbeat.objects.count() == 1


def test_a_worker_that_is_told_to_end_while_it_waits_for_its_name_ends(worker_name):
    first, second = worker_name(), worker_name()
    assert first.claim()
    killed(first)
    threading.Timer(0.3, second.stop.set).start()

    assert not second.claim()


class LosesOneAnswer:
    """The connection goes after the database has done what was asked, once."""

    def __init__(self, verb: str):
        self.verb, self.is_due = verb, True

    def __call__(self, execute, sql, *args):
        answer = execute(sql, *args)
        if self.is_due and sql.startswith(self.verb):
            self.is_due = False
            raise OperationalError("server closed the connection unexpectedly")
        return answer


def test_a_worker_keeps_its_name_when_the_answer_to_a_beat_was_lost(worker_name):
    first, loses = worker_name(), LosesOneAnswer("UPDATE")

    def begin(*, connection, **_):
        if threading.current_thread() is first.thread and loses.is_due:
            connection.execute_wrappers.append(loses)

    connection_created.connect(begin)

    assert first.claim()

    assert not first.stop.wait(1)
    assert not loses.is_due
    connection_created.disconnect(begin)


def test_a_name_whose_taking_was_confirmed_to_nobody_is_taken_again(worker_name):
    """The row has this process's own moment then, not another's."""
    gone, second = worker_name(), worker_name()
    assert gone.claim()
    killed(gone)

    with connection.execute_wrapper(LosesOneAnswer("UPDATE")):
        assert second.claim()


@pytest.mark.parametrize(("is_database_lost", "is_watched"), [(False, False), (True, True)])
def test_an_old_name_is_free_at_once_unless_nobody_could_write(
    worker_name, is_database_lost, is_watched
):
    """After an outage of the database each row is old, that of a worker that runs, too."""
    Heartbeat.objects.create(
        name=worker_name().key, at=timezone.now() - datetime.timedelta(minutes=6)
    )
    wrapper = LosesOneAnswer("SELECT")
    wrapper.is_due = is_database_lost
    began = time.monotonic()

    with connection.execute_wrapper(wrapper):
        assert worker_name().claim()

    assert (time.monotonic() - began >= worker_names.STALE_AFTER) == is_watched


def test_names_of_workers_are_no_figure(worker_name):
    worker_name().claim()

    assert "heartbeat" not in str(list(figures(timezone.now())))
