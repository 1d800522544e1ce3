"""A school goes on as another one, as when two lycées become one and the ministry gives one UAI up:
people, licences and history follow, and old links lead on.

Each package says of every relation to a school what becomes of its rows (`Hook.MERGERS`).
"""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CASCADE, Exists, OuterRef, QuerySet
from wagtail import hooks
from wagtail.log_actions import log

from courses.digest.enums import Hook
from courses.exceptions import Refusal
from courses.mail import services as mail
from courses.people.enums import Letters, OrganisationKind, Role
from courses.people.exceptions import (
    MergedAlready,
    NoSchoolToMerge,
    SwitchGuardiansOnFirst,
)
from courses.people.models import Membership, Organisation, Person, today
from courses.people.services.held_students import hold


@dataclass
class Merger:
    """`old` goes on as `into`. What the steps say of it: `facts`, what follows; `notes`, what changes
    or stays behind.
    """

    old: Organisation
    into: Organisation
    facts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # Of rows of the old school: by model, name and what stands beside it.
    new_names: dict[tuple[Any, ...], str] = field(default_factory=dict)

    @property
    def shows_guardians_more(self) -> bool:
        """Guardians who see nothing at the old school would see the week at the other."""
        return self.into.with_guardians and not self.old.with_guardians


type Step = Callable[[QuerySet[Any], str, Merger], None]


@dataclass(frozen=True)
class Follows:
    """`relation`: "continuity.Loan.school". The step gets its rows of the old school and the name of
    the field; it may raise a `Refusal`. `fact`: says how many rows there are.
    """

    relation: str
    step: Step
    fact: Callable[[int], str] | None = None

    def follow(self, merger: Merger) -> None:
        label, name = self.relation.rsplit(".", 1)
        rows = apps.get_model(label)._default_manager.filter(**{name: merger.old})
        if self.fact and (number := rows.count()):
            merger.facts.append(self.fact(number))
        self.step(rows, name, merger)


def all_follow(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    rows.update(**{name: merger.into})


def all_stay(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """Of the school as it was: nobody looks for it elsewhere."""


def follow_unless_there(*same: str) -> Step:
    """Rows stay behind where the other school has one with the same values in these fields; with no
    fields, where it has one at all.
    """

    def step(rows: QuerySet[Any], name: str, merger: Merger) -> None:
        rows.exclude(_there(rows, name, merger, same)).update(**{name: merger.into})

    return step


def follow_once(*same: str) -> Step:
    """The same, and what the other school has goes: it stands in lists of schools."""

    def step(rows: QuerySet[Any], name: str, merger: Merger) -> None:
        follow_unless_there(*same)(rows, name, merger)
        rows.delete()

    return step


def renamed(
    name_field: str,
    *beside: str,
    longest: int,
    say: Callable[[str, str], str],
    alike: Callable[[str], str] = str,
) -> Step:
    """All follow; where the other school has the name, theirs gets the old school's UAI behind it.
    `say(was, now)` is the note. `alike`: by what it gives of both, two names are one.
    """

    def names(rows: QuerySet[Any]) -> set[tuple[Any, ...]]:
        return {(alike(was), *others) for was, *others in rows.values_list(name_field, *beside)}

    def step(rows: QuerySet[Any], name: str, merger: Merger) -> None:
        theirs = names(_of(rows, name, merger))
        taken = theirs | names(rows)
        for pk, was, *others in rows.values_list("pk", name_field, *beside):
            if (alike(was), *others) not in theirs:
                continue
            now = free_name(
                was, merger.old, longest, {one for one, *its in taken if its == others}, alike
            )
            rows.filter(pk=pk).update(**{name_field: now})
            taken.add((alike(now), *others))
            merger.new_names[rows.model, was, *others] = now
            merger.notes.append(say(was, now))
        rows.update(**{name: merger.into})

    return step


def free_name(
    name: str,
    old: Organisation,
    longest: int,
    taken: set[str],
    alike: Callable[[str], str] = str,
) -> str:
    """With the UAI behind it, or a number where that isn't free, cut to the field's length."""
    endings = [f" {old.uai or old.pk}", *(f" {number}" for number in range(2, len(taken) + 3))]
    names = (f"{name[: longest - len(ending)]}{ending}" for ending in endings)
    return next(one for one in names if alike(one) not in taken)


def pass_on(row: Any, *, to: Any) -> None:
    """What belongs to this row (`CASCADE`) belongs to the other one from now on, as far as that hasn't
    got the same. What only remembers it, as a set that brought it, doesn't.
    """
    for relation in row._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        if relation.on_delete is not CASCADE or relation.related_model._meta.auto_created:
            continue
        name = relation.field.name
        for one in relation.related_model._default_manager.filter(**{name: row}):
            setattr(one, name, to)
            if not _breaks_a_constraint(one):
                one.save(update_fields=[name])


def _breaks_a_constraint(row: Any) -> bool:
    try:
        row.validate_unique()
        row.validate_constraints()
    except ValidationError:
        return True
    return False


def _of(rows: QuerySet[Any], name: str, merger: Merger) -> QuerySet[Any]:
    """Those of the other school."""
    return rows.model._default_manager.filter(**{name: merger.into})


def _there(rows: QuerySet[Any], name: str, merger: Merger, same: Iterable[str]) -> Exists:
    return Exists(_of(rows, name, merger).filter(**{key: OuterRef(key) for key in same}))


def memberships_join(rows: QuerySet[Membership], name: str, merger: Merger) -> None:
    """Who was at both in one role at the same time has been at the other from the first day to the
    last: periods of one role never overlap.
    """
    both = Membership.objects.filter(organisation__in=[merger.old, merger.into])
    held: dict[tuple[int, str], list[Membership]] = defaultdict(list)
    for one in both.filter(person__in=rows.values("person")).order_by("since", "pk"):
        held[one.person_id, one.role].append(one)
    for memberships in held.values():
        for together in _overlapping(memberships):
            _make_one(together, merger)
    rows.update(organisation=merger.into)


def _overlapping(memberships: list[Membership]) -> Iterable[list[Membership]]:
    """Those that hold at the same time, two or more; in the order of their first days."""
    found: list[list[Membership]] = []
    end = datetime.date.min
    for one in memberships:
        if found and one.since <= end:
            found[-1].append(one)
        else:
            found.append([one])
            end = datetime.date.min
        end = max(end, one.until or datetime.date.max)
    return [together for together in found if len(together) > 1]


def _make_one(together: list[Membership], merger: Merger) -> None:
    kept = next((one for one in together if one.organisation_id == merger.into.pk), together[0])
    ends = [one.until for one in together]
    for one in together:
        if one is not kept:
            kept.subjects.add(*one.subjects.all())
            one.delete()
    kept.since = together[0].since
    kept.until = None if None in ends else max(end for end in ends if end)
    kept.save(update_fields=["since", "until"])


class _Tried(Exception):
    """Carries what a trial said out of its transaction, which is taken back."""


def tried(*, old: Organisation, into: Organisation, by: Person) -> Merger:
    """What `merge` would do and say, without doing it. Raises the same."""
    try:
        with transaction.atomic():
            raise _Tried(_followed(old, into, by))
    except _Tried as trial:
        merger: Merger = trial.args[0]
        return merger


def merge(*, old: Organisation, into: Organisation, by: Person | None) -> Merger:
    """All at once, or nothing: raises a `Refusal`. Holds both schools and their people until commit.
    The leaders of both are told.
    """
    with transaction.atomic():
        return _followed(old, into, by)


def _followed(old: Organisation, into: Organisation, by: Person | None) -> Merger:
    pks = [old.pk, into.pk]
    held = Organisation.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    schools = {one.pk: one for one in held}
    merger = Merger(schools[old.pk], schools[into.pk])
    if refusal := why_not_merge(merger.old, merger.into):
        raise refusal
    hold(Membership.objects.filter(organisation__in=pks).values_list("person", flat=True))
    leaders = _leaders(merger)
    for answer in hooks.get_hooks(Hook.MERGERS):
        for one in answer():
            one.follow(merger)
    Organisation.objects.filter(merged_into=merger.old).update(merged_into=merger.into)
    Organisation.objects.filter(pk=merger.old.pk).update(merged_into=merger.into, merged_on=today())
    log(instance=merger.old, action="people.merge", user=by, data={"into": str(merger.into)})
    _tell(merger, leaders, by)
    return merger


def why_not_merge(old: Organisation, into: Organisation) -> Refusal | None:
    if old == into or {old.kind, into.kind} != {OrganisationKind.SCHOOL}:
        return NoSchoolToMerge()
    for one in (old, into):
        if one.merged_into_id:
            return MergedAlready(school=one)
    if old.with_guardians and not into.with_guardians:
        return SwitchGuardiansOnFirst(old=old, school=into)
    return None


def _leaders(merger: Merger) -> list[Person]:
    places = [merger.old, merger.into]
    held = Membership.objects.current().filter(role=Role.LEADER, organisation__in=places)
    return list({one.person_id: one.person for one in held.select_related("person")}.values())


def _tell(merger: Merger, leaders: list[Person], by: Person | None) -> None:
    details = {"old": str(merger.old), "by": by.display_name if by else "Passerelle"}
    key = uuid.uuid4().hex
    for leader in leaders:
        if leader.email and leader != by:
            mail.post(
                Letters.SCHOOL_MERGED,
                about=merger.into,
                to=leader,
                key=f"merger:{key}:{leader.pk}",
                details=details,
            )
