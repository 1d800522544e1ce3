"""The main queries of homework at a hundred thousand rows: each goes by an index, and none reads a
whole table of students' work.
"""

import datetime
import json

import pytest
from django.db import connection

from continuity.homework.queries.homework import assignments_of
from continuity.homework.queries.load import assignments_due
from continuity.models import Assignment, HandIn, Homework
from courses.people.models import Teaching
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    at,
    handed_in,
    teaching,
    tutor_of,
)

pytestmark = pytest.mark.django_db

CLASSES, TEACHINGS, EACH = 100, 1_000, 100  # assignments: a hundred thousand


@pytest.fixture(scope="module")
def crowded(module_rows) -> Assignment:
    """A hundred classes with ten teachings each, a hundred assignments in each of these, and one
    student's hand-in for every one.
    """
    first = teaching()
    classes = [
        first.school_class,
        *SchoolClassFactory.create_batch(CLASSES - 1, school=first.school_class.school),
    ]
    Teaching.objects.bulk_create(
        Teaching(
            school_class=classes[n % CLASSES],
            teacher=first.teacher,
            subject=first.subject,
            since=datetime.date(2020, 9, 1 + n // CLASSES),
        )
        for n in range(1, TEACHINGS)
    )
    homework = Homework.objects.bulk_create(
        Homework(author=first.teacher, subject=first.subject, title=f"Travail {n}")
        for n in range(EACH)
    )
    start = at(MONDAY - datetime.timedelta(days=EACH // 2), 18)
    given = Assignment.objects.bulk_create(
        Assignment(homework=one, teaching=first, due_at=start + datetime.timedelta(days=n))
        for n, one in enumerate(homework)
    )
    handed_in(given[0], StudentFactory(in_class=classes[0]))
    with connection.cursor() as cursor:
        copy(
            cursor,
            Assignment,
            {"public_id": "'a' || (old.id * 10000 + t.id)", "teaching_id": "t.id"},
            "courses_teaching t",
            f"t.id <> {first.pk}",
        )
        copied = {
            "public_id": "'h' || a.id",
            "assignment_id": "a.id",
            "receipt_number": "'r' || a.id",
        }
        copy(cursor, HandIn, copied, "continuity_assignment a", f"a.id <> {given[0].pk}")
        cursor.execute("ANALYZE")
    return given[0]


def copy(cursor, model, changed: dict[str, str], others: str, where: str) -> None:
    """Every row of the model once for each row of another table, in one statement."""
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    values = [changed.get(column, f"old.{column}") for column in columns]
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) "  # noqa: S608 (names and numbers of ours)
        f"SELECT {', '.join(values)} FROM {model._meta.db_table} old, {others} WHERE {where}"
    )


def whole_tables(queryset) -> list[str]:
    """The tables that the plan of the query reads from end to end, by the database's own account."""
    if connection.vendor == "postgresql":
        found = json.loads(queryset.explain(format="json"))[0]["Plan"]
        return sorted(
            {node["Relation Name"] for node in _nodes(found) if _reads_a_whole_table(node)}
        )
    lines = [line.split() for line in queryset.explain().splitlines()]
    return sorted(
        {
            line[line.index("SCAN") + 1].strip('"')
            for line in lines
            if "SCAN" in line and "INDEX" not in line
        }
    )


def _reads_a_whole_table(node: dict) -> bool:
    """In the order of its rows, or in that of an index of which nothing is asked."""
    is_index = node["Node Type"] in {"Index Scan", "Index Only Scan"}
    return node["Node Type"] == "Seq Scan" or (is_index and "Index Cond" not in node)


def _nodes(node: dict):
    yield node
    for child in node.get("Plans", []):
        yield from _nodes(child)


BIG = {"continuity_assignment", "continuity_handin"}


def test_what_is_due_in_a_class_and_what_was_handed_in_go_by_their_indexes(crowded):
    given = crowded
    one_class = [given.teaching.school_class_id]
    friday = MONDAY + datetime.timedelta(days=4)

    assert Assignment.objects.count() == HandIn.objects.count() == TEACHINGS * EACH
    load = assignments_due(one_class, MONDAY, friday)
    figures = HandIn.objects.handed_in().filter(assignment=given)

    assert load.count() == 10 * 5
    assert BIG.isdisjoint(whole_tables(load))
    assert BIG.isdisjoint(whole_tables(figures))


def test_a_class_s_list_is_found_from_its_teachings(crowded):
    """As its tutor and as its teacher read it."""
    school_class = crowded.teaching.school_class
    tutor, teacher = tutor_of(school_class), crowded.teaching.teacher

    lists = [
        assignments_of(school_class, tutor, sees_all=True)[:20],
        assignments_of(school_class, teacher, sees_all=False)[:20],
    ]

    assert [len(found) for found in lists] == [20, 20]
    assert [BIG & set(whole_tables(found)) for found in lists] == [set(), set()]
