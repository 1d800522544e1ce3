"""A day and an hour before, once; to teachers and trainers; with letters read back."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from courses.agenda.models import CalendarEntry
from courses.agenda.values import Hours
from courses.mail.enums import LetterState, ReminderTimes
from courses.mail.models import Letter
from courses.people import services as people
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


def kinds_sent(person) -> list[str]:
    letters = Letter.objects.filter(kind=Letters.REMINDER, to=person).order_by("pk")
    return [letter.details["kind"] for letter in letters]


@pytest.mark.parametrize(
    ("wished", "sent"),
    [
        (ReminderTimes.BOTH, ["day", "hour"]),
        (ReminderTimes.DAY, ["day"]),
        (ReminderTimes.HOUR, ["hour"]),
        (ReminderTimes.NONE, []),
    ],
)
def test_reminders_come_as_each_person_wishes(enrolment, wished, sent):
    people.change_account(
        person=enrolment.teacher, by=enrolment.teacher, now=START - 48 * HOUR, reminders=wished
    )

    for minutes in range(26 * 60, -60, -7):
        remind(START - minutes * MINUTE)

    assert kinds_sent(enrolment.teacher) == sent
    assert kinds_sent(enrolment.session.trainers.get()) == ["day", "hour"]


def test_a_choice_sends_no_reminder_twice_and_none_late(enrolment):
    teacher = enrolment.teacher
    remind(START - 24 * HOUR)
    for hours, wished in ((23, ReminderTimes.NONE), (22, ReminderTimes.BOTH)):
        people.change_account(
            person=teacher, by=teacher, now=START - hours * HOUR, reminders=wished
        )
    remind(START - 22 * HOUR)
    assert kinds_sent(teacher) == ["day"]

    Letter.objects.filter(to=teacher, kind=Letters.REMINDER).delete()
    remind(START - 20 * HOUR)
    assert kinds_sent(teacher) == []
    remind(START - HOUR)
    assert kinds_sent(teacher) == ["hour"]


def test_a_reminder_that_waited_is_not_sent_to_who_wants_it_no_longer(enrolment):
    teacher = enrolment.teacher
    with time_machine.travel(START - HOUR, tick=False):
        remind(START - HOUR)
        people.change_account(person=teacher, by=teacher, reminders=ReminderTimes.DAY)
        run_worker()

    state = Letter.objects.get(kind=Letters.REMINDER, to=teacher).state
    assert state == LetterState.WITHDRAWN


def test_without_reminders_the_invitation_still_has_the_link_to_the_room():
    with time_machine.travel(START - 7 * 24 * HOUR, tick=False):
        licence = LicenceFactory()
        session = SessionFactory(resource=licence.resource, starts_at=START)
        teacher = TeacherFactory(works_at=licence.school, reminders=ReminderTimes.NONE)
        enrolments.enrol(session=session, teacher=teacher)
        run_worker()

    assert f"/join/{session.meetings.get().public_id}/" in mail.outbox[-1].body


@pytest.mark.parametrize(
    ("language", "wished", "said"),
    [
        ("en", ReminderTimes.NONE, "none"),
        ("en", ReminderTimes.HOUR, "one, an hour before"),
        ("fr", ReminderTimes.NONE, "aucun"),
        ("fr", ReminderTimes.DAY, "un seul, la veille"),
    ],
)
def test_reminders_are_chosen_on_one_s_profile_and_said_beside_the_emails(
    client, language, wished, said
):
    me = TeacherFactory(language=language)
    client.force_login(me)
    names = {"given_name": me.given_name, "family_name": me.family_name, "language": language}

    client.post(f"/{language}/profile/", names | {"reminders": wished})
    client.post(f"/{language}/profile/", names)
    me.refresh_from_db()
    page = client.get(f"/{language}/letters/").content.decode()

    assert me.reminders == wished
    assert me.reminders_chosen_at is not None
    assert f"<dd>{said}</dd>" in page


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
