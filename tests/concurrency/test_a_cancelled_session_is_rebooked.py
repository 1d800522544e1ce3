"""A session of twenty is cancelled while others press for the seats of its other dates: real threads
on both databases.

Without `lock_all_dates` two cancellations of one training wait for each other for ever.
"""

import datetime
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.concurrency.threads import all_at_once
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from training.enums import EnrolmentState
from training.exceptions import SessionIsOnAgain
from training.models import Enrolment
from training.services import enrolment as enrolments
from training.services import rebooking, sessions

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime.timedelta(days=1)
PEOPLE, OTHERS = 20, 6
LONG_ENOUGH_TO_READ = 0.5  # seconds


def dates_of_one_training(licence, *seats: int):
    first, *others = seats
    sessions_of = [SessionFactory(resource=licence.resource, capacity=first)]
    for number, capacity in enumerate(others, start=1):
        sessions_of.append(
            SessionFactory(
                resource=licence.resource,
                training=sessions_of[0].training,
                capacity=capacity,
                starts_at=in_a_week() + number * DAY,
            )
        )
    return sessions_of


def never_over(session) -> None:
    assert session.count_seats_taken() <= session.capacity


def test_twenty_are_rebooked_while_others_press_and_no_date_is_over_capacity():
    licence = LicenceFactory()
    cancelled, second, third = dates_of_one_training(licence, PEOPLE, 9, 8)
    people = TeacherFactory.create_batch(PEOPLE, works_at=licence.school)
    strangers = TeacherFactory.create_batch(OTHERS, works_at=licence.school)
    for person in people:
        enrolments.enrol(session=cancelled, teacher=person)
    by = PlannerFactory()

    answers = all_at_once(
        [lambda: sessions.cancel(session=cancelled, by=by, reason="Souffrante")]
        + [lambda one=one: enrolments.enrol(session=second, teacher=one) for one in strangers]
    )

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    held = list(Enrolment.objects.held().select_related("teacher"))
    with_a_seat = {one.teacher_id for one in held}
    assert second.count_seats_taken() + third.count_seats_taken() == 17
    for date in (second, third):
        never_over(date)

    answers = all_at_once(
        [lambda one=one: rebooking.take_held(held=one, by=one.teacher) for one in held]
        + [
            lambda one=one: rebooking.change_date(
                enrolment=cancelled.enrolments.get(teacher=one), to=third, by=one
            )
            for one in people
            if one.pk not in with_a_seat
        ]
    )

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert not Enrolment.objects.held().exists()
    for date in (second, third):
        never_over(date)
    everybody = Enrolment.objects.still_open().filter(teacher__in=people)
    assert everybody.filter(state=EnrolmentState.CONFIRMED, session__in=[second, third]).exists()
    assert set(everybody.exclude(session=cancelled).values_list("teacher", flat=True)) == {
        person.pk for person in people
    }


def test_two_dates_of_one_training_cancelled_at_once_do_not_wait_for_each_other():
    licence = LicenceFactory()
    first, second, third = dates_of_one_training(licence, 5, 5, 5)
    for session in (first, second):
        for person in TeacherFactory.create_batch(3, works_at=licence.school):
            enrolments.enrol(session=session, teacher=person)
    by = PlannerFactory()

    answers = all_at_once(
        [
            lambda one=one: sessions.cancel(session=one, by=by, reason="Grève")
            for one in (first, second)
        ]
    )

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert third.count_seats_taken() == 5
    assert not first.enrolments.held().exists()
    assert not second.enrolments.held().exists()


def test_taken_and_over_at_the_same_instant_the_seat_is_theirs_or_free_never_both():
    licence = LicenceFactory()
    cancelled, other = dates_of_one_training(licence, 1, 1)
    person = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=cancelled, teacher=person)
    sessions.cancel(session=cancelled, by=PlannerFactory(), reason="Grève")
    held = other.enrolments.held().get()
    end = held.held_until

    all_at_once(
        [
            lambda: rebooking.take_held(
                held=held, by=person, now=end - datetime.timedelta(seconds=1)
            ),
            lambda: rebooking.end_holds(end),
        ]
    )

    state = Enrolment.objects.get(pk=held.pk).state
    assert state in (EnrolmentState.CONFIRMED, EnrolmentState.CANCELLED)
    assert other.count_seats_taken() == (state == EnrolmentState.CONFIRMED)


def test_cancelled_while_another_date_is_taken_no_seat_is_held_beside_it():
    licence = LicenceFactory()
    cancelled, _second, third = dates_of_one_training(licence, 1, 1, 1)
    person, by = TeacherFactory(works_at=licence.school), PlannerFactory()
    enrolments.enrol(session=cancelled, teacher=person)

    answers = all_at_once(
        [
            lambda: sessions.cancel(session=cancelled, by=by, reason="Grève"),
            lambda: enrolments.enrol(session=third, teacher=person),
            lambda: rebooking.end_holds(timezone.now()),
        ]
    )

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert third.enrolments.get().is_confirmed
    assert not Enrolment.objects.held().exists()


def test_restored_while_another_date_is_taken_leaves_one_seat():
    licence = LicenceFactory()
    cancelled, _other = dates_of_one_training(licence, 1, 1)
    person, by = TeacherFactory(works_at=licence.school), PlannerFactory()
    enrolments.enrol(session=cancelled, teacher=person)
    sessions.cancel(session=cancelled, by=by, reason="Grève")
    held = Enrolment.objects.held().get()

    all_at_once(
        [
            lambda: sessions.restore(session=cancelled, by=by),
            lambda: rebooking.take_held(held=held, by=person),
        ]
    )
    rebooking.end_holds(timezone.now())

    (seat,) = Enrolment.objects.still_open().filter(teacher=person)
    assert seat.is_confirmed


def test_restored_while_a_change_waits_for_its_lock_the_seat_stays():
    licence = LicenceFactory()
    cancelled, _held, other = dates_of_one_training(licence, 1, 1, 1)
    person, by = TeacherFactory(works_at=licence.school), PlannerFactory()
    seat = enrolments.enrol(session=cancelled, teacher=person)
    sessions.cancel(session=cancelled, by=by, reason="Grève")

    def change():
        try:
            return rebooking.change_date(enrolment=seat, to=other, by=person, read_cancelled=seat)
        except SessionIsOnAgain as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            sessions.restore(session=cancelled, by=by)
            pressed = pool.submit(change)
            time.sleep(LONG_ENOUGH_TO_READ)
        answer = pressed.result()

    assert isinstance(answer, SessionIsOnAgain)
    (kept,) = Enrolment.objects.still_open().filter(teacher=person)
    assert kept == seat


def test_two_presses_for_one_other_date_are_one_change():
    licence = LicenceFactory()
    first, other = dates_of_one_training(licence, 1, 1)
    person = TeacherFactory(works_at=licence.school)
    seat = enrolments.enrol(session=first, teacher=person)

    answers = all_at_once([lambda: rebooking.change_date(enrolment=seat, to=other, by=person)] * 2)

    (taken,) = Enrolment.objects.still_open().filter(teacher=person)
    assert answers == [taken, taken]
    assert taken.session == other
