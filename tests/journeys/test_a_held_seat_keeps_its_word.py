"""What people are told of a seat that is held for them stays true: until its end it can be taken, it is
never a second seat beside another one, and a move or a restoration says what became of it.
"""

import datetime

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from tests.factories.attendance import seated
from tests.factories.other_dates import (
    DAY,
    a_date,
    cancel,
    change,
    letters_to,
    move,
    open_seats_of,
    seat_of,
    three_dates,
)
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.exceptions import SessionIsCancelled
from training.models import Enrolment
from training.services import enrolment as enrolments
from training.services import rebooking, sessions, waiting_list

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def teacher(licence):
    return TeacherFactory(works_at=licence.school, language="en")


def restore(session):
    return sessions.restore(session=session, by=PlannerFactory())


def last_letter(person) -> str:
    """What was written since the last time that was asked."""
    run_worker()
    letters = [one.body for one in letters_to(person)]
    mail.outbox.clear()
    return "\n".join(letters)


def dates_page(client, seat) -> str:
    client.force_login(seat.teacher)
    return client.get(reverse("training:other_dates", args=[seat.public_id])).content.decode()


# Until its end it can be taken


@pytest.fixture
def moved_to_tomorrow(licence, teacher):
    """A session that begins, moved, before the end of the seat that is held elsewhere."""
    session = a_date(licence, days=9)
    other = a_date(licence, session.training, days=30)
    seat = enrolments.enrol(session=session, teacher=teacher)
    move(session, -8, hours=3)
    run_worker_after_the_pause()
    mail.outbox.clear()
    session.refresh_from_db()
    return session, other, seat


def test_it_can_be_taken_though_the_session_that_was_moved_has_begun(client, moved_to_tomorrow):
    session, other, seat = moved_to_tomorrow

    with time_machine.travel(session.starts_at + 2 * HOUR, tick=True):
        page = dates_page(client, seat)
        client.post(reverse("training:take_held", args=[seat_of(seat.teacher, other).public_id]))

    assert "A seat is held for you" in page
    assert "Take this seat" in page
    assert "Your seat of Thursday 26 November" in page
    assert "This session has begun" in page
    assert seat_of(seat.teacher, other).is_confirmed


def test_once_it_is_over_the_letter_promises_no_seat_that_is_past(licence, moved_to_tomorrow):
    _session, _other, seat = moved_to_tomorrow

    with time_machine.travel(timezone.now() + 3 * DAY + HOUR, tick=True):
        rebooking.end_holds(timezone.now())
        letter = last_letter(seat.teacher)

    assert "You didn’t take it" in letter
    assert "stays yours" not in letter
    assert "You can still choose a date" not in letter


def test_whose_right_has_ended_reads_why_instead_of_the_button(client, licence, teacher):
    session = a_date(licence)
    other = a_date(licence, session.training, days=40)
    seat = enrolments.enrol(session=session, teacher=teacher)
    cancel(session)
    licence.until = session.first_day
    licence.save()

    page = dates_page(client, seat)

    assert "which is before the last meeting of this session" in page
    assert "Take this seat" not in page
    assert "I don’t need it" in page
    assert "held for you" not in last_letter(teacher)
    assert seat_of(teacher, other).is_held


def test_over_before_the_tick_its_date_is_among_the_others_and_a_press_enrols(
    client, licence, teacher
):
    session = a_date(licence)
    other = a_date(licence, session.training, days=14)
    seat = enrolments.enrol(session=session, teacher=teacher)
    cancel(session)
    Enrolment.objects.filter(pk=seat_of(teacher, other).pk).update(held_until=timezone.now())

    assert "No other date is planned for now" not in dates_page(client, seat)
    client.post(reverse("training:enrol", args=[other.public_id]))

    assert seat_of(teacher, other).is_confirmed
    assert open_seats_of(teacher) == [other]


# A move says what became of it


def test_moved_its_session_says_until_when_and_moved_back_it_is_held_as_told(licence, teacher):
    session = a_date(licence, days=9)
    other = a_date(licence, session.training, days=30)
    enrolments.enrol(session=session, teacher=teacher)
    cancel(session)
    last_letter(teacher)
    told = seat_of(teacher, other).held_until

    move(other, -28)
    assert seat_of(teacher, other).held_until < told
    run_worker_after_the_pause()
    assert "A seat is held for you in this session until Friday 27 November" in last_letter(teacher)
    move(other, 28)

    assert seat_of(teacher, other).held_until == told


def test_moved_too_near_to_hold_the_letter_says_that_it_moved(licence, teacher):
    session = a_date(licence, days=9)
    other = a_date(licence, session.training, days=30)
    enrolments.enrol(session=session, teacher=teacher)
    cancel(session)
    last_letter(teacher)

    with time_machine.travel(timezone.now() + 3 * HOUR, tick=True):
        other.refresh_from_db()
        soon = timezone.now() + 3 * HOUR - other.starts_at
        move(other, 0, hours=soon.total_seconds() / 3600)
    with time_machine.travel(timezone.now() + 6 * HOUR, tick=True):
        rebooking.end_holds(timezone.now())
        letter = last_letter(teacher)

    assert "The session has been moved and begins on Wednesday 25 November" in letter
    assert "You didn’t take it" not in letter


def test_who_only_waits_in_the_date_that_moves_reads_of_no_seat_there(licence, teacher):
    first, second, _third = three_dates(licence)
    full = a_date(licence, first.training, days=40, capacity=1)
    enrolments.enrol(session=full, teacher=TeacherFactory(works_at=licence.school))
    seat = enrolments.enrol(session=first, teacher=teacher)
    change(teacher, seat, full)
    cancel(first)
    assert seat_of(teacher, second).is_held
    last_letter(teacher)

    move(full, 0, hours=1)
    run_worker_after_the_pause()

    letter = last_letter(teacher)
    assert "Leave the waiting list" in letter
    assert "Your seat here" not in letter


def test_moved_back_it_ends_only_for_those_who_were_not_told(licence):
    session = a_date(licence, days=9)
    other = a_date(licence, session.training, days=30)
    two = TeacherFactory.create_batch(2, works_at=licence.school)
    for one in two:
        enrolments.enrol(session=session, teacher=one)
    run_worker()
    mail.outbox.clear()
    move(session, 1)
    with time_machine.travel(timezone.now() + 11 * datetime.timedelta(minutes=1), tick=True):
        while not any(letters_to(one) for one in two):
            run_worker(most=1)
        # Both letters are due at the same instant: either may be sent first.
        told, not_told = sorted(two, key=lambda one: len(letters_to(one)), reverse=True)
        assert not letters_to(not_told)
        move(session, -1)

    assert seat_of(told, other).is_held
    assert seat_of(not_told, other).is_cancelled


# Never a second seat beside another one


def test_enrolled_by_the_catalogue_it_is_no_longer_held(client, licence, teacher):
    first, second, third = three_dates(licence)
    seat = enrolments.enrol(session=first, teacher=teacher)
    cancel(first)
    assert seat_of(teacher, second).is_held
    last_letter(teacher)

    client.force_login(teacher)
    client.post(reverse("training:enrol", args=[third.public_id]))

    assert open_seats_of(teacher) == [third]
    assert "Take this seat" not in dates_page(client, seat)
    with time_machine.travel(timezone.now() + 3 * DAY + HOUR, tick=True):
        rebooking.end_holds(timezone.now())
        assert "You didn’t take it" not in last_letter(teacher)


def test_enrolled_by_the_catalogue_the_lost_seat_does_not_come_back(client, licence, teacher):
    session = a_date(licence, days=9)
    enrolments.enrol(session=session, teacher=teacher)
    cancel(session)
    new = a_date(licence, session.training, days=30)
    client.force_login(teacher)
    client.post(reverse("training:enrol", args=[new.public_id]))
    last_letter(teacher)

    restore(session)

    assert open_seats_of(teacher) == [new]
    assert "Your seat is what it was" not in last_letter(teacher)


def test_a_turn_from_before_that_becomes_a_seat_ends_what_is_held(licence, teacher):
    first, second, third = three_dates(licence, capacity=1)
    holder = TeacherFactory(works_at=licence.school)
    taken = enrolments.enrol(session=third, teacher=holder)
    enrolments.enrol(session=third, teacher=teacher)
    enrolments.enrol(session=first, teacher=teacher)
    cancel(first)
    assert seat_of(teacher, second).is_held

    enrolments.cancel(enrolment=taken, by=holder)
    rebooking.end_holds(timezone.now())

    assert open_seats_of(teacher) == [third]


def test_two_seats_that_were_wanted_stay_two_though_one_is_cancelled_and_restored(licence, teacher):
    first, second, third = three_dates(licence)
    for session in (first, second):
        enrolments.enrol(session=session, teacher=teacher)

    cancel(first)
    rebooking.end_holds(timezone.now())
    assert not third.enrolments.exists()
    restore(first)
    rebooking.end_holds(timezone.now())

    assert open_seats_of(teacher) == [first, second]


def test_the_old_link_changes_the_seat_that_was_taken_in_the_catalogue(client, licence, teacher):
    first, second, third = three_dates(licence)
    seat = enrolments.enrol(session=first, teacher=teacher)
    enrolments.cancel(enrolment=seat, by=teacher)
    enrolments.enrol(session=second, teacher=teacher)

    assert "It stays yours until another one is sure." in dates_page(client, seat)
    client.post(reverse("training:change_date", args=[seat.public_id, third.public_id]))

    assert open_seats_of(teacher) == [third]


def test_enrolling_again_leaves_the_turn_of_a_change_alone(licence, teacher):
    first, second, _third = three_dates(licence)
    second.capacity = 1
    second.save()
    enrolments.enrol(session=second, teacher=TeacherFactory(works_at=licence.school))
    seat = enrolments.enrol(session=first, teacher=teacher)
    change(teacher, seat, second)

    enrolments.enrol(session=first, teacher=teacher)

    assert open_seats_of(teacher) == [first, second]


def test_the_new_date_cancelled_before_the_old_seat_is_given_back_leaves_the_old_one(
    licence, teacher, monkeypatch
):
    first, second, _third = three_dates(licence)
    seat = enrolments.enrol(session=first, teacher=teacher)
    settle = rebooking.give_up_others

    def cancelled_in_between(new, *, now):
        monkeypatch.undo()
        cancel(second)
        settle(new, now=now)

    monkeypatch.setattr(rebooking, "give_up_others", cancelled_in_between)
    with pytest.raises(SessionIsCancelled):
        change(teacher, seat, second)

    assert seat_of(teacher, first).is_confirmed


# A restoration says what became of it


@pytest.fixture
def full(licence):
    """A date that is full, and who has its seat."""
    session = a_date(licence, days=20)
    other = a_date(licence, session.training, days=30, capacity=1)
    holder = TeacherFactory(works_at=licence.school)
    return session, other, enrolments.enrol(session=other, teacher=holder)


def free(taken) -> None:
    enrolments.cancel(enrolment=taken, by=taken.teacher)
    rebooking.end_holds(timezone.now())


def test_a_change_that_waited_before_the_cancellation_goes_on_waiting(full, teacher):
    session, other, taken = full
    change(teacher, enrolments.enrol(session=session, teacher=teacher), other)

    cancel(session)
    restore(session)
    free(taken)

    assert open_seats_of(teacher) == [other]


def test_a_turn_that_was_asked_for_since_the_cancellation_stands_beside_the_seat(full, teacher):
    session, other, taken = full
    seat = enrolments.enrol(session=session, teacher=teacher)

    cancel(session)
    change(teacher, seat, other)
    restore(session)
    free(taken)

    assert open_seats_of(teacher) == [session, other]


def test_an_offer_from_since_the_cancellation_takes_no_restored_seat_away(licence, teacher):
    session = a_date(licence, days=20)
    other = a_date(licence, session.training, days=4, capacity=1)
    holder = TeacherFactory(works_at=licence.school)
    taken = enrolments.enrol(session=other, teacher=holder)
    seat = enrolments.enrol(session=session, teacher=teacher)
    cancel(session)
    change(teacher, seat, other)
    enrolments.cancel(enrolment=taken, by=holder)
    offered = seat_of(teacher, other)
    assert offered.is_offered

    restore(session)
    waiting_list.take(offer=offered.offers.get(), by=teacher)
    rebooking.end_holds(timezone.now())

    assert set(open_seats_of(teacher)) == {session, other}


def test_an_offer_says_which_seat_goes_with_it(client, licence, teacher):
    session = a_date(licence, days=20)
    other = a_date(licence, session.training, days=4, capacity=1)
    holder = TeacherFactory(works_at=licence.school)
    taken = enrolments.enrol(session=other, teacher=holder)
    change(teacher, enrolments.enrol(session=session, teacher=teacher), other)
    last_letter(teacher)
    enrolments.cancel(enrolment=taken, by=holder)
    offer = seat_of(teacher, other).offers.get()
    client.force_login(teacher)

    page = client.get(offer.get_absolute_url()).content.decode()

    assert "If you take it, your seat of Tuesday 15 December" in page
    assert "If you take it, your seat of Tuesday 15 December" in last_letter(teacher)


def test_held_in_a_date_that_was_cancelled_by_mistake_it_is_held_again(licence, teacher):
    session = a_date(licence, days=9)
    other = a_date(licence, session.training, days=20)
    enrolments.enrol(session=session, teacher=teacher)
    cancel(session)
    cancel(other)
    last_letter(teacher)

    restore(other)

    assert seat_of(teacher, other).is_held
    letter = last_letter(teacher)
    assert "It takes place after all" in letter
    assert "A seat is held for you in this session until" in letter


def test_let_go_before_the_mistake_it_is_not_held_again(licence, teacher):
    session = a_date(licence, days=9)
    other = a_date(licence, session.training, days=20)
    enrolments.enrol(session=session, teacher=teacher)
    cancel(session)
    rebooking.holds.let_go(held=seat_of(teacher, other), by=teacher)
    cancel(other)

    restore(other)

    assert not other.enrolments.held().exists()


def test_who_took_another_date_is_not_expected_in_the_rest_of_a_restored_series(licence, teacher):
    start = timezone.localtime() - DAY
    hours = [Hours(start + n * 7 * DAY, start + n * 7 * DAY + HOUR) for n in range(3)]
    series = SessionFactory(resource=licence.resource, hours=hours)
    other = a_date(licence, series.training, days=12)
    seat = seated(series, teacher)
    stays = TeacherFactory(works_at=licence.school, language="en")
    seated(series, stays)
    cancel(series)
    rebooking.take_held(held=seat_of(teacher, other), by=teacher)
    last_letter(teacher)

    restore(series)

    expected = [one.meeting for one in seat.participations.expected()]
    assert expected == [series.meetings[0]]
    assert "Your seat is what it was" not in last_letter(teacher)
    assert seat_of(stays, series).participations.expected().count() == 3
