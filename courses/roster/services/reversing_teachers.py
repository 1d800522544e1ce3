"""Changes of teachers are taken back one by one, as far as nothing was built on them."""

import datetime
from collections.abc import Callable, Sequence

from django.db import transaction

from courses.exceptions import Refusal
from courses.people.models import (
    Identity,
    Membership,
    Organisation,
    Person,
    Subject,
    Teaching,
    Tutorship,
    today,
)
from courses.people.services import memberships as memberships_service
from courses.people.services.tutorships import look_after
from courses.roster.enums import RosterChangeKind, RosterChangeState
from courses.roster.models import LastSaidOfTeacher, RosterChange, RosterImport
from courses.roster.services.changing_teachers import days_of
from courses.roster.services.duties import Duties
from courses.roster.services.other_directories import keys_of
from courses.roster.services.placing import Places
from courses.roster.services.staging_teachers import memberships_of
from courses.roster.values import TUTOR, duty_kept

Kind = RosterChangeKind
ONE_DAY = datetime.timedelta(days=1)


class _Stays(Exception):
    """It isn't as the import left it."""


class TeacherReversal:
    """One change, and what the set said last of its teacher."""

    def __init__(
        self, one: RosterImport, change: RosterChange, last: LastSaidOfTeacher, by: Person
    ):
        self.one, self.change, self.last, self.by = one, change, last, by
        self.done = change.done

    @property
    def school(self) -> Organisation:
        return self.one.school

    @property
    def person(self) -> Person:
        return self.last.identity.person

    @property
    def is_on_its_day(self) -> bool:
        return self.done["day"] == f"{today()}"

    def membership(self, *, days: list[str | None] | None = None) -> Membership:
        """The one that the import began or ended, as it left it. Raises `_Stays`."""
        held = Membership.objects.select_related("organisation").filter(pk=self.done["membership"])
        found = held.first()
        if found is None or (days and days_of(found) != days):
            raise _Stays
        found.person = self.person
        return found


def reverse(one: RosterImport, changes: Sequence[RosterChange], by: Person) -> None:
    """Write what became of each into `changes`, which aren't saved."""
    held = Identity.objects.filter(keys_of(changes, one))
    rows = LastSaidOfTeacher.objects.filter(school=one.school, identity__in=held)
    last = {
        (row.identity.namespace, row.identity.value): row
        for row in rows.select_related("identity__person", "membership")
        if not row.identity.person.erased_at
    }
    for change in changes:
        try:
            said = last.get((change.namespace or one.namespace, change.key))
            if said is None:
                raise _Stays
            with transaction.atomic():
                _WAYS[Kind(change.kind)](TeacherReversal(one, change, said, by))
        except _Stays:
            change.state = RosterChangeState.STAYED
        except Refusal as refusal:
            change.state, change.refusal = RosterChangeState.STAYED, refusal.as_kept()
        else:
            change.state = RosterChangeState.UNDONE


def _remove(back: TeacherReversal) -> None:
    """The membership that the import began ends, the key goes from who had an account already. A new
    account is never deleted: its key brings it back. Who has logged in or teaches since, stays.
    """
    way, person = back.done["way"], back.person
    if way == "new" and (person.last_login or person.has_usable_password()):
        raise _Stays
    if back.done["membership"]:
        if _is_built_on(person, back.school):
            raise _Stays
        _end_again(back)
    others = LastSaidOfTeacher.objects.filter(identity=back.last.identity)
    if way == "same" and not others.exclude(pk=back.last.pk).exists():
        Identity.objects.filter(pk=back.last.identity_id).delete()
    else:
        back.last.delete()


def _is_built_on(person: Person, school: Organisation) -> bool:
    there = {"teacher": person, "school_class__school": school}
    taught = Teaching.objects.on(today()).filter(**there)
    return taught.exists() or Tutorship.objects.on(today()).filter(**there).exists()


def _end_again(back: TeacherReversal) -> None:
    """As it was before; what was begun on this day as if it had never been, later until yesterday."""
    membership = back.membership()
    if membership.until is not None:
        raise _Stays
    if was := back.done["was"]:
        last_day = datetime.date.fromisoformat(was[1]) if back.is_on_its_day else None
        last_day = last_day or today() - ONE_DAY
        memberships_service.leave(membership=membership, last_day=last_day, by=back.by)
    elif membership.since >= today():
        memberships_service.take_away(membership=membership, by=back.by)
    else:
        last_day = today() - ONE_DAY
        memberships_service.leave(membership=membership, last_day=last_day, by=back.by)


def _end_what_came_back(back: TeacherReversal) -> None:
    if back.done["membership"]:
        if _is_built_on(back.person, back.school):
            raise _Stays
        _end_again(back)
    gone_at = back.done["gone_at"]
    back.last.membership_id = back.done["before"]
    if back.last.membership_id and not Membership.objects.filter(pk=back.done["before"]).exists():
        back.last.membership_id = None
    back.last.gone_at = datetime.datetime.fromisoformat(gone_at) if gone_at else None
    back.last.save()


def _bring_back(back: TeacherReversal) -> None:
    membership = back.membership(days=back.done["now"])
    if memberships_of([back.person.pk], back.school).here(back.person.pk):
        raise _Stays
    since, until = back.done["was"]
    memberships_service.change_membership(
        membership=membership,
        since=datetime.date.fromisoformat(since),
        until=datetime.date.fromisoformat(until) if until else None,
        by=back.by,
    )
    back.last.gone_at = None
    back.last.save()


def _teach_again(back: TeacherReversal) -> None:
    """Begins what the import ended, ends what it began; all of it or nothing."""
    subjects = {one.code: one for one in Subject.objects.all()}
    duties = Duties(back.person, Places(back.school, back.by), subjects)
    began, ended = back.done["began"], back.done["ended"]
    if not all(_as_left(duties, one) for one in began):
        raise _Stays
    if not all(duties.can_begin(one["duty"]) and not duties.is_so(one["duty"]) for one in ended):
        raise _Stays
    for one in began:
        duties.end(one["duty"])
        _look_after_again(duties, one)
    for one in ended:
        duties.begin(one["duty"])
    back.last.duties, back.last.begun = back.done["was"]
    back.last.save()


def _as_left(duties: Duties, done: dict) -> bool:
    text = done["duty"]
    if duty_kept(text).subject == TUTOR:
        return duties.is_so(text)
    held = duties.own(text)
    return held is not None and held.pk == done["pk"] and held.until is None


def _look_after_again(duties: Duties, done: dict) -> None:
    """Whom a set had named before, if they are still there."""
    place = duties.place_of(done["duty"])
    was = Person.objects.filter(pk=done.get("was"), is_active=True).first()
    if place and was and memberships_of([was.pk], duties.places.school).here(was.pk):
        look_after(school_class=place, teacher=was, by=duties.by)


_WAYS: dict[Kind, Callable[[TeacherReversal], None]] = {
    Kind.TEACHER_NEW: _remove,
    Kind.TEACHER_BACK: _end_what_came_back,
    Kind.TEACHES: _teach_again,
    Kind.TEACHER_LEFT: _bring_back,
}
