"""Who leaves the school leaves the class to come as well, and what an undone departure brings back."""

import datetime

import pytest

from courses.people.services import leaving
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
)
from tests.factories.school_pages import get

__all__ = ["leader", "new", "old", "school", "student"]  # fixtures

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]
CANCELLED = "Classes and groups that begin today or later are cancelled."


def test_who_leaves_the_school_leaves_the_class_to_come_as_well(client, old, new, student, leader):
    change(client, leader, student, new, in_days(12))
    page = get(client, leader, "people:student_leaves", student.public_id).text

    leaving.close_student(student=student, school=old.school, by=leader)
    gone = periods_of(student)
    leaving.reopen_student(student=student, school=old.school, by=leader)

    assert CANCELLED in page
    assert gone == [("2de 3", TODAY)]
    assert periods_of(student) == [("2de 3", None)]


@pytest.mark.parametrize("begins", [None, -1, 0, 1])
def test_leaving_says_beforehand_which_class_the_undo_doesnt_bring_back(
    client, old, new, student, leader, begins
):
    if begins is not None:
        change(client, leader, student, new, in_days(begins))
    before = periods_of(student)
    page = get(client, leader, "people:student_leaves", student.public_id).text

    leaving.close_student(student=student, school=old.school, by=leader)
    leaving.reopen_student(student=student, school=old.school, by=leader)

    assert (CANCELLED in page) == (periods_of(student) != before) == (begins in {0, 1})


@pytest.mark.parametrize("begins", [0, 1])
def test_who_leaves_before_a_first_day_in_class_is_in_none_after_the_undo_as_the_page_says(
    client, old, leader, begins
):
    newcomer = StudentFactory(in_class=old)
    newcomer.class_memberships.update(since=in_days(begins))
    page = get(client, leader, "people:student_leaves", newcomer.public_id).text

    leaving.close_student(student=newcomer, school=old.school, by=leader)
    leaving.reopen_student(student=newcomer, school=old.school, by=leader)

    assert CANCELLED in page
    assert periods_of(newcomer) == []


@pytest.mark.at("2027-08-26T12:00")
def test_undoing_a_departure_in_late_august_opens_no_class_of_last_year(old, student, leader):
    leaving.close_student(student=student, school=old.school, by=leader)
    leaving.reopen_student(student=student, school=old.school, by=leader)

    assert periods_of(student) == [("2de 3", datetime.date(2027, 8, 26))]
