"""A school's pool as its keepers see it: the list, one thing with its history."""

from collections import Counter
from collections.abc import Collection
from urllib.parse import urlsplit

from django.db.models import Q, QuerySet

from continuity.enums import ItemState
from continuity.equipment.queries.standing import state_with_holds
from continuity.models import EquipmentItem, ItemEvent
from courses.people.models import Organisation


def items_of(
    school: Organisation,
    held: Collection[str] = (),
    *,
    state: str = "",
    kind: str = "",
    words: str = "",
) -> QuerySet[EquipmentItem]:
    """With whoever has each. `held`: of `held_on`, today; `words`: part of a number, a serial number
    or a model.
    """
    found = EquipmentItem.objects.filter(school=school)
    found = found.select_related("open_loan__student", "goes_with").order_by("number", "pk")
    is_held = Q(state=ItemState.AVAILABLE, public_id__in=held)
    if state == ItemState.RESERVED:
        found = found.filter(Q(state=state) | is_held)
    elif state:
        found = found.filter(~is_held, state=state)
    if kind:
        found = found.filter(kind=kind)
    if words:
        found = found.filter(
            Q(number__icontains=words) | Q(serial__icontains=words) | Q(model__icontains=words)
        )
    return found


def numbers_by_state(school: Organisation, held: Collection[str]) -> list[tuple[ItemState, int]]:
    """How many things are in each state. One query."""
    rows = school.equipment.order_by().values_list("state", "public_id")
    counted = Counter(state_with_holds(state, public_id, held) for state, public_id in rows)
    return [(state, counted[state]) for state in ItemState if counted[state]]


def history_of(item: EquipmentItem) -> QuerySet[ItemEvent]:
    """Newest first. One query."""
    return item.events.select_related("by", "loan__student")


def numbers_by_codes(school: Organisation, codes: Collection[str]) -> list[str]:
    """Numbers of the school's things that these name, each once. One query."""
    found = EquipmentItem.objects.filter(_by_codes(codes), school=school)
    return [item.number for item in found]


def _by_codes(codes: Collection[str]) -> Q:
    """Typed, scanned or read in a photo: a thing's number, or its label's address."""
    found = Q(pk__in=[])
    for code in (one.strip() for one in codes):
        found |= Q(public_id=_named(code)) if "/" in code else Q(number__iexact=code)
    return found


def _named(address: str) -> str:
    """The public id of a thing at the end of a label's address."""
    try:
        return urlsplit(address.strip()).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return ""


def item_by_code(school: Organisation, code: str) -> EquipmentItem | None:
    """The thing of the school that a code names. One query."""
    mine = EquipmentItem.objects.filter(_by_codes([code]), school=school)
    return mine.select_related("open_loan", "reserved_for__student").first()
