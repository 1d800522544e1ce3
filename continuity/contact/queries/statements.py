"""Statements whose text the process keeps.

Django takes 14 ms to put together the fifteen querysets that tell of many students' silence, a
first page 20 ms in all. So it does that once for each shape of a statement, with marks in the place
of the days and pks; later the marks alone are replaced.
"""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.dateparse import parse_date

from courses.agenda.values import PARIS

type Given = int | datetime.date | tuple[int, ...]
type Branches = Callable[..., Iterator[QuerySet]]

# Marks: numbers and days that stand in no queryset by themselves, within what the columns hold.
A_PK, A_YEAR, A_DAY = 1_900_000_000, 32_000, datetime.date(1901, 1, 1)
_texts: dict[Any, tuple[str, tuple]] = {}


def midnight(day: datetime.date) -> datetime.datetime:
    """When it begins in Paris. What a statement says of an instant is the beginning of a day."""
    return datetime.datetime.combine(day, datetime.time(), tzinfo=PARIS)


def union_of(branches: Branches, **given: Given) -> list[tuple]:
    """The rows of `branches(**given)` as one statement. Of nobody (an empty tuple): none."""
    if () in given.values():
        return []
    sizes = {name: _padded(value) for name, value in given.items()}
    shape = tuple((name, len(v) if isinstance(v, tuple) else 0) for name, v in sizes.items())
    marks = dict(_marked(sizes))
    key = connection.vendor, branches, shape
    if key not in _texts:
        _texts[key] = _put_together(branches, marks)
    sql, params = _texts[key]
    values = dict(_pairs(marks, sizes))
    with connection.cursor() as cursor:
        cursor.execute(sql, [values.get(param, param) for param in params])
        return cursor.fetchall()


def as_day(read: Any) -> datetime.date | None:
    """SQLite has no type for days."""
    return parse_date(read) if isinstance(read, str) else read


def _padded(value: Given) -> Given:
    """A list is filled up with its last pk, so that few lengths have a text of their own."""
    if not isinstance(value, tuple):
        return value
    length = 1 << (len(value) - 1).bit_length()
    return value + value[-1:] * (length - len(value))


def _marked(given: dict[str, Given]) -> Iterator[tuple[str, Given]]:
    next_one = 0
    for name, value in given.items():
        number = len(value) if isinstance(value, tuple) else 1
        if isinstance(value, tuple):
            yield name, tuple(A_PK + next_one + n for n in range(number))
        elif isinstance(value, int):
            yield name, A_YEAR + next_one
        else:
            yield name, A_DAY + datetime.timedelta(days=next_one)
        next_one += number


def _put_together(branches: Branches, marks: dict[str, Given]) -> tuple[str, tuple]:
    first, *others = branches(**marks)
    union = first.union(*others, all=True).order_by()
    sql, params = union.query.get_compiler(connection=connection).as_sql()
    for name, value in marks.items():
        if not {mark for mark, _value in _pairs({name: value}, {name: value})} & set(params):
            raise AssertionError(f"{name} has no parameter of its own in {branches.__name__}")
    return sql, params


def _pairs(marks: dict[str, Given], given: dict[str, Given]) -> Iterator[tuple[Any, Any]]:
    """Marks and values as the database's parameters."""
    for name, mark in marks.items():
        value = given[name]
        if isinstance(mark, tuple) and isinstance(value, tuple):
            yield from zip(mark, value, strict=True)
        elif isinstance(mark, datetime.date) and isinstance(value, datetime.date):
            day, instant = (
                connection.ops.adapt_datefield_value,
                connection.ops.adapt_datetimefield_value,
            )
            yield day(mark), day(value)
            yield instant(midnight(mark)), instant(midnight(value))
        else:
            yield mark, value
