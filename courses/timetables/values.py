"""What the files of a timetable say; limits. Plain data."""

import datetime
import re
from collections import Counter
from dataclasses import dataclass, field

from courses.people.values import plain
from courses.timetables.enums import Covers

MOST_BYTES = 2 * 1024 * 1024  # of one file; the year of one class has a third of it
MOST_TOGETHER = 20 * 1024 * 1024
MOST_FILES = 100
MOST_HOURS = 5_000  # different hours of a week, of all files
MOST_LINES_SHOWN = 50
LONGEST_WORD = 80
LONGEST_PLACE = 30
SHORTEST, LONGEST = datetime.timedelta(minutes=5), datetime.timedelta(hours=8)
WEEKS_FOR_RHYTHM = 4  # fewer don't tell an hour of A weeks from one that takes place once
# Of the weeks in which it could be; an hour is cancelled now and then, and its event is gone.
PRESENT, ABSENT = 0.75, 0.25
CIVILITY = re.compile(r"^(m|mr|mme|mlle|mx|monsieur|madame)\b\.?\s*", re.IGNORECASE)


def is_too_short(weeks: int) -> bool:
    """Whether a file of so many weeks of term can't tell A weeks from B weeks. A table has none."""
    return 0 < weeks < WEEKS_FOR_RHYTHM


@dataclass(frozen=True, slots=True)
class SaidEvent:
    """One date of a lesson, wall time in Paris."""

    day: datetime.date
    begins: datetime.time
    ends: datetime.time
    subject: str
    teachers: tuple[str, ...]
    classes: tuple[str, ...]  # or groups, where a “Groupe” is named beside
    place: str
    is_of_group: bool = False
    is_cancelled: bool = False  # no class hour on that day, but one of the timetable


@dataclass(frozen=True)
class SaidHour:
    """One hour of the week, as a file says it. `seen` of `of`: days of class on which it was there,
    and on which it could be; both 0 where the file has one line an hour.
    """

    weekday: int
    begins: datetime.time
    ends: datetime.time
    rhythm: str
    subject: str
    teachers: tuple[str, ...]
    school_class: str
    place: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    is_regular: bool = True
    seen: int = 0
    of: int = 0


@dataclass
class SaidFile:
    """What one file holds."""

    name: str
    covers: Covers = Covers.NOTHING
    hours: list[SaidHour] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    events: int = 0
    first_day: datetime.date | None = None
    last_day: datetime.date | None = None
    weeks: int = 0  # of term; 0 where the file has one line an hour

    @property
    def begins(self) -> datetime.date | None:
        """The first date that it names; None where a line of a table holds from any day on."""
        days = [hour.since for hour in self.hours if hour.since]
        is_dated = len(days) == len(self.hours)
        return self.first_day or min(days if is_dated else [], default=None)

    def as_kept(self) -> dict:
        return {
            "name": self.name[:100],
            "covers": self.covers.value,
            "events": self.events,
            "faults": dict(self.faults),
            "first_day": self.first_day.isoformat() if self.first_day else "",
            "last_day": self.last_day.isoformat() if self.last_day else "",
            "weeks": self.weeks,
        }


def name_key(word: str) -> str:
    """The words of a name without a civility, in one order: “Mme MODELE Anne” and “Anne Modèle”."""
    bare = CIVILITY.sub("", word.strip())
    return " ".join(sorted(filter(None, map(plain, re.split(r"[\s\-’']+", bare)))))
