"""What somebody can reckon of a session and of its dates who reads the Region's figures and all delivery
notes of some months, knows from the pages how many seats a session has and when its dates were, and takes
it that the same people had a seat on each of its dates.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import inf

import numpy as np
from django.utils import timezone
from scipy.optimize import LinearConstraint, milp

from courses.dates import month_of
from courses.disclosure.values import FEWEST_PEOPLE
from training.models import DeliveryNote, MonthNoShows, Sheet
from training.values import Delivery

type Sum = dict[str, int]  # unknowns with their factors


@dataclass
class Known:
    """Of whole numbers from 0 on: the most that each can be, and sums with the least and most of them."""

    most: dict[str, int] = field(default_factory=dict)
    sums: list[tuple[Sum, float, float]] = field(default_factory=list)

    def range_of(self, asked: Sum) -> tuple[int, int]:
        """The least and the greatest value that a sum of unknowns can have."""
        names = list(self.most)
        rows = np.array([[of.get(name, 0) for name in names] for of, _least, _most in self.sums])
        limits = LinearConstraint(
            rows, [least for _of, least, _most in self.sums], [most for *_of, most in self.sums]
        )
        ends = []
        for sign in (1, -1):
            found = milp(
                [sign * asked.get(name, 0) for name in names],
                integrality=np.ones(len(names)),
                bounds=(0, list(self.most.values())),
                constraints=limits,
            )
            assert found.success, "what is told contradicts itself"
            ends.append(sign * round(found.fun))
        return ends[0], ends[1]


def reckoned_of_sessions(*months: datetime.date) -> list[str]:
    """Numbers of one to four people, of a session or of one of its dates, that lie in a range narrower than
    five, and than the pages alone tell.
    """
    dates = [_Date(sheet) for sheet in _closed(months)]
    pages, all_told = Known(), Known()
    for known in (pages, all_told):
        for date in dates:
            known.most[date.seats] = known.most[date.there] = date.capacity
            known.sums.append(({date.seats: 1, date.there: -1}, 0, inf))
    all_told.sums += [(of, number, number) for of, number in _told(dates, months)]
    found = []
    for what, asked, truly in _small(dates):
        narrow, wide = (known.range_of(asked) for known in (all_told, pages))
        if narrow[1] - narrow[0] < min(FEWEST_PEOPLE, wide[1] - wide[0]):
            found.append(f"{what}: {truly}, in {narrow}")
    return found


class _Date:
    """A closed sheet, with the names of what isn't known of it, and the truth."""

    def __init__(self, sheet: Sheet) -> None:
        session, self.meeting = sheet.session, sheet.meeting.public_id
        self.capacity = session.capacity
        self.resource, self.month = session.resource, _month_of(sheet)
        self.seats, self.there = f"seats of {session.pk}", f"there on {self.meeting}"
        lines = list(sheet.lines.participants().with_corrections())
        assert all(line.corrected_minutes is None for line in lines), "of sheets as they were told"
        self.truly_seated = len(lines)
        self.truly_there = sum(bool(line.attested_minutes) for line in lines)

    @property
    def absent(self) -> Sum:
        return {self.seats: 1, self.there: -1}


def _closed(months: Iterable[datetime.date]) -> Iterator[Sheet]:
    for sheet in Sheet.objects.filter(state="closed").select_related("meeting__occurrence"):
        if _month_of(sheet) in months:
            yield sheet


def _month_of(sheet: Sheet) -> datetime.date:
    return month_of(timezone.localdate(sheet.meeting.starts_at))


def _added(sums: Iterable[Sum]) -> Sum:
    found: Sum = defaultdict(int)
    for one in sums:
        for name, factor in one.items():
            found[name] += factor
    return dict(found)


def _told(dates: list[_Date], months: Iterable[datetime.date]) -> Iterator[tuple[Sum, int]]:
    """By each note, replaced or not: who was there on a resource's dates. By the figures: who wasn't, of
    a resource and of a month.
    """
    for note in DeliveryNote.objects.filter(month__in=months, version=1):  # others repeat it
        content = Delivery.from_json(note.content)
        on_it = {one.meeting for one in content.dates}
        for of_resource in content.resources:
            if of_resource.present is not None:
                yield (
                    _added(
                        {one.there: 1}
                        for one in dates
                        if one.meeting in on_it and one.resource.pk == of_resource.resource
                    ),
                    of_resource.present,
                )
    rows = MonthNoShows.objects.filter(month__in=months, school=None, department="")
    shown = {(row.resource_id, row.month): row.shown for row in rows}
    written = {row.month for row in rows}
    for resource, month in {(one.resource.pk, one.month) for one in dates if one.month in written}:
        number = shown.get(
            (resource, month), 0
        )  # nobody was absent: the page says 0, without a row
        if number is not None:
            of_month = [one for one in dates if (one.resource.pk, one.month) == (resource, month)]
            yield _added(one.absent for one in of_month), number


def _small(dates: list[_Date]) -> Iterator[tuple[str, Sum, int]]:
    """What is of one to four people: who had a seat in a session, and who was there or not on a date."""
    of_sessions: dict[str, list[_Date]] = defaultdict(list)
    for one in dates:
        of_sessions[one.seats].append(one)
    asked = [
        *(
            (f"absent from {one.meeting}", one.absent, one.truly_seated - one.truly_there)
            for one in dates
        ),
        *((one.there, {one.there: 1}, one.truly_there) for one in dates),
        *((name, {name: 1}, of[0].truly_seated) for name, of in of_sessions.items()),
        *(
            (
                f"absent, {name}",
                _added(one.absent for one in of),
                sum(one.truly_seated - one.truly_there for one in of),
            )
            for name, of in of_sessions.items()
        ),
    ]
    yield from (one for one in asked if 0 < one[2] < FEWEST_PEOPLE)
