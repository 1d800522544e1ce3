"""Single dates of a seat: given back, taken again, changed by a planner, excused after the start."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod
from courses.agenda.models import Meeting
from courses.exceptions import StaleSheet
from courses.live import services as live
from courses.live.enums import RoomRole
from courses.mail.services import post
from courses.people.models import Person
from training.enums import Letters
from training.exceptions import ReasonMissing
from training.models import Enrolment, Participation
from training.rules import (
    dates_as_read,
    why_not_change_dates_of,
    why_not_come_after_all,
    why_not_excuse,
    why_not_give_back_date,
    why_not_take_date_again,
)
from training.services import absences
from training.services.enrolment import locked


def give_back(
    *, enrolment: Enrolment, meeting: Meeting, reason: str = "", now: datetime | None = None
) -> Participation:
    """Give back one date; the seat stays for the others: no way into this one's room, CANCEL for
    the calendar, and no absence from class. Idempotent.

    Holds the session's row. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        one, others = _held(enrolment, meeting)
        if one.is_withdrawn:
            return one
        if refusal := why_not_give_back_date(one, others, now=now):
            raise refusal
        _withdraw(one, reason=reason.strip(), by=None)
        _tell([one], CalendarMethod.CANCEL, now=now)
    return one


def take_again(
    *, enrolment: Enrolment, meeting: Meeting, now: datetime | None = None
) -> Participation:
    """Expected again on a date that the person gave back, until it begins. As `give_back`."""
    now = now or timezone.now()
    with transaction.atomic():
        one, _others = _held(enrolment, meeting)
        if not one.is_withdrawn:
            return one
        if refusal := why_not_come_after_all(one, now=now):
            raise refusal
        _expect(one)
        _tell([one], CalendarMethod.REQUEST, now=now)
    return one


def change_for_somebody(
    *,
    enrolment: Enrolment,
    expected: Collection[Meeting],
    by: Person,
    reason: str,
    read: str | None = None,
    now: datetime | None = None,
) -> int:
    """Change on which of the dates to come the holder of the seat is `expected`, with a reason that
    they read: given back, taken again, one letter each. Dates that have begun stay. Return how many
    dates changed, 0 for the same dates. `read` is what `rules.dates_as_read` said when the form was
    shown: other dates since are a `StaleSheet`.

    Holds the session's row. Raises a `Refusal`.
    """
    now, keys = now or timezone.now(), {one.pk for one in expected}
    if not reason.strip():
        raise ReasonMissing
    with transaction.atomic():
        rows = _rows(enrolment)
        if refusal := why_not_change_dates_of(rows, expected=keys, now=now):
            raise refusal
        other = [
            one
            for one in rows
            if why_not_take_date_again(one, now=now) is None
            and one.is_withdrawn == (one.meeting_id in keys)
        ]
        if other and read is not None and read != dates_as_read(rows):
            raise StaleSheet
        back = [one for one in other if one.is_withdrawn]
        gone = [one for one in other if not one.is_withdrawn]
        for one in gone:
            _withdraw(one, reason=reason.strip(), by=by)
        for one in back:
            _expect(one)
        _tell(gone, CalendarMethod.CANCEL, now=now)
        _tell(back, CalendarMethod.REQUEST, now=now, why=reason.strip())
        if other:
            days = [f"{timezone.localdate(one.meeting.starts_at):%Y-%m-%d}" for one in other]
            # The reason stands with the dates alone, where an erased account's is blanked.
            log(instance=enrolment, action="training.change_dates", user=by, data={"days": days})
    return len(other)


def excuse(
    *, enrolment: Enrolment, meeting: Meeting, reason: str = "", now: datetime | None = None
) -> Participation:
    """The person says that they couldn't come, once the date has begun. Planners read it with the
    words, who leads the date that it was said. Said again, the newer words count; without words the earlier ones stay.

    Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        one, _others = _held(enrolment, meeting)
        if refusal := why_not_excuse(one, now=now):
            raise refusal
        one.excused_at, one.reason = one.excused_at or now, reason.strip() or one.reason
        one.save(update_fields=["excused_at", "reason"])
    return one


def take_back_excuse(
    *, enrolment: Enrolment, meeting: Meeting, now: datetime | None = None
) -> Participation:
    """Withdraw the excuse for this date. Idempotent. Raises a `Refusal`."""
    now = now or timezone.now()
    with transaction.atomic():
        one, _others = _held(enrolment, meeting)
        if one.excused_at is None:
            return one
        if refusal := why_not_excuse(one, now=now):
            raise refusal
        one.excused_at, one.reason = None, ""
        one.save(update_fields=["excused_at", "reason"])
    return one


def _held(enrolment: Enrolment, meeting: Meeting) -> tuple[Participation, list[Participation]]:
    """Read again, the session held: the date's own, and those of the seat's other dates."""
    found = {row.meeting_id: row for row in _rows(enrolment)}
    one = found.pop(meeting.pk)
    return one, list(found.values())


def _rows(enrolment: Enrolment) -> list[Participation]:
    locked(enrolment.session)
    rows = Participation.objects.filter(enrolment=enrolment).select_related(
        "meeting__occurrence", "enrolment__teacher", "enrolment__session__training"
    )
    return list(rows.order_by("meeting__occurrence__start", "pk"))


def _withdraw(one: Participation, *, reason: str, by: Person | None) -> None:
    one.is_withdrawn, one.reason, one.decided_by = True, reason, by
    one.save(update_fields=["is_withdrawn", "reason", "decided_by"])
    live.take_back_pass(meeting=one.meeting, person=one.enrolment.teacher)


def _expect(one: Participation) -> None:
    one.is_withdrawn, one.reason, one.decided_by = False, "", None
    one.save(update_fields=["is_withdrawn", "reason", "decided_by"])
    live.give_pass(meeting=one.meeting, person=one.enrolment.teacher, role=RoomRole.MEMBER)


def _tell(
    rows: Iterable[Participation], method: CalendarMethod, *, now: datetime, why: str = ""
) -> None:
    """One letter for all these dates of a seat. `why` is the reason of a planner who added them:
    the row keeps it only for a date that they took away.
    """
    rows = list(rows)
    told = [
        (one, entry)
        for one in rows
        if (entry := agenda.tell(meeting=one.meeting, person=one.enrolment.teacher, method=method))
    ]
    if told:
        one, entry = told[0]
        is_cancel = method == CalendarMethod.CANCEL
        post(
            Letters.MEETING_WITHDRAWN if is_cancel else Letters.MEETING_INVITATION,
            about=one.enrolment,
            to=one.enrolment.teacher,
            key=f"date:{one.pk}:{entry.sequence}",
            details={
                "meetings": [row.meeting_id for row, _entry in told],
                "seat_stays": True,
                "reason": why,
            },
        )
    absences.follow(rows, now=now)
