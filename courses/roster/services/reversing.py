"""Changes of a set are taken back, all of one kind at once: in as many statements as for one."""

import datetime
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from courses.exceptions import Refusal
from courses.people.models import (
    AccountChange,
    Guardianship,
    Identity,
    Organisation,
    Person,
    SchoolClass,
    today,
)
from courses.people.models.classes import holds
from courses.people.services import classes, put_back
from courses.roster.enums import OF_GUARDIANS, OF_TEACHERS, RosterChangeKind, RosterChangeState
from courses.roster.models import LastSaid, RosterChange, RosterImport
from courses.roster.services import ages, placing, reversing_guardians, reversing_teachers
from courses.roster.services.other_directories import keys_of
from courses.roster.services.saving import save_all

Kind = RosterChangeKind
type Stayed = dict[RosterChange, Refusal | None]  # and why, where a rule forbids it


@dataclass(frozen=True)
class Reversal:
    """One change that is taken back, and what the set said last."""

    change: RosterChange
    last: LastSaid

    @property
    def student(self) -> Person:
        return self.last.identity.person

    @property
    def done(self) -> dict:
        return self.change.done

    @property
    def is_on_its_day(self) -> bool:
        return self.done["day"] == today().isoformat()


@dataclass(frozen=True)
class Undoing:
    """Who takes back, what and when."""

    one: RosterImport
    by: Person
    now: datetime.datetime

    @property
    def school(self) -> Organisation:
        return self.one.school

    def places_of(
        self, backs: Iterable[Reversal], *, whole: bool | None = None
    ) -> dict[int, list[put_back.Place]]:
        students = [back.student for back in backs]
        return put_back.places_of(students, self.school, today(), whole=whole)

    def as_left(self, backs: Iterable[Reversal], *, whole: bool | None = None) -> list[Reversal]:
        """Those whose places nobody has changed since."""
        backs = list(backs)
        places = self.places_of(backs, whole=whole)
        return [back for back in backs if _are_same(places[back.student.pk], back.done["after"])]

    def there(self, backs: Iterable[Reversal]) -> set[int]:
        """Students of the school, and not until today alone."""
        held = placing.staying(back.student for back in backs)
        return {pk for pk, roles in held.items() if placing.is_student_of(self.school, roles)}

    def with_guardians(self, backs: Iterable[Reversal]) -> set[int]:
        students = [back.student.pk for back in backs]
        running = Guardianship.objects.running().filter(student__in=students, school=self.school)
        return set(running.values_list("student", flat=True))


def _are_same(places: list[put_back.Place], others: list[put_back.Place]) -> bool:
    """In whatever order: a class may have another name since."""
    return {tuple(place) for place in places} == {tuple(place) for place in others}


def reverse_all(
    one: RosterImport, changes: Sequence[RosterChange], by: Person, now: datetime.datetime
) -> None:
    """Take these changes back in their order, kind by kind, and write what became of each into
    `changes`, which aren't saved. Raises a `Refusal` where it can't be done at once: then nothing of it
    is to be kept.
    """
    for _kind, same in itertools.groupby(changes, key=lambda change: change.kind):
        _reverse(Undoing(one, by, now), list(same))


def reverse_each(
    one: RosterImport, changes: Sequence[RosterChange], by: Person, now: datetime.datetime
) -> None:
    """The same one by one: who can't be stays alone."""
    for change in changes:
        try:
            with transaction.atomic():
                _reverse(Undoing(one, by, now), [change])
        except Refusal as refusal:
            change.state, change.refusal = RosterChangeState.STAYED, refusal.as_kept()


def _reverse(undoing: Undoing, changes: Sequence[RosterChange]) -> None:
    """These changes of one kind."""
    if changes[0].kind in OF_TEACHERS:
        reversing_teachers.reverse(undoing.one, changes, undoing.by)
        return
    if changes[0].kind in OF_GUARDIANS:
        reversing_guardians.reverse(undoing.one, changes, undoing.by, undoing.now)
        return
    held = Identity.objects.filter(keys_of(changes, undoing.one))
    rows = LastSaid.objects.filter(school=undoing.school, identity__in=held)
    last = {
        (row.identity.namespace, row.identity.value): row
        for row in rows.select_related("identity__person")
        if not row.identity.person.erased_at
    }
    names = {change: (change.namespace or undoing.one.namespace, change.key) for change in changes}
    backs = [Reversal(change, last[names[change]]) for change in changes if names[change] in last]
    stayed: Stayed = {change: None for change in changes if names[change] not in last}
    stayed |= _WAYS[Kind(changes[0].kind)](undoing, backs) if backs else {}
    for change in changes:
        if change not in stayed:
            change.state = RosterChangeState.UNDONE
            continue
        change.state, refusal = RosterChangeState.STAYED, stayed[change]
        if refusal:
            change.refusal = refusal.as_kept()


def _others(backs: Iterable[Reversal], done: Iterable[Reversal]) -> Stayed:
    kept = set(done)
    return {back.change: None for back in backs if back not in kept}


def _holding(places: list[put_back.Place]) -> set[int]:
    """The classes of places that hold today."""
    day = datetime.date.fromisoformat
    return {
        pk
        for pk, since, until in places
        if holds(day(since), day(until) if until else None, today())
    }


def _put_places_back(undoing: Undoing, backs: Sequence[Reversal], *, whole: bool | None) -> Stayed:
    """On the day as if it had never been; later from today on: what was done there stays there.
    Whose places a person has changed since stays.
    """
    as_left = undoing.as_left(backs, whole=whole)
    put_back.put_back_places(
        [
            put_back.PlacesStep(back.student, back.done["before"], back.done["after"])
            for back in as_left
            if back.is_on_its_day
        ],
        by=undoing.by,
    )
    later = [back for back in as_left if not back.is_on_its_day]
    stayed = _others(backs, as_left)
    if whole is not False:
        stayed |= _move_from_today(undoing, later)
    if whole is not True:
        refused = _regroup_from_today(
            undoing, [back for back in later if back.change not in stayed]
        )
        for refusal in refused.values():
            if whole is None and refusal:  # the class is changed already: one by one, if at all
                raise refusal
        stayed |= refused
    return stayed


def _classes(backs: Iterable[Reversal]) -> dict[int, SchoolClass]:
    """Classes and groups of all their places, by their pk, in the order of their names."""
    pks = {place[0] for back in backs for place in back.done["before"] + back.done["after"]}
    found = SchoolClass.objects.filter(pk__in=pks).select_related("school")
    return {one.pk: one for one in found}


def _move_from_today(undoing: Undoing, backs: Sequence[Reversal]) -> Stayed:
    if not backs:
        return {}
    whole = {pk: one for pk, one in _classes(backs).items() if one.is_a_whole_class}
    moved = [
        back
        for back in backs
        if any(place[0] in whole for place in back.done["before"] + back.done["after"])
    ]
    wishes = {}
    for back in moved:
        before = _holding(back.done["before"])
        wishes[back.student] = next((one for pk, one in whole.items() if pk in before), None)
    refused = placing.move(wishes, placing.Places(undoing.school, undoing.by))
    for back in moved:
        if back.student not in refused:
            _enter_ahead(back, whole, undoing.by)
    return {back.change: refused[back.student] for back in moved if back.student in refused}


def _enter_ahead(back: Reversal, whole: dict[int, SchoolClass], by: Person) -> None:
    """Classes that were entered for a day to come. Raises a `Refusal`."""
    places = back.done["before"]
    ahead = [place for place in places if place[1] > today().isoformat() and place[0] in whole]
    for pk, since, _until in sorted(ahead, key=lambda place: place[1]):
        day = datetime.date.fromisoformat(since)
        classes.change_class(student=back.student, to=whole[pk], on=day, by=by)


def _regroup_from_today(undoing: Undoing, backs: Sequence[Reversal]) -> Stayed:
    if not backs:
        return {}
    groups = {pk: one for pk, one in _classes(backs).items() if not one.is_a_whole_class}
    joins, leaves = {}, {}
    for back in backs:
        before, after = _holding(back.done["before"]), _holding(back.done["after"])
        joins[back.student] = [one for pk, one in groups.items() if pk in before - after]
        leaves[back.student] = [one for pk, one in groups.items() if pk in after - before]
    refused = placing.join_or_stay(joins, undoing.by)
    ending = {one: left for one, left in leaves.items() if left and one not in refused}
    if ending:
        classes.leave_classes(wishes=ending, by=undoing.by)
    return {back.change: refused[back.student] for back in backs if back.student in refused}


def _save_last(backs: Iterable[Reversal], *fields: str) -> None:
    save_all([back.last for back in backs], fields)


def _move_back(undoing: Undoing, backs: Sequence[Reversal]) -> Stayed:
    stayed = _put_places_back(undoing, backs, whole=True)
    done = [back for back in backs if back.change not in stayed]
    for back in done:
        back.last.school_class = next(iter(back.change.before), "")
    _save_last(done, "school_class")
    return stayed


def _regroup_back(undoing: Undoing, backs: Sequence[Reversal]) -> Stayed:
    stayed = _put_places_back(undoing, backs, whole=False)
    done = [back for back in backs if back.change not in stayed]
    for back in done:
        back.last.groups = back.change.before
    _save_last(done, "groups")
    return stayed


def _rename_back(undoing: Undoing, backs: Sequence[Reversal]) -> Stayed:
    done = [
        back
        for back in backs
        if [back.student.given_name, back.student.family_name] == back.done["now"]
    ]
    placing.rename({back.student: tuple(back.done["was"]) for back in done}, undoing.by)
    for back in done:
        back.last.name_mark = back.done["mark"]
    _save_last(done, "name_mark")
    return _others(backs, done)


def _suspend_again(undoing: Undoing, backs: Sequence[Reversal]) -> Stayed:
    """Who has logged in since stays, and who was given guardians or another place. Whom a person had
    opened before gets the places back, and is as the last set left them.
    """
    was_open = [back for back in backs if not back.done["opened"]]
    stayed = _put_places_back(undoing, was_open, whole=None) if was_open else {}
    opened = [back for back in backs if back.done["opened"]]
    there, guarded = undoing.there(opened), undoing.with_guardians(opened)
    closed_at = undoing.one.closed_at
    closing = [
        back
        for back in undoing.as_left(opened)
        if back.student.is_active
        and back.student.pk in there - guarded
        and not (back.student.last_login and closed_at and closed_at <= back.student.last_login)
    ]
    _suspend(undoing, closing)
    stayed |= _others(opened, closing)
    done = [back for back in backs if back.change not in stayed]
    for back in done:
        if not back.done["opened"]:
            gone_at = back.done.get("gone_at")
            back.last.gone_at = datetime.datetime.fromisoformat(gone_at) if gone_at else None
        back.last.school_class, back.last.groups = back.done["was"], back.done["groups"]
    _save_last(done, "gone_at", "school_class", "groups")
    return stayed


def _suspend(undoing: Undoing, backs: Sequence[Reversal]) -> None:
    if backs:
        placing.leave([back.student for back in backs], undoing.school, undoing.by, undoing.now)
    for back in backs:
        back.last.gone_at = undoing.now


def _bring_back(undoing: Undoing, backs: Sequence[Reversal]) -> Stayed:
    """With classes, also those entered ahead, and guardians. Whom a person opened again stays."""
    school = undoing.school
    held = placing.staying(back.student for back in backs)
    as_left = [
        back
        for back in undoing.as_left(backs)
        if back.student.is_active == back.done["is_open"]
        and not placing.is_student_of(school, held[back.student.pk])
    ]
    stayed = _others(backs, as_left)
    for back in as_left:
        refusal = placing.why_not_bring_back(back.student, school, held[back.student.pk])
        if refusal:
            stayed[back.change] = refusal
    done = [back for back in as_left if back.change not in stayed]
    students = [back.student for back in done]
    placing.bring_back(students, school, undoing.by, undoing.now, as_if_never_gone=True)
    places = undoing.places_of(done)
    put_back.put_back_places(
        [
            put_back.PlacesStep(back.student, back.done["before"], places[back.student.pk])
            for back in done
        ],
        by=undoing.by,
    )
    for back in done:
        back.last.gone_at = None
    _save_last(done, "gone_at")
    return stayed


def _remove(undoing: Undoing, backs: Sequence[Reversal]) -> Stayed:
    """A new account is suspended, never deleted: its key brings it back. Who was known by hand
    loses the key alone, and the groups that the import added; whose login the school had linked keeps
    the key, and goes back to the class of before.
    """
    same = [back for back in backs if back.done["same"]]
    stayed = _put_places_back(undoing, same, whole=None) if same else {}
    known = [back for back in same if back.change not in stayed]
    keys = [back.last.identity_id for back in known if not back.done.get("linked")]
    if keys:
        Identity.objects.filter(pk__in=keys).delete()
    if linked := [back.last.pk for back in known if back.done.get("linked")]:
        LastSaid.objects.filter(pk__in=linked).delete()
    new = [back for back in backs if not back.done["same"]]
    there, guarded = undoing.there(new), undoing.with_guardians(new)
    people = [back.student.pk for back in new]
    changed = AccountChange.objects.filter(person__in=people)
    used = guarded | set(changed.values_list("person", flat=True))
    closing = [
        back
        for back in undoing.as_left(new)
        if back.student.is_active
        and back.student.pk in there - used
        and not (back.student.last_login or back.student.has_usable_password())
    ]
    _suspend(undoing, closing)
    _save_last(closing, "gone_at")
    return stayed | _others(new, closing)


def _take_age_back(undoing: Undoing, backs: Sequence[Reversal]) -> Stayed:
    stayed = ages.take_back([(back.change, back.last) for back in backs], by=undoing.by)
    return dict.fromkeys(stayed)


_WAYS: dict[Kind, Callable[[Undoing, Sequence[Reversal]], Stayed]] = {
    Kind.MOVED: _move_back,
    Kind.GROUPS: _regroup_back,
    Kind.RENAMED: _rename_back,
    Kind.RESTORED: _suspend_again,
    Kind.NEW: _remove,
    Kind.SUSPENDED: _bring_back,
    Kind.OF_AGE: _take_age_back,
}
