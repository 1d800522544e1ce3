"""A seat in a series of dates, of which some are given back."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from icalendar import Calendar

from courses.agenda.values import Hours
from tests.factories.people import TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.services import enrolment as seats

HOUR, WEEK = datetime.timedelta(hours=1), datetime.timedelta(weeks=1)


@pytest.fixture
def session(licence):
    first = in_a_week()
    hours = [Hours(first + n * WEEK, first + n * WEEK + HOUR) for n in range(3)]
    return SessionFactory(resource=licence.resource, hours=hours)


@pytest.fixture
def teacher(licence, client):
    teacher = TeacherFactory(works_at=licence.school, language="en")
    client.force_login(teacher)
    return teacher


@pytest.fixture
def seat(session, teacher):
    seat = seats.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    return seat


def press(client, name, seat, meeting):
    address = reverse(f"training:{name}", args=[seat.public_id, meeting.public_id])
    return client.post(address, follow=True).text


def calendars() -> list:
    parts = [part for one in mail.outbox for part in one.message().walk()]
    return [
        Calendar.from_ical(part.get_payload(decode=True))
        for part in parts
        if part.get_content_type() == "text/calendar"
    ]
