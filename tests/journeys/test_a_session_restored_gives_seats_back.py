"""A session that was cancelled is restored: its people come back, what was held for them ends."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse

from courses.agenda.values import Hours
from courses.live.models import RoomPass
from tests.factories.other_dates import (
    DAY,
    a_date,
    cancel,
    cancelled_with_three_seats,
    change,
    letters_to,
    methods_of,
    open_seats_of,
    seat_of,
    three_dates,
)
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import SessionState
from training.exceptions import TooLateToRestore
from training.models import Enrolment
from training.services import enrolment as enrolments
from training.services import one_date, rebooking, session_dates, sessions

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cancelled(licence):
    return cancelled_with_three_seats(licence)


def test_a_session_cancelled_by_mistake_comes_back_with_its_people(client, cancelled):
    session, other, (first, second, third) = cancelled
    rebooking.take_held(held=seat_of(first, other), by=first)
    run_worker()
    mail.outbox.clear()
    client.force_login(PlannerFactory())

    for _twice in range(2):
        client.post(reverse("training:restore_session", args=[session.public_id]))
    run_worker()

    session.refresh_from_db()
    assert (session.state, session.cancel_reason) == (SessionState.OPEN, "")
    assert {e.teacher for e in session.enrolments.holding_a_seat()} == {second, third}
    assert seat_of(first, other).is_confirmed
    assert other.enrolments.held().count() == 0
    assert methods_of(second) == methods_of(third) == ["REQUEST"]
    assert letters_to(first) == []
    (meeting,) = session.meetings
    assert not meeting.is_cancelled


def test_a_date_that_was_cancelled_alone_before_stays_cancelled(licence):
    start = in_a_week()
    hours = [Hours(start + n * DAY, start + n * DAY + datetime.timedelta(hours=1)) for n in (0, 1)]
    session = SessionFactory(resource=licence.resource, hours=hours)
    first, second = session.meetings
    by = PlannerFactory()
    session_dates.cancel_meeting(session=session, meeting=first, by=by, reason="Férié")
    cancel(session)

    sessions.restore(session=session, by=by)

    first, second = session.meetings
    assert first.is_cancelled
    assert not second.is_cancelled


def test_once_its_first_date_has_begun_a_cancelled_session_is_not_restored(client, licence):
    session = a_date(licence)
    cancel(session)
    client.force_login(PlannerFactory())
    later = session.starts_at

    with pytest.raises(TooLateToRestore):
        sessions.restore(session=session, by=PlannerFactory(), now=later)


def test_a_seat_taken_elsewhere_leaves_no_way_into_the_room_of_a_restored_session(cancelled):
    session, other, (first, *_rest) = cancelled
    rebooking.take_held(held=seat_of(first, other), by=first)

    sessions.restore(session=session, by=PlannerFactory())

    passes = RoomPass.objects.filter(room__meeting__in=session.meetings, is_withdrawn=False)
    assert not passes.filter(person=first).exists()
    assert passes.filter(person=_rest[0]).exists()


def test_what_was_held_for_a_seat_ends_when_that_seat_comes_back(licence):
    first, second, _third = three_dates(licence)
    teacher = TeacherFactory(works_at=licence.school)
    seat = enrolments.enrol(session=first, teacher=teacher)
    change(teacher, seat, second)
    cancel(second)
    assert Enrolment.objects.held().filter(teacher=teacher).exists()

    sessions.restore(session=second, by=PlannerFactory())

    assert open_seats_of(teacher) == [second]


def test_a_session_left_long_ago_takes_nothing_away_when_it_is_restored(licence):
    first, second, third = three_dates(licence)
    teacher = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=first, teacher=teacher)
    cancel(first)
    rebooking.take_held(held=seat_of(teacher, second), by=teacher)
    cancel(second)
    assert seat_of(teacher, third).is_held

    sessions.restore(session=first, by=PlannerFactory())

    assert seat_of(teacher, third).is_held


@pytest.mark.at("2026-11-25T12:00")
def test_the_letter_lists_the_dates_that_each_reader_has(licence):
    start = in_a_week()
    hours = [
        Hours(start + n * DAY, start + n * DAY + datetime.timedelta(hours=1)) for n in (0, 3, 6)
    ]
    trainer = TrainerFactory(works_for=licence.resource.provider, language="en")
    session = SessionFactory(resource=licence.resource, hours=hours, capacity=1, led_by=trainer)
    seated, waits = TeacherFactory.create_batch(2, works_at=licence.school, language="en")
    seat = enrolments.enrol(session=session, teacher=seated)
    enrolments.enrol(session=session, teacher=waits)
    first, second, _third = session.meetings
    one_date.give_back(enrolment=seat, meeting=second)
    one_date.change_for_somebody(
        enrolment=seat, expected=[first], by=PlannerFactory(), reason="Trop peu de machines."
    )
    cancel(session)
    run_worker()
    mail.outbox.clear()
    sessions.restore(session=session, by=PlannerFactory())
    run_worker()

    (to_seated,), (to_waits,), (to_trainer,) = map(letters_to, (seated, waits, trainer))
    days = ["- Wednesday 2 December", "- Saturday 5 December", "- Tuesday 8 December"]
    assert [day in to_seated.body for day in days] == [True, False, False]
    assert all(day in letter.body for letter in (to_waits, to_trainer) for day in days)
