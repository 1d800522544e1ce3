"""The main queries of plans at a hundred thousand items: planner, board and the weeks that may be
copied go by their indexes.
"""

import datetime

import pytest
from django.db import connection

from continuity.enums import PartState
from continuity.models import ContinuityPlan, PlanItem, PlanPart
from continuity.plans.queries.board import parts_of
from continuity.plans.queries.copying import parts_to_copy
from continuity.plans.queries.planner import items_in
from continuity.week.queries import class_week
from continuity.week.queries.week import items_of
from courses.people.models import SchoolClass, Teaching
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    at,
    note_item,
    part_of,
    teaching,
)
from tests.factories.people import TeacherFactory
from tests.rules.test_homework_at_a_hundred_thousand_rows import copy, whole_tables

pytestmark = pytest.mark.django_db

CLASSES, WEEKS, EACH = 1000, 50, 2  # items: a hundred thousand
SCHOOLS = 10
BIG = {"continuity_planitem", "continuity_planpart", "continuity_continuityplan"}


@pytest.fixture(scope="module")
def crowded(module_rows) -> PlanPart:
    """A thousand classes with a subject each, fifty weeks of plans with two items each: of ten
    schools, with a teacher for all of a school's.
    """
    first = teaching()
    others = [TeacherFactory() for _n in range(SCHOOLS)]
    classes = SchoolClass.objects.bulk_create(
        SchoolClassFactory.build(school=others[n % SCHOOLS].schools[0]) for n in range(CLASSES - 1)
    )
    taught = [
        first,
        *Teaching.objects.bulk_create(
            Teaching(
                school_class=one,
                subject=first.subject,
                teacher=others[n % SCHOOLS],
                since=first.since,
            )
            for n, one in enumerate(classes)
        ),
    ]
    part = part_of(first)
    for _n in range(EACH):
        note_item(part)
    weeks = [MONDAY - datetime.timedelta(weeks=n) for n in range(WEEKS)]
    plans = ContinuityPlan.objects.bulk_create(
        (
            ContinuityPlan(school_class=one.school_class, monday=monday)
            for one in taught
            for monday in weeks
        ),
        ignore_conflicts=True,
    )
    assert plans
    by_class = {one.school_class_id: one for one in taught}
    others = ContinuityPlan.objects.exclude(pk=part.plan_id)
    PlanPart.objects.bulk_create(
        PlanPart(plan=plan, teaching=by_class[plan.school_class_id]) for plan in others
    )
    with connection.cursor() as cursor:
        copy(
            cursor,
            PlanItem,
            {"public_id": "'' || (CAST(old.id AS bigint) * 1000000 + p.id)", "part_id": "p.id"},
            "continuity_planpart p",
            f"p.id <> {part.pk}",
        )
        cursor.execute("ANALYZE")
    return part


def test_planner_board_and_copies_read_no_whole_table(crowded):
    first, second = MONDAY, MONDAY + datetime.timedelta(weeks=1)

    items = items_in([crowded])
    board = parts_of([crowded.teaching.school_class], [first, second])
    copies = parts_to_copy(crowded.teaching.teacher, teaching=crowded.teaching, monday=second)[:10]

    assert PlanItem.objects.count() == CLASSES * WEEKS * EACH
    assert [len(items), len(board), len(copies)] == [EACH, 1, 10]
    assert [BIG & set(whole_tables(found)) for found in (items, board, copies)] == [
        set(),
        set(),
        set(),
    ]


def test_a_students_week_and_ticks_read_no_whole_table(crowded):
    PlanPart.objects.update(state=PartState.PUBLISHED, published_at=at(MONDAY, 7))
    student = StudentFactory(in_class=crowded.teaching.school_class)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    after = MONDAY + datetime.timedelta(weeks=1)

    earlier = MONDAY - datetime.timedelta(weeks=4)
    week = class_week.items_between(
        [crowded.teaching.school_class_id], MONDAY, after, earlier, after
    )
    week = week.values_list(*class_week.COLUMNS.values())
    one = items_of(student).filter(public_id=crowded.items.first().public_id)

    assert [len(week), len(one)] == [EACH, 1]
    assert [BIG & set(whole_tables(found)) for found in (week, one)] == [set(), set()]
