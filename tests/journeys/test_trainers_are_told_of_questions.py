"""Who leads a session is told by email of questions that wait: as a number, once, and only who may read
them.
"""

import datetime
from email.utils import parseaddr
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.mail.models import Letter
from tests.factories.people import PlannerFactory, TrainerFactory
from tests.factories.questions import DAY, HOUR, seat, seat_of, session, trainer
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker
from training.enums import Letters, SessionState
from training.models import AdvanceQuestion
from training.queries.questions import who_is_told_of_questions
from training.services import questions, session_dates, sessions, substitutes
from training.services.reminders import remind

__all__ = ["seat", "session", "trainer"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


def test_the_reminder_leads_who_leads_to_what_was_asked(licence):
    trainer = TrainerFactory(works_for=licence.resource.provider, language="en")
    made = SessionFactory(resource=licence.resource, led_by=trainer, state=SessionState.DRAFT)
    session = sessions.open_for_enrolment(session=made, by=PlannerFactory())
    seat = seat_of(session, licence)
    questions.ask(enrolment=seat, text="May I watch again?", key=uuid4())
    run_worker()
    mail.outbox.clear()
    with time_machine.travel(session.starts_at - 23 * HOUR, tick=False):
        remind(timezone.now())
        run_worker()
    said = {parseaddr(one.to[0])[1]: one.body for one in mail.outbox}

    address = reverse("training:asked_questions", args=[session.public_id])
    assert "1 question from a participant waits for an answer:" in said[trainer.email]
    assert address in said[trainer.email]
    assert address not in said[seat.teacher.email]
    assert "May I watch again?" not in said[trainer.email]


def test_trainers_are_told_of_questions_after_the_start_as_a_number(
    session, seat, licence, trainer
):
    grace = seat_of(session, licence, given_name="Grace")
    questions.ask(enrolment=grace, text="Before the start", key=uuid4())
    run_worker()
    mail.outbox.clear()
    with time_machine.travel(session.starts_at + HOUR, tick=False):
        questions.ask(enrolment=seat, text="May I watch again?", key=uuid4())
        run_worker()

    (letter,) = mail.outbox
    assert parseaddr(letter.to[0])[1] == trainer.email
    assert "2 questions from participants wait for an answer." in letter.body
    assert "May I watch again?" not in letter.body


def test_substitutes_of_all_dates_are_told_of_questions(session, seat, trainer, licence):
    first, second = session.meetings
    colleague, other = (TrainerFactory(works_for=licence.resource.provider) for _n in range(2))
    planner = PlannerFactory()

    def name(meeting, substitute):
        substitutes.name_substitute(
            session=session, meeting=meeting, substitute=substitute, replaces=trainer, by=planner
        )

    def told(text) -> set[str]:
        run_worker()
        mail.outbox.clear()
        questions.ask(enrolment=seat, text=text, key=uuid4())
        run_worker()
        return {parseaddr(one.to[0])[1] for one in mail.outbox}

    name(second, colleague)
    with time_machine.travel(first.starts_at + HOUR / 2, tick=False):
        assert told("The first") == {trainer.email, colleague.email}
    with time_machine.travel(second.starts_at + HOUR / 2, tick=False):
        assert told("No date to come") == {trainer.email}
    AdvanceQuestion.objects.all().delete()
    name(first, other)
    with time_machine.travel(second.ends_at + HOUR, tick=False):
        assert told("After the end") == {trainer.email, colleague.email, other.email}
    AdvanceQuestion.objects.all().delete()
    trainer.memberships.update(until="2026-12-01")
    with time_machine.travel(second.ends_at + 3 * HOUR, tick=False):
        assert told("Nobody else") == {colleague.email, other.email}


def test_many_questions_within_an_hour_are_two_letters(session, licence, trainer):
    seats = [seat_of(session, licence) for _number in range(4)]
    run_worker()
    mail.outbox.clear()
    start = session.starts_at + HOUR
    with time_machine.travel(start, tick=False) as clock:
        for number, seat in enumerate(seats * 3):
            clock.move_to(start + number * datetime.timedelta(minutes=4))
            questions.ask(enrolment=seat, text=f"Number {number}?", key=uuid4())
            run_worker()
        assert ["1 question from" in one.body for one in mail.outbox] == [True]
        clock.move_to(start + HOUR)
        run_worker()

    assert len(mail.outbox) == 2
    assert "12 questions from participants wait" in mail.outbox[1].body


@pytest.mark.parametrize("dates", [1, 2])
@pytest.mark.parametrize(
    ("reminders", "told"),
    [
        ("none", [True, True, True]),
        ("day", [False, True, True]),
        ("hour", [False, False, True]),
        ("both", [False, False, True]),
    ],
)
def test_a_question_before_the_start_is_told_by_email_where_no_reminder_is_to_come(
    session, seat, trainer, reminders, told, dates
):
    """A reminder of the second date comes after the first one: it tells nobody in time."""
    if dates == 1:
        session_dates.cancel_meeting(
            session=session, meeting=session.meetings[1], by=PlannerFactory(), reason="Ill"
        )
    trainer.reminders = reminders
    trainer.save(update_fields=["reminders"])

    def is_told(before) -> bool:
        AdvanceQuestion.objects.all().delete()
        run_worker()
        mail.outbox.clear()
        with time_machine.travel(session.starts_at - before, tick=False):
            questions.ask(enrolment=seat, text=f"{before}?", key=uuid4())
            run_worker()
        return [
            letter.subject
            for letter in mail.outbox
            if trainer.email in letter.to[0] and "Questions from participants" in letter.subject
        ] == [f"Questions from participants: {session.title}"]

    assert [is_told(one) for one in (6 * DAY, 20 * HOUR, HOUR / 2)] == told


def test_a_reminder_counts_the_questions_that_wait_for_an_answer(session, seat, trainer):
    for text in ("May I watch again?", "Which version?"):
        asked = questions.ask(enrolment=seat, text=text, key=uuid4())
    questions.answer(question=asked, text="The new one.", by=trainer)
    run_worker()
    mail.outbox.clear()
    with time_machine.travel(session.starts_at - 23 * HOUR, tick=False):
        remind(timezone.now())
        run_worker()

    [letter] = [one for one in mail.outbox if trainer.email in one.to[0]]
    assert "1 question from a participant waits for an answer:" in letter.body


def test_two_questions_before_the_email_is_sent_are_one_email(session, seat, trainer):
    with time_machine.travel(session.starts_at + HOUR, tick=False):
        for text in ("May I watch again?", "Which version?"):
            questions.ask(enrolment=seat, text=text, key=uuid4())

    assert Letter.objects.filter(kind=Letters.QUESTION_ASKED).count() == 1


def test_a_substitute_who_reads_no_names_any_more_is_not_told_of_questions(
    session, seat, trainer, licence
):
    substitute = TrainerFactory(works_for=licence.resource.provider)
    for meeting in session.meetings:
        substitutes.name_substitute(
            session=session,
            meeting=meeting,
            substitute=substitute,
            replaces=trainer,
            by=PlannerFactory(),
        )

    def told(now):
        return who_is_told_of_questions(session, now=now)

    assert told(session.ends_at) == [trainer, substitute]
    assert told(session.ends_at + 7 * DAY) == [trainer]
