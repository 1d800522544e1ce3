"""What a teacher's first page is told: enter now, moved, a seat that became free, this week's
sessions.
"""

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from courses.dates import day_without_year
from courses.digest.values import DueItem
from courses.people.models import Person
from courses.people.permissions import is_teacher
from training.enums import EnrolmentState
from training.models import SessionChange
from training.queries.sessions import my_trainings
from training.views.mine import MyRow, my_rows

SOON = timedelta(days=7)
NEWS = timedelta(days=3)

NOW = {"tone": "now", "icon": "video", "is_now": True, "order": 1}
WARN = {"tone": "warn", "icon": "triangle-alert", "order": 20}
MOVED = {"tone": "moved", "icon": "calendar-days", "order": 30}


def due_for_teacher(person: Person, now: datetime) -> list[DueItem]:
    """Soonest first; at most seven queries, however many trainings."""
    if not is_teacher(person):
        return []
    shown = my_rows(my_trainings(person, now=now, news_since=now - NEWS), now=now)
    items = [_due(row, now, was_freed=_was_freed(row, now)) for row in shown]
    return [item for item in items if item]


def _due(row: MyRow, now: datetime, *, was_freed: bool) -> DueItem | None:
    """One item a session: the way in before all, then what went wrong, then by date, with what
    moved or became free.
    """
    session, meeting = row.session, row.next_meeting
    page = session.get_absolute_url()
    if session.is_cancelled:
        text = _("Cancelled: %(reason)s") % {"reason": session.cancel_reason}
        return DueItem(
            session.title, page, session.starts_at, text, _("See the session"), "warn", "ban"
        )
    if meeting is None:
        return None
    hours = {"when": meeting.starts_at, "ends_at": meeting.ends_at}
    if row.join:
        text = _("The room is open, with %(provider)s.") % {
            "provider": session.resource.provider.name
        }
        return DueItem(
            session.title,
            row.join,
            text=text,
            action=_("Enter the room"),
            tone="now",
            icon="video",
            is_now=True,
            order=1,
            **hours,
        )
    if row.lapsed:
        return DueItem(
            session.title,
            page,
            text=row.lapsed.reason,
            action=_("See why"),
            tone="warn",
            icon="triangle-alert",
            order=20,
            **hours,
        )
    freed = (
        _("A seat became free: it is yours. The invitation is in your inbox.") if was_freed else ""
    )
    if row.change and row.change.at > now - SOON:
        text = f"{freed} {_moved(row.change)}".strip()
        return DueItem(
            session.title,
            page,
            text=text,
            action=_("See the session"),
            tone="moved",
            icon="calendar-days",
            order=50,
            **hours,
        )
    if was_freed:
        return DueItem(
            session.title,
            page,
            text=freed,
            action=_("See the session"),
            tone="done",
            icon="circle-check",
            order=50,
            **hours,
        )
    if row.enrolment.holds_a_seat and meeting.starts_at <= now + SOON:
        text = _("%(resource)s, online. The room opens a quarter of an hour before.") % {
            "resource": session.resource.name
        }
        return DueItem(
            session.title, page, text=text, tone="done", icon="graduation-cap", order=50, **hours
        )
    return None


def _was_freed(row: MyRow, now: datetime) -> bool:
    """News of a seat that is held, in what hasn't begun."""
    return (
        row.enrolment.was_freed
        and row.enrolment.state == EnrolmentState.CONFIRMED
        and row.session.starts_at > now
    )


def _moved(change: SessionChange) -> str:
    was = {"day": day_without_year(change.was_starts_at), "hour": _hour(change.was_starts_at)}
    if change.starts_at is None:
        return _("The date of %(day)s, %(hour)s, is cancelled.") % was
    now = {"new_day": day_without_year(change.starts_at), "new_hour": _hour(change.starts_at)}
    return _("Moved: %(new_day)s, %(new_hour)s, instead of %(day)s, %(hour)s.") % {**was, **now}


def _hour(instant: datetime) -> str:
    return formats.time_format(timezone.localtime(instant))
