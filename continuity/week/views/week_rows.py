"""A week's rows in words.

What a class shares is cached for all its students until its plans change.
"""

import datetime
import hashlib
from dataclasses import dataclass
from functools import cache
from glob import glob
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.template import Engine
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from continuity.addresses import address
from continuity.enums import ItemKind
from continuity.week.documents import calendar, sections, words
from continuity.week.queries import class_week
from continuity.week.queries.class_week import ClassItem, class_items
from continuity.week.queries.places import ClassPlace
from continuity.week.queries.student_items import MyItem, Span
from courses.agenda.queries import ONE_DAY
from courses.digest import services as digest

ROW, ROOM = "continuity/week/week_row.html", "continuity/week/week_now.html"
KEPT_FOR = 60 * 60  # seconds
SIGNS = {
    ItemKind.VIDEO: "video",
    ItemKind.NOTE: "info",
    ItemKind.LESSON: "book-open",
    ItemKind.RESOURCE: "external-link",
}


def class_parts(
    places: list[ClassPlace], span: Span, *, anew: bool = False
) -> list[list[ClassItem]]:
    """Items that the student's classes share, cached.

    Two queries for those that aren't cached, none where all are.
    """
    pages, version = caches["pages"], digest.version()
    keys = {place.school_class: key_of(place, span, version) for place in places}
    found = {} if anew else pages.get_many(keys.values())
    parts = {pk: found[key] for pk, key in keys.items() if key in found}
    if missing := keys.keys() - parts.keys():
        fresh = class_items(missing, span.first, span.last, **span.due)
        pages.set_many({keys[pk]: items for pk, items in fresh.items()}, KEPT_FOR)
        parts |= fresh
    return list(parts.values())


def key_of(place: ClassPlace, span: Span, version: str) -> str:
    """Class, weeks, and the versions of the class's plans and of reference data: nothing of a
    student.
    """
    days = ":".join(day.isoformat() for day in (span.first, span.last, *span.due.values()))
    return f"week:{place.school_class}:{days}:{place.version}:{version}:{edition()}"


@cache
def edition() -> str:
    """A hash of what rows are made of.

    Part of ETags and cache keys: a release ends what was cached before.
    """
    written = [
        *(Engine.get_default().get_template(name).origin.name for name in (ROW, ROOM)),
        *(words.__file__, sections.__file__, calendar.__file__, class_week.__file__),
        *glob(f"{settings.LOCALE_PATHS[0]}/*/LC_MESSAGES/django.mo"),
    ]
    return hashlib.sha256(b"".join(Path(name).read_bytes() for name in written)).hexdigest()[:16]


def address_of(item: ClassItem) -> str:
    if item.lesson:
        return address("lesson", item.lesson)
    if item.assignment:
        return address("homework", item.assignment)
    return ""


def resource_address(item: ClassItem) -> str:
    """The page from which it is opened without a name; its public address where no way is set up."""
    if item.resource_way:
        return reverse("launches:learns", args=[item.resource_slug])
    return item.resource_url or ""


def room(item: ClassItem, *, begins_later: bool) -> dict:
    """The panel with the one button."""
    return {
        "item": item,
        "begins_later": begins_later,
        "url": address("enter_video", item.meeting or ""),
    }


@dataclass(frozen=True)
class WeekRow:
    """One thing of a week on a day.

    Its HTML is cached under its `repr`, which says all that it depends on but the language.
    """

    mine: MyItem
    today: datetime.date

    def words(self) -> dict:
        return words_of(self.mine, self.today)


def words_of(mine: MyItem, today: datetime.date) -> dict:
    item, look = mine.item, mine.look
    waits = mine.may_hand_in
    return {
        "item": item,
        "look": look,
        "title": words.title_of(item),
        "marked_title": words.marked_title_of(item),
        "spoken": item.written_in if item.written_in != translation.get_language() else "",
        "done_words": words.tick_in_words(item),
        "detail": "" if (look.is_late or look.is_again) and waits else words.detail_of(mine, today),
        "states": _states_of(mine, today),
        "is_finished": mine.is_finished,
        "late_words": words.was_due(mine) if look.is_late and waits else "",
        "changes": words.changes_of(item.changes),
        "extended": mine.is_extended and not look.is_again,
        "ticks": item.is_work and not look.is_exempt and not look.is_handed_in,
        "sign": "circle-check" if look.is_handed_in else SIGNS.get(ItemKind(item.kind), "clock"),
        "url": address_of(item),
        "resource_url": "" if item.is_gone else resource_address(item),
        "hand_in": address("hand_in", item.assignment) if waits else "",
        "help": (
            f"{address('help')}?item={item.public_id}"
            if waits and (look.is_late or look.is_again)
            else ""
        ),
        "soon": (
            mine.waits_for_hand_in and mine.due_day is not None and mine.due_day <= today + ONE_DAY
        ),
    }


def _states_of(mine: MyItem, today: datetime.date) -> list[str]:
    possible = [_("When you can: nothing is late on that day.")]
    return [*(possible if mine.is_when_possible(today) else []), *words.states_of(mine)]
