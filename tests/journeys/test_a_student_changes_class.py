"""A leader changes a student's class: today, ahead, once more, back."""

import datetime

import pytest

from courses.exceptions import Refusal
from courses.people.enums import ClassKind, Role
from courses.people.exceptions import InAClassElsewhere
from courses.people.services import classes
from tests.factories.class_changes import (
    TODAY,
    by_table,
    change,
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
from tests.factories.school_pages import get, named, send

__all__ = ["leader", "new", "old", "school", "student", "third"]  # fixtures

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]


def test_the_form_says_where_the_student_is_and_will_be(client, old, new, student, leader):
    change(client, leader, student, new, in_days(12))

    lead = get(client, leader, "continuity:change_class", student.public_id).context["page"].lead

    assert lead.startswith("In 2de 3 since ")
    assert lead.endswith("From 7 December 2026 on in 2de 4.")


def test_a_change_entered_ahead_is_moved_and_taken_back(client, old, new, student, leader):
    ahead = change(client, leader, student, new, in_days(12))
    page = get(client, leader, "continuity:student", student.public_id).text
    earlier = change(client, leader, student, new, in_days(5))
    after_that = periods_of(student)
    later = change(client, leader, student, new, in_days(9))
    after_both = periods_of(student)
    back = change(client, leader, student, old, TODAY)
    again = change(client, leader, student, old, TODAY)

    assert "will be in 2de 4 from 7 December 2026 on. " in ahead[0]
    assert "last day 6 December 2026" in page
    assert "from 7 December 2026 on" in page
    assert "will be in 2de 4 from 30 November 2026 on. " in earlier[0]
    assert after_that == [("2de 3", in_days(5)), ("2de 4", None)]
    assert "from 4 December 2026 on. " in later[0]
    assert after_both == [("2de 3", in_days(9)), ("2de 4", None)]
    assert "is in 2de 3 since " in back[0]
    assert "The change to 2de 4 on 4 December 2026 is cancelled." in back[0]
    assert "nothing has changed" in again[0]
    assert periods_of(student) == [("2de 3", None)]


def test_two_weeks_in_another_class_are_entered_and_cancelled(
    client, old, new, third, student, leader
):
    change(client, leader, student, new, in_days(12))
    change(client, leader, student, old, in_days(26))
    entered = periods_of(student)
    said = change(client, leader, student, third, in_days(12))
    replaced = periods_of(student)
    change(client, leader, student, old, TODAY)

    assert entered == [("2de 3", in_days(12)), ("2de 4", in_days(26)), ("2de 3", None)]
    assert "The change to 2de 4 on 7 December 2026 is cancelled." in said[0]
    assert "The change to 2de 3 on 21 December 2026 is cancelled." in said[0]
    assert replaced == [("2de 3", in_days(12)), ("2de 5", None)]
    assert periods_of(student) == [("2de 3", None)]


def test_the_first_day_is_corrected_and_what_is_ahead_stays(
    client, old, new, third, student, leader
):
    change(client, leader, student, new, TODAY)
    change(client, leader, student, third, in_days(12))
    change(client, leader, student, new, in_days(-2))

    assert periods_of(student) == [
        ("2de 3", in_days(-2)),
        ("2de 4", in_days(12)),
        ("2de 5", None),
    ]


def test_a_later_day_than_a_change_that_has_begun_changes_nothing(
    client, old, new, student, leader
):
    change(client, leader, student, new, in_days(-2))

    said = change(client, leader, student, new, TODAY)

    assert said == [
        f"{student.display_name} is in 2de 4 since 23 November 2026: nothing has changed. "
        "A class that has begun doesn’t begin later: first choose 2de 3 from 23 November 2026 on, "
        "then enter this change again."
    ]
    assert periods_of(student) == [("2de 3", in_days(-2)), ("2de 4", None)]
    change(client, leader, student, old, in_days(-2))
    change(client, leader, student, new, TODAY)
    assert periods_of(student) == [("2de 3", TODAY), ("2de 4", None)]


@pytest.mark.parametrize("day", [0, 5])
def test_the_first_class_of_the_year_has_none_to_choose_before_it(
    client, old, student, leader, day
):
    """Nor is that of last year, which ended on that day, one to choose."""
    student.class_memberships.update(since=in_days(-2))
    year = {"school_year": old.school_year - 1, "school": old.school}
    last_year = SchoolClassFactory(name="3e 9", **year)
    student.class_memberships.create(school_class=last_year, since=in_days(-300), until=in_days(-2))

    said = change(client, leader, student, old, in_days(day))

    assert said == [
        f"{student.display_name} is in 2de 3 since 23 November 2026: nothing has changed."
    ]


def test_the_same_day_again_has_no_remedy_to_tell(client, new, student, leader):
    change(client, leader, student, new, TODAY)

    said = change(client, leader, student, new, TODAY)

    assert said == [
        f"{student.display_name} is in 2de 4 since 25 November 2026: nothing has changed."
    ]


def test_a_change_is_undone_on_its_day(client, old, new, student, leader):
    change(client, leader, student, new, TODAY)

    change(client, leader, student, old, TODAY)

    assert periods_of(student) == [("2de 3", None)]


def test_a_day_before_the_last_change_is_refused_in_words_that_hold(
    client, old, new, third, student, leader
):
    change(client, leader, student, new, TODAY)
    page = send(
        client,
        leader,
        "continuity:change_class",
        student.public_id,
        to=third.public_id,
        on=str(in_days(-1)),
    ).text

    assert "is in 2de 4 from Wednesday 25 November 2026 on" in page
    assert periods_of(student) == [("2de 3", TODAY), ("2de 4", None)]


@pytest.mark.at("2027-08-26T12:00")
@pytest.mark.parametrize("day", ["2027-08-26", "2027-09-01", "2027-09-02"])
def test_in_late_august_the_class_of_september_is_replaced(client, old, student, leader, day):
    first, other = (
        SchoolClassFactory(school=old.school, name=name, school_year=2028)
        for name in ("1re 2", "1re 3")
    )
    september = datetime.date(2027, 9, 1)
    classes.change_class(student=student, to=first, on=september)

    said = change(client, leader, student, other, day)

    day = datetime.date.fromisoformat(day)
    expected = [("2de 3", min(day, september)), ("1re 3", None)]
    if day > september:
        expected[1:1] = [("1re 2", day)]
    assert periods_of(student) == expected
    assert ("The change to 1re 2 on 1 September 2027 is cancelled." in said[0]) == (
        day <= september
    )


@pytest.mark.at("2027-08-26T12:00")
def test_in_late_august_a_later_first_day_leaves_last_years_class_alone(
    client, old, student, leader
):
    new = SchoolClassFactory(school=old.school, name="1re 2", school_year=2028)
    classes.change_class(student=student, to=new, on=datetime.date(2027, 9, 1))

    said = change(client, leader, student, new, "2027-09-04")

    assert "will be in 1re 2 from 4 September 2027 on" in said[0]
    assert periods_of(student) == [("2de 3", datetime.date(2027, 9, 1)), ("1re 2", None)]


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(day, marks=pytest.mark.at(f"{now}T12:00"), id=now)
        for now, day in [
            ("2026-11-25", "2026-11-25"),
            ("2027-07-31", "2027-07-31"),
            ("2027-08-01", "2027-09-01"),
            ("2027-08-31", "2027-09-01"),
            ("2027-09-01", "2027-09-01"),
        ]
    ],
)
def test_the_form_proposes_today_and_in_august_the_first_of_september(client, student, leader, day):
    page = get(client, leader, "continuity:change_class", student.public_id).text

    assert f'value="{day}"' in page


def test_who_is_in_no_class_is_put_into_one(client, old, new, student, leader):
    classes.leave_class(student=student, school_class=old, until=in_days(-7))

    change(client, leader, student, new, TODAY)

    assert periods_of(student) == [("2de 3", in_days(-7)), ("2de 4", None)]


@pytest.mark.parametrize("press", ["page", "table"])
def test_who_has_left_a_class_is_put_into_it_again(client, old, student, leader, press):
    first_day = datetime.date(2026, 9, 1)
    student.class_memberships.update(since=first_day)
    classes.leave_class(student=student, school_class=old, until=in_days(-7))

    if press == "page":
        said = change(client, leader, student, old, first_day)
        assert "nothing has changed" not in said[0]
    else:
        by_table(client, leader, old.school, f"{student.login};2de 3;;{first_day:%d/%m/%Y}")

    assert periods_of(student) == [("2de 3", None)]


def test_changes_to_come_are_listed_in_the_order_in_which_they_come(
    client, old, new, student, leader
):
    change(client, leader, student, new, in_days(12))
    change(client, leader, student, old, in_days(26))

    page = get(client, leader, "continuity:student", student.public_id)

    days = [place.since for place in page.context["coming"]]
    assert days == [in_days(12), in_days(26)]


def test_another_school_is_left_alone_and_its_class_not_named(client, old, new, student, leader):
    away = SchoolClassFactory(name="1re Z")
    MembershipFactory(person=student, organisation=away.school, role=Role.STUDENT)
    leads_both = LeaderFactory(leads=old.school)
    MembershipFactory(person=leads_both, organisation=away.school, role=Role.LEADER)

    with pytest.raises(InAClassElsewhere) as refused:
        classes.change_class(student=student, to=away, on=TODAY)
    form = get(client, leader, "continuity:change_class", student.public_id).context["form"]
    of_both = get(client, leads_both, "continuity:change_class", student.public_id).text

    assert "2de 3" not in str(refused.value.reason)
    assert named(form.fields["to"].queryset) == named([old, new])
    assert f"2de 3 ({old.school})" in of_both
    assert periods_of(student) == [("2de 3", None)]


def test_a_group_that_ends_as_the_class_begins_is_not_the_class_left(client, old, new, leader):
    group = SchoolClassFactory(school=old.school, kind=ClassKind.GROUP, name="Latin")
    newcomer = StudentFactory(in_class=[old, group])
    newcomer.class_memberships.filter(school_class=old).update(since=in_days(5))
    newcomer.class_memberships.filter(school_class=group).update(until=in_days(5))

    by_table(client, leader, old.school, f"{newcomer.login};2de 3;;27/11/2026")

    assert newcomer.class_memberships.get(school_class=old).since == in_days(2)
    assert newcomer.class_memberships.get(school_class=group).until == in_days(5)


def test_a_day_of_another_school_year_is_refused(old, new, student):
    with pytest.raises(Refusal):
        classes.change_class(student=student, to=new, on=datetime.date(2025, 5, 4))
