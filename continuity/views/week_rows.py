"""A week's rows as HTML. What a class shares is written once for all who see it the same, and kept until its plans change."""

import datetime
import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from django.core.cache import caches
from django.template import Context
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from continuity import documents as words
from continuity.enums import ItemKind
from continuity.queries.class_week import ClassItem, class_items
from continuity.queries.marks import Place
from continuity.queries.week import MyItem, Span
from courses.agenda.queries import ONE_DAY

MOST_AT_HAND = 200
KEPT_FOR = 26 * 60 * 60  # seconds: the words "today" and "tomorrow" make a part another one each day
SIGNS = {ItemKind.VIDEO: "video", ItemKind.NOTE: "info", ItemKind.LESSON: "book-open", ItemKind.RESOURCE: "external-link"}


@dataclass
class ClassPart:
    """What one class shares of some weeks: its items, and their rows as they have been asked for so far, by item and look."""

    items: list[ClassItem]
    rows: dict[tuple, str] = field(default_factory=dict)


class ClassParts:
    """The parts that one page needs: read together, filled, and put back if they grew. `kept=False` makes all of them anew."""

    def __init__(self, today: datetime.date, *, kept: bool = True):
        self.today, self.kept = today, kept
        self.parts: dict[int, ClassPart] = {}
        self.keys: dict[int, str] = {}
        self.grown: set[int] = set()

    def load(self, places: list[Place], span: Span) -> Iterable[list[ClassItem]]:
        """Two queries for those that aren't kept, none where all are."""
        self.keys = {place.school_class: self.key_of(place, span) for place in places}
        if self.kept:
            self.parts = {pk: part for pk, key in self.keys.items() if (part := _read(key))}
        missing = self.keys.keys() - self.parts.keys()
        if missing:
            fresh = class_items(missing, span.first, span.last, due_since=span.due_since)
            self.parts |= {pk: ClassPart(items) for pk, items in fresh.items()}
            self.grown |= missing
        return [part.items for part in self.parts.values()]

    def key_of(self, place: Place, span: Span) -> str:
        """Class, weeks, language, day and the versions of the plans: never anything of a student."""
        said = (place.school_class, span.first, span.last, span.due_since, self.today, translation.get_language(), place.version)
        return f"week:{hashlib.sha256(repr(said).encode()).hexdigest()}"

    def row(self, mine: MyItem) -> SafeString:
        if mine.is_extended:  # the date is the student's own: written for them alone
            return _row(mine, self.today)
        pk = mine.item.class_pk
        rows, look = self.parts[pk].rows, (mine.item.public_id, mine.look)
        if look not in rows:
            rows[look] = str(_row(mine, self.today))
            self.grown.add(pk)
        return mark_safe(rows[look])  # noqa: S308

    def put_back(self) -> None:
        for pk in self.grown if self.kept else ():
            caches["pages"].set(self.keys[pk], self.parts[pk], KEPT_FOR)
            _remember(self.keys[pk], self.parts[pk])


# What this process has read from the cache already: unpacking a part takes as long as the rest of the page.
_at_hand: OrderedDict[str, ClassPart] = OrderedDict()


def _read(key: str) -> ClassPart | None:
    """From the cache, or from what is at hand as long as the cache still has it."""
    pages = caches["pages"]
    if key in _at_hand and pages.has_key(key):
        return _at_hand[key]
    part = pages.get(key)
    if part is not None:
        _remember(key, part)
    return part


def _remember(key: str, part: ClassPart) -> None:
    _at_hand[key] = part
    while len(_at_hand) > MOST_AT_HAND:
        _at_hand.popitem(last=False)


A_PUBLIC_ID = "0public0id0"


def address(name: str, public_id: str = "") -> str:
    """Nothing where the page isn't there. Looked up once for all things of a kind: a week has many."""
    pattern = _address_with(name, translation.get_language(), bool(public_id))
    return pattern.replace(A_PUBLIC_ID, public_id)


@cache
def _address_with(name: str, language: str, has_id: bool) -> str:
    """Of something under that id, in that language, which is the active one."""
    try:
        return reverse(f"continuity:{name}", args=[A_PUBLIC_ID] if has_id else [])
    except NoReverseMatch:
        return ""


def address_of(item: ClassItem) -> str:
    if item.lesson:
        return address("lesson", item.lesson)
    if item.assignment:
        return address("homework", item.assignment)
    return ""


def _row(mine: MyItem, today: datetime.date) -> SafeString:
    item, look = mine.item, mine.look
    waits = mine.waits_for_hand_in
    context = {
        "item": item,
        "look": look,
        "title": words.title_of(item),
        "done_words": words.tick_in_words(item),
        "detail": "" if look.is_late and waits else words.detail_of(mine, today),
        "late_words": words.was_due(mine) if look.is_late and waits else "",
        "changes": words.changes_of(item.changes),
        "extended": mine.is_extended,
        "ticks": item.is_work and not look.is_exempt and not look.is_handed_in,
        "sign": "circle-check" if look.is_handed_in else SIGNS.get(ItemKind(item.kind), "clock"),
        "url": address_of(item),
        "hand_in": address("hand_in", item.assignment) if waits else "",
        "help": f"{address('help')}?item={item.public_id}" if waits and look.is_late else "",
        "soon": waits and mine.due_at is not None and mine.due_at.date() <= today + ONE_DAY,
    }
    # Without the context processors: a row knows nobody.
    return get_template("continuity/week_row.html").template.render(Context(context))
