"""A session of three dates, one of which somebody leads in the trainer's place."""

import datetime

from django.core import mail
from django.urls import reverse

from courses.agenda.values import Hours
from tests.factories.people import TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import SessionState
from training.services import enrolment as enrolments
from training.services import sessions, substitutes

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def trainer_of(licence, **person):
    return TrainerFactory(works_for=licence.resource.provider, language="en", **person)


def opened_with_three_dates(licence, *, led_by, by):
    """Three dates of an hour, in a week, each three days after the other."""
    first = in_a_week()
    hours = [Hours(first + n * 3 * DAY, first + n * 3 * DAY + HOUR) for n in range(3)]
    made = SessionFactory(
        resource=licence.resource, hours=hours, led_by=led_by, state=SessionState.DRAFT
    )
    return sessions.open_for_enrolment(session=made, by=by)


def enrolled(licence, session):
    """A teacher who has read the letters that are written so far."""
    teacher = TeacherFactory(works_at=licence.school, language="en", given_name="Ada")
    enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    return teacher


def page(client, person, name, *args, **sent):
    client.force_login(person)
    address = reverse(name, args=args)
    return client.post(address, sent, follow=True) if sent else client.get(address)


def status(client, person, name, *args) -> int:
    return page(client, person, name, *args).status_code


def named(session, meeting, trainer, colleague, by):
    return substitutes.name_substitute(
        session=session, meeting=meeting, substitute=colleague, replaces=trainer, by=by
    )
