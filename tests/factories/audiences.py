"""Sessions for some schools, and who has a seat in them."""

import datetime

from django.urls import reverse

from courses.agenda.values import PARIS
from courses.mail.documents import opened
from courses.mail.models import Letter
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker
from training.enums import EnrolmentState

NOW = datetime.datetime(2026, 11, 25, 12, tzinfo=PARIS)

START = datetime.datetime(2026, 12, 5, 17, tzinfo=PARIS)

ENROLLED, WAITS, GONE = EnrolmentState.CONFIRMED, EnrolmentState.WAITING, EnrolmentState.CANCELLED


def address(name, session):
    return reverse(f"training:{name}", args=[session.public_id])


def a_session(**fields):
    return SessionFactory(starts_at=START, **fields)


def letters(teacher) -> list[str]:
    return list(Letter.objects.filter(to=teacher).order_by("pk").values_list("kind", flat=True))


def sent_to(teacher) -> str:
    """The text of the newest letter, on one line."""
    run_worker()
    newest = Letter.objects.filter(to=teacher).order_by("pk").last()
    return " ".join(opened(newest).text.split())


def states(session) -> list[str]:
    return list(session.enrolments.order_by("asked_at", "pk").values_list("state", flat=True))
