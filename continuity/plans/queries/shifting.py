"""New days of items when a week is copied into another: over closures and holidays, and from one
timetable to another.
"""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from courses.agenda.queries import ONE_DAY, SchoolDays
from courses.agenda.values import PARIS

LONGEST_WEEK = 6  # Monday to Saturday


@dataclass(frozen=True)
class Weeks:
    """The days on which the subject is on the timetable, in the week that is copied and in the one
    that is written.
    """

    from_days: list[datetime.date]
    to_days: list[datetime.date]
    monday: datetime.date
    school_days: SchoolDays  # of the week that is written

    def day_for(self, day: datetime.date) -> datetime.date | None:
        """The first class day's work goes to the first class day, and so on: a closed day shifts
        what follows.

        What stands on a day without this subject keeps its weekday, or goes to the next day with
        class. None: no place is left.
        """
        if day in self.from_days and self.to_days:
            nth = self.from_days.index(day)
            return self.to_days[nth] if nth < len(self.to_days) else None
        wished = self.monday + day.weekday() * ONE_DAY
        last = self.monday + LONGEST_WEEK * ONE_DAY
        candidates = (wished + n * ONE_DAY for n in range((last - wished).days))
        return next((day for day in candidates if self.school_days.has_class(day)), None)

    def due_for(
        self, due_at: datetime.datetime, *, day: datetime.date, new_day: datetime.date
    ) -> datetime.datetime:
        """The new due date: as many days later as it was, at the same hour in Paris, on a day with
        class: never in holidays (case C5).
        """
        wall = timezone.localtime(due_at)
        due_on = self.school_days.next_day_with_class(
            new_day + max(wall.date() - day, datetime.timedelta())
        )
        return datetime.datetime.combine(due_on, wall.time(), tzinfo=PARIS)
