from courses.agenda.services.absences import record_absence, withdraw_absence
from courses.agenda.services.meetings import add_meeting, cancel, invitation, meeting_ics, move, plan_series, tell

__all__ = ["add_meeting", "cancel", "invitation", "meeting_ics", "move", "plan_series", "record_absence", "tell", "withdraw_absence"]
