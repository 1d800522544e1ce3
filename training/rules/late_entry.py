"""Entering a series that has begun."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext

from courses.agenda.models import Meeting
from courses.dates import day_without_year
from courses.exceptions import Refusal
from training.exceptions import NoDateToEnter, SessionIsCancelled, SessionNotOpen
from training.models import Session
from training.queries.late_entry import LateEntry
from training.rules.enrolment import percent_within_reach, why_not_now
from training.values import AttestedDate


def why_not_enter_late(
    session: Session, *, to_come: list[Meeting], now: datetime
) -> Refusal | None:
    """Return why a planner can't enrol somebody for the rest of a session that has begun, or None.
    `to_come` are its dates that haven't begun.
    """
    if session.is_cancelled:
        return SessionIsCancelled(reason=session.cancel_reason)
    if session.is_draft:
        return SessionNotOpen()
    return None if session.is_open and to_come else NoDateToEnter()


def why_not_place(session: Session, *, late: LateEntry | None, now: datetime) -> Refusal | None:
    """Return why a planner can't enrol somebody, or None: until the start the same as for anybody,
    then as for a late entry. `late` is None before the start.
    """
    if late is None:
        return why_not_now(session, now=now)
    return why_not_enter_late(session, to_come=late.to_come, now=now)


def has_seat_for_late_entry(session: Session, *, taken: int) -> bool:
    """After the start a seat is free for whomever a planner enrols: the waiting list has ended."""
    return taken < session.capacity


def what_late_entry_gives(
    late: LateEntry, *, threshold_percent: int, attested: Mapping[int, AttestedDate]
) -> list[str]:
    """Return sentences on a late entry with dates to come, for the planner before, and for the
    person after. `attested` is as in `percent_within_reach`.
    """
    seat = gettext(
        "The session has begun: the seat is for %(kept)s of its %(count)s dates, from %(day)s on."
    ) % {
        "kept": len(late.to_come),
        "count": len(late.meetings),
        "day": day_without_year(late.to_come[0].starts_at),
    }
    if is_certificate_within_reach(late.meetings, late.to_come, threshold_percent, attested):
        return [seat, gettext("That is enough for the certificate.")]
    return [seat, gettext("That isn’t enough for the certificate any more.")]


def is_certificate_within_reach(
    meetings: list[Meeting],
    kept: list[Meeting],
    threshold_percent: int,
    attested: Mapping[int, AttestedDate],
) -> bool:
    """Whether the length of the dates that somebody keeps is enough, whether given back or entered
    late, with what is `attested` of those that are over.
    """
    return percent_within_reach(meetings, kept, attested) >= threshold_percent
