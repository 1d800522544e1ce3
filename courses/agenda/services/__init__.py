from courses.agenda.services.absences import record_absence, withdraw_absence
from courses.agenda.services.calendar import close_days, count_weeks, reopen
from courses.agenda.services.meetings import (
    add_meeting,
    cancel,
    delete_series,
    end_rule_with,
    invitation,
    meeting_ics,
    move,
    plan_series,
    prolong,
    restore,
    tell,
)
from courses.agenda.services.timetable import put_hour, take_hour_out

__all__ = [
    "add_meeting",
    "cancel",
    "close_days",
    "count_weeks",
    "delete_series",
    "end_rule_with",
    "invitation",
    "meeting_ics",
    "move",
    "plan_series",
    "prolong",
    "put_hour",
    "record_absence",
    "reopen",
    "restore",
    "take_hour_out",
    "tell",
    "withdraw_absence",
]
