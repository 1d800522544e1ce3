"""A table of students changes classes as the page does."""

import pytest

from courses.people.enums import Role
from courses.people.models import ClassMembership
from courses.people.services import classes
from tests.factories.class_changes import (
    by_table,
    in_days,
    leader,
    new,
    old,
    periods_of,
    school,
    student,
    third,
)
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
)
from tests.factories.people import MembershipFactory

__all__ = ["leader", "new", "old", "school", "student", "third"]  # fixtures

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]


@pytest.mark.parametrize(
    ("line", "days", "expected"),
    [
        ("2de 4;;07/12/2026", 12, "unchanged"),
        ("2de 4;;30/11/2026", 12, [("2de 3", 5), ("2de 4", None)]),
        ("2de 4;;14/12/2026", 12, [("2de 3", 19), ("2de 4", None)]),
        ("2de 4;;", 12, "unchanged"),
        ("2de 3;;01/09/2026", 12, "unchanged"),
        ("2de 3;;", 12, "unchanged"),
        ("2de 5;;30/11/2026", 12, [("2de 3", 5), ("2de 5", None)]),
        ("2de 5;;14/12/2026", 12, [("2de 3", 12), ("2de 4", 19), ("2de 5", None)]),
        ("2de 4;;20/11/2026", -2, [("2de 3", -5), ("2de 4", None)]),
        ("2de 4;;25/11/2026", -2, "unchanged"),
        ("2de 5;;20/11/2026", -2, "refused"),
    ],
)
def test_a_table_changes_the_class_as_the_page_does(  # days: when the change to 2de 4 begins
    client, old, new, third, student, leader, line, days, expected
):
    classes.change_class(student=student, to=new, on=in_days(days))
    before = periods_of(student)

    trial, written = by_table(client, leader, old.school, f"{student.login};{line}")

    if isinstance(expected, str):
        assert expected == "refused" or "unchanged" in trial
        assert ("Check the day" in trial or "Give that day" in trial) == (expected == "refused")
        assert periods_of(student) == before
    else:
        assert written.status_code == 200
        assert periods_of(student) == [
            (name, None if end is None else in_days(end)) for name, end in expected
        ]


def test_a_table_moves_the_first_day_of_who_had_no_class_before(client, school, old, leader):
    newcomer = StudentFactory(in_class=old)
    ClassMembership.objects.filter(student=newcomer).update(since=in_days(12))

    by_table(client, leader, school, f"{newcomer.login};2de 3;;30/11/2026")

    assert newcomer.class_memberships.get().since == in_days(5)


def test_a_table_says_at_once_that_the_student_is_in_a_class_elsewhere(
    client, old, student, leader
):
    away = SchoolClassFactory(name="1re Z")
    MembershipFactory(person=student, organisation=away.school, role=Role.STUDENT)

    trial, _written = by_table(
        client, LeaderFactory(leads=away.school), away.school, f"{student.login};1re Z;;"
    )

    assert periods_of(student) == [("2de 3", None)]
    assert "is in a class of another school" in trial
    assert "2de 3" not in trial
