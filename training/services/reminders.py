"""Reminders a day and an hour before a meeting, as each person wishes, to everybody whose calendar
says that they are expected.
"""

from datetime import datetime

from django.db.models import QuerySet

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry
from courses.mail.models import Letter
from courses.mail.services import post
from training import rules
from training.enums import Letters, SessionState
from training.values import REMINDERS


def remind(now: datetime) -> int:
    """Post what is due. Run every minute, or once after an outage: the key makes each reminder one
    letter.

    The key names the start, so that a meeting that moves is reminded of anew. Who was told of these
    hours after the reminder's moment has just read them, and gets none. `rules.due_reminders` says
    what is due for a person. Gives the number of letters posted.
    """
    due = {}
    for entry in _expected(now):
        for kind, not_after in rules.due_reminders(entry, to=entry.person, now=now):
            due[
                f"reminder:{entry.meeting_id}:{entry.person_id}:{kind}:{entry.starts_at:%Y%m%dT%H%M%SZ}"
            ] = (entry, kind, not_after)
    known = set(Letter.objects.filter(key__in=due).values_list("key", flat=True))
    new = {key: entry for key, entry in due.items() if key not in known}
    for key, (entry, kind, not_after) in new.items():
        details = {
            "starts_at": entry.starts_at.isoformat(),
            "not_after": not_after.isoformat(),
            "kind": kind,
        }
        post(Letters.REMINDER, about=entry.meeting, to=entry.person, key=key, details=details)
    return len(new)


def _expected(now: datetime) -> QuerySet[CalendarEntry]:
    """Teachers and trainers of meetings of the next day, as their calendars were last told."""
    return CalendarEntry.objects.filter(
        method=CalendarMethod.REQUEST,
        starts_at__gt=now,
        starts_at__lte=now + max(before for before, _latest in REMINDERS.values()),
        meeting__occurrence__cancelled=False,
        meeting__series__training_session__state=SessionState.OPEN,
    ).select_related("meeting", "person")
