"""Everybody presses at the same instant: real threads, real connections, on SQLite and on
PostgreSQL.

Without `select_for_update` in `enrolment.locked` PostgreSQL oversells; without IMMEDIATE SQLite
answers "database is locked".
"""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from courses.exceptions import Refusal
from courses.mail.models import Letter
from tests.concurrency.threads import all_at_once
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import TeacherFactory
from tests.factories.training import SessionFactory
from training.enums import EnrolmentState, Letters, OfferState
from training.models import SeatOffer
from training.queries.sessions import turns_of
from training.services import enrolment as enrolments
from training.services import waiting_list

pytestmark = pytest.mark.django_db(transaction=True)

SEATS, MORE, THREADS = 5, 11, 16


def in_a_rush(calls, threads: int):
    """As many at once as there are threads, one after the other on each. Gives results or errors."""

    def run(call):
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, calls))


def enrolling(session, teacher):
    return lambda: enrolments.enrol(session=session, teacher=teacher).state


def test_exactly_as_many_as_there_are_seats_and_turns_without_a_gap():
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=SEATS)
    teachers = TeacherFactory.create_batch(SEATS + MORE, works_at=licence.school)

    answers = all_at_once([enrolling(session, teacher) for teacher in teachers])

    assert (
        sorted(map(str, answers))
        == [EnrolmentState.CONFIRMED] * SEATS + [EnrolmentState.WAITING] * MORE
    )
    assert session.count_seats_taken() == SEATS
    assert sorted(turns_of(session.enrolments.all()).values()) == list(range(1, MORE + 1))


def test_two_clicks_at_the_same_instant_on_the_last_seat_are_one_seat_and_one_turn():
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    teachers = TeacherFactory.create_batch(2, works_at=licence.school)

    answers = all_at_once([enrolling(session, teacher) for teacher in teachers])

    assert sorted(answers) == [EnrolmentState.CONFIRMED, EnrolmentState.WAITING]


def test_the_same_teacher_on_many_devices_is_one_entry_and_one_letter():
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    teacher = TeacherFactory(works_at=licence.school)

    answers = all_at_once([enrolling(session, teacher) for _device in range(8)])

    assert answers == [EnrolmentState.WAITING] * 8
    assert session.enrolments.filter(teacher=teacher).count() == 1
    assert Letter.objects.filter(to=teacher).count() == 1


def test_seats_given_back_at_once_seat_as_many_who_wait_each_told_once():
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=SEATS)
    teachers = TeacherFactory.create_batch(SEATS * 2 + 1, works_at=licence.school)
    seated, waiting = (
        [enrolments.enrol(session=session, teacher=teacher) for teacher in teachers[:SEATS]],
        [enrolments.enrol(session=session, teacher=teacher) for teacher in teachers[SEATS:]],
    )

    all_at_once([lambda e=e: enrolments.cancel(enrolment=e, by=e.teacher).state for e in seated])

    told = Letter.objects.filter(kind=Letters.SEAT_FROM_WAITING_LIST)
    assert set(told.values_list("to", flat=True)) == {e.teacher_id for e in waiting[:SEATS]}
    assert session.count_seats_taken() == SEATS
    assert list(session.enrolments.waiting()) == [waiting[-1]]


# Offers and the last hour

PRESSES, AT_ONCE = 200, 20


def an_offer(waiting: int, *, days: int = 2):
    """One seat, given back so many days before: the first of those who wait has an offer.

    Gives the session, the offer and the others who wait.
    """
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    teachers = TeacherFactory.create_batch(1 + waiting, works_at=licence.school)
    seated, *others = [enrolments.enrol(session=session, teacher=teacher) for teacher in teachers]
    freed_at = session.starts_at - datetime.timedelta(days=days)
    enrolments.cancel(enrolment=seated, by=seated.teacher, now=freed_at)
    return session, SeatOffer.objects.get(enrolment=others[0]), others[1:]


def test_two_hundred_presses_for_one_seat_in_the_last_hour_are_one_seat():
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    teachers = TeacherFactory.create_batch(1 + PRESSES, works_at=licence.school)
    seated, *waiting = [enrolments.enrol(session=session, teacher=teacher) for teacher in teachers]
    now = session.starts_at - datetime.timedelta(minutes=30)
    enrolments.cancel(enrolment=seated, by=seated.teacher, now=now)

    def press(teacher):
        return lambda: enrolments.enrol(session=session, teacher=teacher, now=now).state

    answers = in_a_rush([press(e.teacher) for e in waiting], AT_ONCE)

    assert sorted(map(str, answers)) == [EnrolmentState.CONFIRMED] + [EnrolmentState.WAITING] * (
        PRESSES - 1
    )
    assert session.count_seats_taken() == 1
    assert SeatOffer.objects.filter(state=OfferState.TAKEN).count() == 1
    assert SeatOffer.objects.filter(state=OfferState.TOLD).count() == PRESSES - 1
    assert Letter.objects.filter(kind=Letters.SEAT_FROM_WAITING_LIST).count() == 1


def test_an_offer_taken_declined_and_expired_at_once_is_one_of_them_and_one_seat():
    session, offer, (second, _third) = an_offer(waiting=3)
    holder, end = offer.enrolment.teacher, offer.expires_at
    before = end - datetime.timedelta(seconds=1)

    answers = all_at_once(
        [
            *[lambda: waiting_list.take(offer=offer, by=holder, now=before).state] * 5,
            *[lambda: waiting_list.decline(offer=offer, by=holder, now=before).state] * 5,
            *[lambda: waiting_list.pass_on(end)] * 4,
        ]
    )

    errors = [answer for answer in answers if isinstance(answer, Exception)]
    assert [error for error in errors if not isinstance(error, Refusal)] == []
    offer.refresh_from_db()
    assert offer.state in (OfferState.TAKEN, OfferState.DECLINED, OfferState.EXPIRED)
    assert session.count_seats_taken() == 1
    second.refresh_from_db()
    assert second.is_offered == (offer.state != OfferState.TAKEN)
    assert SeatOffer.objects.filter(state=OfferState.OPEN).count() == second.is_offered


def test_ticks_at_once_make_one_offer_of_one_expired():
    session, offer, (second, _third) = an_offer(waiting=3)

    answers = all_at_once([lambda: waiting_list.pass_on(offer.expires_at)] * 6)

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert list(session.enrolments.offered()) == [second]
    assert Letter.objects.filter(kind=Letters.OFFER_EXPIRED).count() == 1
    assert Letter.objects.filter(kind=Letters.SEAT_OFFERED).count() == 2
