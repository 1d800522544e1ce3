"""Everybody presses at the same instant: real threads, real connections, on SQLite and on
PostgreSQL.

Without `select_for_update` in `enrolment.locked` PostgreSQL oversells; without IMMEDIATE SQLite
answers "database is locked".
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from courses.mail.models import Letter
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import TeacherFactory
from tests.factories.training import SessionFactory
from training.enums import EnrolmentState, Letters
from training.queries.sessions import turns_of
from training.services import enrolment as enrolments

pytestmark = pytest.mark.django_db(transaction=True)

SEATS, MORE, THREADS = 5, 11, 16


def all_at_once(calls):
    """Each call on a thread and a connection of its own, none before all are ready.

    Gives results or errors.
    """
    gate = threading.Barrier(len(calls))

    def run(call):
        try:
            connection.ensure_connection()
            gate.wait(timeout=30)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
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


def test_t1_two_clicks_at_the_same_instant_on_the_last_seat_are_one_seat_and_one_turn():
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    teachers = TeacherFactory.create_batch(2, works_at=licence.school)

    answers = all_at_once([enrolling(session, teacher) for teacher in teachers])

    assert sorted(answers) == [EnrolmentState.CONFIRMED, EnrolmentState.WAITING]


def test_t9_the_same_teacher_on_many_devices_is_one_entry_and_one_letter():
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
