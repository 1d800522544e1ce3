"""How much is due for each student on a day, over all their classes: counted right, and in as many
queries for many as for few.
"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from continuity.enums import ExemptionKind
from continuity.homework.queries.homework import assignments_of, standing_of
from continuity.homework.queries.lighter_days import load_of_plan, what_if
from continuity.homework.queries.load import load_between, load_of_week
from continuity.models import Assignment, Exemption, Extension, SchoolSettings
from courses.agenda.models import Closure
from courses.people.models import ClassMembership, SchoolClass
from tests.factories.continuity import (
    MONDAY,
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
from tests.factories.markup import shows

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
FRIDAY = MONDAY + 4 * DAY
NOW = at(MONDAY, 7)
SINCE = datetime.date(2020, 9, 1)


def due(of, day=FRIDAY, minutes=30, *, published=True, **kwargs) -> Assignment:
    """Due on that day at 18:00, in a published part."""
    return homework_item(
        part_of(of, MONDAY, published=published), due_at=at(day, 18), minutes=minutes, **kwargs
    ).assignment


def group_of(students, school) -> SchoolClass:
    group = SchoolClassFactory(school=school, kind="group")
    for student in students:
        ClassMembership.objects.create(student=student, school_class=group, since=SINCE)
    return group


def minutes_on(school_class, day=FRIDAY, **kwargs) -> list[int]:
    load = load_between(school_class, day, day, **kwargs)
    return sorted(load.on(day).minutes.values())


def test_a_homework_of_class_and_group_counts_once_on_the_later_date():
    of = teaching()
    school = of.school_class.school
    students = StudentFactory.create_batch(3, in_class=of.school_class)
    group = teaching(group_of(students[:2], school))
    in_class = due(of, FRIDAY - DAY, minutes=60)
    homework_item(part_of(group), due_at=at(FRIDAY, 18), homework=in_class.homework, minutes=60)
    same_day = due(of, minutes=20)
    homework_item(part_of(group), due_at=at(FRIDAY, 18), homework=same_day.homework, minutes=20)

    assert minutes_on(of.school_class, FRIDAY - DAY) == [0, 0, 60]
    assert minutes_on(of.school_class) == [20, 80, 80]


def test_a_form_for_class_and_group_counts_each_student_on_the_later_day():
    of = teaching()
    students = StudentFactory.create_batch(3, in_class=of.school_class)
    elsewhere = {student.pk: FRIDAY for student in students[:2]}

    choice = what_if(
        of, FRIDAY - DAY, 180, teacher=of.teacher, not_before=MONDAY, elsewhere=elsewhere
    )

    assert choice.passing == 1


def test_the_form_counts_the_later_day_of_a_colleagues_group(client):
    of = teaching()
    students = StudentFactory.create_batch(3, in_class=of.school_class)
    group = teaching(group_of(students[:2], of.school_class.school))
    in_class = due(of, FRIDAY - DAY, minutes=180)
    homework_item(part_of(group), due_at=at(FRIDAY, 18), homework=in_class.homework, minutes=180)
    client.force_login(of.teacher)

    page = client.get(reverse("continuity:edit_homework", args=[in_class.homework.public_id]))

    assert [check.choice.passing for check in page.context["checks"]] == [1]


def test_a_day_is_counted_over_classes_groups_and_options():
    of = teaching()
    students = StudentFactory.create_batch(3, in_class=of.school_class)
    group, option = (
        group_of(students[:2], of.school_class.school),
        group_of(students[:1], of.school_class.school),
    )
    due(of, minutes=30)
    due(teaching(of.school_class), minutes=20)
    due(teaching(group), minutes=45)
    due(teaching(option), minutes=10)
    due(teaching(group), FRIDAY - DAY, minutes=60)  # another day
    due(teaching(), minutes=90)  # another class

    assert minutes_on(of.school_class) == [50, 95, 105]


def test_drafts_of_the_teacher_who_asks_count_those_of_others_dont():
    of = teaching()
    StudentFactory(in_class=of.school_class)
    due(of, minutes=30, published=False)
    other = due(teaching(of.school_class), minutes=40, published=False)

    assert minutes_on(of.school_class, teacher=of.teacher) == [30]
    assert minutes_on(of.school_class, teacher=other.teaching.teacher) == [40]
    assert minutes_on(of.school_class) == [0]


def test_deleted_homework_doesnt_count():
    of = teaching()
    StudentFactory(in_class=of.school_class)
    given = due(of)
    given.homework.deleted_at, given.homework.deleted_by = NOW, of.teacher
    given.homework.save()

    assert minutes_on(of.school_class) == [0]


def test_who_has_more_time_has_it_on_their_own_day():
    """Case C16: personal and standing."""
    of = teaching()
    students = StudentFactory.create_batch(3, in_class=of.school_class)
    given, school = due(of, FRIDAY - DAY), of.school_class.school
    common = {"school": school, "granted_by": of.teacher}
    Extension.objects.create(student=students[0], assignment=given, due_at=at(FRIDAY, 18), **common)
    Extension.objects.create(student=students[1], days_more=1, first_day=MONDAY, **common)

    load = load_between(of.school_class, FRIDAY, FRIDAY)

    assert load.on(FRIDAY).minutes == {students[0].pk: 30, students[1].pk: 30, students[2].pk: 0}


def test_what_a_leave_or_an_exemption_takes_from_a_week_isnt_counted():
    """Case C62."""
    of = teaching()
    away, exempt, present = StudentFactory.create_batch(3, in_class=of.school_class)
    other, school = teaching(of.school_class), of.school_class.school
    due(of, minutes=30)
    due(other, minutes=20)
    common = {"school": school, "first_day": MONDAY, "entered_by": LeaderFactory(leads=school)}
    Exemption.objects.create(
        student=away, kind=ExemptionKind.LEAVE, keeps_working=True, **common
    ).subjects.set([of.subject])
    Exemption.objects.create(student=exempt, kind=ExemptionKind.EXEMPTION, **common).subjects.set(
        [of.subject]
    )

    assert load_between(of.school_class, FRIDAY, FRIDAY).on(FRIDAY).minutes == {
        away.pk: 30,
        exempt.pk: 20,
        present.pk: 50,
    }


def test_who_joins_or_leaves_during_the_week_counts_on_their_own_days():
    of = teaching()
    leaves, joins = StudentFactory(), StudentFactory()
    ClassMembership.objects.create(
        student=leaves, school_class=of.school_class, since=SINCE, until=FRIDAY
    )
    ClassMembership.objects.create(student=joins, school_class=of.school_class, since=FRIDAY)
    due(of, FRIDAY - DAY)
    due(of, FRIDAY, title="Un autre")

    load = load_between(of.school_class, MONDAY, FRIDAY)

    assert load.on(FRIDAY - DAY).minutes == {leaves.pk: 30}
    assert load.on(FRIDAY).minutes == {joins.pk: 30}


def test_the_nearest_lighter_day_is_one_with_class():
    """Cases C5 and C6: neither the weekend, nor a closure, nor holidays."""
    of = teaching()
    school = of.school_class.school
    StudentFactory.create_batch(2, in_class=of.school_class)
    SchoolSettings.objects.create(school=school, ceiling_minutes=60)
    other = teaching(of.school_class)
    thursday = datetime.date(2026, 12, 17)  # the Christmas holidays begin on the 19th
    for day in (thursday, thursday + DAY, thursday - DAY):
        assignment(other, at(day, 8), minutes=50)
        homework_item(part_of(other, MONDAY), Assignment.objects.get(due_at=at(day, 8)))
    Closure.objects.create(
        school=school, first_day=thursday - 2 * DAY, last_day=thursday - 2 * DAY, reason="Grève"
    )

    choice = what_if(of, thursday, 30, teacher=of.teacher, not_before=MONDAY)

    assert (choice.passing, choice.most) == (2, 80)
    assert (
        choice.lighter == thursday - 3 * DAY
    )  # Monday: Friday and Wednesday are full, Tuesday is closed


def test_proposed_work_counts_on_each_students_own_date():
    """A standing extension moves the work that is being planned, too: nobody passes on the class's
    date.
    """
    of = teaching()
    school = of.school_class.school
    slow, _usual = StudentFactory.create_batch(2, in_class=of.school_class)
    SchoolSettings.objects.create(school=school, ceiling_minutes=60)
    due(teaching(of.school_class), FRIDAY - DAY, minutes=50)
    Extension.objects.create(
        student=slow, school=school, days_more=1, first_day=MONDAY, granted_by=of.teacher
    )

    on_thursday = what_if(of, FRIDAY - DAY, 30, teacher=of.teacher, not_before=MONDAY)
    on_friday = what_if(of, FRIDAY, 30, teacher=of.teacher, not_before=MONDAY)

    assert (on_thursday.passing, on_thursday.most) == (
        2,
        80,
    )  # both have it with the other work, on their own day
    assert (on_friday.passing, on_friday.most) == (
        0,
        30,
    )  # the slow one has the other work on Friday, this one on Saturday


def test_no_lighter_day_is_offered_before_it_is_given_or_when_none_is_lighter():
    of = teaching()
    StudentFactory(in_class=of.school_class)
    SchoolSettings.objects.create(school=of.school_class.school, ceiling_minutes=20)

    assert what_if(of, FRIDAY, 30, teacher=of.teacher, not_before=FRIDAY).lighter is None


def test_an_edited_homework_isnt_counted_twice():
    of = teaching()
    StudentFactory(in_class=of.school_class)
    given = due(of, minutes=70)

    assert (
        what_if(
            of, FRIDAY, 70, teacher=of.teacher, not_before=MONDAY, apart_from=given.homework.pk
        ).most
        == 70
    )


def test_before_publishing_the_planner_hears_of_each_heavy_day():
    of = teaching()
    StudentFactory.create_batch(4, in_class=of.school_class)
    due(teaching(of.school_class), minutes=90)
    mine = homework_item(part_of(of, MONDAY, published=False), due_at=at(FRIDAY, 18), minutes=45)

    week, found = load_of_plan(of.school_class, MONDAY, [mine], teacher=of.teacher, today=MONDAY)

    assert [(heavy.item, heavy.day.passing, heavy.lighter) for heavy in found] == [
        (mine, 4, FRIDAY - DAY)
    ]
    assert [day.day for day in week.days] == [MONDAY + n * DAY for n in range(5)]


# The tutor's page


def test_the_tutor_sees_the_week_as_bars_and_as_figures(client):
    of = teaching()
    students = StudentFactory.create_batch(4, in_class=of.school_class)
    due(of, minutes=60)
    due(teaching(group_of(students[:1], of.school_class.school)), minutes=75)
    client.force_login(tutor_of(of.school_class))

    page = client.get(
        reverse("continuity:class_load", args=[of.school_class.public_id, MONDAY.isoformat()])
    ).content.decode()

    space = "\N{NO-BREAK SPACE}"
    assert f"Friday 4 December, 1 student of 4 passes 2{space}h" in page
    assert page.count('class="chart__bar') == 1
    assert f">2{space}h{space}15{space}min</text>" in page
    assert f"<span>2{space}h{space}15{space}min</span>" in page
    assert shows(page, "<span>1 of 4</span>")
    assert (
        client.get(
            reverse("continuity:class_load", args=[of.school_class.public_id, "2026-12-03"])
        ).status_code
        == 302
    )
    assert (
        client.get(
            reverse("continuity:class_load", args=[of.school_class.public_id, "jeudi"])
        ).status_code
        == 404
    )


# As many queries for many as for few


def crowd(students: int, items: int):
    """A class of which half are in a group, with homework from three teachers, hand-ins, extensions
    and leaves.
    """
    of = teaching()
    school = of.school_class.school
    people = StudentFactory.create_batch(students, in_class=of.school_class)
    teachings = [of, teaching(of.school_class), teaching(group_of(people[::2], school))]
    given = [
        due(teachings[n % 3], MONDAY + (n % 5) * DAY, title=f"Travail {n}") for n in range(items)
    ]
    for place, student in enumerate(people):
        handed_in(given[0], student)
        Extension.objects.create(
            student=student,
            assignment=given[place % items],
            due_at=at(FRIDAY, 20),
            school=school,
            granted_by=of.teacher,
        )
        if place % 4 == 0:
            Extension.objects.create(
                student=student, days_more=1, first_day=MONDAY, school=school, granted_by=of.teacher
            )
            Exemption.objects.create(
                student=student,
                kind=ExemptionKind.LEAVE,
                keeps_working=True,
                school=school,
                first_day=MONDAY,
                entered_by=of.teacher,
            )
    return of, given


def asked(do) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        do()
    return len(queries)


def test_queries_dont_grow_with_students_or_homework(client):
    counts = []
    for students, items in ((5, 10), (30, 40), (120, 160)):
        of, given = crowd(students, items)
        tutor = tutor_of(of.school_class)
        client.force_login(tutor)
        pages = [
            reverse("continuity:class_load", args=[of.school_class.public_id, MONDAY.isoformat()]),
            reverse("continuity:class_homework", args=[of.school_class.public_id]),
            reverse("continuity:homework", args=[given[0].public_id]),
            reverse("continuity:extensions", args=[of.school_class.public_id]),
        ]
        for page in pages:
            client.get(page)
        counts.append(
            [
                asked(lambda of=of: load_of_week(of.school_class, MONDAY, teacher=of.teacher)),
                asked(lambda of=of: what_if(of, FRIDAY, 30, teacher=of.teacher, not_before=MONDAY)),
                asked(lambda given=given: standing_of(given[0], NOW)),
                asked(
                    lambda of=of, tutor=tutor: list(
                        assignments_of(of.school_class, tutor, sees_all=True)
                    )
                ),
                *[asked(lambda page=page: client.get(page)) for page in pages],
            ]
        )

    assert counts[0] == counts[1] == counts[2]
    assert counts[0][:4] == [7, 7, 7, 1]
