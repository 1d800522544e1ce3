"""A session with a seat whose holder asks in advance."""

import datetime

import pytest
from django.urls import reverse

from courses.agenda.values import Hours
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from training.enums import SessionState
from training.services import enrolment as enrolments
from training.services import sessions

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def session(licence):
    """Two dates of an hour, in a week and three days later; its trainer is invited."""
    first = in_a_week()
    hours = [Hours(first + n * 3 * DAY, first + n * 3 * DAY + HOUR) for n in range(2)]
    draft = SessionFactory(resource=licence.resource, hours=hours, state=SessionState.DRAFT)
    return sessions.open_for_enrolment(session=draft, by=PlannerFactory())


def seat_of(session, licence, **person):
    teacher = TeacherFactory(works_at=licence.school, language="en", **person)
    return enrolments.enrol(session=session, teacher=teacher)


@pytest.fixture
def seat(session, licence):
    return seat_of(session, licence, given_name="Ada", family_name="Lovelace")


def mine_of(session):
    return reverse("training:my_questions", args=[session.public_id])


@pytest.fixture
def trainer(session):
    trainer = session.trainers.get()
    trainer.language = "en"
    trainer.save(update_fields=["language"])
    return trainer
