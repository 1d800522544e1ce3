"""A day and an hour before, once; to teachers and trainers; with letters read back."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from courses.agenda.models import CalendarEntry
from courses.agenda.values import Hours
from courses.mail.models import Letter
from tests.factories.catalogue import LicenceFactory
from tests.factories.mail import event_of
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker
from training.enums import Letters, SessionState
from training.services import enrolment as enrolments
from training.services import session_dates, sessions
from training.services.reminders import remind

pytestmark = pytest.mark.django_db

START = datetime.datetime(2026, 3, 10, 16, 0, tzinfo=datetime.UTC)
HOUR, MINUTE = datetime.timedelta(hours=1), datetime.timedelta(minutes=1)


@pytest.fixture
def enrolment():
    """Made a week before; the trainer was invited when the session opened."""
    with time_machine.travel(START - 7 * 24 * HOUR, tick=False):
        licence = LicenceFactory()
        session = SessionFactory(
            resource=licence.resource, starts_at=START, state=SessionState.DRAFT
        )
        sessions.open_for_enrolment(session=session, by=PlannerFactory())
        session.refresh_from_db()
        return enrolments.enrol(
            session=session, teacher=TeacherFactory(works_at=licence.school, language="en")
        )


def reminders(person) -> int:
    return Letter.objects.filter(kind=Letters.REMINDER, to=person).count()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        pytest.param(24 * HOUR + MINUTE, 0, id="not yet"),
        pytest.param(24 * HOUR, 1, id="a day before"),
        pytest.param(20 * HOUR, 1, id="after an outage of four hours, still useful"),
        pytest.param(2 * HOUR, 0, id="the day's is too late, the hour's too early"),
        pytest.param(HOUR, 1, id="an hour before"),
        pytest.param(10 * MINUTE, 1, id="after an outage, just before"),
        pytest.param(datetime.timedelta(), 0, id="not after the fact"),
    ],
)
def test_each_reminder_has_its_moment(enrolment, before, expected):
    remind(START - before)
    remind(START - before)

    assert reminders(enrolment.teacher) == expected
    assert reminders(enrolment.session.trainers.get()) == expected


def test_every_minute_of_a_day_makes_two(enrolment):
    for minutes in range(26 * 60, -60, -7):
        remind(START - minutes * MINUTE)

    assert reminders(enrolment.teacher) == 2


def test_who_enrolled_an_hour_ago_is_not_told_again():
    with time_machine.travel(START - 5 * HOUR, tick=False):
        licence = LicenceFactory()
        session = SessionFactory(resource=licence.resource, starts_at=START)
        enrolment = enrolments.enrol(
            session=session, teacher=TeacherFactory(works_at=licence.school)
        )

    remind(START - 4 * HOUR)
    remind(START - HOUR)

    assert list(Letter.objects.filter(kind=Letters.REMINDER).values_list("to", flat=True)) == [
        enrolment.teacher.pk
    ]


def test_a_move_times_them_anew_and_the_old_letter_is_not_sent(enrolment):
    session, meeting = enrolment.session, enrolment.session.meetings.get()
    remind(START - 24 * HOUR)
    with time_machine.travel(START - 23 * HOUR, tick=False):
        later = Hours(START + 7 * 24 * HOUR, START + 7 * 24 * HOUR + HOUR)
        session_dates.move(
            session=session,
            moves={meeting.pk: later},
            revision=session.revision,
            by=PlannerFactory(),
            reason="Strike",
        )
        run_worker()
        sent = [m.subject for m in mail.outbox if m.to[0].endswith(f"<{enrolment.teacher.email}>")]
    remind(START - HOUR)
    remind(START + 6 * 24 * HOUR)

    assert not any(subject.startswith("Tomorrow") for subject in sent)
    assert reminders(enrolment.teacher) == 2


def test_a_seat_given_back_is_not_reminded_of(enrolment):
    enrolments.cancel(enrolment=enrolment, by=enrolment.teacher, now=START - 48 * HOUR)

    remind(START - HOUR)

    assert reminders(enrolment.teacher) == 0
    assert reminders(enrolment.session.trainers.get()) == 1


def test_letters_of_a_seat_say_when_where_and_how_to_cancel_in_text_and_carry_the_invitation(
    enrolment,
):
    with time_machine.travel(START - 7 * 24 * HOUR, tick=False):
        run_worker()

    letter = Letter.objects.get(kind=Letters.SEAT_CONFIRMED)
    event = event_of(letter)
    meeting = enrolment.session.meetings.get()
    sent = next(m for m in mail.outbox if m.subject.startswith("You are enrolled"))
    for said in (
        "Tuesday 10 March 2026",
        "17:00",
        "18:30",
        "Paris time",
        f"/join/{meeting.public_id}/",
        "Declining in your calendar tells nobody",
    ):
        assert said in sent.body
        assert said in sent.alternatives[0].content
    assert enrolment.school.name in sent.body
    assert "You receive this because you are enrolled" in sent.body
    assert str(event["uid"]) == meeting.calendar_uid
    assert event.start == START.astimezone(event.start.tzinfo)


def test_letters_whose_reason_is_gone_are_withdrawn(enrolment):
    with time_machine.travel(START - 6 * 24 * HOUR, tick=False):
        enrolments.cancel(enrolment=enrolment, by=enrolment.teacher)
        run_worker()

    kinds = dict(Letter.objects.filter(to=enrolment.teacher).values_list("kind", "state"))
    assert kinds == {Letters.SEAT_CONFIRMED: "withdrawn", Letters.ENROLMENT_CANCELLED: "sent"}
    cancelled = Letter.objects.get(kind=Letters.ENROLMENT_CANCELLED)
    assert (
        event_of(cancelled)["sequence"]
        == CalendarEntry.objects.get(person=enrolment.teacher).sequence
        == 1
    )


def test_every_letter_of_a_seat_is_written_in_french_for_who_reads_french():
    with time_machine.travel(START - 8 * 24 * HOUR, tick=False):
        licence = LicenceFactory()
        session = SessionFactory(resource=licence.resource, starts_at=START, capacity=1)
        first, second = TeacherFactory.create_batch(2, works_at=licence.school, language="fr")
        seated = enrolments.enrol(session=session, teacher=first)
        enrolments.enrol(session=session, teacher=second)
        run_worker()
        enrolments.cancel(enrolment=seated, by=first)
        run_worker()
    remind(START - HOUR)
    with time_machine.travel(START - HOUR, tick=False):
        run_worker()

    starts = [re.split(r"\s*:| à ", m.subject)[0] for m in mail.outbox]
    assert sorted(starts) == sorted(
        [
            "Inscription confirmée",
            "Vous êtes sur la liste d’attente",
            "Votre inscription est annulée",
            "Une place s’est libérée, elle est",
            "Aujourd’hui",
        ]
    )
    assert timezone.localtime(START).hour == 17
