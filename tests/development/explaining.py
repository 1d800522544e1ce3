"""Plans of the queries that a page asks, as PostgreSQL ran them: which indexes, how many buffers.

Each SELECT runs once more under EXPLAIN (ANALYZE, BUFFERS), in the request, with the same parameters.
A buffer is 8 kB, from PostgreSQL's memory or from the disk.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from django.db import connection

MANY = 1_000  # rows: a table of fewer is best read whole
EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) "


@dataclass
class PlannedQuery:
    sql: str
    buffers: int = 0
    ms: float = 0.0
    accesses: list[str] = field(
        default_factory=list
    )  # "table by index"; "table whole" where it has many rows


@dataclass
class PlannedPage:
    """`person`: primary key of who asks; 0 for a visitor."""

    name: str
    address: str = ""
    person: int = 0
    seconds: float = 0.0
    queries: list[PlannedQuery] = field(default_factory=list)

    @property
    def buffers(self) -> int:
        return sum(query.buffers for query in self.queries)

    @property
    def whole(self) -> set[str]:
        """Tables that a query read from end to end."""
        return {
            access.removesuffix(" whole")
            for query in self.queries
            for access in query.accesses
            if access.endswith(" whole")
        }

    @property
    def indexes(self) -> set[str]:
        return {
            access.partition(" by ")[2]
            for query in self.queries
            for access in query.accesses
            if " by " in access
        }


class TookTooLong(Exception):
    pass


@contextmanager
def explained(page: PlannedPage, *, at_most: float = 60) -> Iterator[PlannedPage]:
    """Note the plan of each SELECT that is asked inside. Raises `TookTooLong` at the first query
    after so many seconds.
    """
    began = time.monotonic()

    def wrapper(execute, sql, params, many, context):
        if time.monotonic() - began > at_most:
            raise TookTooLong
        if sql.startswith("SELECT") and not many:
            cursor = context["cursor"].cursor
            cursor.execute(EXPLAIN + sql, params)
            plan = cursor.fetchone()[0]
            plan = (json.loads(plan) if isinstance(plan, str) else plan)[0]
            page.queries.append(read(sql, plan))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        try:
            yield page
        finally:
            page.seconds = time.monotonic() - began


def read(sql: str, explained: dict) -> PlannedQuery:
    plan = explained["Plan"]
    buffers = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    query = PlannedQuery(sql, buffers, explained["Execution Time"])
    for node, table in _nodes(plan, ""):
        if not node["Actual Loops"]:  # never begun
            continue
        if index := node.get("Index Name"):
            query.accesses.append(f"{table} by {index}")
        elif node["Node Type"] == "Seq Scan" and _rows(node) > MANY:
            query.accesses.append(f"{table} whole")
    return query


def _rows(node: dict) -> int:
    passed = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return int(passed * node["Actual Loops"])


def _nodes(node: dict, above: str) -> Iterator[tuple[dict, str]]:
    """Each node with the table that it reads: a bitmap's is named by the node above."""
    table = node.get("Relation Name", above)
    yield node, table
    for child in node.get("Plans", []):
        yield from _nodes(child, table)


def dump(pages: list[PlannedPage]) -> str:
    return json.dumps([asdict(page) for page in pages], indent=1)


def load(text: str) -> list[PlannedPage]:
    return [
        PlannedPage(**page | {"queries": [PlannedQuery(**query) for query in page["queries"]]})
        for page in json.loads(text)
    ]
