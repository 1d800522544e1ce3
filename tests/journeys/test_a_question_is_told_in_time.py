"""Whoever leads is told of a question before the date that it is about: also who reads a summary
once a week, who switched reminders off since, and where the date moved nearer.
"""

import datetime
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from courses.agenda.values import PARIS, Hours
from courses.mail import services as outbox
from courses.mail.enums import LetterState, MailRhythm
from courses.mail.models import Letter
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import Letters, SessionState
from training.services import enrolment as enrolments
from training.services import questions, session_dates, sessions, substitutes
from training.wagtail_hooks import ticks

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

MINUTE, HOUR, DAY = (datetime.timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))


@pytest.fixture
def trainer(licence):
    return TrainerFactory(works_for=licence.resource.provider, language="en", reminders="both")


@pytest.fixture
def session(licence, trainer):
    """Two dates of an hour, in a week and three days later."""
    first = in_a_week()
    hours = [Hours(first + n * 3 * DAY, first + n * 3 * DAY + HOUR) for n in range(2)]
    draft = SessionFactory(
        resource=licence.resource, hours=hours, led_by=trainer, state=SessionState.DRAFT
    )
    opened = sessions.open_for_enrolment(session=draft, by=PlannerFactory())
    run_worker()
    return opened


@pytest.fixture
def seat(session, licence):
    return enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))


def wishes(person, **fields):
    for name, value in fields.items():
        setattr(person, name, value)
    person.save(update_fields=list(fields))


def ask(seat, text="May I watch again?"):
    return questions.ask(enrolment=seat, text=text, key=uuid4())


def ticks_pass(times=2):
    for _ in range(times):
        ticks.remind_of_meetings(timezone.now())
        run_worker()


def told(trainer, since) -> list[str]:
    """Which letters tell of questions, by kind."""
    kinds = (Letters.QUESTION_ASKED, Letters.REMINDER)
    sent = Letter.objects.filter(
        to=trainer, kind__in=kinds, sent_at__gte=since, state=LetterState.SENT
    )
    return [one.kind.rpartition(".")[2] for one in sent.order_by("sent_at")]


@pytest.mark.parametrize(
    ("after", "comes"),
    [(-20 * HOUR, True), (DAY, True), (3 * DAY - HOUR / 2, True), (3 * DAY + HOUR, False)],
    ids=["before both dates", "between them", "before the second", "after the last"],
)
def test_a_question_waits_for_no_summary_as_long_as_a_date_is_to_come(
    session, seat, trainer, after, comes
):
    wishes(trainer, mail_rhythm=MailRhythm.WEEKLY, reminders="none")
    start = session.starts_at
    with time_machine.travel(start + after, tick=False):
        ask(seat)
        run_worker()

    assert (told(trainer, start + after) == ["question_asked"]) is comes


def test_a_letter_that_waits_for_a_summary_keeps_no_later_question_back(session, seat, trainer):
    wishes(trainer, mail_rhythm=MailRhythm.WEEKLY, reminders="none")
    asked = ask(seat)
    Letter.objects.filter(kind=Letters.QUESTION_ASKED).update(
        state=LetterState.GATHERED, attempts=0, sent_at=None
    )
    with time_machine.travel(asked.asked_at + 2 * HOUR, tick=False):
        ask(seat, "Which version?")
        run_worker()

    assert told(trainer, asked.asked_at) == ["question_asked"]


@pytest.mark.parametrize(
    ("reminders", "letters"),
    [("both", ["reminder"]), ("day", ["reminder"]), ("none", ["question_asked"])],
)
def test_reminders_switched_off_after_a_question_leave_it_an_email_of_its_own(
    session, seat, trainer, reminders, letters
):
    asked = ask(seat)
    wishes(trainer, reminders=reminders, reminders_chosen_at=asked.asked_at)
    with time_machine.travel(session.starts_at - 2 * DAY, tick=False):
        ticks_pass()
        early = told(trainer, asked.asked_at)
    with time_machine.travel(session.starts_at - DAY + MINUTE, tick=False):
        ticks_pass()

    assert early == []
    assert told(trainer, asked.asked_at) == letters


def test_a_reminder_that_came_too_late_silences_no_question(session, seat, trainer):
    """The worker stood still until an hour before the date: the reminder of the day is withdrawn."""
    wishes(trainer, reminders="day")
    asked = ask(seat)
    with time_machine.travel(session.starts_at - DAY + MINUTE, tick=False):
        ticks.remind_of_meetings(timezone.now())
    reminders = Letter.objects.filter(to=trainer, kind=Letters.REMINDER)
    assert [one.state for one in reminders] == [LetterState.WAITING]

    with time_machine.travel(session.starts_at - HOUR, tick=False):
        run_worker()
        ticks_pass()

    assert [one.state for one in reminders.all()] == [LetterState.WITHDRAWN]
    assert told(trainer, asked.asked_at) == ["question_asked"]


@pytest.mark.parametrize(
    ("reminders", "letters"), [("none", ["question_asked"]), ("day", ["reminder"])]
)
def test_a_substitute_is_told_before_the_date_also_without_reminders(
    session, licence, trainer, reminders, letters
):
    """The trainer leads the second date, somebody else the first."""
    wishes(trainer, reminders="none")
    colleague = TrainerFactory(
        works_for=licence.resource.provider, language="en", reminders=reminders
    )
    substitutes.name_substitute(
        session=session,
        meeting=session.meetings[0],
        substitute=colleague,
        replaces=trainer,
        by=PlannerFactory(),
    )
    run_worker()
    seat = enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    asked = ask(seat)
    with time_machine.travel(session.starts_at - DAY + MINUTE, tick=False):
        ticks_pass()
    with time_machine.travel(session.starts_at + 2 * HOUR, tick=False):
        later = timezone.now()
        ask(seat, "Which version?")
        ticks_pass()

    assert told(colleague, asked.asked_at) == letters
    assert told(trainer, asked.asked_at) == ["question_asked"] * 2
    assert told(trainer, later) == ["question_asked"]


def test_a_date_moved_nearer_than_its_reminders_has_its_question_told(session, seat, trainer):
    wishes(trainer, reminders="day")
    asked = ask(seat)
    soon = session.starts_at - 3 * DAY
    with time_machine.travel(soon - 20 * HOUR, tick=False):
        first = session.meetings[0]
        session_dates.move(
            session=session,
            moves={first.pk: Hours(soon, soon + HOUR)},
            revision=session.revision,
            by=PlannerFactory(),
        )
        ticks_pass()
        now = timezone.now()

    assert told(trainer, now) == ["question_asked"]
    assert asked.asked_at < now


def test_what_is_answered_meanwhile_is_not_told(session, seat, trainer):
    asked = ask(seat)
    questions.answer(question=asked, text="Yes.", by=trainer)
    wishes(trainer, reminders="none")
    with time_machine.travel(session.starts_at - HOUR, tick=False):
        ticks_pass()

    assert told(trainer, asked.asked_at) == []


def test_a_second_question_in_the_last_hour_is_told_before_the_date(session, seat, trainer):
    start = session.starts_at
    with time_machine.travel(start - 50 * MINUTE, tick=False) as clock:
        ask(seat)
        run_worker()
        clock.move_to(start - 48 * MINUTE)
        ask(seat, "Which version?")
        run_worker()
        at_first = told(trainer, start - HOUR)
        clock.move_to(start - 39 * MINUTE)
        run_worker()

    assert at_first == ["question_asked"]
    assert told(trainer, start - HOUR) == ["question_asked"] * 2


def test_without_a_question_near_a_date_the_tick_asks_once(
    session, seat, django_assert_num_queries
):
    ask(seat)

    with django_assert_num_queries(1):
        questions.tell_of_untold(timezone.now())


@pytest.mark.parametrize("rhythm", [MailRhythm.AT_ONCE, MailRhythm.WEEKLY])
@pytest.mark.parametrize("soon", [False, True], ids=["while a letter waits", "before the first"])
def test_what_a_letter_counted_that_was_posted_before_is_not_told_once_more(
    session, seat, trainer, rhythm, soon
):
    """Two questions in one letter, the first of two or the second."""
    wishes(trainer, reminders="none", mail_rhythm=rhythm)
    start = session.starts_at - 20 * HOUR
    with time_machine.travel(start, tick=False) as clock:
        ask(seat)
        if not soon:
            run_worker()
        clock.shift(MINUTE)
        ask(seat, "Which version?")
        ticks_pass()
        clock.shift(20 * MINUTE)
        ask(seat, "For how long?")
        for _ in range(12):
            ticks_pass()
            clock.shift(20 * MINUTE)

    assert told(trainer, start) == ["question_asked"] * 2


def test_what_a_summary_counted_is_not_told_once_more(licence, trainer):
    """After the last date, where a letter on questions may wait for the day's email."""
    wishes(trainer, reminders="none", mail_rhythm=MailRhythm.DAILY)
    start = datetime.datetime(2026, 12, 2, 9, tzinfo=PARIS)
    session = SessionFactory(
        resource=licence.resource, hours=[Hours(start, start + HOUR)], led_by=trainer
    )
    seat = enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    with time_machine.travel(start + 2 * HOUR, tick=False) as clock:
        ask(seat)
        clock.shift(10 * MINUTE)
        ask(seat, "Which version?")
        for _ in range(20):
            clock.shift(HOUR)
            outbox.sum_up(timezone.now())
            ticks_pass()

    letters = Letter.objects.filter(to=trainer, kind=Letters.QUESTION_ASKED)
    assert [one.state for one in letters] == [LetterState.SUMMED_UP]
