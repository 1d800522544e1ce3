"""A full session, its waiting list and its offers."""

import datetime
from contextlib import contextmanager

import time_machine
from django.urls import reverse

from courses.agenda.values import PARIS
from courses.mail.models import Letter
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import TeacherFactory
from tests.factories.training import SessionFactory
from training.models import SeatOffer
from training.services import enrolment as enrolments

NOW = datetime.datetime(2026, 11, 25, 12, tzinfo=PARIS)
START = datetime.datetime(2026, 11, 27, 17, tzinfo=PARIS)


def a_full_session(waiting: int, **fields):
    """One seat, taken; then so many who wait, in order."""
    licence = LicenceFactory()
    session = SessionFactory(
        resource=licence.resource, **{"capacity": 1, "starts_at": START} | fields
    )
    teachers = TeacherFactory.create_batch(
        session.capacity + waiting, works_at=licence.school, language="en"
    )
    people = [
        enrolments.enrol(
            session=session, teacher=teacher, now=NOW - datetime.timedelta(hours=9 - n / 10)
        )
        for n, teacher in enumerate(teachers)
    ]
    return session, people


def an_offer(waiting: int, **fields):
    """The seat is given back: the first who waits has an offer."""
    session, people = a_full_session(waiting, **fields)
    seated, others = people[0], people[session.capacity :]
    enrolments.cancel(enrolment=seated, by=seated.teacher, now=NOW)
    return session, SeatOffer.objects.get(enrolment=others[0]), others


def states(session) -> list[str]:
    return list(session.enrolments.order_by("asked_at", "pk").values_list("state", flat=True))


def offers(session) -> list[tuple[str, str]]:
    """Login and what became of it, the oldest first."""
    log = SeatOffer.objects.of_session(session).reverse()
    return list(log.values_list("enrolment__teacher__login", "state"))


def letters(teacher) -> list[str]:
    return list(Letter.objects.filter(to=teacher).order_by("pk").values_list("kind", flat=True))


def address(name: str, offer: SeatOffer) -> str:
    return reverse(f"training:{name}", args=[offer.public_id])


@contextmanager
def it_is(moment: datetime.datetime):
    with time_machine.travel(moment, tick=False):
        yield moment
