"""How many changes of an import are written in one transaction."""

import itertools
from collections.abc import Callable, Iterable, Sequence

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from courses.exceptions import Refusal
from courses.roster.enums import OF_GUARDIANS, OF_TEACHERS, RosterChangeKind
from courses.roster.models import LastSaid, RosterChange, RosterImport
from courses.roster.services.holding import hold_people
from courses.roster.values import FEW, OF_AN_ADULT, ROWS

type Write = Callable[[Sequence[RosterChange]], None]

COMING = {RosterChangeKind.NEW, RosterChangeKind.RESTORED}


def write_piece(
    one: RosterImport,
    waiting: QuerySet[RosterChange],
    *,
    at_once: int,
    together: Write,
    one_by_one: Write,
) -> list[RosterChange]:
    """The first of these changes, all in the same statements; at most `at_once`. Where that fails, as
    when somebody took a login or a key at the same moment, the first half of them, and so on,
    down to a few, one by one.

    Holds their accounts until commit.
    """
    while at_once > FEW:
        changes = as_many_as_fit(one, waiting[:at_once])
        hold_people(one, changes)
        try:
            with transaction.atomic():
                together(changes)
            return changes
        except (IntegrityError, Refusal):
            at_once = len(changes) // 2
    changes = list(waiting[:FEW])
    hold_people(one, changes)
    one_by_one(changes)
    return changes


def as_many_as_fit(one: RosterImport, waiting: Iterable[RosterChange]) -> list[RosterChange]:
    """As many of them as `ROWS` is enough for, one at least."""
    changes = list(waiting)
    groups = _groups_of(one, [change for change in changes if not change.done])

    def rows(change: RosterChange) -> int:
        if change.kind in (*OF_TEACHERS, *OF_GUARDIANS):
            return OF_AN_ADULT
        moves = set(change.before) ^ set(change.after)
        done = max(len(change.done.get(when, ())) for when in ("before", "after"))
        return 1 + len(moves) + len(groups.get(change.key, ())) + done

    totals = itertools.accumulate(rows(change) for change in changes)
    return changes[: max(1, sum(total <= ROWS for total in totals))]


def _groups_of(one: RosterImport, changes: Sequence[RosterChange]) -> dict[str, list[str]]:
    """Of who comes as the set says, of who goes as the last one did: their changes name the class
    alone.
    """
    coming = [change.key for change in changes if change.kind in COMING]
    going = [change.key for change in changes if change.kind == RosterChangeKind.SUSPENDED]
    said = one.staged.filter(key__in=coming).values_list("key", "groups")
    last = LastSaid.objects.filter(
        school=one.school, identity__namespace=one.namespace, identity__value__in=going
    )
    return dict(said) | dict(last.values_list("identity__value", "groups"))
