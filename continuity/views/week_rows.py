"""A week's rows as HTML. What a class shares is written once for all who see it the same, and kept until its plans change."""

import datetime
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from glob import glob
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.template import Context
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from continuity.documents import week as words
from continuity.enums import ItemKind
from continuity.queries import week as weeks
from continuity.queries.class_week import ClassItem, class_items
from continuity.queries.marks import Place
from continuity.queries.student_items import Look, MyItem, Span
from courses.agenda.queries import ONE_DAY

ROW, ROOM = "continuity/week_row.html", "continuity/week_now.html"
MOST_AT_HAND = 200
KEPT_FOR = 26 * 60 * 60  # seconds: the words "today" and "tomorrow" make a part another one each day
SIGNS = {ItemKind.VIDEO: "video", ItemKind.NOTE: "info", ItemKind.LESSON: "book-open", ItemKind.RESOURCE: "external-link"}


@dataclass
class ClassPart:
    """What one class shares of some weeks: its items, and their rows as they have been asked for so far, by item and look."""

    items: list[ClassItem]
    rows: dict[tuple, str] = field(default_factory=dict)
    turns: list[datetime.datetime] = field(default_factory=list)


class ClassParts:
    """The parts that one page needs: read together, filled, and put back if they grew. `kept=False` makes all of them anew."""

    def __init__(self, today: datetime.date, *, version: str, kept: bool = True):
        """`version` is that of the cache of pages (`digest.version()`): a renamed subject or resource changes it."""
        self.today, self.version, self.kept = today, version, kept
        self.parts: dict[int, ClassPart] = {}
        self.keys: dict[int, str] = {}
        self.grown: set[int] = set()

    def load(self, places: list[Place], span: Span) -> Iterable[list[ClassItem]]:
        """Two queries for those that aren't kept, none where all are."""
        self.keys = {place.school_class: self.key_of(place, span) for place in places}
        if self.kept:
            self.parts = {pk: part for pk, key in self.keys.items() if (part := self._read(key))}
        missing = self.keys.keys() - self.parts.keys()
        if missing:
            fresh = class_items(missing, span.first, span.last, due_since=span.due_since, due_until=span.due_until)
            self.parts |= {pk: ClassPart(items, turns=weeks.turns_of(items)) for pk, items in fresh.items()}
            self.grown |= missing
        return [part.items for part in self.parts.values()]

    def key_of(self, place: Place, span: Span) -> str:
        """Class, weeks, language, day, versions of the plans, of reference data and of the words: nothing of a student."""
        weeks_shown = (span.first, span.last, span.due_since, span.due_until, self.today)
        versions = (place.version, self.version, edition())
        said = (place.school_class, *weeks_shown, translation.get_language(), *versions)
        return f"week:{hashlib.sha256(repr(said).encode()).hexdigest()}"

    def row(self, mine: MyItem) -> SafeString:
        if mine.is_extended:  # the date is the student's own: written for them alone
            return _row(mine, self.today)
        return self._kept_row(mine.item, mine.look, lambda: _row(mine, self.today))

    def open_room(self, item: ClassItem, *, begins_later: bool) -> SafeString:
        """The panel with the one button."""
        context = {"item": item, "begins_later": begins_later, "url": address("enter_video", item.meeting or "")}
        return self._kept_row(item, begins_later, lambda: get_template(ROOM).template.render(Context(context)))

    def _kept_row(self, item: ClassItem, look: Look | bool, write: Callable[[], str]) -> SafeString:
        rows, key = self.parts[item.class_pk].rows, (item.public_id, look)
        if key not in rows:
            rows[key] = str(write())
            self.grown.add(item.class_pk)
        return mark_safe(rows[key])  # noqa: S308

    def put_back(self) -> None:
        for pk in self.grown if self.kept else ():
            caches["pages"].set(self.keys[pk], self.parts[pk], KEPT_FOR)
            self._remember(self.keys[pk], self.parts[pk])

    def _read(self, key: str) -> ClassPart | None:
        """What this process has read already isn't unpacked again: that takes as long as the rest of the page."""
        part = _at_hand.get(key) or caches["pages"].get(key)
        if part is not None:
            self._remember(key, part)
        return part

    def _remember(self, key: str, part: ClassPart) -> None:
        _at_hand[key] = part
        while len(_at_hand) > MOST_AT_HAND:
            _at_hand.popitem(last=False)


_at_hand: OrderedDict[str, ClassPart] = OrderedDict()


@cache
def edition() -> str:
    """A hash of the templates and messages that rows are made of: it changes with a release, so what was kept before isn't read again."""
    written = [
        *(get_template(name).origin.name for name in (ROW, ROOM)),
        words.__file__,
        *glob(f"{settings.LOCALE_PATHS[0]}/*/LC_MESSAGES/django.mo"),
    ]
    return hashlib.sha256(b"".join(Path(name).read_bytes() for name in written)).hexdigest()[:16]


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
    waits = mine.may_hand_in
    context = {
        "item": item,
        "look": look,
        "title": words.title_of(item),
        "marked_title": words.marked_title_of(item),
        "spoken": item.written_in if item.written_in != translation.get_language() else "",
        "done_words": words.tick_in_words(item),
        "detail": "" if (look.is_late or look.is_again) and waits else words.detail_of(mine, today),
        "states": words.states_of(mine),
        "is_finished": mine.is_finished,
        "late_words": words.was_due(mine) if look.is_late and waits else "",
        "changes": words.changes_of(item.changes),
        "extended": mine.is_extended,
        "ticks": item.is_work and not look.is_exempt and not look.is_handed_in,
        "sign": "circle-check" if look.is_handed_in else SIGNS.get(ItemKind(item.kind), "clock"),
        "url": address_of(item),
        "hand_in": address("hand_in", item.assignment) if waits else "",
        "help": f"{address('help')}?item={item.public_id}" if waits and (look.is_late or look.is_again) else "",
        "soon": mine.waits_for_hand_in and mine.due_day is not None and mine.due_day <= today + ONE_DAY,
    }
    # Without the context processors: a row knows nobody.
    return get_template(ROW).template.render(Context(context))
