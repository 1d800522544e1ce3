"""On which days a school expects its students."""

import datetime
from dataclasses import dataclass, field

from continuity.contact.queries.signs import Signs
from continuity.enums import Channel
from continuity.school.queries.exemptions import Known
from courses.agenda.enums import Rhythm
from courses.agenda.queries import ONE_WEEK, SchoolDays, monday_of
from courses.people.models.classes import holds

FRIDAY = 5
SUNDAY_AFTER = datetime.timedelta(days=6)  # of a Monday
LONGEST_HOLIDAYS = 10  # weeks
A_MONTH = datetime.timedelta(days=31)  # a leave that ended within it is said beside the student


@dataclass(frozen=True)
class TimeInClass:
    """From `since` until before `until`."""

    school_class: int
    name: str
    is_whole: bool
    school: int
    since: datetime.date
    until: datetime.date | None


@dataclass(frozen=True)
class TaughtOn:
    """A weekday on which the timetable of a class has hours, from `since` until before `until`."""

    weekday: int
    rhythm: str
    since: datetime.date
    until: datetime.date | None


@dataclass
class ExpectedDays:
    """On which days one school expects its students."""

    days: SchoolDays
    silent_after: int
    leaves: dict[int, list[Known]]  # by student, those alone that free them from everything
    planned: dict[int, set[datetime.date]]  # Mondays with a published part, by class
    timetable: dict[int, list[TaughtOn]]  # by class
    _taught: dict[tuple[int, datetime.date], bool] = field(default_factory=dict)

    def has_class(self, day: datetime.date) -> bool:
        return self.days.has_class(day)

    def is_taught(self, school_class: int, day: datetime.date) -> bool:
        """Whether the class has lessons that day and something published for its week. Without a
        timetable it has lessons from Monday to Friday.
        """
        key = school_class, day
        if key not in self._taught:
            self._taught[key] = self._is_taught(school_class, day)
        return self._taught[key]

    def _is_taught(self, school_class: int, day: datetime.date) -> bool:
        if monday_of(day) not in self.planned.get(school_class, ()) or not self.has_class(day):
            return False
        rows = [
            row for row in self.timetable.get(school_class, ()) if holds(row.since, row.until, day)
        ]
        if not rows:
            return day.isoweekday() <= FRIDAY
        letter = self.days.week_letter(day)
        return any(
            row.weekday == day.isoweekday() and row.rhythm in (Rhythm.EACH, letter) for row in rows
        )

    def paper_lasts_until(self, handed_on: datetime.date) -> datetime.date:
        """The Sunday of the week that a week on paper is for: this one until Thursday, from Friday
        on the next one with class (case C38).
        """
        monday = monday_of(handed_on)
        if handed_on.isoweekday() >= FRIDAY:
            monday += ONE_WEEK
            for _week in range(LONGEST_HOLIDAYS):
                if self.days.has_class_in_week(monday):
                    break
                monday += ONE_WEEK
        return monday + SUNDAY_AFTER

    def counts_from(self, signs: Signs, began: datetime.date) -> datetime.date:
        """The last day that a sign covers, after which silence is counted; before the school year
        there is nothing to count from.
        """
        days = [
            self.paper_lasts_until(day) if sign == Channel.PAPER else day
            for sign, day in signs.items()
        ]
        return max(days, default=began)

    def frees(self, student: int, day: datetime.date) -> bool:
        known = self.leaves.get(student)
        if not known:
            return False
        letter = self.days.week_letter(day)
        return any(leave.holds_on(day, letter) for leave in known)

    def expects(self, student: int, times: list[TimeInClass], day: datetime.date) -> bool:
        """On a day on which one of their classes is taught, if no leave or exemption frees them."""
        is_taught = any(
            holds(time.since, time.until, day) and self.is_taught(time.school_class, day)
            for time in times
        )
        return is_taught and not self.frees(student, day)

    def leave_before(self, student: int, today: datetime.date) -> Known | None:
        """A leave that ended within a month."""
        ended = [
            known
            for known in self.leaves.get(student, ())
            if known.last_day and today - A_MONTH <= known.last_day < today
        ]
        return max(ended, key=lambda known: known.last_day or today, default=None)
