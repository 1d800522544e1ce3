"""A week opened, an answer read, paper, a video class or a teacher's word is a sign of a student."""

import datetime
import uuid

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from continuity.contact.services import papers
from continuity.enums import Status
from continuity.models import (
    Feedback,
    FeedKey,
    HelpRequest,
    PaperHandover,
    Reply,
    RollLine,
    SchoolSettings,
    WeekOpening,
)
from courses.agenda.services import calendar_feed as feeds
from courses.people.models import LoginSession
from tests.factories import answers, rolls
from tests.factories.contact import opened, planned_class
from tests.factories.continuity import (
    MONDAY,
    StudentFactory,
    at,
    homework_item,
    lesson_item,
    part_of,
)
from tests.factories.silence import NOON, TODAY, TUESDAY, D, names, page, press, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


@pytest.fixture
def of():
    """A subject in a class with plans since September."""
    return planned_class(name="2de 4")


@pytest.fixture
def silent(of):
    """Silent since Tuesday of last week."""
    student = StudentFactory(in_class=of.school_class, family_name="Silence")
    opened(student, TUESDAY)
    return student


def test_opening_the_week_is_a_sign_and_is_noted_once_a_day(of, silent):
    client = signed_in(silent)

    for name in ("week", "week", "to_hand_in"):
        client.get(reverse(f"continuity:{name}"))
    signed_in(silent).get(reverse("continuity:week"))

    assert list(silent.week_openings.values_list("day", flat=True)) == [TUESDAY, TODAY]
    assert names(page(of.teacher), silent) == []


def test_a_lesson_and_a_homework_of_the_week_are_opened_like_the_week(of, silent):
    part = of.plan_parts.get(plan__monday=D(2026, 11, 23))
    pages = [
        reverse("continuity:lesson", args=[lesson_item(part).lesson.public_id]),
        reverse("continuity:homework", args=[homework_item(part).assignment.public_id]),
    ]
    for page_of_week in pages:
        signed_in(of.teacher).get(page_of_week)
    before = WeekOpening.objects.filter(day=TODAY).count()

    counts = []
    for page_of_week in pages:
        WeekOpening.objects.filter(day=TODAY).delete()
        caches["week_openings"].clear()
        assert signed_in(silent).get(page_of_week).status_code == 200
        counts.append(WeekOpening.objects.filter(student=silent, day=TODAY).count())

    assert (before, counts) == (0, [1, 1])


def test_a_page_that_the_browser_has_already_is_opened_too(silent):
    client = signed_in(silent)
    client.get(reverse("continuity:help"))  # the token's cookie is made by the first form
    tag = client.get(reverse("continuity:week")).headers["ETag"]

    with time_machine.travel(NOON + datetime.timedelta(minutes=1)):
        WeekOpening.objects.filter(day=TODAY).delete()
        caches["week_openings"].clear()
        again = client.get(reverse("continuity:week"), headers={"if-none-match": tag})

    assert again.status_code == 304
    assert WeekOpening.objects.filter(student=silent, day=TODAY).exists()


def test_later_views_of_the_day_neither_write_nor_make_the_login_last_longer(silent):
    client = signed_in(silent)
    client.get(reverse("continuity:help"))  # the token's cookie is made by the first form
    ends_at = LoginSession.objects.get(person=silent).expire_date

    counts = []
    for minutes in (1, 2, 3):
        with (
            time_machine.travel(NOON + datetime.timedelta(minutes=minutes)),
            CaptureQueriesContext(connection) as captured,
        ):
            client.get(reverse("continuity:to_hand_in"))
        counts.append(sum("weekopening" in query["sql"] for query in captured))

    assert counts == [1, 0, 0]
    assert LoginSession.objects.get(person=silent).expire_date == ends_at


@pytest.mark.parametrize("what", ["answer read", "reply", "answer to a question read"])
def test_reading_an_answer_and_replying_are_signs(of, silent, what):
    handin = answers.waiting(of, silent, hours_ago=24 * 20)
    feedback = answers.returned(handin)
    asked = NOON - datetime.timedelta(days=20)
    question = HelpRequest.objects.create(
        student=silent, teaching=of, text="?", asked_at=asked, answer="!", answered_at=asked
    )
    teacher_s = {"author": of.teacher, "feedback": feedback, "text": "Bravo."}
    Reply.objects.create(key=uuid.uuid4(), said_at=NOON, **teacher_s)
    assert names(page(of.teacher), silent)

    match what:
        case "answer read":
            Feedback.objects.update(read_at=NOON)
        case "reply":
            own = teacher_s | {"author": silent, "text": "Merci."}
            Reply.objects.create(key=uuid.uuid4(), said_at=NOON, **own)
        case _:
            HelpRequest.objects.filter(pk=question.pk).update(read_at=NOON)

    assert not names(page(of.teacher), silent)
    text = signed_in(silent).get(reverse("continuity:my_signs")).text
    row = text[text.index("Answer read or replied to") : text.index("Present in class")]
    assert "Wednesday 25 November" in row


def test_nobody_else_s_look_and_no_program_s_is_a_sign(of, silent):
    secret = feeds.open_feed(FeedKey.objects, student=silent).secret

    signed_in(of.teacher).get(reverse("continuity:student", args=[silent.public_id]))
    Client().get(reverse("continuity_open:week_feed", args=[secret]))
    signed_in(silent).get(reverse("continuity:week"), headers={"Sec-Purpose": "prefetch"})
    signed_in(silent).head(reverse("continuity:week"))

    assert not WeekOpening.objects.filter(day=TODAY).exists()
    assert names(page(of.teacher), silent) == [silent]


def test_a_week_on_paper_is_a_contact(of, silent):
    """C38: who has no device isn't silent; taken back, it never was."""
    told = press(of.teacher, "hand_paper", silent)
    press(of.teacher, "hand_paper", silent)
    after = page(of.teacher)
    handover = PaperHandover.objects.get(student=silent)
    press(of.teacher, "take_paper_back", handover)

    assert "a week on paper was handed over today" in told
    assert (handover.handed_on, handover.recorded_by) == (TODAY, of.teacher)
    assert names(after, silent) == []
    assert names(page(of.teacher), silent) == [silent]


def test_a_week_on_paper_from_a_friday_counts_to_the_end_of_the_next_week(of, silent):
    """C38: who works on paper from Monday on isn't silent meanwhile."""
    settings = SchoolSettings.objects.create(school=of.school_class.school, silent_after=3)
    papers.hand_over(student=silent, by=of.teacher, day=D(2026, 11, 13))
    part_of(of, MONDAY)

    with_three = page(of.teacher)  # Wednesday 25: two days after the week that was covered
    with time_machine.travel(at(D(2026, 11, 26), 12)):
        a_day_later = page(of.teacher)
    settings.delete()

    assert names(with_three, silent) == []
    assert names(a_day_later, silent) == [silent]
    assert "Tuesday 17 November" in a_day_later  # the last sign stays what it was


def test_a_week_on_paper_before_holidays_is_for_the_week_after_them(of):
    """C5, C38."""
    silent = StudentFactory(in_class=of.school_class)
    papers.hand_over(student=silent, by=of.teacher, day=D(2026, 10, 16))  # to Sunday 8 November

    with time_machine.travel(at(D(2026, 11, 16), 8)):  # the 11th is a bank holiday
        assert names(page(of.teacher), silent) == []
    with time_machine.travel(at(D(2026, 11, 17), 8)):
        text = page(of.teacher)
    assert names(text, silent) == [silent]
    assert "5 school days without a sign are counted since Sunday 8 November." in text


def test_who_is_in_the_video_class_isn_t_silent_while_the_roll_is_open(of, silent):
    meeting = rolls.video_class(of, rolls.soon())
    rolls.led(meeting)
    before = page(of.teacher)

    entered = signed_in(silent).get(reverse("continuity:enter_video", args=[meeting.public_id]))

    assert entered.status_code == 302
    assert names(before, silent) == [silent]
    text = page(of.teacher)
    assert names(text, silent) == []


def test_the_teacher_s_word_on_a_closed_roll_counts_and_a_correction_in_its_place(of, silent):
    roll = rolls.begun(of, rolls.nine(D(2026, 11, 24)))
    RollLine.objects.filter(roll_call=roll).update(status=Status.PRESENT)
    still_open = page(of.teacher)
    rolls.closed(roll)
    closed = page(of.teacher)
    line = roll.lines.get(student=silent)
    line.corrections.create(
        key=uuid.uuid4(),
        was_status=Status.PRESENT,
        status=Status.ABSENT,
        reason="Erreur",
        corrected_by=of.teacher,
    )

    assert names(still_open, silent) == [silent]
    assert names(closed, silent) == []
    assert names(page(of.teacher), silent) == [silent]
