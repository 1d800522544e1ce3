"""A school's pool: things added, corrected, moved from one state to another."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from continuity.enums import ItemState
from continuity.equipment import rules
from continuity.equipment.documents.labels import LABELS_ON_PAPER
from continuity.equipment.exceptions import NumberTaken, SerialTaken
from continuity.models import EquipmentItem, EquipmentNeed, ItemEvent, Loan, LoanLine
from courses.documents.models import Paper
from courses.documents.services import ask_for_paper
from courses.people.models import Organisation, Person


def hold(pks: Iterable[int]) -> list[EquipmentItem]:
    """The items, locked until commit, always in the same order: two desks never wait for each other."""
    found = EquipmentItem.objects.select_for_update().filter(pk__in=list(pks))
    return list(found.order_by("pk"))


def put(
    item: EquipmentItem,
    state: str,
    *,
    by: Person,
    now: datetime.datetime,
    loan: Loan | None = None,
    need: EquipmentNeed | None = None,
    is_erased: bool = False,
) -> None:
    """Write the state, and the event that says so. The item is held by who calls; no rule is asked.

    `loan`: the one in which it goes out, or from which it came back. `need`: for which it is
    reserved. `is_erased`: `by` says that nobody's data are left on it.
    """
    item.state = state
    item.open_loan = loan if state == ItemState.LENT else None
    item.reserved_for = need if state == ItemState.RESERVED else None
    item.save(update_fields=["state", "open_loan", "reserved_for"])
    ItemEvent.objects.create(item=item, state=state, by=by, at=now, loan=loan, is_erased=is_erased)


def add(
    *, school: Organisation, by: Person, now: datetime.datetime | None = None, **fields: Any
) -> EquipmentItem:
    """`fields`: kind, number and the rest. Raises a `Refusal`."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=school.pk)
        item = EquipmentItem(school=school, **fields)
        _refuse_doubles(item)
        item.save()
        ItemEvent.objects.create(item=item, state=item.state, by=by, at=now or timezone.now())
    return item


def correct(*, item: EquipmentItem, by: Person, **fields: Any) -> EquipmentItem:
    """Number, kind, model, serial number, value, what it goes with. Raises a `Refusal`."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=item.school_id)
        (found,) = hold([item.pk])
        for name, value in fields.items():
            setattr(found, name, value)
        _refuse_doubles(found)
        found.save(update_fields=list(fields))
        log(instance=found, action="continuity.correct_item", user=by)
    return found


def _refuse_doubles(item: EquipmentItem) -> None:
    others = EquipmentItem.objects.filter(school=item.school).exclude(pk=item.pk)
    if others.filter(number=item.number).exists():
        raise NumberTaken(number=item.number)
    if item.serial and (other := others.filter(serial=item.serial).first()):
        raise SerialTaken(number=other.number)


def move(*, item: EquipmentItem, state: str, by: Person, is_erased: bool = False) -> EquipmentItem:
    """By hand, after a look at the thing. Moved twice to one state is once. Raises a `Refusal`.

    Holds the item's row until commit. `is_erased`: `by` says that nobody's data are left on it.
    """
    with transaction.atomic():
        (found,) = hold([item.pk])
        if found.state == state:
            return found
        held_data = found.holds_data and LoanLine.objects.filter(thing=found).exists()
        if refusal := rules.why_not_move(found, state, is_erased=is_erased, held_data=held_data):
            raise refusal
        put(found, state, by=by, now=timezone.now(), is_erased=is_erased and held_data)
    return found


def ask_for_labels(*, school: Organisation, items: Iterable[EquipmentItem], language: str) -> Paper:
    """The same labels are drawn once."""
    wanted = list(items)
    says = tuple((one.number, one.kind, one.public_id) for one in wanted)
    return ask_for_paper(
        kind=LABELS_ON_PAPER.key,
        about=str(school.pk),
        says=(school.name, says),
        language=language,
        selection={"items": [one.pk for one in wanted]},
    )
