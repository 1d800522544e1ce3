"""Queries of hot pages, whose SQL is put together once in a process: doing so costs Django ten times what the answer costs."""

import datetime
from collections.abc import Callable
from typing import Any

from django.db import connection, connections
from django.db.models import QuerySet
from django.utils.dateparse import parse_date, parse_datetime

type Value = int | datetime.date | datetime.datetime


class Prepared:
    """`build` makes a queryset of `values_list` from named values: numbers, days, instants. Its shape must not depend on them.

    It is built once for each `variant` with stand-ins, whose places in the SQL then take the real values.
    """

    def __init__(self, build: Callable[..., QuerySet]):
        self.build = build
        self.kept: dict[tuple, tuple[str, list]] = {}

    def rows(self, variant: str = "", /, **values: Value) -> list[tuple]:
        """As the database gives them: see `instant_of` and `day_of`. One query."""
        key = (connection.vendor, variant)
        if key not in self.kept:
            self.kept[key] = self._put_together(variant, values)
        sql, places = self.kept[key]
        real = {name: _adapted(value) for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(sql, [real[place.name] if isinstance(place, Name) else place for place in places])
            return cursor.fetchall()

    def _put_together(self, variant: str, values: dict[str, Value]) -> tuple[str, list]:
        stand_ins = {name: _stand_in(number, value) for number, (name, value) in enumerate(values.items())}
        query = self.build(**({"variant": variant} if variant else {}), **stand_ins).query
        sql, params = query.get_compiler(connection=connections[connection.alias]).as_sql()
        names = {_adapted(stand_in): Name(name) for name, stand_in in stand_ins.items()}
        return sql, [names.get(param, param) for param in params]


class Name:
    """Where in the SQL's parameters a named value goes."""

    def __init__(self, name: str):
        self.name = name


def _stand_in(number: int, value: Value) -> Value:
    """One that nothing else in the query can be equal to."""
    if isinstance(value, datetime.datetime):
        return datetime.datetime(1111, 1, 1 + number, tzinfo=datetime.UTC)
    if isinstance(value, datetime.date):
        return datetime.date(1112, 1, 1 + number)
    return 7_000_000_000_000 + number


def _adapted(value: Value) -> Any:
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, datetime.date):
        return connection.ops.adapt_datefield_value(value)
    return value


def instant_of(given: Any) -> datetime.datetime | None:
    """SQLite keeps instants without a zone, in UTC; where it can't tell that a column holds them it gives words."""
    instant = parse_datetime(given) if isinstance(given, str) else given
    return instant.replace(tzinfo=datetime.UTC) if instant and instant.tzinfo is None else instant


def day_of(given: Any) -> datetime.date | None:
    return parse_date(given) if isinstance(given, str) else given
