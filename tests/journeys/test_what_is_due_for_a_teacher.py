"""The first page of a teacher, and a resource's page, ask training what it has to say."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from courses.live.queries import join_url
from tests.factories.catalogue import LicenceFactory
from tests.factories.certificates import certificate_of
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.services import enrolment as enrolments
from training.services import session_dates, sessions
from training.views.due import due_for_teacher
from training.views.due_sheets import certificates_there

pytestmark = pytest.mark.django_db

MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)


def seated(**fields):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, **fields)
    return enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))


@pytest.mark.parametrize(
    ("before", "is_now"),
    [
        pytest.param(16 * MINUTE, False, id="the room is still closed"),
        pytest.param(15 * MINUTE, True, id="a quarter of an hour before"),
    ],
)
def test_the_way_into_the_room_is_there_from_a_quarter_of_an_hour_before(before, is_now):
    enrolment = seated()
    meeting = enrolment.session.meetings.get()

    [item] = due_for_teacher(enrolment.teacher, meeting.starts_at - before)

    assert item.is_now == is_now
    assert (item.url == join_url(meeting)) == is_now


def test_a_move_is_told_with_what_was_and_what_is():
    enrolment = seated()
    session, meeting = enrolment.session, enrolment.session.meetings.get()
    later = Hours(meeting.starts_at + DAY, meeting.ends_at + DAY)
    session_dates.move(
        session=session,
        moves={meeting.pk: later},
        revision=session.revision,
        by=PlannerFactory(),
        reason="Strike",
    )

    [item] = due_for_teacher(enrolment.teacher, timezone.now())

    assert item.tone == "moved"
    assert item.text.startswith("Moved: ")
    assert "instead of" in item.text


@pytest.mark.at("2026-11-25T12:00")  # more than seven days before the session
def test_a_seat_that_became_free_is_news():
    first = seated(capacity=1)
    second = enrolments.enrol(session=first.session, teacher=TeacherFactory(works_at=first.school))
    enrolments.cancel(enrolment=first, by=first.teacher)

    [item] = due_for_teacher(second.teacher, timezone.now())

    assert item.text.startswith("A seat became free")
    assert due_for_teacher(first.teacher, timezone.now()) == []


def test_a_cancelled_session_is_told_with_its_reason():
    enrolment = seated()
    sessions.cancel(session=enrolment.session, by=PlannerFactory(), reason="The trainer is ill.")

    [item] = due_for_teacher(enrolment.teacher, timezone.now())

    assert (item.tone, item.text) == ("warn", "Cancelled: The trainer is ill.")


def test_a_session_far_away_and_other_people_are_left_alone():
    enrolment = seated(starts_at=in_a_week() + 30 * DAY)

    assert due_for_teacher(enrolment.teacher, timezone.now()) == []
    assert due_for_teacher(TrainerFactory(), timezone.now()) == []


def test_a_seat_that_became_free_is_said_even_where_a_date_has_changed():
    """Only the change was told, and the promoted teacher didn't learn that a seat was theirs."""
    first = seated(capacity=1)
    second = enrolments.enrol(session=first.session, teacher=TeacherFactory(works_at=first.school))
    session, meeting = first.session, first.session.meetings.get()
    later = Hours(meeting.starts_at + DAY, meeting.ends_at + DAY)
    session_dates.move(
        session=session,
        moves={meeting.pk: later},
        revision=session.revision,
        by=PlannerFactory(),
        reason="Strike",
    )
    enrolments.cancel(enrolment=first, by=first.teacher)

    [item] = due_for_teacher(second.teacher, timezone.now())

    assert item.text.startswith("A seat became free: it is yours.")
    assert "Moved: " in item.text


def test_one_certificate_leads_to_its_file_and_several_are_one_item():
    certificate = certificate_of()
    run_worker()
    [one] = certificates_there(certificate.person, timezone.now())
    certificate_of(teacher=certificate.person)
    [several] = certificates_there(certificate.person, timezone.now())

    assert one.url == reverse("training:certificate_file", args=[certificate.code])
    assert certificate.content["en"]["followed"] in one.text
    assert (several.title, several.url) == (
        "Your certificates are ready: 2",
        reverse("training:certificates"),
    )


def test_what_moved_stands_by_its_date_among_what_comes(client):
    """A move of a session in six days stood before one of tomorrow, under "the most urgent first"."""
    licence = LicenceFactory()
    teacher = TeacherFactory(works_at=licence.school, language="en")
    far, near = (
        enrolments.enrol(
            session=SessionFactory(resource=licence.resource, starts_at=timezone.now() + n * DAY),
            teacher=teacher,
        )
        for n in (5, 1)
    )
    meeting = far.session.meetings.get()
    later = Hours(meeting.starts_at + DAY, meeting.ends_at + DAY)
    session_dates.move(
        session=far.session,
        moves={meeting.pk: later},
        revision=far.session.revision,
        by=PlannerFactory(),
        reason="Strike",
    )

    client.force_login(teacher)
    items = [
        item
        for part in client.get(reverse("today:home")).context["day"].parts
        for item in part.items
    ]

    assert [
        item.url
        for item in items
        if "Moved" in item.text or item.url == near.session.get_absolute_url()
    ] == [
        near.session.get_absolute_url(),
        far.session.get_absolute_url(),
    ]
