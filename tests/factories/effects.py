"""What a request changes in the database: which models, and what of a student's; and a step taken
between two of what is under test.
"""

import functools
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection
from django.db.models import Q

from courses.people.models import Person

WRITE = re.compile(r'(INSERT INTO|INSERT OR IGNORE INTO|UPDATE|DELETE FROM) "(\w+)"')
SAVEPOINT = re.compile(r'(ROLLBACK TO )?SAVEPOINT "?(\w+)"?')


@functools.cache
def names_of_models() -> dict[str, str]:
    """By table."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: model.__name__ for model in models}


@contextmanager
def changes() -> Iterator[list[str]]:
    """Yield a list that the block fills: model and verb of each statement that reached a row. Asks
    the database nothing.

    A statement that a savepoint undoes is forgotten with it. An update counts even if it wrote what
    stood there.
    """
    models = names_of_models()
    changed: list[str] = []
    lengths: dict[str, int] = {}

    def note(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if point := SAVEPOINT.match(sql):
            if point[1]:
                del changed[lengths[point[2]] :]
            else:
                lengths[point[2]] = len(changed)
        # An insert that returns its keys has no count of rows yet.
        elif (write := WRITE.match(sql)) and (
            write[1] == "INSERT INTO" or context["cursor"].rowcount
        ):
            changed.append(f"{models[write[2]]} {write[1].split()[0].lower()}")
        return result

    with connection.execute_wrapper(note):
        yield changed


def rows_of(students: Iterable[Person]) -> dict[str, list[tuple]]:
    """By model: every row whose `student` is one of these, and every row that points to such a row."""
    found = {}
    for model in apps.get_models():
        if paths := list(paths_to_a_student(model)):
            of_them = Q.create([(f"{path}__in", list(students)) for path in paths], connector=Q.OR)
            found[model.__name__] = list(
                model._base_manager.filter(of_them).order_by("pk").values_list()
            )
    return found


def paths_to_a_student(model) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        if field.is_relation:
            if field.name == "student":
                yield "student"
            elif any(
                beyond.name == "student" for beyond in field.related_model._meta.concrete_fields
            ):
                yield f"{field.name}__student"


class ThenDo(logging.Handler):
    """Does something between two steps of what logs."""

    def __init__(self, act):
        super().__init__()
        self.act = act

    def emit(self, record):
        self.act()
