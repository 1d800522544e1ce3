"""What code may call where: a door writes nothing, a rule asks neither database nor clock."""

import ast
import inspect
from collections.abc import Iterator

import pytest
from django.apps import apps

from tests.architecture.source import FLOORS, python_files

DOORS = ("views", "feeds", "receivers", "wagtail_hooks", "viewsets", "middleware")
WRITES = {"save", "delete", "create", "update", "add", "set", "remove", "clear"} | {
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
}
# What has a method of that name and holds no rows.
NO_ROWS = {
    "caches['pages'].set",
    "caches['week_openings'].set",
    "here.add",  # a set
    "door.__dict__.update",
}


def writes_in(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls that may write rows, by whatever name they reach them: `x.save()`, `loan.photos.create()`,
    `found.update()`. A function of what is imported (`photos.add`, `cache.add`) is a service's.
    """
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom | ast.Import)
        for alias in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, holder = node.func.attr, ast.unparse(node.func.value)
        if (
            (name in WRITES or name.removeprefix("a") in WRITES)
            and holder not in imported
            and ast.unparse(node.func) not in NO_ROWS
            and not any(ast.unparse(one) == "commit=False" for one in node.keywords)
        ):
            yield node


def test_no_door_writes():
    found = [
        f"{path}:{node.lineno} {ast.unparse(node.func)}"
        for path, tree in python_files(*DOORS)
        for node in writes_in(tree)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("line", "writes"),
    [
        ("loan.photos.create(shows=shows)", True),
        ("homework.assignments.update(due_at=now)", True),
        ("found.update(state=state)", True),
        ("await found.aupdate(state=state)", True),
        ("Loan.objects.filter(pk=pk).delete()", True),
        ("licence.teachers.set(people)", True),
        ("loan.save(update_fields=['state'])", True),
        ("form.save(commit=False)", False),
        ("photos.add(loan=loan)", False),
        ("here.add(teacher.pk)", False),
    ],
)
def test_a_write_is_known_by_whatever_name_it_reaches_its_rows(line, writes):
    tree = ast.parse(f"from courses.models import Loan, photos\nasync def door():\n    {line}")

    assert bool(list(writes_in(tree))) is writes


ASKS = {"objects", "filter", "exclude", "exists", "aggregate", "annotate", "select_for_update"} | {
    "count",
    "first",
    "last",
    "values_list",
    "select_related",
    "prefetch_related",
}
CLOCK = {"now", "today", "utcnow"}
OF_A_MOMENT = {"localdate", "localtime"}  # of the clock if none is given
# By what a row of ours reaches several, and what can be asked of those.
OURS = [model for model in apps.get_models() if model._meta.app_label in FLOORS]
MANY = {
    field.get_accessor_name() if field.auto_created else field.name
    for model in OURS
    for field in model._meta.get_fields()
    if field.one_to_many or field.many_to_many
} | {
    name
    for model in OURS
    for name, one in vars(model).items()
    if isinstance(one, property) and ".objects." in inspect.getsource(one.fget)
}
QUERIES = {
    name for model in OURS for name in dir(model._default_manager.all()) if name[0] != "_"
} - {"all", "get", *dir(set)}


def are_rows(node: ast.AST) -> bool:
    """`session.meetings`, `session.meetings.all()`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "all" and are_rows(node.func.value)
    return isinstance(node, ast.Attribute) and node.attr in MANY


def asks_or_reads_the_clock(node: ast.AST) -> bool:
    """`row.lines.count()`, `rows.get(pk=1)`, `rows.values("pk")`, `row.lines.of(day)`, `today()`; a
    dict's `.get(key)` and `.values()`, and the day of a moment that was given, are neither.
    """
    if isinstance(node, ast.Attribute):
        return node.attr in ASKS or (node.attr in QUERIES and are_rows(node.value))
    if not isinstance(node, ast.Call):
        return False
    called, has_words = ast.unparse(node.func), bool(node.args or node.keywords)
    name = called.split(".")[-1]
    if name in CLOCK or called in {"time.time", "time.monotonic"}:
        return True
    if name in OF_A_MOMENT:
        return not has_words
    return (name == "get" and bool(node.keywords)) or (name == "values" and has_words)


def test_no_rule_asks_the_database_or_the_clock():
    """What a rule reads is given to it, or prefetched (`.all()`)."""
    found = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path, tree in python_files("rules")
        for node in ast.walk(tree)
        if asks_or_reads_the_clock(node)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("datetime.now(UTC)", True),
        ("datetime.date.today()", True),
        ("timezone.localtime()", True),
        ("time.time()", True),
        ("session.meetings.values()", True),
        ("session.meetings.going_on()", True),
        ("session.meetings.all().in_time_order()", True),
        ("Session.objects", True),
        ("timezone.localdate(now)", False),
        ("timezone.localtime(now)", False),
        ("moment.time()", False),
        ("datetime.time(18)", False),
        ("session.meetings.all()", False),
        ("moves.values()", False),
        ("names.get(key)", False),
    ],
)
def test_a_question_and_the_clock_are_known_in_a_rule(line, asks):
    assert any(map(asks_or_reads_the_clock, ast.walk(ast.parse(line)))) is asks
