"""The main queries of homework at a hundred thousand rows: each goes by an index, and none reads a whole table of students' work."""

import datetime
import json

import pytest
from django.db import connection

from continuity.models import Assignment, HandIn, Homework
from continuity.queries.homework import assignments_of
from continuity.queries.load import assignments_due
from tests.factories.continuity import MONDAY, SchoolClassFactory, StudentFactory, at, handed_in, homework_item, part_of, teaching, tutor_of

pytestmark = pytest.mark.django_db

TEACHINGS, EACH = 200, 500  # assignments: a hundred thousand


@pytest.fixture
def crowded() -> Assignment:
    """Two hundred teachings of twenty classes with five hundred assignments each, and one student's hand-in for each of them."""
    classes = SchoolClassFactory.create_batch(20)
    first = teaching(classes[0])
    for n in range(1, TEACHINGS):
        teaching(classes[n % 20], teacher=first.teacher, subject=first.subject, since=datetime.date(2020, 9, 1 + n // 20))
    homework = Homework.objects.bulk_create(
        Homework(author=first.teacher, subject=first.subject, title=f"Travail {n}") for n in range(EACH)
    )
    start = at(MONDAY - datetime.timedelta(days=EACH // 2), 18)
    given = Assignment.objects.bulk_create(
        Assignment(homework=one, teaching=first, due_at=start + datetime.timedelta(days=n)) for n, one in enumerate(homework)
    )
    handed_in(given[0], StudentFactory(in_class=classes[0]))
    with connection.cursor() as cursor:
        copy(
            cursor,
            Assignment,
            {"public_id": "'a' || (old.id * 1000 + t.id)", "teaching_id": "t.id"},
            "courses_teaching t",
            f"t.id <> {first.pk}",
        )
        copied = {"public_id": "'h' || a.id", "assignment_id": "a.id", "receipt_number": "'r' || a.id"}
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
        return sorted({node["Relation Name"] for node in _nodes(found) if node["Node Type"] == "Seq Scan"})
    lines = [line.split() for line in queryset.explain().splitlines()]
    return sorted({line[line.index("SCAN") + 1].strip('"') for line in lines if "SCAN" in line and "INDEX" not in line})


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


def test_what_one_person_sees_is_found_from_their_classes(crowded):
    """A class's list as its teacher and its tutor read it, one homework as its student opens it."""
    school_class = crowded.teaching.school_class
    teacher, tutor, student = crowded.teaching.teacher, tutor_of(school_class), HandIn.objects.first().student
    part = part_of(crowded.teaching)
    homework_item(part, crowded)

    read = {"tutor": assignments_of(school_class, tutor, sees_all=True), "teacher": assignments_of(school_class, teacher, sees_all=False)}
    lists = [read["tutor"][:20], read["teacher"][:20], Assignment.objects.given_to(student)]
    one = [Assignment.objects.visible_to(person).filter(public_id=crowded.public_id) for person in (teacher, tutor, student)]

    assert [len(found) for found in (*lists, *one)] == [20, 20, 1, 1, 1, 1]
    assert [BIG & set(whole_tables(found)) for found in (*lists, *one)] == [set()] * 6
