"""Another date of a homework: whom it would make late, whose mark goes, which class loses it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from continuity.homework.exceptions import LateAtOnce
from continuity.homework.services import homework as homeworks
from continuity.homework.values import DueDate
from continuity.models import Assignment, Homework
from courses.people.models import StandIn
from tests.factories.continuity import (
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    handed_in,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.homework import DAY, FRIDAY, MONDAY, given_to_a_class
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db


NOW = at(MONDAY, 7)


@pytest.fixture(autouse=True)
def _on_a_monday(monkeypatch):
    """It is Monday 30 November 2026, 7:00."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


# Dates


def test_an_earlier_date_is_refused_for_those_whom_it_would_make_late():
    given = given_to_a_class()
    on_time, _missing = StudentFactory.create_batch(2, in_class=given.teaching.school_class)
    handed_in(given, on_time, at(MONDAY + DAY, 20))
    wednesday = at(MONDAY + 2 * DAY, 7)

    def move(due_at):
        dates = {given.teaching: DueDate(due_at)}
        return homeworks.edit(
            homework=given.homework,
            revision=given.homework.revision,
            by=given.teaching.teacher,
            classes=dates,
            now=wednesday,
        )

    with pytest.raises(LateAtOnce) as refused:
        move(at(MONDAY + DAY, 18))
    assert refused.value.values["students"] == 2  # who handed in after it, and who hasn't

    with pytest.raises(LateAtOnce) as refused:
        move(at(MONDAY + DAY, 22))
    assert refused.value.values["students"] == 1

    move(at(MONDAY + 2 * DAY, 18))  # earlier, and still to come
    given.refresh_from_db()
    assert given.due_at == at(MONDAY + 2 * DAY, 18)


def test_a_refused_date_is_said_on_the_page_and_the_text_stays(client, monkeypatch):
    given = given_to_a_class()
    StudentFactory(in_class=given.teaching.school_class)
    monkeypatch.setattr(timezone, "now", lambda: at(MONDAY + 2 * DAY, 7))
    client.force_login(given.teaching.teacher)
    row = f"class-{given.teaching.public_id}"

    answer = client.post(
        reverse("continuity:edit_homework", args=[given.homework.public_id]),
        {
            "title": "Un autre titre", "body": "Autre.", "minutes": 30, "returns": "photos",
            "revision": 1, "step": "save",
            f"{row}-due_on": MONDAY, f"{row}-due_hour": "18:00",
        },
    )  # fmt: skip

    page = answer.content.decode()
    assert "would be late at once" in page
    assert "Un autre titre" in page
    given.homework.refresh_from_db()
    assert given.homework.title == "Un travail"


def test_a_later_date_takes_late_marks_away():
    given = given_to_a_class(due_at=at(MONDAY, 6))
    student = StudentFactory(in_class=given.teaching.school_class)
    late = handed_in(given, student, at(MONDAY, 6, 30), is_late=True)

    homeworks.edit(
        homework=given.homework,
        revision=1,
        by=given.teaching.teacher,
        classes={given.teaching: DueDate(at(FRIDAY, 18))},
        now=NOW,
    )

    late.refresh_from_db()
    assert late.is_late is False


def test_a_class_that_is_unticked_loses_it_alone_and_can_have_it_back():
    """The other class keeps the text; what was handed in goes and comes with its class."""
    of = teaching()
    other = teaching(
        SchoolClassFactory(school=of.school_class.school), teacher=of.teacher, subject=of.subject
    )
    given = given_to_a_class(of=of)
    second = homework_item(
        part_of(other, MONDAY), assignment(other, homework=given.homework)
    ).assignment
    handin = handed_in(second, StudentFactory(in_class=other.school_class))

    homeworks.edit(
        homework=given.homework,
        revision=1,
        by=of.teacher,
        classes={of: DueDate(given.due_at)},
        now=NOW,
    )

    assert list(Assignment.objects.standing()) == [given]
    gone = Homework.objects.deleted(NOW + DAY).get()
    homeworks.restore(homework=gone, by=of.teacher, now=NOW + DAY)
    back = Assignment.objects.standing().get(teaching=other)
    assert (list(back.handins.all()), back.homework.body) == ([handin], given.homework.body)


def test_a_stand_in_changes_the_date_of_their_class_and_not_the_text_of_all(client):
    of = teaching()
    other = teaching(
        SchoolClassFactory(school=of.school_class.school), teacher=of.teacher, subject=of.subject
    )
    given = given_to_a_class(of=of)
    second = homework_item(
        part_of(other, MONDAY), assignment(other, homework=given.homework)
    ).assignment
    stand_in = TeacherFactory(works_at=of.school_class.school)
    StandIn.objects.create(teaching=other, teacher=stand_in, first_day=MONDAY, last_day=MONDAY)
    client.force_login(stand_in)
    row = f"class-{other.public_id}"

    answer = client.post(
        reverse("continuity:edit_homework", args=[given.homework.public_id]),
        {
            "title": "Pas à moi",
            "revision": 1,
            "step": "save",
            f"{row}-given": "on",
            f"{row}-due_on": FRIDAY + DAY,
            f"{row}-due_hour": "12:00",
        },
    )

    assert answer.status_code == 302
    for one in (given, second):
        one.refresh_from_db()
    assert (given.due_at, second.due_at, given.homework.title) == (
        at(FRIDAY, 18),
        at(FRIDAY + DAY, 12),
        "Un travail",
    )
