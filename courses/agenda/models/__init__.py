from courses.agenda.models.hours import Absence, ClassHour, Closure, SchoolCalendar
from courses.agenda.models.meetings import CalendarEntry, Meeting

__all__ = ["Absence", "CalendarEntry", "ClassHour", "Closure", "Meeting", "SchoolCalendar"]
