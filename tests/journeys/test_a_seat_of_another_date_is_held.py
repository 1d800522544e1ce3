"""Whose session is cancelled or moved is held a seat of another date, for a time."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from tests.factories.other_dates import (
    DAY,
    REASON,
    a_date,
    cancel,
    change,
    letters_to,
    methods_of,
    move,
    seat_of,
    three_dates,
)
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.services import adviser_enrolment, rebooking
from training.services import enrolment as enrolments

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cancelled(licence):
    """Three seats, two of them elsewhere free: the first two are held one."""
    session = a_date(licence, capacity=3)
    other = a_date(licence, session.training, days=14, capacity=2)
    teachers = TeacherFactory.create_batch(3, works_at=licence.school, language="en")
    for teacher in teachers:
        enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    cancel(session)
    return session, other, teachers


def test_each_is_held_a_seat_of_another_date_as_far_as_there_are_seats(cancelled):
    _session, other, teachers = cancelled

    assert [e.teacher for e in other.enrolments.held()] == teachers[:2]
    assert other.count_seats_taken() == other.capacity
    held = seat_of(teachers[0], other)
    assert held.held_until - timezone.now() > datetime.timedelta(hours=71)


def test_the_letter_says_which_seat_is_held_and_until_when_or_leads_to_the_dates(cancelled):
    _session, _other, (first, _second, third) = cancelled

    run_worker()

    (letter,) = letters_to(first)
    assert REASON in letter.body
    assert "A seat is held for you on" in letter.body
    assert "/other-dates/" in letter.body
    (letter,) = letters_to(third)
    assert "held for you" not in letter.body
    assert "/other-dates/" in letter.body


def test_nobody_else_takes_a_seat_that_is_held(client, cancelled, licence):
    _session, other, _teachers = cancelled
    stranger = TeacherFactory(works_at=licence.school)

    assert enrolments.enrol(session=other, teacher=stranger).is_waiting


def test_by_one_press_the_held_seat_is_theirs_with_an_invitation(client, cancelled):
    session, other, (first, *_rest) = cancelled
    client.force_login(first)
    page = client.get(reverse("training:other_dates", args=[seat_of(first, session).public_id]))
    assert "A seat is held for you" in page.content.decode()
    run_worker()
    mail.outbox.clear()

    for _twice in range(2):
        client.post(reverse("training:take_held", args=[seat_of(first, other).public_id]))
    run_worker()

    assert seat_of(first, other).is_confirmed
    assert seat_of(first, other).participations.expected().count() == 1
    assert methods_of(first) == ["REQUEST"]
    assert seat_of(first, session).is_cancelled


def test_a_held_seat_that_is_not_wanted_goes_to_whoever_waits(client, cancelled, licence):
    _session, other, (first, *_rest) = cancelled
    waiting = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=other, teacher=waiting)
    client.force_login(first)

    client.post(reverse("training:let_go", args=[seat_of(first, other).public_id]))

    assert seat_of(first, other).is_cancelled
    assert seat_of(waiting, other).is_confirmed


def test_after_its_time_a_held_seat_is_free_again_and_its_holder_is_told(cancelled, licence):
    session, other, (first, *_rest) = cancelled
    waiting = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=other, teacher=waiting)
    run_worker()
    mail.outbox.clear()
    later = timezone.now() + 3 * DAY + datetime.timedelta(minutes=1)

    for _twice in range(2):
        rebooking.end_holds(later)
    run_worker()

    assert other.enrolments.held().count() == 0
    assert seat_of(waiting, other).is_confirmed
    (letter,) = letters_to(first)
    assert "no longer held" in letter.subject
    assert seat_of(first, session).public_id in letter.body


def test_a_held_seat_whose_date_is_cancelled_too_is_held_on_a_third_date(cancelled, licence):
    session, other, (first, second, _third) = cancelled
    last = a_date(licence, session.training, days=20, capacity=5)

    cancel(other)

    assert {e.teacher for e in last.enrolments.held()} == {first, second}
    assert seat_of(first, last).instead_of == seat_of(first, session)
    assert other.enrolments.held().count() == 0


def test_before_cancelling_the_planner_reads_for_how_many_a_seat_is_held(client, licence):
    session = a_date(licence)
    a_date(licence, session.training, days=10, capacity=1)
    for teacher in TeacherFactory.create_batch(2, works_at=licence.school):
        enrolments.enrol(session=session, teacher=teacher)
    client.force_login(PlannerFactory(language="en"))

    page = client.get(reverse("training:cancel_session", args=[session.public_id]))

    shown = page.content.decode()
    assert "For 1 person a seat on another date is held for 72 hours at most." in shown
    assert "For 1 person no seat on another date can be held" in shown


def test_moved_to_another_day_each_is_held_a_seat_of_another_date_and_keeps_theirs(licence):
    session = a_date(licence, days=9)
    other = a_date(licence, session.training, days=14)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    enrolments.enrol(session=session, teacher=teacher)

    move(session, 0, hours=1)
    assert not other.enrolments.held().exists()
    move(session, 1)

    held = seat_of(teacher, other)
    assert held.is_held
    assert seat_of(teacher, session).is_confirmed
    run_worker_after_the_pause()
    (letter,) = [one for one in letters_to(teacher) if "New date" in one.subject]
    assert "A seat is held for you on" in letter.body
    assert "Your seat here stays yours until you take it." in letter.body

    rebooking.take_held(held=held, by=teacher)

    assert seat_of(teacher, session).is_cancelled


def test_a_planner_seats_who_has_a_held_seat_though_the_right_has_ended(licence):
    session = a_date(licence)
    other = a_date(licence, session.training, days=40)
    teacher = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=session, teacher=teacher)
    cancel(session)
    licence.until = session.first_day
    licence.save()

    adviser_enrolment.enrol_by_adviser(
        session=other, teacher=teacher, by=PlannerFactory(), reason="Accord", all_the_same=True
    )

    assert seat_of(teacher, other).is_confirmed
    assert seat_of(teacher, other).is_admitted


def test_moved_back_before_anybody_is_told_no_seat_is_held(licence):
    session = a_date(licence, days=9)
    other = a_date(licence, session.training, days=14)
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))

    move(session, 1)
    assert other.enrolments.held().exists()
    move(session, -1)

    assert not other.enrolments.held().exists()


def test_a_held_seat_ends_before_the_last_hour_of_its_date_when_that_one_moves(cancelled):
    _session, other, (first, *_rest) = cancelled

    move(other, -13)

    held = seat_of(first, other)
    other.refresh_from_db()
    assert held.held_until <= other.starts_at - datetime.timedelta(hours=1)


def test_the_seat_of_somebody_without_an_account_is_not_held_any_longer(cancelled):
    _session, other, (first, *_rest) = cancelled
    first.is_active = False
    first.save()

    rebooking.end_holds(timezone.now())

    assert seat_of(first, other).is_cancelled


def test_letting_go_after_it_was_taken_keeps_it_and_says_so(client, cancelled):
    _session, other, (first, *_rest) = cancelled
    held = seat_of(first, other)
    rebooking.take_held(held=held, by=first)
    client.force_login(first)

    answer = client.post(reverse("training:let_go", args=[held.public_id]), follow=True)

    assert "You have taken this seat already." in answer.content.decode()
    assert seat_of(first, other).is_confirmed


def test_who_was_held_a_seat_in_a_date_that_is_cancelled_too_reads_of_the_next(cancelled, licence):
    session, other, (first, *_rest) = cancelled
    a_date(licence, session.training, days=20, capacity=5)
    run_worker()
    mail.outbox.clear()

    cancel(other)
    run_worker()

    (letter,) = letters_to(first)
    assert "A seat is held for you on" in letter.body


def test_a_seat_that_was_told_stays_held_when_hours_change_twice_afterwards(licence):
    session = a_date(licence, days=9)
    other = a_date(licence, session.training, days=20)
    teacher = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=session, teacher=teacher)
    move(session, 1)
    run_worker_after_the_pause()

    with time_machine.travel(timezone.now() + DAY, tick=True):
        move(session, 0, hours=1)
        move(session, 0, hours=1)

    assert seat_of(teacher, other).is_held


def test_who_only_waits_for_another_date_is_held_a_seat_of_a_third(licence):
    first, second, third = three_dates(licence)
    third.capacity = 1
    third.save()
    holder, teacher = TeacherFactory.create_batch(2, works_at=licence.school)
    enrolments.enrol(session=third, teacher=holder)
    seat = enrolments.enrol(session=first, teacher=teacher)
    change(teacher, seat, third)

    cancel(first)

    assert seat_of(teacher, second).is_held


def test_an_admission_holds_for_the_date_that_is_held(licence):
    session = a_date(licence)
    other = a_date(licence, session.training, days=20)
    teacher = TeacherFactory()
    adviser_enrolment.enrol_by_adviser(
        session=session, teacher=teacher, by=PlannerFactory(), reason="Accord", all_the_same=True
    )
    cancel(session)

    rebooking.take_held(held=seat_of(teacher, other), by=teacher)

    assert seat_of(teacher, other).is_confirmed


def test_a_seat_that_is_only_held_in_a_session_that_moves_gets_no_second_one(cancelled, licence):
    session, other, (first, *_rest) = cancelled
    last = a_date(licence, session.training, days=40)

    move(other, 1)

    assert not last.enrolments.held().exists()
    assert seat_of(first, other).is_held
