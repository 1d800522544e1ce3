"""Changes of guardians are taken back one by one, as far as they are as the import left them."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from courses.exceptions import Refusal
from courses.people.models import GuardianLink, Guardianship, Person
from courses.people.services import guardians
from courses.roster.enums import RosterChangeKind, RosterChangeState
from courses.roster.models import LastSaidOfGuardian, RosterChange, RosterImport
from courses.roster.values import keys_of, relation_of

Kind = RosterChangeKind


class _GuardianStays(Exception):
    """It isn't as the import left it."""


@dataclass(frozen=True)
class GuardianReversal:
    """One change that is taken back, and what the set said last of its guardian."""

    change: RosterChange
    last: LastSaidOfGuardian
    by: Person
    now: datetime.datetime

    @property
    def done(self) -> dict:
        return self.change.done


def reverse(
    one: RosterImport, changes: Sequence[RosterChange], by: Person, now: datetime.datetime
) -> None:
    """Write what became of each into `changes`, which aren't saved."""
    keys = {keys_of(change.key)[0] for change in changes}
    rows = LastSaidOfGuardian.objects.filter(
        school=one.school, identity__namespace=one.namespace, identity__value__in=keys
    ).select_related(
        "identity", "guardianship__guardian", "guardianship__student", "guardianship__school"
    )
    last = {relation_of(row.identity.value, row.key): row for row in rows}
    for change in changes:
        try:
            if change.key not in last:
                raise _GuardianStays
            with transaction.atomic():
                _WAYS[Kind(change.kind)](GuardianReversal(change, last[change.key], by, now))
        except _GuardianStays:
            change.state = RosterChangeState.STAYED
        except Refusal as refusal:
            change.state, change.refusal = RosterChangeState.STAYED, refusal.as_kept()
        else:
            change.state = RosterChangeState.UNDONE


def _as_left(back: GuardianReversal, quality: str) -> Guardianship:
    """It runs, is of the same guardian and quality. Raises `_GuardianStays`."""
    held = back.last.guardianship
    is_running = held and Guardianship.objects.running().filter(pk=held.pk).exists()
    if held is None or not is_running:
        raise _GuardianStays
    if (held.guardian_id, held.quality) != (back.change.person_id, quality):
        raise _GuardianStays
    return held


def _remove(back: GuardianReversal) -> None:
    """The guardian sees nothing any more; the account stays. Who has been given a personal link since
    stays. Who was entered by hand stays as before the import.
    """
    held = _as_left(back, back.done["quality"])
    if back.done["same"]:
        back.last.delete()
        return
    if GuardianLink.objects.filter(guardianship=held).exists():
        raise _GuardianStays
    guardians.end(guardianship=held, by=back.by)
    back.last.ended_at = back.now
    back.last.save()


def _change_quality_back(back: GuardianReversal) -> None:
    held = _as_left(back, back.done["now"])
    guardians.set_quality(guardianship=held, quality=back.done["was"], by=back.by)
    back.last.quality = back.done["last"]
    back.last.save()


def _enter_again(back: GuardianReversal) -> None:
    """From today, without the personal link that they had. Whom a person entered meanwhile stays."""
    held = back.last.guardianship
    if held is None or back.last.ended_at is None or not held.guardian.is_active:
        raise _GuardianStays
    back.last.guardianship = guardians.guard(
        guardian=held.guardian,
        student=held.student,
        school=held.school,
        quality=back.done["quality"],
        by=back.by,
    )
    back.last.ended_at = None
    back.last.save()


_WAYS: dict[Kind, Callable[[GuardianReversal], None]] = {
    Kind.GUARDIAN_NEW: _remove,
    Kind.GUARDIAN_QUALITY: _change_quality_back,
    Kind.GUARDIAN_ENDED: _enter_again,
}
