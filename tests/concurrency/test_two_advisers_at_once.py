"""Two advisers, or an adviser and a teacher, at the same instant: nothing is lost, nobody is left
untold.
"""

import datetime

import pytest

from courses.agenda.models import CalendarEntry
from courses.agenda.values import Hours
from courses.exceptions import Refusal, StaleSheet
from courses.mail.models import Letter
from tests.concurrency.test_the_rush import all_at_once, enrolling
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory
from training.enums import EnrolmentState, Letters
from training.services import session_dates, sessions

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime.timedelta(days=1)


def editing(session, adviser, trainers, capacity):
    def edit():
        return sessions.edit(
            session=session,
            revision=0,
            by=adviser,
            capacity=capacity,
            trainers=trainers,
            language="fr",
            threshold_percent=75,
            note="",
        ).capacity

    return edit


def test_of_two_advisers_saving_one_session_one_saves_and_the_other_is_told():
    session = SessionFactory(capacity=20)
    trainers = list(session.trainers.all())

    answers = all_at_once(
        [editing(session, PlannerFactory(), trainers, capacity) for capacity in (21, 22)]
    )

    (saved,) = [answer for answer in answers if not isinstance(answer, Exception)]
    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [StaleSheet]
    session.refresh_from_db()
    assert (session.capacity, session.revision) == (saved, 1)


def test_who_enrols_while_the_session_moves_has_the_new_hours_in_the_calendar():
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    meeting = session.meetings.get()
    later = Hours(meeting.starts_at + DAY, meeting.ends_at + DAY)
    teachers = TeacherFactory.create_batch(4, works_at=licence.school)
    adviser = PlannerFactory()

    def moving():
        return len(
            session_dates.move(session=session, moves={meeting.pk: later}, revision=0, by=adviser)
        )

    all_at_once([*[enrolling(session, teacher) for teacher in teachers], moving])

    told = CalendarEntry.objects.filter(person__in=teachers).values_list("starts_at", flat=True)
    assert list(told) == [later.starts_at] * 4


def test_who_enrols_while_the_session_is_cancelled_is_refused_or_told():
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    teachers = TeacherFactory.create_batch(4, works_at=licence.school)
    adviser = PlannerFactory()

    def cancelling():
        return sessions.cancel(session=session, by=adviser, reason="Grève.").state

    answers = all_at_once([*[enrolling(session, teacher) for teacher in teachers], cancelling])

    confirmed = {
        t.pk
        for t, answer in zip(teachers, answers, strict=False)
        if answer == EnrolmentState.CONFIRMED
    }
    refused = [answer for answer in answers[:4] if isinstance(answer, Refusal)]
    assert len(confirmed) + len(refused) == 4
    told = Letter.objects.filter(kind=Letters.SESSION_CANCELLED, to__in=teachers).values_list(
        "to", flat=True
    )
    assert set(told) == confirmed
