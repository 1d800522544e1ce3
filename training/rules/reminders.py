"""When reminders of a meeting are due, and emails on freed seats."""

from datetime import datetime

from courses.agenda.models import CalendarEntry
from courses.mail.enums import ReminderTimes
from courses.people.models import Person
from training.models import Session
from training.values import (
    QUESTIONS_TOLD_EVERY,
    QUESTIONS_TOLD_SOON,
    REMINDERS,
    SEATS_TOLD_EVERY,
    SEATS_TOLD_SOON_FROM,
    seats_told_from,
)


def wants_reminder(person: Person, kind: str) -> bool:
    """`kind` is a key of `REMINDERS`."""
    return person.reminders in (ReminderTimes.BOTH, kind)


def is_told_by_a_reminder(person: Person, start: datetime | None, *, now: datetime) -> bool:
    """Whether a reminder that this person wants is still to come of the date that begins at `start`.

    None: of no date in the person's calendar.
    """
    wanted = [before for kind, (before, _) in REMINDERS.items() if wants_reminder(person, kind)]
    return start is not None and any(now < start - before for before in wanted)


def question_told_from(told_at: datetime, *, next_start: datetime | None) -> datetime:
    """When the next letter on questions of a session may go to whom one went at `told_at`."""
    next_at = told_at + QUESTIONS_TOLD_EVERY
    is_too_late = next_start is not None and next_start <= next_at
    return told_at + QUESTIONS_TOLD_SOON if is_too_late else next_at


def due_reminders(entry: CalendarEntry, *, to: Person, now: datetime) -> list[tuple[str, datetime]]:
    """The kinds of reminders of a meeting that are due, each with the instant from which it comes
    too late.

    None whose time was before the person was told of these hours, or before they chose when
    reminders come: nothing is sent late because of a choice.
    """
    known_since = max(entry.stamped_at, to.reminders_chosen_at or entry.stamped_at)
    return [
        (kind, entry.starts_at - at_the_latest)
        for kind, (before, at_the_latest) in REMINDERS.items()
        if wants_reminder(to, kind)
        and known_since <= entry.starts_at - before <= now < entry.starts_at - at_the_latest
    ]


def is_time_to_tell_of_seats(
    session: Session, *, first_at: datetime, told_at: datetime | None, now: datetime
) -> bool:
    """Whether trainers and planners are told by now of seats that became free, the first of them at
    `first_at`: once a day; in the last day before the start soon. `told_at` is when the reader was
    told of seats last, of whichever session: once an hour at most.
    """
    if told_at and now < told_at + SEATS_TOLD_EVERY:
        return False
    if session.starts_at - SEATS_TOLD_SOON_FROM <= now < session.starts_at:
        return True
    return seats_told_from(first_at) <= now
