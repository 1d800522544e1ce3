"""Below a lesson or a homework that a student reads: tick, help, and what is to do before and after
it.
"""

import datetime
from dataclasses import dataclass

from continuity.addresses import address
from continuity.week.documents import words
from continuity.week.queries.student_items import MyItem, items_for
from continuity.week.views.week_rows import address_of, class_parts


@dataclass(frozen=True)
class Neighbour:
    title: str
    url: str


@dataclass(frozen=True)
class ItemPlace:
    """The item as it stands for its reader, and the open things around it in order of their dates."""

    mine: MyItem
    done_words: str
    states: list[str]
    help: str
    before: Neighbour | None
    after: Neighbour | None

    @property
    def ticks(self) -> bool:
        return (
            self.mine.item.is_work
            and not self.mine.look.is_exempt
            and not self.mine.look.is_handed_in
        )


def place_of(
    student, now: datetime.datetime, *, lesson: str | None = None, assignment: str | None = None
) -> ItemPlace | None:
    """The place of a lesson or an assignment, by its public id.

    None for one given too long ago: it stands on its old week alone.
    """
    items = items_for(student, now, load=class_parts)
    found = [mine for mine in items if mine.item.pk and (mine.item.lesson or mine.item.assignment)]
    own = [
        mine
        for mine in found
        if (lesson and mine.item.lesson == lesson)
        or (assignment and mine.item.assignment == assignment)
    ]
    if not own:
        return None
    mine = min(own, key=lambda one: (not one.is_open, one.order))
    line = sorted((one for one in found if one.is_open or one is mine), key=lambda one: one.order)
    at = line.index(mine)
    return ItemPlace(
        mine=mine,
        done_words=words.tick_in_words(mine.item),
        states=words.states_of(mine),
        help="" if mine.look.asked else f"{address('help')}?item={mine.item.public_id}",
        before=_neighbour(line[at - 1]) if at else None,
        after=_neighbour(line[at + 1]) if at + 1 < len(line) else None,
    )


def _neighbour(mine: MyItem) -> Neighbour:
    return Neighbour(words.title_of(mine.item), address_of(mine.item))
