"""How a session stands for the reader, in a word: the same in every list."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.dates import day_and_hour
from courses.exceptions import Refusal
from courses.people.models import Person
from courses.people.permissions import is_teacher
from training.models import Enrolment, Session
from training.permissions import reads_seats
from training.queries.catalogue import SessionLine
from training.rules import seats_for_a_press, why_not_enrol, why_not_press

NO_TIME = timedelta()


@dataclass(frozen=True)
class StateBadge:
    """A tone, a sign and a word."""

    tone: str
    sign: str
    word: str


@dataclass(frozen=True)
class SessionRow:
    line: SessionLine
    standing: StateBadge
    why_not: Refusal | None = None

    @property
    def session(self) -> Session:
        return self.line.session

    @property
    def day_tone(self) -> str:
        return "moved" if self.line.change and not self.session.is_cancelled else ""


def rows(
    lines: list[SessionLine], *, person: Person | AnonymousUser, now: datetime
) -> list[SessionRow]:
    """Each line with its word and, for a teacher whom the rule refuses, the rule's own sentence."""
    return [row(line, person=person, now=now) for line in lines]


def row(line: SessionLine, *, person: Person | AnonymousUser, now: datetime) -> SessionRow:
    session, is_full, refusal = line.session, line.school_is_full, None
    if is_teacher(person) and not line.enrolment:
        refusal = why_not_enrol(
            session, entitlement=line.entitlement, standing=line.standing, now=now
        )
    is_for_others = refusal is not None and session.is_open and session.starts_at > now
    standing = (
        how_it_stands(session, now)
        or (line.enrolment and how_i_stand(line.enrolment, session, line.turn, now, is_full))
        or (is_for_others and StateBadge("calm", "lock", _("Not open to you")))
        or seats(session, now, school_is_full=is_full, is_exact=reads_seats(person))
    )
    return SessionRow(line, standing, refusal if is_for_others else None)


def has_a_seat(line: SessionLine, now: datetime) -> bool:
    """Whether one press would give a seat, to whoever is entitled."""
    session = line.session
    if why_not_press(session, now=now):
        return False
    return seats_left(session, now, school_is_full=line.school_is_full) > 0


def how_it_stands(session: Session, now: datetime) -> StateBadge | None:
    """Return the state that is the same for everybody and goes before anything else."""
    if session.is_cancelled:
        return StateBadge("warn", "ban", _("Cancelled"))
    if not session.is_open and session.ends_at > now:
        return StateBadge("wait", "pencil", _("Draft"))
    return None


def begun(session: Session, *, tone: str = "calm") -> StateBadge:
    """Return the state of a session that has begun and isn't over: between the dates of several days
    nothing goes on.
    """
    if session.first_day == session.last_day:
        return StateBadge(tone, "video", _("Going on"))
    return StateBadge("calm", "calendar-days", _("Has begun"))


def awaits_date() -> StateBadge:
    """State in participants' words."""
    word = _("No trainer came: another date is being looked for")
    return StateBadge("wait", "hourglass", word)


def no_date_left() -> StateBadge:
    """State in participants' words."""
    return StateBadge("calm", "ban", _("Over: no trainer came, and no date is left"))


def how_i_stand(
    enrolment: Enrolment,
    session: Session,
    turn: int,
    now: datetime,
    school_is_full: bool = False,
) -> StateBadge:
    """The session comes `with_seats()`, or with `count_seats`, where the person waits."""
    if session.awaits_date_at(now):
        return awaits_date()
    if not session.has_a_date:
        return no_date_left()
    if session.ends_at <= now:
        return (
            StateBadge("calm", "check", _("Over, you had a seat"))
            if enrolment.holds_a_seat
            else StateBadge("calm", "check", _("Over"))
        )
    if enrolment.offer_ends_at and enrolment.has_offer_at(now):
        return StateBadge(
            "wait",
            "hourglass",
            _("A seat is offered to you until %(end)s")
            % {"end": day_and_hour(enrolment.offer_ends_at)},
        )
    if enrolment.is_offered:
        return StateBadge("wait", "hourglass", _("The offer of a seat is over"))
    if enrolment.held_until and enrolment.is_held_at(now):
        return StateBadge(
            "wait",
            "hourglass",
            _("A seat is held for you until %(end)s") % {"end": day_and_hour(enrolment.held_until)},
        )
    if enrolment.is_held:
        return StateBadge("wait", "hourglass", _("The seat is no longer held for you"))
    is_to_come = session.starts_at > now
    if enrolment.is_waiting and is_to_come and seats_left(session, now, school_is_full):
        return StateBadge("wait", "hourglass", _("A seat is free: the first answer wins"))
    if enrolment.is_waiting and is_to_come and seats_left(session, now):
        word = _("No seat left for your school, you wait: number %(turn)s")
        return StateBadge("wait", "hourglass", word % {"turn": turn})
    if enrolment.is_waiting:
        return StateBadge(
            "wait", "hourglass", _("Full, you wait: number %(turn)s") % {"turn": turn}
        )
    if not is_to_come and session.first_day == session.last_day:
        return StateBadge("now", "video", _("Going on, you have a seat"))
    if enrolment.is_to_confirm and is_to_come:
        return StateBadge("warn", "triangle-alert", _("Your seat is to confirm"))
    return StateBadge("done", "circle-check", _("You have a seat"))


def seats(
    session: Session, now: datetime, *, is_exact: bool, school_is_full: bool = False
) -> StateBadge:
    """`is_exact`: the reader `reads_seats`. Others read whether enrolment is open, full or not: the number
    would follow from "full", or from "few" of a known capacity.
    """
    if session.awaits_date_at(now):
        return awaits_date()
    if not session.has_a_date:
        return no_date_left()
    if session.ends_at <= now:
        return StateBadge("calm", "check", _("Over"))
    if session.starts_at <= now:
        return begun(session)
    if session.enrolment_opens_at and now < session.enrolment_opens_at:
        return opens_later(session.enrolment_opens_at)
    if session.enrolment_closes_at and now >= session.enrolment_closes_at:
        return StateBadge("calm", "lock", _("Enrolment is closed"))
    if not is_exact:
        return StateBadge("done", "check", _("Enrolment is open"))
    left = seats_left(session, now)
    if left and school_is_full:
        return StateBadge("wait", "hourglass", _("No seat left for your school"))
    if left:
        return StateBadge("done", "check", seats_in_words(session, left))
    if session.turns:
        word = ngettext("Full, one person waits", "Full, %(turns)s people wait", session.turns)
        return StateBadge("wait", "hourglass", word % {"turns": session.turns})
    return StateBadge("wait", "hourglass", _("Full"))


def seats_in_words(session: Session, left: int) -> str:
    """Of a session with free seats. `left`: at least 1."""
    word = ngettext("One seat left of %(of)s", "%(left)s seats left of %(of)s", left)
    return word % {"left": left, "of": session.capacity}


def opens_later(at: datetime) -> StateBadge:
    """A state word for a session whose enrolment opens at a time of its own."""
    word = _("Soon: enrolment opens on %(at)s") % {"at": day_and_hour(at)}
    return StateBadge("wait", "hourglass", word)


def seats_left(session: Session, now: datetime, school_is_full: bool = False) -> int:
    """Free seats that a press gives. The session comes `with_seats()`, with `count_seats`, or
    `with_counts()` and with `put_in_line`.
    """
    return seats_for_a_press(
        session,
        taken=session.seats_taken,
        in_line=session.in_line,
        now=now,
        school_is_full=school_is_full,
    )
