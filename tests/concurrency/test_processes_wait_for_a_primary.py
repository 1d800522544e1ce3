"""After a switch to a standby the database takes no writes for a while: worker, tick and the name of
a worker wait, and go on.
"""

import threading
import time
from contextlib import ExitStack
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command

from cms.management import worker_names
from cms.management.commands.worker import PatientWorker
from cms.management.worker_names import WorkerName
from cms.today.models import Heartbeat
from courses.mail import services as outbox
from tests.concurrency.outages import read_only
from tests.factories.mail import NOTE
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db(transaction=True)


class OutageOfTwoWaits(threading.Event):
    """Told to a process as its end. Nothing is written before its second wait; its third ends it."""

    def __init__(self):
        super().__init__()
        self.waits = 0
        self.outage = ExitStack()

    def begin(self) -> None:
        self.outage.enter_context(read_only())

    def wait(self, timeout=None):
        self.waits += 1
        if self.waits == 2:
            self.outage.close()
        elif self.waits == 3:
            self.set()
        return self.is_set()


@pytest.fixture
def stop():
    stop = OutageOfTwoWaits()
    yield stop
    stop.outage.close()


def test_a_worker_does_its_jobs_when_the_database_takes_writes_again(stop):
    outbox.post(NOTE, to=TeacherFactory(), key="reason")
    stop.begin()

    PatientWorker(interval=0, stop=stop, worker_id="w1").work()

    assert (stop.waits, len(mail.outbox)) == (3, 1)
    assert Heartbeat.objects.filter(name="worker").exists()


def test_the_tick_goes_on_when_the_database_takes_writes_again(stop, monkeypatch):
    monkeypatch.setattr("cms.management.commands.tick.threading.Event", lambda: stop)
    monkeypatch.setattr("cms.management.commands.tick.signal.signal", lambda *_: None)
    stop.begin()

    call_command("tick", keep_going=True, stdout=StringIO())

    assert stop.waits == 3
    assert Heartbeat.objects.filter(name="tick").exists()


def test_a_worker_s_name_is_claimed_when_the_database_takes_writes_again(stop):
    name = WorkerName("app-1", stop=stop, lost=stop.set)
    stop.begin()

    assert name.claim()

    assert stop.waits == 2
    name.release()
    assert not Heartbeat.objects.exists()


def test_a_worker_keeps_its_name_while_no_beat_can_be_written(monkeypatch):
    monkeypatch.setattr(worker_names, "BEATS_EVERY", 0.5)
    lost = threading.Event()
    name = WorkerName("app-1", stop=threading.Event(), lost=lost.set)
    assert name.claim()
    claimed_at = Heartbeat.objects.get().at

    with read_only():
        until(lambda: len(name.written) > 1)  # a beat was refused
    until(lambda: Heartbeat.objects.get().at > claimed_at)

    assert not lost.is_set()
    name.release()


def until(is_so) -> None:
    """Raises `TimeoutError` after ten seconds."""
    end = time.monotonic() + 10
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)
