"""What a leader reads of a waiting timetable: its files, and the changes class by class."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from courses.agenda.enums import Rhythm, Weekday
from courses.agenda.models import ClassHour
from courses.people.models.classes import school_year
from courses.templatetags.passerelle import hour as hour_words
from courses.timetables.enums import Covers, EventFault, LeftOutKind
from courses.timetables.models import StagedHour
from courses.timetables.rules.comparing import LeftOut, TimetableDiff
from courses.timetables.services.comparing import WaitingTimetable
from courses.timetables.values import is_too_short

SHOWN = 50  # lines of a list


@dataclass
class ClassChanges:
    name: str
    same: int = 0
    moved: list[tuple[ClassHour, ClassHour]] = field(default_factory=list)
    new: list[ClassHour] = field(default_factory=list)
    ended: list[ClassHour] = field(default_factory=list)
    places: list[tuple[ClassHour, str]] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        return bool(self.moved or self.new or self.ended or self.places)


@dataclass(frozen=True)
class LeftOutPart:
    """`lines`: the hour as the file says it, and what is in its way."""

    kind: LeftOutKind
    number: int
    lines: list[tuple[str, str]]

    @property
    def more(self) -> int:
        return self.number - len(self.lines)


@dataclass(frozen=True)
class FileNotes:
    """`faults`: how many events, and why they are none."""

    name: str
    events: int
    weeks: int
    ends_nothing: bool
    is_of_another_year: bool
    first_day: datetime.date | None
    last_day: datetime.date | None
    faults: list[tuple[int, str]]

    @property
    def is_too_short(self) -> bool:
        return is_too_short(self.weeks)


def classes_of(diff: TimetableDiff) -> list[ClassChanges]:
    """In the order of their names; without those in which nothing changes."""
    found: dict[str, ClassChanges] = {}

    def of(hour: ClassHour) -> ClassChanges:
        name = hour.teaching.school_class.name
        return found.setdefault(name, ClassChanges(name))

    moving = {id(hour) for pair in diff.moved for hour in pair}
    for hour in diff.same:
        of(hour).same += 1
    for before, after in diff.moved:
        of(after).moved.append((before, after))
    for hour in diff.new:
        if id(hour) not in moving:
            of(hour).new.append(hour)
    for hour in diff.ended:
        if id(hour) not in moving:
            of(hour).ended.append(hour)
    for hour, place in diff.places:
        of(hour).places.append((hour, place))
    return [found[name] for name in sorted(found) if found[name].has_changes]


def left_out_of(diff: TimetableDiff) -> list[LeftOutPart]:
    """Kind by kind, at most `SHOWN` of each."""
    by_kind: dict[LeftOutKind, list[LeftOut]] = defaultdict(list)
    for one in diff.left_out:
        by_kind[one.kind].append(one)
    return [
        LeftOutPart(
            kind,
            len(by_kind[kind]),
            [
                (hour_said(one.said), one.refusal.reason if one.refusal else "")
                for one in by_kind[kind][:SHOWN]
            ],
        )
        for kind in LeftOutKind
        if by_kind[kind]
    ]


def hour_said(said: StagedHour) -> str:
    """The hour in the words of its file."""
    parts = [
        said.school_class,
        said.subject,
        ", ".join(said.teachers),
        _("%(day)s, %(begins)s to %(ends)s")
        % {
            "day": Weekday(said.weekday).label,
            "begins": hour_words(said.begins),
            "ends": hour_words(said.ends),
        },
    ]
    if said.rhythm:
        parts.append(str(Rhythm(said.rhythm).label))
    if not said.is_regular:
        seen = _("days of class: %(seen)s of %(of)s")
        parts.append(seen % {"seen": said.seen, "of": said.of})
    return " · ".join(parts)


def notes_of(compared: WaitingTimetable) -> list[FileNotes]:
    return [
        FileNotes(
            name=file["name"],
            events=file["events"],
            weeks=file["weeks"],
            ends_nothing=file["covers"] == Covers.NOTHING,
            is_of_another_year=_is_of_another_year(_day(file["first_day"]), compared.one.since),
            first_day=_day(file["first_day"]),
            last_day=_day(file["last_day"]),
            faults=[(number, str(EventFault(why).label)) for why, number in file["faults"].items()],
        )
        for file in compared.one.files
    ]


def _is_of_another_year(first_day: datetime.date | None, since: datetime.date) -> bool:
    return first_day is not None and school_year(first_day) != school_year(since)


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
