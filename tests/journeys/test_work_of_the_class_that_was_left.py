"""Work of a class that a student has left: in lists of its own, for whom, and that they cost the same."""

import re

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from continuity.enums import PartState
from continuity.homework.queries.own import handed_in_apart
from continuity.homework.services import homework
from continuity.models import HandIn, PlanPart
from courses.people.services import classes
from tests.factories.class_changes import (
    TODAY,
    change,
    in_days,
    leader,
    new,
    old,
    periods_of,
    school,
    student,
)
from tests.factories.continuity import (
    StudentFactory,
    assignment,
    at,
    handed_in,
    homework_item,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.school_pages import ONE_DAY, get, named
from tests.factories.work_stories import words

__all__ = ["leader", "new", "old", "school", "student"]  # fixtures

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]


def test_what_was_done_in_the_old_class_is_kept(client, old, new, student, leader):
    done = handed_in(assignment(teaching(old)), student)

    said = change(client, leader, student, new, TODAY)

    assert said == [
        f"{student.display_name} is in 2de 4 since 25 November 2026. What was done before is kept."
    ]
    assert periods_of(student) == [("2de 3", TODAY), ("2de 4", None)]
    assert list(HandIn.objects.filter(student=student)) == [done]
    assert student in old.students_on(TODAY - ONE_DAY)
    assert named(old.students_on(TODAY)) == []
    assert named(new.students_on(TODAY)) == [student.pk]


def test_the_class_tutor_reads_what_was_handed_in_for_the_class_that_was_left(
    client, old, new, student, leader
):
    due = timezone.now() + 8 * ONE_DAY
    item = homework_item(part_of(teaching(old), in_days(-2)), due_at=due, title="Les fractions")
    handed_in(item.assignment, student)

    change(client, leader, student, new, in_days(1))

    page = get(client, leader, "continuity:student", student.public_id)
    assert "Les fractions" in page.text
    assert sum(subject.handed_in for subject in page.context["works"].subjects) == 1


@pytest.mark.parametrize("back", [False, True])
def test_a_day_of_the_past_hides_no_work_from_who_handed_it_in(
    client, old, new, student, leader, back
):
    """`back`: a change that has begun is undone, and the work was of that class."""
    if back:
        classes.change_class(student=student, to=new, on=in_days(-2))
    item = homework_item(
        part_of(teaching(new if back else old), in_days(-2)), day=in_days(-1), title="Les fractions"
    )
    done = handed_in(item.assignment, student, at(in_days(-1), 15))
    before = [get(client, who, *page).text for who, *page in lists_of(student, leader)]

    change(client, leader, student, old if back else new, in_days(-2))

    page = get(client, student, "continuity:receipt", done.public_id)
    own, led = [get(client, who, *page).text for who, *page in lists_of(student, leader)]
    assert page.status_code == 200
    assert "Les fractions" in page.text
    assert [APART in text for text in [*before, own, led]] == [False, False, True, True]
    name = done.assignment.teaching.school_class.name
    for text, address in ((own, ("receipt", done)), (led, ("homework", done.assignment))):
        rows = rows_apart(text)
        assert words(rows) == f"Les fractions {name}, handed in on Tuesday 24 November"
        linked = reverse(f"continuity:{address[0]}", args=[address[1].public_id])
        assert [link["href"] for link in rows.select("a")] == [linked]
    of_class = get(client, leader, "continuity:homework", done.assignment.public_id)
    assert (of_class.status_code, student.family_name in of_class.text) == (200, True)


APART = "Handed in, and no longer on"


def lists_of(student, leader):
    """Who reads the student's lists, and their addresses."""
    return [
        (student, "continuity:to_hand_in"),
        (leader, "continuity:student", student.public_id),
    ]


def rows_apart(page: str):
    """The one row below that heading."""
    heading = BeautifulSoup(page, "html.parser").find(string=re.compile(APART))
    return heading.find_next(class_=("row__main", "item"))


def apart_of(student):
    return list(handed_in_apart(student, TODAY - 90 * ONE_DAY))


@pytest.mark.parametrize(
    "by", ["given to the new class, too", "withdrawn", "a draft again", "somebody else's"]
)
def test_work_that_isnt_of_a_class_that_was_left_stands_in_no_list_of_its_own(
    client, old, new, student, leader, by
):
    part = part_of(teaching(old), in_days(-2))
    given = homework_item(part, day=in_days(-1), title="Les fractions").assignment
    who = StudentFactory(in_class=old) if by == "somebody else's" else student
    handed_in(given, who, at(in_days(-1), 15))
    change(client, leader, student, new, in_days(-2))
    before = apart_of(student)

    if by == "given to the new class, too":
        taught = teaching(new)
        too = assignment(taught, given.due_at, homework=given.homework)
        homework_item(part_of(taught, in_days(-2)), too)
    elif by == "withdrawn":
        homework.delete(homework=given.homework, by=given.teaching.teacher)
    else:
        PlanPart.objects.update(state=PartState.DRAFT)

    assert len(before) == (who == student)
    assert apart_of(student) == []
    shown = [get(client, reader, *page).text for reader, *page in lists_of(student, leader)]
    assert [APART in page for page in shown] == [False, False]


def test_work_of_another_school_year_stands_in_no_list_of_its_own(
    old, new, student, leader, client
):
    given = homework_item(part_of(teaching(old), in_days(-2)), day=in_days(-1)).assignment
    handed_in(given, student, at(in_days(-1), 15))
    change(client, leader, student, new, in_days(-2))

    listed = [bool(handed_in_apart(student, day)) for day in (in_days(-1), TODAY)]

    assert listed == [True, False]


def test_the_tutor_of_the_new_class_is_told_that_the_old_ones_work_isnt_listed(
    client, old, new, student, leader
):
    tutor, part = tutor_of(new), part_of(teaching(old), in_days(-2))
    given = homework_item(part, day=in_days(-1), title="Les fractions").assignment
    handed_in(given, student, at(in_days(-1), 15))
    change(client, leader, student, new, in_days(-2))

    page = get(client, tutor, "continuity:student", student.public_id).text

    assert get(client, tutor, "continuity:homework", given.public_id).status_code == 404
    assert ("Les fractions" in page, APART in page) == (False, False)
    assert "isn’t listed here" in page
    assert "No work was asked" not in page


def test_lists_with_work_of_a_class_that_was_left_cost_the_same_for_many(
    client, old, new, student, leader
):
    taught = teaching(old)
    part, asked = part_of(taught, in_days(-2)), []
    for number in (1, 5):
        for _ in range(number):
            given = homework_item(part, day=in_days(-1)).assignment
            handed_in(given, student, at(in_days(-1), 15))
        change(client, leader, student, new, in_days(-2))
        for reader, *page in lists_of(student, leader):
            get(client, reader, *page)
            with CaptureQueriesContext(connection) as queries:
                get(client, reader, *page)
            asked.append(len(queries))

    assert len(apart_of(student)) == 6
    assert asked[:2] == asked[2:]
