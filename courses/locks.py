"""Lock rows before what hangs on them is read."""

from typing import Any

from django.db.models import QuerySet


def lock_then_read[Rows: QuerySet[Any]](rows: Rows, *, no_key: bool = False) -> Rows:
    """Lock these rows until commit, in the order of their keys, and give the queryset back, to be read
    in the next statement. `no_key`: rows that point to them can be written meanwhile.

    Two statements, as one that locks and joins is wrong for whoever waits. PostgreSQL (READ COMMITTED,
    https://www.postgresql.org/docs/current/transaction-iso.html) then reads the locked row anew, but
    joined rows and subqueries as they were before the wait: the date of a meeting cancelled meanwhile
    goes on, a foreign key set meanwhile is None, one changed meanwhile raises `DoesNotExist`. Rows
    that match only after the wait are read without a lock: filter by key where that matters.
    """
    list(rows.select_for_update(of=("self",), no_key=no_key).order_by("pk").values_list("pk"))
    return rows.all()
