"""An import is undone by the worker, piece by piece, as far as nothing was built on it."""

import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from courses.exceptions import Refusal
from courses.people.models import Person
from courses.roster import rules, tasks
from courses.roster.enums import ImportState, RosterChangeState
from courses.roster.models import RosterChange, RosterImport
from courses.roster.services import reversing
from courses.roster.services.holding import held_import, hold_people, last_import
from courses.roster.services.saving import save_all
from courses.roster.values import FEW, PIECE


def say_undo(
    one: RosterImport, *, by: Person, now: datetime.datetime | None = None
) -> RosterImport:
    """From now on the worker takes back what the import did.

    Holds the rows of the school and of the import until commit. Raises `CantBeUndone`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        one = held_import(one.pk)
        if refusal := rules.why_not_undo(one, last_import(one.school), now=now):
            raise refusal
        one.state, one.told_by = ImportState.UNDOING, by
        one.save(update_fields=["state", "told_by"])
        tasks.undo_on.enqueue(one.pk)
    return one


def undo_piece(pk: int, now: datetime.datetime | None = None, at_once: int = PIECE) -> int:
    """Take back the next changes, the last one first, and have the worker go on. What isn't as the
    import left it stays as it is, and is named.

    Holds the rows of the school and of the import until commit. May run twice. Says how many.
    """
    now = now or timezone.now()
    with transaction.atomic():
        one = held_import(pk)
        if one.state != ImportState.UNDOING or one.told_by is None:
            return 0
        applied = one.changes.filter(state=RosterChangeState.APPLIED)
        changes = _undone(one, applied.order_by("-pk"), one.told_by, now, at_once)
        save_all(changes, ["state", "refusal"])
        if applied.exists():
            tasks.undo_on.enqueue(one.pk)
        else:
            one.state = ImportState.UNDONE
            one.save(update_fields=["state"])
            data = {"import": one.public_id}
            log(instance=one.school, action="roster.undone", user=one.told_by, data=data)
    return len(changes)


def _undone(
    one: RosterImport,
    applied: QuerySet[RosterChange],
    by: Person,
    now: datetime.datetime,
    at_once: int,
) -> list[RosterChange]:
    """The next changes, all at once; where that fails, only the first few, one by one."""
    changes = list(applied[:at_once])
    hold_people(one, changes)
    try:
        with transaction.atomic():
            reversing.reverse_all(one, changes, by, now)
    except (IntegrityError, Refusal):
        changes = list(applied[:FEW])
        reversing.reverse_each(one, changes, by, now)
    return changes
