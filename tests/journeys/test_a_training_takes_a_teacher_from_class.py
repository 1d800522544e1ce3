"""A seat in a meeting during class hours is an absence that the agenda records; it goes with the
seat.
"""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.agenda.models import Absence
from courses.agenda.queries import SchoolDays, monday_of
from courses.agenda.values import Hours
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import SchoolClassFactory, at, class_hour, teaching
from tests.factories.people import TeacherFactory
from tests.factories.training import SessionFactory
from training.services import absences, enrolment, session_dates, sessions

pytestmark = pytest.mark.django_db


def school_day() -> datetime.date:
    """A Thursday to come that has class."""
    thursday = monday_of(timezone.localdate()) + datetime.timedelta(days=10)
    while not SchoolDays(None, None).has_class(thursday):
        thursday += datetime.timedelta(weeks=1)
    return thursday


@pytest.fixture
def teacher():
    return TeacherFactory()


@pytest.fixture
def licence(teacher):
    return LicenceFactory(school=teacher.schools[0])


def session_at(licence, hour: int):
    return SessionFactory(resource=licence.resource, starts_at=at(school_day(), hour))


def in_class(teacher, begins: int):
    given = teaching(SchoolClassFactory(school=teacher.schools[0]), teacher=teacher)
    return class_hour(given, weekday=4, begins=begins)


def standing():
    return list(Absence.objects.standing().values_list("teacher", "starts_at"))


def test_enrolling_in_a_meeting_during_class_records_the_absence_and_giving_back_takes_it_away(
    teacher, licence
):
    in_class(teacher, 10)
    session = session_at(licence, 10)

    enrolled = enrolment.enrol(session=session, teacher=teacher)

    assert standing() == [(teacher.pk, at(school_day(), 10))]

    enrolment.cancel(enrolment=enrolled, by=teacher)

    assert standing() == []


def test_whoever_enrols_is_told_which_class_it_takes_them_from(teacher, licence, client):
    hour = in_class(teacher, 10)
    client.force_login(teacher)

    answer = client.post(
        reverse("training:enrol", args=[session_at(licence, 10).public_id]), follow=True
    )

    assert f"You have class at that time: {hour.teaching.school_class}." in answer.text


def test_a_meeting_outside_class_hours_is_no_absence(teacher, licence):
    in_class(teacher, 8)

    enrolment.enrol(session=session_at(licence, 10), teacher=teacher)

    assert not Absence.objects.exists()


@pytest.mark.at("2026-11-25T12:00")  # more than seven days before the session
def test_a_turn_in_the_waiting_list_is_no_absence_until_the_seat_comes(teacher, licence):
    in_class(teacher, 10)
    first = TeacherFactory(works_at=teacher.schools[0])
    session = SessionFactory(resource=licence.resource, starts_at=at(school_day(), 10), capacity=1)
    seated = enrolment.enrol(session=session, teacher=first)
    enrolment.enrol(session=session, teacher=teacher)
    assert standing() == []

    enrolment.cancel(enrolment=seated, by=first)

    assert standing() == [(teacher.pk, at(school_day(), 10))]


def test_the_absence_moves_with_the_meeting_and_goes_when_it_moves_out_of_class_or_is_cancelled(
    teacher, licence
):
    in_class(teacher, 10)
    in_class(teacher, 14)
    session = session_at(licence, 10)
    trainer = session.trainers.get()
    enrolment.enrol(session=session, teacher=teacher)
    meeting = session.meetings[0]

    def move_to(hour):
        session.refresh_from_db()
        hours = Hours(at(school_day(), hour), at(school_day(), hour + 1))
        session_dates.move(
            session=session, moves={meeting.pk: hours}, revision=session.revision, by=trainer
        )

    move_to(14)
    assert standing() == [(teacher.pk, at(school_day(), 14))]

    move_to(17)
    assert standing() == []

    move_to(10)
    assert standing() == [(teacher.pk, at(school_day(), 10))]

    sessions.cancel(session=session, by=trainer, reason="Grève")
    assert standing() == []


def test_a_timetable_that_is_entered_later_is_followed_within_the_hour(teacher, licence):
    enrolment.enrol(session=session_at(licence, 10), teacher=teacher)
    assert standing() == []
    in_class(teacher, 10)

    absences.sweep(timezone.now())
    absences.sweep(timezone.now())

    assert standing() == [(teacher.pk, at(school_day(), 10))]
