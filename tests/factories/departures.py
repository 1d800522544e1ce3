"""A session of two dates whose trainer leaves the provider."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse

from courses.agenda.values import Hours
from courses.mail.models import Letter
from courses.people.enums import Role
from courses.people.models import today
from courses.people.services.memberships import join, leave
from tests.factories.people import ProviderFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import SessionState
from training.models import Session
from training.services import enrolment as enrolments
from training.services import sessions, substitutes

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def trainer(licence):
    return TrainerFactory(works_for=licence.resource.provider, language="en")


@pytest.fixture
def colleague(licence):
    return TrainerFactory(works_for=licence.resource.provider, language="en", given_name="Camille")


@pytest.fixture
def session(licence, trainer, planner):
    """Two dates of an hour, in a week and three days later; opened, with one seat taken."""
    first = in_a_week()
    hours = [Hours(first + n * DAY, first + n * DAY + HOUR) for n in (0, 3)]
    made = SessionFactory(
        resource=licence.resource, hours=hours, led_by=trainer, state=SessionState.DRAFT
    )
    opened = sessions.open_for_enrolment(session=made, by=planner)
    teacher = TeacherFactory(works_at=licence.school, language="en", given_name="Ada")
    enrolments.enrol(session=opened, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    return opened


def leaves(trainer, session, *, works_elsewhere=True):
    """Yesterday was the last day with the provider of the session."""
    provider = session.training.resource.provider
    held = trainer.memberships.get(organisation=provider, role=Role.TRAINER)
    leave(membership=held, last_day=today() - DAY)
    if works_elsewhere:
        join(person=trainer, organisation=ProviderFactory(), role=Role.TRAINER)


def opens(client, person, name, *args, follow=False) -> int:
    client.force_login(person)
    return client.get(reverse(name, args=args), follow=follow).status_code


def letters_to(person, kind):
    return Letter.objects.filter(to=person, kind=kind)


def named(session, meeting, trainer, colleague, planner):
    return substitutes.name_substitute(
        session=session, meeting=meeting, substitute=colleague, replaces=trainer, by=planner
    )


def edited(session, planner, *trainers):
    fresh = Session.objects.get(pk=session.pk)
    return sessions.edit(
        session=fresh,
        revision=fresh.revision,
        by=planner,
        capacity=20,
        trainers=trainers,
        language=fresh.language,
        threshold_percent=75,
        note="",
    )
