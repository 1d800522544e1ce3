"""An import is undone by the worker, change by change, as far as nothing was built on it."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.exceptions import Refusal
from courses.people.enums import ClassKind
from courses.people.models import Guardianship, Organisation, Person, SchoolClass, today
from courses.people.models.classes import holds
from courses.people.services import classes, put_back
from courses.roster import rules, tasks
from courses.roster.enums import ImportState, RosterChangeKind, RosterChangeState
from courses.roster.models import LastSaid, RosterChange, RosterImport
from courses.roster.services import placing
from courses.roster.services.holding import held_import, hold_people, last_import
from courses.roster.values import PIECE

Kind = RosterChangeKind


@dataclass(frozen=True)
class Reversal:
    """One change that is taken back: what the set said last, and who does it."""

    change: RosterChange
    last: LastSaid
    school: Organisation
    by: Person
    now: datetime.datetime

    @property
    def student(self) -> Person:
        return self.last.identity.person

    @property
    def done(self) -> dict:
        return self.change.done

    @property
    def is_on_its_day(self) -> bool:
        return self.done["day"] == today().isoformat()

    def places(self, *, whole: bool | None = None) -> list[put_back.Place]:
        return put_back.places_of(self.student, self.school, today(), whole=whole)

    def put_back(self, *, whole: bool | None = None) -> None:
        put_back.put_back_places(
            student=self.student,
            before=self.done["before"],
            after=self.places(whole=whole),
            by=self.by,
        )

    def is_there(self) -> bool:
        """The account is open and the school's."""
        return self.student.is_active and placing.belongs(self.student, self.school)

    def has_guardians(self) -> bool:
        running = Guardianship.objects.running().filter(student=self.student, school=self.school)
        return running.exists()


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


def undo_piece(pk: int, now: datetime.datetime | None = None) -> int:
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
        changes = list(applied.order_by("-pk")[:PIECE])
        hold_people(one, changes)
        for change in changes:
            change.state = _undone(one, change, one.told_by, now)
        RosterChange.objects.bulk_update(changes, ["state", "refusal"])
        if applied.exists():
            tasks.undo_on.enqueue(one.pk)
        else:
            one.state = ImportState.UNDONE
            one.save(update_fields=["state"])
            data = {"import": one.public_id}
            log(instance=one.school, action="roster.undone", user=one.told_by, data=data)
    return len(changes)


def _undone(
    one: RosterImport, change: RosterChange, by: Person, now: datetime.datetime
) -> RosterChangeState:
    last = (
        LastSaid.objects.filter(
            school=one.school, identity__namespace=one.namespace, identity__value=change.key
        )
        .select_related("identity__person")
        .first()
    )
    if last is None or last.identity.person.erased_at:
        return RosterChangeState.STAYED
    try:
        with transaction.atomic():
            if not _WAYS[Kind(change.kind)](Reversal(change, last, one.school, by, now)):
                return RosterChangeState.STAYED
    except Refusal as refusal:
        change.refusal = refusal.as_kept()
        return RosterChangeState.STAYED
    return RosterChangeState.UNDONE


def _holding(places: list[put_back.Place]) -> set[int]:
    """The classes of places that hold today."""
    day = datetime.date.fromisoformat
    return {
        pk
        for pk, since, until in places
        if holds(day(since), day(until) if until else None, today())
    }


def _put_places_back(back: Reversal, *, whole: bool | None) -> bool:
    """On the day as if it had never been; later from today on: what was done there stays there.
    False if a person has changed them since.
    """
    if back.places(whole=whole) != back.done["after"]:
        return False
    if back.is_on_its_day:
        back.put_back(whole=whole)
        return True
    if whole is not False:
        _move_from_today(back)
    if whole is not True:
        _regroup_from_today(back)
    return True


def _move_from_today(back: Reversal) -> None:
    before, after, student, by = back.done["before"], back.done["after"], back.student, back.by
    whole = SchoolClass.objects.filter(kind=ClassKind.CLASS)
    if not whole.filter(pk__in=[place[0] for place in before + after]).exists():
        return
    if to := whole.filter(pk__in=_holding(before)).first():
        classes.change_class(student=student, to=to, by=by)
    else:
        placing.move(student, placing.Places(back.school, by), "")
    ahead = sorted(
        (place for place in before if place[1] > today().isoformat()), key=lambda place: place[1]
    )
    for pk, since, _until in ahead:
        if coming := whole.filter(pk=pk).first():
            day = datetime.date.fromisoformat(since)
            classes.change_class(student=student, to=coming, on=day, by=by)


def _regroup_from_today(back: Reversal) -> None:
    before, after = _holding(back.done["before"]), _holding(back.done["after"])
    groups = SchoolClass.objects.exclude(kind=ClassKind.CLASS)
    for group in groups.filter(pk__in=after - before):
        classes.leave_class(student=back.student, school_class=group, by=back.by)
    for group in groups.filter(pk__in=before - after):
        classes.join_class(student=back.student, school_class=group, by=back.by)


def _move_back(back: Reversal) -> bool:
    if not _put_places_back(back, whole=True):
        return False
    back.last.school_class = next(iter(back.change.before), "")
    back.last.save(update_fields=["school_class"])
    return True


def _regroup_back(back: Reversal) -> bool:
    if not _put_places_back(back, whole=False):
        return False
    back.last.groups = back.change.before
    back.last.save(update_fields=["groups"])
    return True


def _rename_back(back: Reversal) -> bool:
    student = back.student
    if [student.given_name, student.family_name] != back.done["now"]:
        return False
    given_name, family_name = back.done["was"]
    placing.rename(student, given_name, family_name, back.by)
    back.last.name_mark = back.done["mark"]
    back.last.save(update_fields=["name_mark"])
    return True


def _suspend_again(back: Reversal) -> bool:
    """Who has logged in since stays, and who was given guardians or another place. Whom a person had
    opened before gets the places back, and is as the last set left them.
    """
    student, closed_at = back.student, back.change.roster_import.closed_at
    logged_in = student.last_login and closed_at and closed_at <= student.last_login
    is_as_left = back.is_there() and back.places() == back.done["after"]
    if not back.done["opened"]:
        if not _put_places_back(back, whole=None):
            return False
        gone_at = back.done.get("gone_at")
        back.last.gone_at = datetime.datetime.fromisoformat(gone_at) if gone_at else None
    elif logged_in or not is_as_left or back.has_guardians():
        return False
    else:
        placing.leave(student, back.school, back.by, back.now)
        back.last.gone_at = back.now
    back.last.school_class, back.last.groups = back.done["was"], back.done["groups"]
    back.last.save(update_fields=["gone_at", "school_class", "groups"])
    return True


def _bring_back(back: Reversal) -> bool:
    """With classes, also those entered ahead, and guardians. Whom a person opened again stays."""
    student, school = back.student, back.school
    is_as_left = back.places() == back.done["after"] and student.is_active == back.done["is_open"]
    if placing.belongs(student, school) or not is_as_left:
        return False
    placing.bring_back(student, school, back.by, back.now, as_if_never_gone=True)
    back.put_back()
    back.last.gone_at = None
    back.last.save(update_fields=["gone_at"])
    return True


def _remove(back: Reversal) -> bool:
    """A new account is suspended, never deleted: its key brings it back. Who was known by hand
    loses the key alone, and the groups that the import added.
    """
    student = back.student
    if back.done["same"]:
        if not _put_places_back(back, whole=None):
            return False
        back.last.identity.delete()
        return True
    is_used = student.last_login or student.has_usable_password() or back.has_guardians()
    is_changed = student.account_changes.exists() or not back.is_there()
    if is_used or is_changed or back.places() != back.done["after"]:
        return False
    placing.leave(student, back.school, back.by, back.now)
    back.last.gone_at = back.now
    back.last.save(update_fields=["gone_at"])
    return True


_WAYS = {
    Kind.MOVED: _move_back,
    Kind.GROUPS: _regroup_back,
    Kind.RENAMED: _rename_back,
    Kind.RESTORED: _suspend_again,
    Kind.NEW: _remove,
    Kind.SUSPENDED: _bring_back,
}
