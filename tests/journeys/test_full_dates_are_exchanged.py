"""Two teachers have seats in full dates of one training, and each waits for the other's: the tick
exchanges them, as far as the waiting lists would give them those seats.
"""

from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from tests.factories.catalogue import LicenceFactory
from tests.factories.other_dates import (
    a_date,
    change,
    methods_of,
    open_seats_of,
    seat_of,
)
from tests.factories.people import TeacherFactory
from tests.factories.worker import run_worker
from training.services import enrolment as enrolments
from training.services import rebooking

pytestmark = pytest.mark.django_db(transaction=True)


def two_full_dates(licence, days=20, capacity=1, **fields):
    """Two dates, with a seat of one teacher in each, who are to wait for each other's seat."""
    session = a_date(licence, days=days, capacity=1, **fields)
    other = a_date(licence, session.training, days=days + 2, capacity=capacity, **fields)
    holders = TeacherFactory.create_batch(2, works_at=licence.school, language="en")
    seats = [
        enrolments.enrol(session=of, teacher=holder)
        for of, holder in zip((session, other), holders, strict=True)
    ]
    return (session, other), holders, seats


def want_each_others(dates, holders, seats):
    for holder, seat, to in zip(holders, seats, reversed(dates), strict=True):
        change(holder, seat, to)
    run_worker()
    mail.outbox.clear()


def test_two_who_wait_for_each_others_seat_exchange_them(licence):
    dates, holders, seats = two_full_dates(licence)
    want_each_others(dates, holders, seats)

    call_command("tick", stdout=StringIO())
    again = rebooking.exchange_seats(timezone.now())
    run_worker()

    assert again == 0
    for holder, left, taken in zip(holders, dates, reversed(dates), strict=True):
        assert open_seats_of(holder) == [taken]
        assert seat_of(holder, taken).is_confirmed
        assert seat_of(holder, left).is_cancelled
        assert sorted(methods_of(holder)) == ["CANCEL", "REQUEST"]
    assert [one.count_seats_taken() for one in dates] == [1, 1]


def test_nobody_is_passed_by_an_exchange(licence):
    dates, holders, seats = two_full_dates(licence)
    first = TeacherFactory(works_at=licence.school)
    turn = enrolments.enrol(session=dates[1], teacher=first)
    want_each_others(dates, holders, seats)

    before = rebooking.exchange_seats(timezone.now())
    enrolments.cancel(enrolment=turn, by=first)

    assert (before, rebooking.exchange_seats(timezone.now())) == (0, 1)


def test_colleagues_exchange_although_their_school_has_all_its_seats(licence):
    dates, holders, seats = two_full_dates(licence, school_quota=1)
    want_each_others(dates, holders, seats)

    assert rebooking.exchange_seats(timezone.now()) == 1
    assert [open_seats_of(one) for one in holders] == [[dates[1]], [dates[0]]]


def test_no_exchange_gives_a_school_more_seats_than_it_can_have(licence):
    dates, (holder, _colleague), seats = two_full_dates(licence, capacity=2, school_quota=1)
    elsewhere = LicenceFactory(resource=licence.resource).school
    other = TeacherFactory(works_at=elsewhere)
    of_other = enrolments.enrol(session=dates[1], teacher=other)
    want_each_others(dates, [holder, other], [seats[0], of_other])

    assert rebooking.exchange_seats(timezone.now()) == 0


def test_who_is_passed_for_a_free_seat_is_passed_by_an_exchange(licence):
    dates, holders, seats = two_full_dates(licence, capacity=2, school_quota=1)
    elsewhere = LicenceFactory(resource=licence.resource).school
    seated, passed = TeacherFactory.create_batch(2, works_at=elsewhere)
    for one in (seated, passed):
        enrolments.enrol(session=dates[1], teacher=one)
    want_each_others(dates, holders, seats)

    assert rebooking.exchange_seats(timezone.now()) == 1
    assert seat_of(passed, dates[1]).is_waiting


def test_a_closed_account_at_the_head_does_not_stop_an_exchange(licence):
    dates, holders, seats = two_full_dates(licence)
    gone = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=dates[1], teacher=gone)
    want_each_others(dates, holders, seats)
    gone.is_active = False
    gone.save()

    assert rebooking.exchange_seats(timezone.now()) == 1


def test_of_two_exchanges_of_one_seat_there_is_the_first(licence):
    dates, holders, seats = two_full_dates(licence)
    third = a_date(licence, dates[0].training, days=24, capacity=1)
    holder = TeacherFactory(works_at=licence.school)
    of_third = enrolments.enrol(session=third, teacher=holder)
    want_each_others(dates, holders, seats)
    change(holders[0], seats[0], third)
    change(holder, of_third, dates[0])

    assert rebooking.exchange_seats(timezone.now()) == 1
    assert [one.count_seats_taken() for one in (*dates, third)] == [1, 1, 1]
    assert seat_of(holders[0], dates[1]).is_confirmed
    assert seat_of(holders[0], third).is_waiting
    assert seat_of(holder, third).is_confirmed


def test_a_seat_asked_for_after_the_turn_is_not_exchanged(licence):
    dates, holders, seats = two_full_dates(licence)
    third = a_date(licence, dates[0].training, days=24, capacity=1)
    of_third = enrolments.enrol(
        session=third, teacher=(holder := TeacherFactory(works_at=licence.school))
    )
    change(holders[0], seats[0], dates[1])
    change(holders[0], seats[0], third)
    change(holders[1], seats[1], third)
    enrolments.cancel(enrolment=of_third, by=holder)

    assert seat_of(holders[0], third).is_confirmed
    assert rebooking.exchange_seats(timezone.now()) == 0
    rebooking.end_holds(timezone.now())
    assert open_seats_of(holders[0]) == [third]


def test_no_seat_is_exchanged_once_free_ones_are_offered(licence):
    dates, holders, seats = two_full_dates(licence, days=6)
    want_each_others(dates, holders, seats)

    assert rebooking.exchange_seats(timezone.now()) == 0


def test_who_has_no_right_any_more_exchanges_no_seat(licence):
    dates, holders, seats = two_full_dates(licence)
    other = LicenceFactory(resource=licence.resource)
    seats[1] = enrolments.enrol(
        session=a_date(licence, dates[0].training, days=26, capacity=1),
        teacher=(third := TeacherFactory(works_at=other.school)),
    )
    change(third, seats[1], dates[0])
    change(holders[0], seats[0], seats[1].session)
    other.until = timezone.localdate()
    other.save()

    assert rebooking.exchange_seats(timezone.now()) == 0
    assert seat_of(holders[0], dates[0]).is_confirmed
