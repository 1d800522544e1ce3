"""Who leads a date: trainers, substitutes, dates to which no trainer came."""

from collections.abc import Collection
from datetime import datetime

from courses.agenda.models import Meeting
from courses.exceptions import Refusal
from courses.live.values import TRAINER_IS_GIVEN_UP_AFTER
from courses.people.models import Person
from training.exceptions import (
    DateIsCancelled,
    DateIsOver,
    DraftHasItsTrainers,
    HasASeatThere,
    HoursAreStated,
    LeadsItAlready,
    LeadsItNot,
    MeetingHasBegun,
    NoLongerOwed,
    NotATrainerHere,
    NotMissedYet,
    SessionIsDraft,
    SheetClosed,
    SubstituteIsNamed,
    TooLateToUndo,
    TrainerWasSeen,
)
from training.models import MissedDate, Session, Substitution
from training.rules.sessions import why_not_change
from training.values import MISSED_UNDONE_WITHIN, SUBSTITUTE_CLOSES_WITHIN, SUBSTITUTE_READS_AFTER


def why_not_substitute(
    session: Session, *, meeting: Meeting, known: Substitution | None, now: datetime
) -> Refusal | None:
    """Somebody else for one date, named until it is over; `known` is who is named already."""
    if session.is_draft:
        return DraftHasItsTrainers()
    if refusal := why_not_change(session):
        return refusal
    if meeting.is_cancelled:
        return DateIsCancelled(day=meeting.starts_at)
    if meeting.ends_at <= now:
        return DateIsOver(day=meeting.starts_at)
    if known:
        return SubstituteIsNamed(
            name=known.substitute.display_name, replaced=known.replaces.display_name
        )
    return None


def why_not_this_substitute(
    *,
    substitute: Person,
    replaces: Person,
    leaders: list[Person],
    colleagues: Collection[Person],
    provider: str,
    has_a_place: bool,
) -> Refusal | None:
    """`leaders` lead the date as it stands, or will on its day; `colleagues` are trainers of a
    `provider` that lends them; `has_a_place`: the substitute has a seat or a turn in the session.
    """
    if replaces not in leaders:
        return LeadsItNot(name=replaces.display_name)
    if substitute not in colleagues:
        return NotATrainerHere(name=substitute.display_name, provider=provider)
    if substitute in leaders:
        return LeadsItAlready(name=substitute.display_name)
    return HasASeatThere(name=substitute.display_name) if has_a_place else None


def why_not_take_back_substitute(
    session: Session, *, meeting: Meeting, now: datetime
) -> Refusal | None:
    """Until the date begins."""
    if refusal := why_not_change(session):
        return refusal
    if meeting.is_cancelled:
        return DateIsCancelled(day=meeting.starts_at)
    return MeetingHasBegun(day=meeting.starts_at) if meeting.starts_at <= now else None


def why_not_record_missed(
    session: Session, *, meeting: Meeting, is_seen: bool, now: datetime
) -> Refusal | None:
    """No trainer came: from a quarter of an hour after the start on, until the sheet is closed.
    `is_seen`: the room saw one. The meeting comes with its sheet.
    """
    if session.is_draft:
        return SessionIsDraft()
    if refusal := why_not_change(session):
        return refusal
    if meeting.is_cancelled:
        return DateIsCancelled(day=meeting.starts_at)
    given_up_at = meeting.starts_at + TRAINER_IS_GIVEN_UP_AFTER
    if now < given_up_at:
        return NotMissedYet(at=given_up_at)
    sheet = getattr(meeting, "sheet", None)
    if sheet and sheet.is_closed:
        return SheetClosed()
    if is_seen:
        return TrainerWasSeen()
    return HoursAreStated() if sheet and sheet.has_stated_hours else None


def why_not_undo_missed(session: Session, *, missed: MissedDate, now: datetime) -> Refusal | None:
    if refusal := why_not_change(session):
        return refusal
    if missed.settled_at:
        return NoLongerOwed()
    return TooLateToUndo() if now >= missed.at + MISSED_UNDONE_WITHIN else None


def is_date_owed(session: Session, missed: MissedDate) -> bool:
    """The same as `MissedDateQuerySet.owed`."""
    return missed.settled_at is None and not session.is_cancelled


def leads_date(person: Person, meeting: Meeting, *, is_trainer: bool) -> bool:
    """The same as `models.leading.led_by`, of a meeting that comes with its substitution."""
    instead = getattr(meeting, "substitution", None)
    if instead and instead.substitute_id == person.pk:
        return True
    return is_trainer and not (instead and instead.replaces_id == person.pk)


def is_known_who_leads(meeting: Meeting, *, is_seen: bool, now: datetime) -> bool:
    """Whether another trainer of the session changes nothing of a date: it is over, or it goes on
    and its room saw one who leads it. Unseen, whoever takes the session over leads it.
    """
    if meeting.is_cancelled:
        return False
    return meeting.ends_at <= now or (meeting.starts_at <= now and is_seen)


def may_read_names(person: Person, meeting: Meeting, *, now: datetime) -> bool:
    """Whether this person may read who comes to a date that they lead; the meeting comes with its
    sheet, too.
    """
    instead = getattr(meeting, "substitution", None)
    if instead is None or instead.substitute_id != person.pk:
        return True
    sheet = getattr(meeting, "sheet", None)
    closed_at = sheet.closed_at if sheet else None
    return substitute_has_access(ended_at=meeting.ends_at, closed_at=closed_at, now=now)


def substitute_has_access(*, ended_at: datetime, closed_at: datetime | None, now: datetime) -> bool:
    """Whether a substitute has access to the names and the sheet of the date: for a day after the
    sheet was closed, which is when a mistake is seen; for a week after the date at most, whoever
    closes it later. The same as `SubstitutionQuerySet.with_access`.
    """
    if closed_at and now >= closed_at + SUBSTITUTE_READS_AFTER:
        return False
    return now < ended_at + SUBSTITUTE_CLOSES_WITHIN
