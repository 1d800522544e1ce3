"""Agreements of which nothing is handed over yet, and what became of the things that they name."""

import datetime
from collections.abc import Collection, Iterable

from django.db.models import Q
from django.utils import timezone

from continuity.enums import ItemState
from continuity.equipment.values.terms import Terms
from continuity.models import EquipmentItem, LoanAgreement
from courses.people.models import Organisation, Person


def standing_on(school: Organisation, items: Collection[EquipmentItem]) -> list[LoanAgreement]:
    """To be signed or handed over, with one of these things, until today at least; the newest first.
    One query, none of nothing.
    """
    named = {item.public_id for item in items}
    if not named:
        return []
    found = LoanAgreement.objects.standing().filter(school=school).select_related("student")
    return [one for one in found if one.named & named and one.due_on >= timezone.localdate()]


def held_on(day: datetime.date, school: Organisation | None = None) -> set[str]:
    """Public ids of the things that a signature held at the end of that day; everywhere without a
    school. As long as the agreements are kept. One query.
    """
    found = LoanAgreement.objects.holding(day)
    found = found.filter(school=school) if school else found
    return {thing for one in found.only("terms") for thing in one.named}


def state_with_holds(state: str, public_id: str, held: Collection[str]) -> str:
    """What a signature holds counts as reserved. `held`: of `held_on`."""
    is_held = state == ItemState.AVAILABLE and public_id in held
    return ItemState.RESERVED if is_held else state


def promised_to_others(standing: Iterable[LoanAgreement], student_id: int | None) -> set[str]:
    """Things that a signature holds for another student, until the agreement is taken off the list
    or its last day is over.
    """
    today = timezone.localdate()
    return {
        thing
        for one in standing
        if one.signed_at and one.student_id != student_id and one.due_on >= today
        for thing in one.named
    }


def agreements_to_sign(
    student: Person, school: Organisation | None = None
) -> list[tuple[LoanAgreement, list[str]]]:
    """Nothing of them is handed over yet, nor is their last day over; of `school` only, if given.
    Each with the numbers of what isn’t free any more. Two queries at most.
    """
    today = timezone.localdate()
    own = LoanAgreement.objects.standing().filter(student=student)
    own = own.filter(school=school) if school else own
    in_the_way = Q(signed_at__isnull=False, school__in=own.order_by().values("school"))
    found = list(
        LoanAgreement.objects.standing()
        .filter(Q(pk__in=own.order_by().values("pk")) | in_the_way)
        .select_related("school")
    )
    mine = [
        one
        for one in found
        if one.student_id == student.pk and school in (None, one.school) and one.due_on >= today
    ]
    gone = things_gone(mine, [one for one in found if one.signed_at])
    return [(one, gone.get(one.pk, [])) for one in mine]


def has_to_sign(student: Person) -> bool:
    """True if an agreement on loans to the student can be signed today. Three queries at most."""
    to_sign = LoanAgreement.objects.to_sign(timezone.localdate())
    return bool(still_to_sign(list(to_sign.filter(student=student))))


def still_to_sign(agreements: Collection[LoanAgreement]) -> list[LoanAgreement]:
    """Those whose things are all free for their student. Two queries, none of nothing."""
    gone = things_gone(agreements)
    return [one for one in agreements if one.pk not in gone]


def things_gone(
    agreements: Collection[LoanAgreement], signed: Collection[LoanAgreement] | None = None
) -> dict[int, list[str]]:
    """By agreement that stands: numbers of what its student can’t be handed any more, if any.
    `signed`: those of the same schools, if they are known. Two queries, none of nothing.
    """
    standing = [one for one in agreements if one.stands]
    named: set[str] = set().union(*(one.named for one in standing))
    if not named:
        return {}
    found = EquipmentItem.objects.filter(public_id__in=named).select_related("reserved_for")
    items = {item.public_id: item for item in found}
    if signed is None:
        schools = {one.school_id for one in standing}
        here = LoanAgreement.objects.standing().filter(school__in=schools)
        signed = list(here.filter(signed_at__isnull=False))
    gone: dict[int, list[str]] = {}
    for one in standing:
        promised = promised_to_others(signed, one.student_id)
        for thing in Terms.read(one.terms).things:
            item = items.get(thing.public_id)
            if item is None or not item.is_free_for(one.student_id, promised):
                gone.setdefault(one.pk, []).append(thing.number)
    return gone
