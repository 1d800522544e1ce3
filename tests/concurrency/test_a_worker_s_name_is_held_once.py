"""Two machines that were copied from one start workers of one name. On both databases."""

import signal
import threading

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
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


def test_names_of_workers_are_no_figure(worker_name):
    worker_name().claim()

    assert "heartbeat" not in str(list(figures(timezone.now())))
