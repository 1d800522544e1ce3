"""Letters whose task or worker was lost go with the next tick, once."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail import hooks

from courses.digest.enums import Hook
from courses.jobs import services as jobs
from courses.mail import services as outbox
from courses.mail.enums import LetterState
from courses.mail.values import wait_before_next_try
from courses.wagtail_hooks import ticks
from tests.factories.effects import ThenDo
from tests.factories.mail import NOTE
from tests.factories.people import TeacherFactory
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db


NOW = datetime.datetime(2026, 12, 1, 9, tzinfo=datetime.UTC)

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def clock():
    """The hour, moved by the story."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def tick() -> None:
    for answer in hooks.get_hooks(Hook.TICK):
        if answer.__module__ == ticks.__name__:
            answer(timezone.now())


def test_a_letter_whose_task_was_lost_goes_with_the_next_tick_and_once_only(clock):
    letter = outbox.post(NOTE, to=TeacherFactory(), key="reason")
    DBTaskResult.objects.all().delete()

    tick()
    assert DBTaskResult.objects.count() == 0  # not overdue yet
    clock.shift(3 * MINUTE)
    tick()
    tick()
    assert DBTaskResult.objects.count() == 1  # the second finds the first's task
    run_worker()

    letter.refresh_from_db()
    assert (letter.state, len(mail.outbox)) == (LetterState.SENT, 1)


def test_letters_that_wait_for_a_sleeping_worker_do_not_pile_up_tasks(clock):
    for n in range(5):
        outbox.post(NOTE, to=TeacherFactory(), key=f"reason:{n}")

    for _minute in range(10):
        clock.shift(MINUTE)
        tick()

    assert DBTaskResult.objects.count() == 5


def test_the_task_of_a_killed_worker_runs_again_whatever_its_room(clock):
    letter = outbox.post(NOTE, to=TeacherFactory(), key="reason")
    DBTaskResult.objects.get().claim("killed")

    clock.shift(10 * MINUTE)
    jobs.sweep_tasks(timezone.now())
    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING
    clock.shift(10 * MINUTE)
    jobs.sweep_tasks(timezone.now())
    run_worker()

    letter.refresh_from_db()
    assert (letter.state, DBTaskResult.objects.get().status) == (
        LetterState.SENT,
        TaskResultStatus.SUCCESSFUL,
    )


@pytest.mark.parametrize("meanwhile", ["ended", "taken anew"])
def test_a_task_that_changed_while_the_sweep_went_on_is_left_as_it_is(
    clock, monkeypatch, meanwhile
):
    for n in range(2):
        outbox.post(NOTE, to=TeacherFactory(), key=f"reason:{n}")
        clock.shift(MINUTE)  # the queue's order
    for task in list(DBTaskResult.objects.all()):
        task.claim("slow")
    clock.shift(16 * MINUTE)
    first, second = DBTaskResult.objects.running()
    DBTaskResult.objects.filter(pk=first.pk).update(worker_ids=["one", "two", "three"])
    became = {
        "ended": {"status": TaskResultStatus.SUCCESSFUL, "finished_at": timezone.now()},
        "taken anew": {"started_at": timezone.now(), "worker_ids": ["slow", "another"]},
    }[meanwhile]
    as_left = DBTaskResult.objects.filter(pk=second.pk, **became)
    handler = ThenDo(lambda: DBTaskResult.objects.filter(pk=second.pk).update(**became))
    monkeypatch.setattr(jobs.logger, "handlers", [handler])

    put_back = jobs.sweep_tasks(timezone.now())

    assert DBTaskResult.objects.get(pk=first.pk).status == TaskResultStatus.FAILED
    assert put_back == 0
    assert as_left.exists()


def test_a_task_that_kills_its_worker_each_time_is_given_up(clock):
    outbox.post(NOTE, to=TeacherFactory(), key="reason")

    for n in range(5):
        if task := DBTaskResult.objects.ready().first():
            task.claim(f"killed-{n}")
        clock.shift(20 * MINUTE)
        jobs.sweep_tasks(timezone.now())

    task = DBTaskResult.objects.get()
    assert (task.status, len(task.worker_ids)) == (TaskResultStatus.FAILED, 3)


def test_tasks_that_ended_are_forgotten_after_two_weeks(clock):
    letter = outbox.post(NOTE, to=TeacherFactory(), key="reason")
    run_worker()

    clock.shift(datetime.timedelta(days=15))
    tick()

    letter.refresh_from_db()
    assert (DBTaskResult.objects.count(), letter.state) == (0, LetterState.SENT)


@pytest.mark.parametrize("minutes", range(1, 51))
def test_after_an_outage_of_some_minutes_a_password_link_comes_within_ten(minutes):
    """After ten minutes it came after 36."""
    tries, moment = [], 0
    for number in range(1, 9):
        moment += wait_before_next_try(number).total_seconds() / 60
        tries.append(moment)

    assert min(moment for moment in tries if moment >= minutes) - minutes < 10
