"""What a teacher is told before publishing, case by case; and when a week may be published or an
item moved.
"""

import datetime

import pytest

from continuity.models import Homework, Lesson, PlanItem, PlanPart
from continuity.plans.queries.planner import items_of
from continuity.plans.rules.missing import what_is_missing
from continuity.plans.rules.plans import why_not_move, why_not_publish, why_not_publish_later
from courses.agenda.models import Closure
from courses.agenda.queries import school_days
from tests.factories.continuity import (
    MONDAY,
    at,
    homework_item,
    lesson_item,
    note_item,
    part_of,
    teaching,
)

pytestmark = pytest.mark.django_db

FRIDAY = MONDAY + datetime.timedelta(days=4)
NOW = at(MONDAY - datetime.timedelta(days=3), 12)


def nothing_to_say(part):
    lesson_item(part, title="X")
    homework_item(part, title="Y", due_at=at(FRIDAY, 18))


def empty_lesson(part):
    lesson_item(part, title="X", body="")


def homework_without_words(part):
    Homework.objects.filter(
        pk=homework_item(part, title="X", due_at=at(FRIDAY, 18)).assignment.homework_id
    ).update(body="")


def without_minutes(part):
    item = lesson_item(part, title="X")
    PlanItem.objects.filter(pk=item.pk).update(minutes=0)


def due_before_today(part):
    homework_item(part, title="X", due_at=at(MONDAY - datetime.timedelta(days=4), 18))


def due_in_the_holidays(part):
    homework_item(part, title="X", due_at=at(datetime.date(2026, 12, 22), 18))


def on_a_closed_day(part):
    Closure.objects.create(
        school=part.teaching.school_class.school, first_day=FRIDAY, last_day=FRIDAY, reason="Grève"
    )
    note_item(part, FRIDAY, title="X")


def prepared_for_an_absence(part):
    PlanItem.objects.filter(pk=note_item(part, title="X").pk).update(is_held_back=True)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (nothing_to_say, []),
        (empty_lesson, ["The lesson “X” has no text and no file yet."]),
        (homework_without_words, ["The homework “X” doesn’t say yet what is to be done."]),
        (
            without_minutes,
            ["“X” doesn’t say how many minutes it takes: it doesn’t count in the students’ load."],
        ),
        (due_before_today, ["“X” was due on Thursday 26 November 2026, 18:00: that is past."]),
        (
            due_in_the_holidays,
            ["“X” is due on Tuesday 22 December 2026, 18:00, a day without class."],
        ),
        (on_a_closed_day, ["“X” is on Friday 4 December 2026, a day without class."]),
        (
            prepared_for_an_absence,
            ["“X” was prepared for your absence: read it, then show it to the class."],
        ),
    ],
    ids=lambda case: case.__name__.replace("_", " ") if callable(case) else "",
)
def test_each_gap_has_its_sentence(given, told):
    part = part_of(teaching(), published=False)
    given(part)

    gaps = what_is_missing(
        items_of([part]),
        class_days=[],
        days=school_days(part.teaching.school_class.school),
        now=NOW,
    )

    assert [gap.said.reason for gap in gaps] == told


def test_a_class_day_without_anything_is_named():
    part = part_of(teaching(), published=False)
    note_item(part)

    gaps = what_is_missing(
        items_of([part]),
        class_days=[MONDAY, FRIDAY],
        days=school_days(part.teaching.school_class.school),
        now=NOW,
    )

    assert [gap.said.reason for gap in gaps] == [
        "Nothing is planned on Friday 4 December 2026, and the class has this subject that day."
    ]


@pytest.mark.parametrize(
    ("state", "items", "at_hour", "why"),
    [
        ("draft", 1, 18, None),
        ("draft", 0, 18, "NothingToPublish"),
        ("published", 1, 18, "PublishedAlready"),
        ("draft", 1, 12, "MomentIsPast"),
    ],
    ids=["a draft with something", "an empty one", "a published one", "now isn't later"],
)
def test_why_a_week_is_not_published(state, items, at_hour, why):
    part = PlanPart(state=state)

    later = why_not_publish_later(part, at=at(NOW.date(), at_hour), items=items, now=NOW)

    assert (type(later).__name__ if later else None) == why
    if why != "MomentIsPast":
        now = why_not_publish(part, items=items)
        assert (type(now).__name__ if now else None) == why


@pytest.mark.parametrize(
    ("make", "day", "why"),
    [
        (lesson_item, FRIDAY, None),
        (lesson_item, MONDAY + datetime.timedelta(days=7), "DayOutsideTheWeek"),
        (lesson_item, MONDAY - datetime.timedelta(days=1), "DayOutsideTheWeek"),
        (homework_item, FRIDAY, None),
        (homework_item, FRIDAY + datetime.timedelta(days=1), "DueBefore"),
    ],
    ids=[
        "within the week",
        "the week after",
        "the Sunday before",
        "homework on its due day",
        "homework after its due day",
    ],
)
def test_why_an_item_does_not_move(make, day, why):
    item = make(part_of(teaching()))

    refusal = why_not_move(item, day, monday=MONDAY)

    assert (type(refusal).__name__ if refusal else None) == why


def test_a_lesson_with_a_file_alone_is_not_empty():
    part = part_of(teaching(), published=False)
    lesson = lesson_item(part, body="").lesson
    lesson.attachments.create(
        owner=lesson.author,
        name="a.pdf",
        media_type="application/pdf",
        size_bytes=1,
        file="attachments/a.pdf",
    )

    gaps = what_is_missing(
        items_of([part]),
        class_days=[],
        days=school_days(part.teaching.school_class.school),
        now=NOW,
    )

    assert gaps == []
    assert Lesson.objects.get().attachments.count() == 1
