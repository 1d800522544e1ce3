"""When a student is silent: school days on which they were expected, without a sign. And what the
list costs.
"""

import datetime
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from continuity.contact.queries.expected import ExpectedDays, TaughtOn, TimeInClass
from continuity.contact.queries.silent import silent_students
from continuity.contact.services import calls
from continuity.contact.values import is_silent, silent_days
from continuity.enums import CallResult, ExemptionKind
from continuity.models import Tick
from continuity.school.queries.exemptions import Known
from courses.agenda.enums import Rhythm
from courses.agenda.models import Closure, SchoolCalendar
from courses.agenda.queries import ONE_DAY, ONE_WEEK, SchoolDays, monday_of
from tests.factories import answers
from tests.factories.contact import opened, planned_class
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    exemption_of,
    lesson_item,
    part_of,
    teaching,
)

D = datetime.date
STUDENT, CLASS, SCHOOL, SPORT = 7, 1, 3, 5
WEDNESDAY = D(2026, 11, 25)
SEPTEMBER = D(2026, 9, 1)
ALL_WEEKS = frozenset(monday_of(D(2026, 8, 31)) + n * ONE_WEEK for n in range(44))


def leave(first, last=None, rhythm=Rhythm.EACH) -> Known:
    """One that frees from everything: of the others nothing is read (below)."""
    return Known(ExemptionKind.LEAVE, first, last, rhythm, attends=False, keeps_working=False)


def days(
    after: D,
    today: D = WEDNESDAY,
    *,
    leaves=(),
    closures=(),
    since=SEPTEMBER,
    until=None,
    planned=ALL_WEEKS,
    hours=(),
) -> int:
    calendar = SchoolCalendar(week_a=D(2026, 9, 7))
    school = SchoolDays(None, calendar, [Closure(first_day=a, last_day=b) for a, b in closures])
    timetable = {CLASS: [TaughtOn(*hour) for hour in hours]}
    expected = ExpectedDays(school, 5, {STUDENT: list(leaves)}, {CLASS: set(planned)}, timetable)
    times = [TimeInClass(CLASS, "2de 4", True, SCHOOL, since, until)]
    return silent_days(after, today, lambda day: expected.expects(STUDENT, times, day))


TUESDAY_BEFORE = D(2026, 11, 17)


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        pytest.param(days(WEDNESDAY), 0, id="a sign today"),
        pytest.param(days(D(2026, 11, 24)), 0, id="a sign yesterday: today isn't over"),
        pytest.param(days(D(2026, 11, 23)), 1, id="yesterday without one"),
        pytest.param(days(TUESDAY_BEFORE), 5, id="a weekend between doesn't count"),
        pytest.param(days(D(2026, 11, 21)), 2, id="a sign on a Saturday"),
        pytest.param(days(D(2026, 10, 16), D(2026, 11, 2)), 0, id="C5: two weeks of holidays"),
        pytest.param(days(D(2026, 10, 15), D(2026, 11, 3)), 2, id="C5: one day on each side"),
        pytest.param(days(D(2026, 11, 10), D(2026, 11, 13)), 1, id="11 November is no school day"),
        pytest.param(
            days(TUESDAY_BEFORE, closures=[(D(2026, 11, 19), D(2026, 11, 20))]),
            3,
            id="the school was closed on two",
        ),
        pytest.param(
            days(TUESDAY_BEFORE, leaves=[leave(D(2026, 11, 19), D(2026, 11, 20))]),
            3,
            id="a leave of two days",
        ),
        pytest.param(
            days(TUESDAY_BEFORE, leaves=[leave(D(2026, 11, 1))]),
            0,
            id="C62: a leave without an end",
        ),
        pytest.param(
            days(TUESDAY_BEFORE, leaves=[leave(D(2026, 11, 1), rhythm=Rhythm.B)]),
            3,
            id="freed in B weeks alone",
        ),
        pytest.param(days(SEPTEMBER, since=D(2026, 11, 23)), 2, id="joined on Monday"),
        pytest.param(days(SEPTEMBER, since=WEDNESDAY), 0, id="joins today"),
        pytest.param(days(TUESDAY_BEFORE, until=D(2026, 11, 20)), 2, id="left before the 20th"),
        pytest.param(
            days(TUESDAY_BEFORE, planned=ALL_WEEKS - {D(2026, 11, 23)}),
            3,
            id="no plan this week",
        ),
        pytest.param(days(SEPTEMBER, planned=()), 0, id="a school that plans nothing here"),
        pytest.param(
            days(TUESDAY_BEFORE, hours=[(1, "", SEPTEMBER, None), (2, "", SEPTEMBER, None)]),
            2,
            id="the class has lessons on Mondays and Tuesdays",
        ),
        pytest.param(
            days(TUESDAY_BEFORE, hours=[(5, "A", SEPTEMBER, None), (5, "B", SEPTEMBER, None)]),
            1,
            id="on Fridays of A weeks, others in B weeks",
        ),
        pytest.param(
            days(TUESDAY_BEFORE, hours=[(1, "A", SEPTEMBER, None), (4, "", SEPTEMBER, None)]),
            1,
            id="on Mondays of the other weeks",
        ),
        pytest.param(
            days(TUESDAY_BEFORE, hours=[(6, "", SEPTEMBER, None)]),
            1,
            id="on Saturday mornings",
        ),
        pytest.param(
            days(TUESDAY_BEFORE, hours=[(1, "", SEPTEMBER, D(2026, 11, 23))]),
            2,
            id="Mondays until a timetable has ended, then Monday to Friday",
        ),
    ],
)
def test_the_days_that_are_counted(counted, expected):
    assert counted == expected


@pytest.mark.parametrize(
    ("number", "limit", "silent"), [(4, 5, False), (5, 5, True), (6, 5, True), (3, 3, True)]
)
def test_silence_begins_with_the_school_s_number(number, limit, silent):
    assert is_silent(number, limit) is silent


# Many students


def a_school(students: int):
    """All of them silent, each with something beside it."""
    of = planned_class()
    school = of.school_class.school
    group = teaching(SchoolClassFactory(school=school), teacher=of.teacher)
    leader = LeaderFactory(leads=school)
    people = StudentFactory.create_batch(students, in_class=[of.school_class, group.school_class])
    item = lesson_item(part_of(of, D(2026, 11, 2)))
    for number, student in enumerate(people):
        opened(student, D(2026, 11, 9))
        Tick.objects.create(
            item=item, student=student, ticked_at=timezone.now() - datetime.timedelta(days=20)
        )
        if number % 5 == 0:
            asked = answers.asks_for_help(of, student)
            type(asked).objects.filter(pk=asked.pk).update(
                asked_at=timezone.now() - datetime.timedelta(days=18)
            )
            calls.take(student=student, by=leader)
            exemption_of(
                student,
                school=school,
                entered_by=leader,
                first_day=D(2026, 11, 13),
                last_day=D(2026, 11, 13),
            )
    return of, leader, people


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize("students", [5, 30, 200])
def test_the_list_costs_the_same_for_any_number(students):
    of, leader, people = a_school(students)
    seen = []
    for reader in (of.teacher, leader):
        client = Client()
        client.force_login(reader)
        client.get(reverse("continuity:silent"))

        with CaptureQueriesContext(connection) as captured:
            text = client.get(reverse("continuity:silent")).text

        assert text.count('class="sheet"') == len(people)
        seen.append(len(captured))
    # A leader’s classes aren’t asked for. Both: announced absences, and the newest survey.
    assert seen == [11, 10]


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_the_list_is_sorted_by_the_last_sign_and_nothing_else():
    of = planned_class()
    dates = [D(2026, 11, 16), None, D(2026, 11, 2), D(2026, 11, 12)]
    people = StudentFactory.create_batch(4, in_class=of.school_class)
    for student, day in zip(people, dates, strict=True):
        if day:
            opened(student, day)

    found = silent_students(of.teacher, WEDNESDAY)

    assert [one.last for one in found] == [None, D(2026, 11, 2), D(2026, 11, 12), D(2026, 11, 16)]


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_who_changes_class_is_counted_over_both():
    of, after = planned_class(), planned_class()
    after.school_class.school = of.school_class.school
    after.school_class.save()
    student = StudentFactory(in_class=of.school_class)
    opened(student, TUESDAY_BEFORE)
    student.class_memberships.update(until=D(2026, 11, 23))
    student.class_memberships.create(school_class=after.school_class, since=D(2026, 11, 23))
    after.teacher.memberships.update(organisation=of.school_class.school)

    assert [one.pk for one in silent_students(after.teacher, WEDNESDAY)] == [student.pk]
    assert silent_students(of.teacher, WEDNESDAY) == []


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_a_call_that_reached_nobody_or_was_undone_changes_nothing():
    of = planned_class()
    student = StudentFactory(in_class=of.school_class)
    opened(student, TUESDAY_BEFORE)
    results = [CallResult.MESSAGE, CallResult.NOBODY, CallResult.WRONG, CallResult.STUDENT]
    for result in results:
        made = calls.note(student=student, by=of.teacher, result=result, key=uuid.uuid4())
    calls.undo(call=made, by=of.teacher)

    assert [one.days for one in silent_students(of.teacher, WEDNESDAY)] == [5]


def test_days_are_counted_one_by_one():
    """Every length up to a month, against a plain count of weekdays."""
    for n in range(1, 30):
        after = D(2026, 11, 12) - n * ONE_DAY
        plain = [after + k * ONE_DAY for k in range(1, (D(2026, 11, 12) - after).days)]
        wanted = sum(day.isoweekday() < 6 for day in plain)
        assert silent_days(after, D(2026, 11, 12), lambda day: day.isoweekday() < 6) == wanted


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_a_sign_from_long_before_is_found_and_dated():
    """Of all students the last school days are read, of who is silent the whole year."""
    of = planned_class()
    student = StudentFactory(in_class=of.school_class)
    opened(student, D(2026, 9, 14))

    (found,) = silent_students(of.teacher, WEDNESDAY)

    assert found.last == D(2026, 9, 14)
    assert found.days == days(D(2026, 9, 14))


@pytest.mark.django_db
@pytest.mark.at("2026-11-25T12:00")
def test_days_freed_lately_count_from_the_true_last_sign():
    """The last sign lies before the days that are read of all, and few days since then count."""
    of = planned_class()
    school = of.school_class.school
    student = StudentFactory(in_class=of.school_class)
    opened(student, D(2026, 11, 12))
    exemption_of(
        student,
        school=school,
        entered_by=of.teacher,
        kind=ExemptionKind.LEAVE,
        first_day=D(2026, 11, 13),
        last_day=D(2026, 11, 20),
    )

    assert silent_students(of.teacher, WEDNESDAY) == []  # Monday and Tuesday
