"""Many press for one session at once: under its lock a press is decided and no more. What the
decision brings is written after it, or by the tick if the process ended in between.
"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.agenda.models import CalendarEntry
from courses.agenda.values import Hours
from courses.live.models import RoomPass
from courses.mail.models import Letter
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from training.enums import EnrolmentState, Letters
from training.models import Enrolment
from training.services import enrolment as enrolments
from training.services import one_seat, sessions

WEEK = datetime.timedelta(weeks=1)
HOUR = datetime.timedelta(hours=1)


def subscribed(capacity: int = 1, dates: int = 3):
    licence = LicenceFactory()
    start = in_a_week()
    hours = [Hours(start + n * WEEK, start + n * WEEK + HOUR) for n in range(dates)]
    session = SessionFactory(resource=licence.resource, capacity=capacity, hours=hours)
    return session, [TeacherFactory(works_at=licence.school) for _one in range(2)]


def enrol_and_crash(monkeypatch, session, teacher) -> Enrolment:
    """The process ends once the decision is committed."""

    def dies(*_args, **_more):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(one_seat, "tell_of_decision", dies)
        with pytest.raises(MemoryError):
            enrolments.enrol(session=session, teacher=teacher)
    return Enrolment.objects.get(teacher=teacher)


def kinds_to(person) -> list[str]:
    return [letter.kind for letter in Letter.objects.filter(to_id=person.pk).order_by("pk")]


def in_two_minutes() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(minutes=2)


@pytest.mark.django_db(transaction=True)
def test_a_seat_takes_six_statements_under_the_lock_and_a_turn_four_at_any_number_of_dates():
    session, people = subscribed(capacity=1)
    counts = []
    for teacher in people:
        with CaptureQueriesContext(connection) as asked:
            enrolments.enrol(session=session, teacher=teacher)
        statements = [query["sql"].split()[0] for query in asked.captured_queries]
        begins = statements.index("BEGIN")
        counts.append(statements.index("COMMIT") - begins - 1)

    assert counts == [6, 4]


@pytest.mark.django_db
def test_what_a_crash_left_is_told_by_the_tick_once(monkeypatch):
    session, (teacher, second) = subscribed()
    seat = enrol_and_crash(monkeypatch, session, teacher)
    turn = enrol_and_crash(monkeypatch, session, second)
    assert (seat.state, turn.state) == (EnrolmentState.CONFIRMED, EnrolmentState.WAITING)
    assert seat.participations.count() == 3
    assert kinds_to(teacher) == kinds_to(second) == []

    one_seat.tell_of_decisions_left(timezone.now())  # the press may still be at it
    assert kinds_to(teacher) == []
    for _twice in range(2):
        one_seat.tell_of_decisions_left(in_two_minutes())

    assert kinds_to(teacher) == [Letters.SEAT_CONFIRMED]
    assert kinds_to(second) == [Letters.ON_THE_WAITING_LIST]
    assert RoomPass.objects.filter(person=teacher).count() == 3
    assert CalendarEntry.objects.filter(person=teacher, method="REQUEST").count() == 3
    assert not RoomPass.objects.filter(person=second).exists()


@pytest.mark.django_db
def test_a_press_again_after_a_crash_tells_at_once(monkeypatch):
    session, (teacher, _second) = subscribed()
    enrol_and_crash(monkeypatch, session, teacher)

    enrolments.enrol(session=session, teacher=teacher)

    assert kinds_to(teacher) == [Letters.SEAT_CONFIRMED]


@pytest.mark.django_db
def test_a_seat_that_is_given_back_before_it_was_told_is_not_announced(monkeypatch):
    session, (teacher, _second) = subscribed()
    seat = enrol_and_crash(monkeypatch, session, teacher)

    enrolments.cancel(enrolment=seat, by=teacher)
    one_seat.tell_of_decisions_left(in_two_minutes())

    assert kinds_to(teacher) == [Letters.ENROLMENT_CANCELLED]
    assert not RoomPass.objects.filter(person=teacher).exists()


@pytest.mark.django_db
def test_a_turn_that_becomes_a_seat_before_it_was_told_is_announced_as_a_seat(monkeypatch):
    session, (teacher, second) = subscribed()
    seat = enrolments.enrol(session=session, teacher=teacher)
    enrol_and_crash(monkeypatch, session, second)

    enrolments.cancel(enrolment=seat, by=teacher)
    one_seat.tell_of_decisions_left(in_two_minutes())

    assert len(kinds_to(second)) == 1
    assert kinds_to(second)[0] != Letters.ON_THE_WAITING_LIST


@pytest.mark.django_db
def test_a_session_cancelled_before_a_seat_was_told_is_told_as_cancelled(monkeypatch):
    session, (teacher, second) = subscribed()
    enrol_and_crash(monkeypatch, session, teacher)
    enrol_and_crash(monkeypatch, session, second)

    sessions.cancel(session=session, by=PlannerFactory(), reason="Trainer ill")
    one_seat.tell_of_decisions_left(in_two_minutes())

    assert kinds_to(teacher) == kinds_to(second) == [Letters.SESSION_CANCELLED]
