"""A leader changes a student's class: today, ahead, once more, back; by page and by table."""

import datetime
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
from courses.exceptions import Refusal
from courses.people.enums import ClassKind, Role
from courses.people.exceptions import InAClassElsewhere
from courses.people.models import ClassMembership
from courses.people.services import classes, leaving
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    handed_in,
    homework_item,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.people import MembershipFactory
from tests.factories.school_pages import ONE_DAY, get, named, send, told
from tests.factories.work_stories import words

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]
TODAY = datetime.date(2026, 11, 25)
CANCELLED = "Classes and groups that begin today or later are cancelled."


@pytest.fixture
def school():
    return SchoolClassFactory(name="2de 3").school


@pytest.fixture
def old(school):
    return school.classes.get()


@pytest.fixture
def new(old):
    return SchoolClassFactory(school=old.school, name="2de 4")


@pytest.fixture
def third(old):
    return SchoolClassFactory(school=old.school, name="2de 5")


@pytest.fixture
def student(old):
    return StudentFactory(in_class=old)


@pytest.fixture
def leader(old):
    return LeaderFactory(leads=old.school)


def change(client, leader, student, to, on):
    said = send(
        client, leader, "continuity:change_class", student.public_id, to=to.public_id, on=str(on)
    )
    return told(said)


def periods_of(student):
    """Class and end of each, in order."""
    rows = student.class_memberships.order_by("since")
    return [(row.school_class.name, row.until) for row in rows.select_related("school_class")]


def in_days(number: int) -> datetime.date:
    return TODAY + number * ONE_DAY


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


# By table


def by_table(client, leader, school, *lines):
    """The trial, and what was said when it was written."""
    text = "\n".join(["login;classe;groupes;depuis", *lines])
    trial = send(client, leader, "people:import_students", school.public_id, pasted=text)
    if "kept" not in trial.context:
        return trial.text, None
    kept = trial.context["kept"]
    return trial.text, send(client, leader, "people:import_students", school.public_id, kept=kept)


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
