"""Two ticks run each periodic job once; what was missed, killed or failed is made up for.

On both databases.
"""

import datetime
import signal
import threading
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from wagtail import hooks

from cms.today.services import checks_of_jobs
from courses.digest.enums import Hook
from courses.jobs import services as jobs
from courses.jobs.models import PeriodicRun
from courses.jobs.queries import job_lines
from courses.jobs.values import daily, every, name_of
from courses.mail.models import Letter
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory
from training.enums import Letters
from training.models import EnrolmentStep
from training.services import enrolment as enrolments
from training.services import given_back

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def only(monkeypatch):
    """The tick asks these hooks and no others."""

    def ask(*answers) -> None:
        asked = hooks.get_hooks
        monkeypatch.setattr(
            hooks, "get_hooks", lambda name: answers if name == Hook.TICK else asked(name)
        )

    return ask


def tick(after: datetime.timedelta = datetime.timedelta()) -> None:
    with time_machine.travel(timezone.now() + after, tick=False):
        call_command("tick", stdout=StringIO(), stderr=StringIO())


def in_threads(*functions) -> list:
    """What they returned, each in a thread with a connection of its own, begun at the same instant."""
    results, start = [], threading.Barrier(len(functions))

    def run(function):
        try:
            start.wait()
            results.append(function())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[function]) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_many_ticks_at_once_one_claims_the_job():
    @every(minutes=10)
    def sweep(now): ...

    now = timezone.now()

    claims = in_threads(*[lambda: jobs.claim(sweep, now)] * 8)

    assert sorted(claims) == [False] * 7 + [True]


def test_a_clock_that_was_ahead_stops_no_job():
    @daily(3, 40)
    def at_night(now): ...

    now = timezone.now()
    ahead = now + datetime.timedelta(days=2)
    assert jobs.claim(at_night, ahead)
    jobs.ended(at_night, ahead, succeeded=True)

    [line] = job_lines([at_night], now)
    assert line.is_overdue

    assert jobs.claim(at_night, now)
    assert not jobs.claim(at_night, now + MINUTE)

    jobs.ended(at_night, now, succeeded=False)
    [line] = job_lines([at_night], now)
    assert line.has_failed

    assert jobs.claim(at_night, now + HOUR)
    jobs.ended(at_night, now + HOUR, succeeded=True)
    [line] = job_lines([at_night], now + HOUR)
    assert line.is_fine


def test_a_tick_that_was_killed_while_its_clock_was_ahead_stops_no_job():
    @daily(3, 40)
    def at_night(now): ...

    now = timezone.now()
    assert jobs.claim(at_night, now + datetime.timedelta(days=2))

    assert jobs.claim(at_night, now)


def test_two_ticks_at_once_run_each_job_once(only):
    asked = []

    @daily(3, 40)
    def at_night(now):
        asked.append("at night")

    def each_minute(now):
        asked.append("each minute")

    only(at_night, each_minute)

    with time_machine.travel(timezone.now(), tick=False):
        in_threads(*[lambda: call_command("tick", stdout=StringIO())] * 2)

    assert sorted(asked) == ["at night", "each minute"]


def test_a_job_of_ten_minutes_runs_once_in_each_ten_minutes(only):
    ran_at = []

    @every(minutes=10)
    def sweep(now):
        ran_at.append(timezone.localtime(now).minute)

    only(sweep)

    for minute in range(25):  # from 12:00
        tick(minute * MINUTE)

    assert ran_at == [0, 10, 20]


def test_a_night_that_was_missed_is_made_up_for_at_the_next_tick(only):
    ran_at = []

    @daily(3, 40)
    def at_night(now):
        ran_at.append(f"{timezone.localtime(now):%a %H:%M}")

    only(at_night)

    for hours in (
        0,
        1,
        15,
        16,
        48,
        49,
    ):  # from Wednesday 12:00; the machine is down from Thursday 4:00 to Friday 12:00
        tick(hours * HOUR)

    assert ran_at == ["Wed 12:00", "Thu 04:00", "Fri 12:00"]


@pytest.mark.at("2027-03-27T12:00")
def test_the_night_in_which_the_clock_goes_forward_has_its_run(only):
    """At 2:30 there is no such hour: the job runs at 3:30."""
    ran_at = []

    @daily(2, 30)
    def at_night(now):
        ran_at.append(f"{timezone.localtime(now):%a %H:%M}")

    only(at_night)

    for half_hours in range(48):
        tick(half_hours * HOUR / 2)

    assert ran_at == ["Sat 12:00", "Sun 03:30"]


def test_a_job_that_fails_is_tried_again_after_a_rest_and_shown(only):
    tries = []

    @daily(3, 40)
    def fails(now):
        tries.append(timezone.localtime(now).minute)
        raise ZeroDivisionError

    only(fails)

    for minute in range(15):
        tick(minute * MINUTE)

    assert tries == [0, 10]
    assert [line.has_failed for line in job_lines([fails], timezone.now())] == [True]


def test_a_job_that_failed_and_was_removed_by_a_release_is_no_failure(only):
    def removed(now):
        raise ZeroDivisionError

    def stays(now): ...

    only(removed, stays)
    tick()
    before = [one.is_fine for one in checks_of_jobs(timezone.now()) if one.name == "periodic"]

    only(stays)

    after = [one.is_fine for one in checks_of_jobs(timezone.now()) if one.name == "periodic"]
    assert (before, after) == ([False], [True])


def test_a_job_that_a_killed_tick_left_is_taken_up(only):
    ran_at = []

    def each_minute(now):
        ran_at.append(timezone.localtime(now).minute)

    only(each_minute)
    jobs.claim(each_minute, timezone.now())  # and killed

    for minute in (1, 5, 9, 10, 11):
        tick(minute * MINUTE)

    assert ran_at == [10, 11]


@pytest.fixture
def own_signals():
    """Those of the process that runs the tests come back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("own_signals")
def test_a_tick_that_is_told_to_end_begins_no_other_job(only):
    asked = []

    def is_ended(now):
        asked.append("first")
        signal.raise_signal(signal.SIGTERM)

    def comes_later(now):
        asked.append("second")

    only(is_ended, comes_later)

    call_command("tick", keep_going=True, stdout=StringIO())

    assert asked == ["first"]
    assert list(PeriodicRun.objects.values_list("name", flat=True)) == ["tests.is_ended"]
    assert not job_lines([is_ended], timezone.now())[0].has_failed


def test_a_job_rests_after_a_failure_and_not_after_a_success(only):
    tries = []

    @every(minutes=10)
    def fails_once(now):
        tries.append(timezone.localtime(now).minute)
        if len(tries) == 1:
            raise ZeroDivisionError

    only(fails_once)

    for minute in (9, 11, 19, 20, 29, 30):  # from 12:00
        tick(minute * MINUTE)

    assert tries == [9, 19, 20, 30]


def test_a_tick_that_was_overtaken_leaves_the_other_s_run_alone():
    def slow(now): ...

    before = timezone.now()
    jobs.claim(slow, before)
    assert jobs.claim(slow, before + 11 * MINUTE)

    jobs.ended(slow, before, succeeded=True)

    assert PeriodicRun.objects.get().ended_at is None


def test_no_two_hooks_of_the_tick_share_a_row():
    names = [name_of(hook) for hook in hooks.get_hooks(Hook.TICK)]

    assert sorted(names) == sorted(set(names))


def test_seats_that_became_free_are_told_once_by_two_ticks():
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    planner = PlannerFactory()
    for teacher in TeacherFactory.create_batch(3, works_at=licence.school):
        seat = enrolments.enrol(session=session, teacher=teacher)
        enrolments.cancel(enrolment=seat, by=teacher)
    soon = session.starts_at - HOUR

    with time_machine.travel(soon, tick=False):
        Letter.objects.all().delete()
        EnrolmentStep.objects.update(at=soon - MINUTE)
        in_threads(*[lambda: given_back.tell(soon)] * 4)

    told = Letter.objects.filter(kind=Letters.SEATS_GIVEN_BACK)
    assert sorted(told.values_list("to", flat=True)) == sorted(
        [planner.pk, session.trainers.get().pk]
    )
    assert {len(letter.details["steps"]) for letter in told} == {3}
