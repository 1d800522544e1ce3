"""Two dates of one training, seats in them, and letters about them."""

import datetime

from django.core import mail
from icalendar import Calendar

from courses.agenda.values import Hours
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.models import Enrolment
from training.services import enrolment as enrolments
from training.services import rebooking, session_dates, sessions

DAY = datetime.timedelta(days=1)
REASON = "La formatrice est souffrante."


def a_date(licence, training=None, days: int = 7, **fields):
    start = in_a_week() + (days - 7) * DAY
    chosen = {"training": training} if training else {}
    return SessionFactory(resource=licence.resource, starts_at=start, **chosen, **fields)


def seat_of(teacher, session) -> Enrolment:
    return Enrolment.objects.filter(teacher=teacher, session=session).latest("pk")


def cancel(session):
    return sessions.cancel(session=session, by=PlannerFactory(), reason=REASON)


def letters_to(person):
    return [message for message in mail.outbox if person.email in message.to[0]]


def methods_of(person) -> list[str]:
    parts = [
        part
        for letter in letters_to(person)
        for part in letter.message().walk()
        if part.get_content_type() == "text/calendar"
    ]
    return [str(Calendar.from_ical(part.get_payload(decode=True))["METHOD"]) for part in parts]


def three_dates(licence, **of_the_last):
    first = a_date(licence, days=10)
    second = a_date(licence, first.training, days=20)
    third = a_date(licence, first.training, days=30, **of_the_last)
    return first, second, third


def change(teacher, seat, to):
    return rebooking.change_date(enrolment=seat, to=to, by=teacher)


def open_seats_of(teacher) -> list:
    return [e.session for e in Enrolment.objects.still_open().filter(teacher=teacher)]


def move(session, days: int, hours: int = 0):
    by = days * DAY + datetime.timedelta(hours=hours)
    moves = {m.pk: Hours(m.starts_at + by, m.ends_at + by) for m in session.meetings}
    session.refresh_from_db()
    return session_dates.move(
        session=session, moves=moves, revision=session.revision, by=PlannerFactory(), reason="Salle"
    )


def cancelled_with_three_seats(licence):
    """A cancelled session of three, another date with two seats, and the three teachers: the first
    two are held a seat there.
    """
    session = a_date(licence, capacity=3)
    other = a_date(licence, session.training, days=14, capacity=2)
    teachers = TeacherFactory.create_batch(3, works_at=licence.school, language="en")
    for teacher in teachers:
        enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    cancel(session)
    return session, other, teachers
