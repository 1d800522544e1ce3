"""The dates of a timetable's calendar (RFC 5545).

icalendar reads each different line once: its objects for a year's events of a school take ten
seconds, and hold the free texts (“Mémo”), which are never read here.
"""

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from icalendar.parser import Contentline
from icalendar.prop import vDDDTypes

from courses.agenda.values import PARIS
from courses.people.models import today
from courses.people.models.classes import school_year
from courses.people.values import folded
from courses.timetables.enums import EventFault
from courses.timetables.exceptions import (
    CalendarBreaksOff,
    CalendarLineBroken,
    EventsRecur,
    NotACalendar,
)
from courses.timetables.values import (
    LONGEST,
    LONGEST_PLACE,
    LONGEST_WORD,
    SHORTEST,
    SaidEvent,
)

WANTED = ("DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "STATUS", "LOCATION")
RECURS = ("RRULE", "RDATE")
CANCELLED = (
    "cours annule", "annule", "cours supprime", "prof. absent", "prof absent",
    "professeur absent", "enseignant absent", "classe absente",
)  # fmt: skip
SUBJECT, TEACHERS, CLASSES, GROUPS, PLACE = "subject", "teachers", "classes", "groups", "place"
LABELS = {
    "matiere": SUBJECT,
    "matieres": SUBJECT,
    "enseignant": TEACHERS,
    "enseignants": TEACHERS,
    "professeur": TEACHERS,
    "professeurs": TEACHERS,
    "classe": CLASSES,
    "classes": CLASSES,
    "groupe": GROUPS,
    "groupes": GROUPS,
    "salle": PLACE,
    "salles": PLACE,
}
LONGEST_LABEL = 20
FREE_TEXT = "memo"  # begins free text on people: it and what follows is never read


@dataclass
class CalendarReader:
    """One file: its events, and why others aren't any. `lines` is shared by the files that are read
    together: the dates of one class are those of the next.
    """

    name: str
    lines: dict = field(default_factory=dict)  # each different line, read once
    events: list[SaidEvent] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    count: int = 0

    def read(self, data: bytes) -> None:
        """Raises a `Refusal`."""
        if b"\0" in data:  # another encoding, or no text; PostgreSQL keeps no such word
            raise NotACalendar(name=self.name)
        lines = _unfolded(data)
        first = next((text for _number, text in lines if text.strip()), "")
        if first.strip().upper() != "BEGIN:VCALENDAR":
            raise NotACalendar(name=self.name)
        event: dict[str, str] | None = None
        inner = 0  # an alarm inside an event
        is_over = False
        for number, text in lines:
            if not text.strip():
                continue
            if text.startswith("BEGIN:"):
                if text.rstrip() == "BEGIN:VEVENT":
                    event, inner = {}, 0
                elif event is not None:
                    inner += 1
            elif text.startswith("END:"):
                is_over = text.rstrip() == "END:VCALENDAR"
                if event is not None and inner:
                    inner -= 1
                elif event is not None:
                    self._take(event)
                    event = None
            elif event is not None and not inner:
                self._property(event, text, number)
        if event is not None or not is_over:
            raise CalendarBreaksOff(name=self.name)
        self._keep_one_school_year()

    def _keep_one_school_year(self) -> None:
        """This one or the next, whichever has more dates: one date of another would make the period
        so long that no hour is there regularly.
        """
        years = Counter(school_year(one.day) for one in self.events if not one.is_cancelled)
        this = school_year(today())
        kept = max(this, this + 1, key=lambda year: years[year])
        self.events = [event for event in self.events if school_year(event.day) == kept]
        if others := years.total() - years[kept]:
            self.faults[EventFault.OTHER_YEAR.value] += others

    def _property(self, event: dict[str, str], text: str, number: int) -> None:
        head, colon, _value = text.partition(":")
        if not colon:
            raise CalendarLineBroken(name=self.name, line=number)
        name = head.partition(";")[0].upper()
        if name in RECURS:
            raise EventsRecur(name=self.name, line=number)
        if name in WANTED:
            event.setdefault(name, text)

    def _take(self, event: dict[str, str]) -> None:
        self.count += 1
        found = self._event(event)
        if self._is_cancelled(event):
            self.faults[EventFault.CANCELLED.value] += 1
            if isinstance(found, SaidEvent):
                self.events.append(replace(found, is_cancelled=True))
        elif isinstance(found, EventFault):
            self.faults[found.value] += 1
        else:
            self.events.append(found)

    def _event(self, event: dict[str, str]) -> SaidEvent | EventFault:
        starts = self._once(event.get("DTSTART", ""), _instant)
        if isinstance(starts, EventFault):
            return starts
        ends = self._once(event.get("DTEND", ""), _instant)
        if isinstance(ends, EventFault):
            return ends
        if not SHORTEST <= ends - starts <= LONGEST or starts.date() != ends.date():
            return EventFault.LENGTH
        if starts.isoweekday() == 7:
            return EventFault.SUNDAY
        said = self._once(event.get("DESCRIPTION", ""), _labels)
        places = said.get(GROUPS) or said.get(CLASSES)
        if not (said.get(SUBJECT) and said.get(TEACHERS) and places):
            return EventFault.NO_LABELS
        room = said.get(PLACE) or (self._once(event.get("LOCATION", ""), _text),)
        times = (starts.date(), starts.time(), ends.time())
        return SaidEvent(
            *times,
            said[SUBJECT][0],
            said[TEACHERS],
            places,
            ", ".join(room)[:LONGEST_PLACE],
            is_of_group=bool(said.get(GROUPS)),
        )

    def _is_cancelled(self, event: dict[str, str]) -> bool:
        if self._once(event.get("STATUS", ""), _text).upper() == "CANCELLED":
            return True
        summary = event.get("SUMMARY", "")
        return bool(summary) and self._once(summary, _begins_as_cancelled)

    def _once[T](self, line: str, read: Callable[[str], T]) -> T:
        key = (read, line)
        if key not in self.lines:
            self.lines[key] = read(line)
        return self.lines[key]


def _unfolded(data: bytes) -> list[tuple[int, str]]:
    """Lines with their numbers; one that begins with a space goes on with the one before (3.1), be
    it in the middle of a letter.
    """
    folds = data.replace(b"\r\n", b"\n").replace(b"\n ", b"\0").replace(b"\n\t", b"\0")
    numbers, number = [], 1
    for line in folds.split(b"\n"):
        numbers.append(number)
        number += 1 + line.count(b"\0")
    whole = folds.replace(b"\0", b"")
    try:
        text = whole.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = whole.decode("cp1252", errors="replace")
    return list(zip(numbers, text.split("\n"), strict=True))


def _text(line: str) -> str:
    """Empty where the line can't be read."""
    try:
        return Contentline(line).parts()[2].strip() if line else ""
    except ValueError:
        return ""


def _begins_as_cancelled(line: str) -> bool:
    return folded(_text(line)).startswith(CANCELLED)


def _instant(line: str) -> datetime.datetime | EventFault:
    """Wall time in Paris, naive; or what is wrong."""
    try:
        _name, parameters, value = Contentline(line).parts()
        when = vDDDTypes.from_ical(value, parameters.get("TZID"))
        if not isinstance(when, datetime.datetime):
            is_day = isinstance(when, datetime.date)
            return EventFault.WHOLE_DAY if is_day else EventFault.NO_TIME
        if when.tzinfo is None:
            return EventFault.OTHER_ZONE if parameters.get("TZID") else EventFault.FLOATING
        if str(when.tzinfo) not in ("UTC", "Europe/Paris"):
            return EventFault.OTHER_ZONE
        return when.astimezone(PARIS).replace(tzinfo=None)
    except (ValueError, KeyError, OverflowError):
        return EventFault.NO_TIME


def _labels(line: str) -> dict[str, tuple[str, ...]]:
    """What stands behind the labels that are read; names of several, one by one."""
    said: dict[str, tuple[str, ...]] = {}
    for row in _text(line).split("\n"):
        # A label, then a colon with or without a no-break space: “Matière : …”.
        label, _colon, value = row.partition(":")
        label = folded(label.strip()[:LONGEST_LABEL]).strip()
        if label.startswith(FREE_TEXT):
            break
        key = LABELS.get(label)
        if key and key not in said:
            whole = [value] if key == SUBJECT else value.split(",")
            words = [" ".join(word.split())[:LONGEST_WORD] for word in whole]
            said[key] = tuple(dict.fromkeys(filter(None, words)))
    return said
