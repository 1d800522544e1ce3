"""An import is undone by the worker, piece by piece, as far as nothing was built on it."""

import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.people.models import Person
from courses.people.permissions import leads
from courses.roster import rules, tasks
from courses.roster.enums import OF_LEADERS, ImportState, RosterChangeState
from courses.roster.exceptions import LeaderUndoes
from courses.roster.models import RosterImport
from courses.roster.services import delta_bases, reversing
from courses.roster.services.holding import held_import, last_import
from courses.roster.services.pieces import write_piece
from courses.roster.services.saving import save_all
from courses.roster.values import PIECE


def say_undo(
    one: RosterImport, *, by: Person, now: datetime.datetime | None = None
) -> RosterImport:
    """From now on the worker takes back what the import did.

    Holds the rows of the school and of the import until commit. Raises `CantBeUndone`,
    `LeaderUndoes`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        one = held_import(one.pk)
        if refusal := rules.why_not_undo(one, last_import(one.school), now=now):
            raise refusal
        applied = one.changes.filter(kind__in=OF_LEADERS, state=RosterChangeState.APPLIED)
        if not leads(by, one.school) and applied.exists():
            raise LeaderUndoes
        one.state, one.told_by = ImportState.UNDOING, by
        one.save(update_fields=["state", "told_by"])
        delta_bases.forget_base(one.school)
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
        changes = write_piece(
            one,
            applied.order_by("-pk"),
            at_once=at_once,
            together=partial(reversing.reverse_all, one, by=one.told_by, now=now),
            one_by_one=partial(reversing.reverse_each, one, by=one.told_by, now=now),
        )
        save_all(changes, ["state", "refusal"])
        if applied.exists():
            tasks.undo_on.enqueue(one.pk)
        else:
            one.state = ImportState.UNDONE
            one.save(update_fields=["state"])
            data = {"import": one.public_id}
            log(instance=one.school, action="roster.undone", user=one.told_by, data=data)
    return len(changes)
