"""A student's work to hand in, sorted: to do again, late, ahead, when possible, older, done."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from continuity.week.queries.student_items import MyItem
from courses.agenda.queries import ONE_WEEK


@dataclass(frozen=True)
class ToHandIn:
    """Work to hand in, by the student's own due dates."""

    again: list[MyItem]
    late: list[MyItem]
    ahead: list[MyItem]
    when_possible: list[MyItem]  # the date is past, and nothing is late on that day
    older: list[MyItem]  # late or not
    former: list[MyItem]  # of a class that was left: it may be handed in
    done: list[MyItem]  # handed in or due lately, newest due date first

    @property
    def all_late(self) -> list[MyItem]:
        return [*self.late, *(mine for mine in self.older if mine.look.is_late)]

    @property
    def following(self) -> list[MyItem]:
        """To hand in and not late, the first one first."""
        return [*self.again, *self.ahead, *self.when_possible]

    @property
    def waiting(self) -> int:
        """How many are to hand in, late or not."""
        lists = (self.again, self.late, self.ahead, self.when_possible, self.older)
        return sum(map(len, lists))


HANDED_IN_WITHIN = 2 * ONE_WEEK


def to_hand_in(items: Iterable[MyItem], now: datetime.datetime) -> ToHandIn:
    """Sorts what is given back; asks the database nothing."""
    works = sorted(
        (mine for mine in items if mine.item.is_to_hand_in and mine.due_at),
        key=lambda mine: mine.order,
    )
    waiting = [mine for mine in works if mine.is_open and not mine.is_older]
    on_time = [mine for mine in waiting if not mine.look.is_again and not mine.look.is_late]
    lately = now - HANDED_IN_WITHIN
    return ToHandIn(
        again=[mine for mine in waiting if mine.look.is_again],
        late=[mine for mine in waiting if mine.look.is_late],
        ahead=[mine for mine in on_time if mine.due_at and mine.due_at >= now],
        when_possible=[mine for mine in on_time if mine.due_at and mine.due_at < now],
        older=[mine for mine in works if mine.is_open and mine.is_older],
        former=[mine for mine in works if mine.look.is_former and not mine.is_older],
        done=[
            mine
            for mine in reversed(works)
            if mine.look.is_handed_in and mine.due_at and _last_of(mine) > lately
        ],
    )


def _last_of(mine: MyItem) -> datetime.datetime:
    """When it was handed in, or was due: the later of them."""
    return max(at for at in (mine.handed_in_at, mine.due_at) if at)
