"""Items of a teacher's first page: enter now, moved, a seat that became free, this
week's sessions.
"""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from courses.agenda.models import Meeting
from courses.dates import day_without_year
from courses.digest.values import DueItem
from courses.people.models import Person
from courses.people.permissions import is_teacher
from training.enums import EnrolmentState
from training.models import Session
from training.queries.leading import led_for
from training.queries.mine import trainings_of_first_page
from training.values import DateChange
from training.views.mine import MyRow, my_rows
from training.views.rows import awaits_date

SOON = timedelta(days=7)


def due_for_teacher(person: Person, now: datetime) -> list[DueItem]:
    """Soonest first; at most seven queries, however many trainings."""
    if not is_teacher(person):
        return []
    shown = my_rows(trainings_of_first_page(person, now), now=now)
    items = [_due(row, now, was_freed=_was_freed(row, now)) for row in shown]
    return [item for item in items if item]


def _due(row: MyRow, now: datetime, *, was_freed: bool) -> DueItem | None:
    """One item a session: the way in before all, then what went wrong, then by date, with what
    moved or became free.
    """
    meeting = row.next_meeting
    if row.session.is_cancelled:
        return _cancelled(row)
    if meeting is None:
        is_awaited = row.enrolment.holds_a_seat and row.session.awaits_date_at(now)
        return awaits(row.session, row.session.get_absolute_url()) if is_awaited else None
    if row.join:
        return _open_room(row, meeting)
    if row.lapsed:
        text = f"{row.lapsed.reason} {row.held}".strip()
        return _item(row, meeting, text, _("See why"), "warn", "triangle-alert", order=20)
    if row.has_offer:
        return _to_answer(row, meeting, reverse("training:offer", args=[row.enrolment.offer_id]))
    if row.is_held:
        return _to_answer(
            row, meeting, reverse("training:other_dates", args=[row.enrolment.public_id])
        )
    freed = (
        _("A seat became free: it is yours. The invitation is in your inbox.") if was_freed else ""
    )
    if row.change and row.changed_at and row.changed_at > now - SOON:
        text = f"{freed} {_moved(row.change)}".strip()
        return _item(row, meeting, text, _("See the session"), "moved", "calendar-days")
    if was_freed:
        return _item(row, meeting, freed, _("See the session"), "done", "circle-check")
    if row.enrolment.holds_a_seat and meeting.starts_at <= now + SOON:
        text = _("%(resource)s, online. The room opens a quarter of an hour before.") % {
            "resource": row.session.resource.name
        }
        return _item(row, meeting, text, "", "done", "graduation-cap")
    return None


def _item(
    row: MyRow, meeting: Meeting, text: str, action: str, tone: str, icon: str, *, order: int = 50
) -> DueItem:
    """Leads to the session's page; `when` is its next meeting."""
    return DueItem(
        row.session.title,
        row.session.get_absolute_url(),
        text=text,
        action=action,
        tone=tone,
        icon=icon,
        order=order,
        when=meeting.starts_at,
        ends_at=meeting.ends_at,
    )


def _to_answer(row: MyRow, meeting: Meeting, page: str) -> DueItem:
    """A seat that is offered, or held for somebody of another date."""
    return DueItem(
        row.session.title,
        page,
        text=f"{row.standing.word}.",
        action=_("Answer the offer") if row.has_offer else _("Take it, or choose another date"),
        tone="wait",
        icon="hourglass",
        order=10,
        when=meeting.starts_at,
        ends_at=meeting.ends_at,
    )


def awaits(session: Session, page: str) -> DueItem:
    """No trainer came to the only date left, and another one is looked for."""
    said = awaits_date()
    action = _("See the session")
    return DueItem(session.title, page, None, f"{said.word}.", action, said.tone, said.sign)


def _cancelled(row: MyRow) -> DueItem:
    session = row.session
    text = _("Cancelled: %(reason)s") % {"reason": session.cancel_reason}
    page = reverse("training:other_dates", args=[row.enrolment.public_id])
    return DueItem(
        session.title, page, session.starts_at, text, _("Choose another date"), "warn", "ban"
    )


def _open_room(row: MyRow, meeting: Meeting) -> DueItem:
    return DueItem(
        row.session.title,
        row.join,
        text=_("The room is open, with %(provider)s.") % {"provider": led_for(row.session)},
        action=_("Enter the room"),
        tone="now",
        icon="video",
        is_now=True,
        order=1,
        when=meeting.starts_at,
        ends_at=meeting.ends_at,
    )


def _was_freed(row: MyRow, now: datetime) -> bool:
    """News of a seat that is held, in what hasn't begun."""
    return (
        row.enrolment.was_freed
        and row.enrolment.state == EnrolmentState.CONFIRMED
        and row.session.starts_at > now
    )


def _moved(change: DateChange) -> str:
    was = {"day": day_without_year(change.was_starts_at), "hour": _hour(change.was_starts_at)}
    if change.starts_at is None:
        return _("The date of %(day)s, %(hour)s, is cancelled.") % was
    now = {"new_day": day_without_year(change.starts_at), "new_hour": _hour(change.starts_at)}
    return _("Moved: %(new_day)s, %(new_hour)s, instead of %(day)s, %(hour)s.") % {**was, **now}


def _hour(instant: datetime) -> str:
    return formats.time_format(timezone.localtime(instant))
