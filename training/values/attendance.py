"""Minutes: measured, listed, claimed, attested."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from courses.live.values import RAW_EVENTS_KEPT, union
from training.enums import AttendanceVerdict, Attested, ContestReason, HoursSource

ADVISERS_CLOSE_AFTER = datetime.timedelta(days=3)
REMIND_AFTER = datetime.timedelta(days=1)
MISSED_UNDONE_WITHIN = datetime.timedelta(hours=1)
SUBSTITUTE_READS_AFTER = datetime.timedelta(days=1)  # after the sheet of the date was closed
SUBSTITUTE_CLOSES_WITHIN = datetime.timedelta(days=7)  # after the end of the date
HOURS_STATED_WITHIN = RAW_EVENTS_KEPT  # later the stays can't be measured anew
MOST_TIMES_PLANNED = 2  # the longest stated length, as a multiple of the planned one
LEAST_SHARE_MEASURED = (
    2  # a measure below a half of the planned time needs stated hours before closing
)
LONGEST_REASON = 300  # of what is attested otherwise than measured
type Interval = tuple[datetime.datetime, datetime.datetime]


@dataclass(frozen=True)
class RealTime:
    """When a meeting really took place, and where we know it from.

    The intervals are merged, in order.
    """

    measure: HoursSource
    intervals: list[Interval]

    @property
    def minutes(self) -> int:
        return whole_minutes(self.intervals)


def real_time(trainers: Iterable[Interval], *, planned: Interval) -> RealTime:
    """Return the part of the planned time that the trainers' stays cover; all of it if no trainer
    was there.

    Never more than planned: a trainer who prepares the room early or answers questions afterwards
    doesn't raise the number of minutes that a certificate needs.
    """
    led = within(union(trainers), [planned])
    return (
        RealTime(HoursSource.TRAINERS, led)
        if whole_minutes(led)
        else RealTime(HoursSource.PLANNED, [planned])
    )


def is_measured_too_short(measure: str, real_minutes: int, planned_minutes: int) -> bool:
    """The room was held for less than half of the planned time: it may have broken down, and the
    meeting gone on elsewhere.
    """
    return measure == HoursSource.TRAINERS and real_minutes * LEAST_SHARE_MEASURED < planned_minutes


def within(intervals: Iterable[Interval], bounds: Iterable[Interval]) -> list[Interval]:
    """The parts of `intervals` that lie inside `bounds`, in order. Both are merged already."""
    bounds = list(bounds)
    shared = [
        (max(begin, first), min(end, last)) for begin, end in intervals for first, last in bounds
    ]
    return sorted((begin, end) for begin, end in shared if begin < end)


def intervals_of(written: Iterable[Iterable[str]]) -> list[Interval]:
    """The stays or the real time of a sheet as instants, from the ISO texts that are kept."""
    return [
        (datetime.datetime.fromisoformat(begin), datetime.datetime.fromisoformat(end))
        for begin, end in written
    ]


def whole_minutes(intervals: Iterable[Interval]) -> int:
    """Their sum, to the nearest minute."""
    seconds = sum((end - begin).total_seconds() for begin, end in intervals)
    return int(seconds / 60 + 0.5)


def share_percent(minutes: int, real_minutes: int) -> int:
    """Rounded down, so that a share is never shown above the threshold when it is below."""
    return minutes * 100 // real_minutes if real_minutes else 0


def reaches(minutes: int, real_minutes: int, threshold_percent: int) -> bool:
    return real_minutes > 0 and minutes * 100 >= real_minutes * threshold_percent


def needed_minutes(real_minutes: int, threshold_percent: int) -> int:
    """The least whole number of minutes that reaches the threshold."""
    return -(-real_minutes * threshold_percent // 100)


def verdict(minutes: int, real_minutes: int, threshold_percent: int) -> AttendanceVerdict:
    if reaches(minutes, real_minutes, threshold_percent):
        return AttendanceVerdict.PRESENT
    return AttendanceVerdict.PARTIAL if minutes else AttendanceVerdict.ABSENT


LONGEST_MINUTES = 24 * 60  # of a person's presence in a list
EXCUSED_WITHIN = datetime.timedelta(days=14)  # after the end of the date
CONTEST_WITHIN = datetime.timedelta(days=14)  # after the day on which the sheet was closed
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")  # 01:05:30, or 1:05 for an hour and five
IN_WORDS = re.compile(
    r"(?:(?P<hours>\d{1,2})\s*h(?:(?:ou)?rs?|eures?)?)?\s*"
    r"(?:(?P<minutes>\d{1,4}(?:[.,]\d+)?)\s*(?:m|mn|min\.?|mins|minutes?|$))?\s*"
    r"(?:(?P<seconds>\d{1,2})\s*(?:s|sec\.?|seconde?s?))?",
    re.IGNORECASE,
)


def minutes_of(typed: str) -> int:
    """A duration as other tools write it, to the nearest minute: 65, 65 min, 1 h 05, 01:05:30.

    Raises ValueError.
    """
    text = typed.strip()
    if match := CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        if minutes > 59 or seconds > 59:
            raise ValueError(typed)
        return int(hours * 60 + minutes + seconds / 60 + 0.5)
    match = IN_WORDS.fullmatch(text)
    if not text or match is None:
        raise ValueError(typed)
    hours_, minutes_, seconds_ = match["hours"], match["minutes"], match["seconds"]
    total = int(hours_ or 0) * 60 + float((minutes_ or "0").replace(",", "."))
    total += int(seconds_ or 0) / 60
    if total > LONGEST_MINUTES:
        raise ValueError(typed)
    return int(total + 0.5)


@dataclass(frozen=True)
class Claim:
    """A participant's statement of their minutes in one meeting."""

    why: ContestReason
    minutes: int
    words: str = ""


@dataclass(frozen=True)
class AttestedDate:
    """What the closed sheet of a date states for one person: `minutes` of `real_minutes`."""

    minutes: int
    real_minutes: int


@dataclass(frozen=True)
class Decision:
    """Decision on one line: the choice, minutes when it is a number, and the reason when it isn't
    what was measured.
    """

    choice: Attested = Attested.MEASURED
    minutes: int | None = None
    reason: str = ""

    @property
    def as_kept(self) -> tuple[str, int | None, str]:
        """A number only with its choice; a reason only for a change."""
        changed = self.choice not in (Attested.MEASURED, Attested.PROVIDER)
        return (
            self.choice,
            self.minutes if self.choice == Attested.NUMBER else None,
            self.reason.strip() if changed else "",
        )
