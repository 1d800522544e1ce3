"""A session with a date to which no trainer came."""

import datetime
from email.utils import parseaddr

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from icalendar import Calendar

from courses.agenda.values import Hours
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import Attested, SessionState
from training.services import (
    attendance,
    missed_dates,
    sessions,
)
from training.services import enrolment as enrolments
from training.values import Decision

MINUTE, HOUR, DAY = (
    datetime.timedelta(minutes=1),
    datetime.timedelta(hours=1),
    datetime.timedelta(days=1),
)


@pytest.fixture
def trainer():
    return TrainerFactory(language="en")


@pytest.fixture
def session(trainer, planner):
    """Two dates of an hour, three days apart; opened."""
    first = in_a_week()
    hours = [Hours(first + n * 3 * DAY, first + n * 3 * DAY + HOUR) for n in range(2)]
    made = SessionFactory(
        resource=LicenceFactory().resource,
        hours=hours,
        led_by=trainer,
        state=SessionState.DRAFT,
        language="en",
    )
    return sessions.open_for_enrolment(session=made, by=planner)


@pytest.fixture
def teacher(session):
    school = session.resource.licences.get().school
    teacher = TeacherFactory(works_at=school, language="en")
    enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    return teacher


def at(meeting, minutes):
    return time_machine.travel(meeting.starts_at + minutes * MINUTE, tick=True)


def page(client, person, name, *args, sent=None):
    client.force_login(person)
    address = reverse(f"training:{name}", args=args)
    return client.get(address) if sent is None else client.post(address, sent, follow=True)


def recorded(session, meeting, planner, words="", minutes=16):
    with at(meeting, minutes):
        return missed_dates.record(session=session, meeting=meeting, words=words, by=planner)


def methods_to(person) -> list[str]:
    sent = [one for one in mail.outbox if parseaddr(one.to[0])[1] == person.email]
    parts = [part for one in sent for part in one.message().walk()]
    return [
        str(Calendar.from_ical(part.get_payload(decode=True))["METHOD"])
        for part in parts
        if part.get_content_type() == "text/calendar"
    ]


def close_as_present(meeting, trainer):
    with at(meeting, 70):
        sheet = attendance.prefill(meeting.pk)
        marked = {
            one.public_id: Decision(Attested.WHOLE, None, "Seen")
            for one in sheet.lines.participants()
        }
        attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=marked)


def only_date_missed(session, trainer, planner, *teachers, **fields):
    """A session of one date, recorded as missed, with these people in it."""
    fields = {"resource": session.resource, "starts_at": in_a_week(9)} | fields
    made = SessionFactory(led_by=trainer, **fields)
    for teacher in teachers:
        enrolments.enrol(session=made, teacher=teacher)
    missed = recorded(made, made.meetings.get(), planner)
    run_worker()
    mail.outbox.clear()
    made.refresh_from_db()
    return made, missed
