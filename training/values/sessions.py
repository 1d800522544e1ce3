"""A session's words and dates."""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import slugify

from courses.agenda.values import PARIS


@dataclass(frozen=True)
class LicenceStanding:
    """Facts for a teacher without an entitlement: where they teach, and a licence there that isn't
    for them.

    `reserved_for` is the scope of that licence ("named" or "subjects"), `subjects` their titles in
    the active language. `is_for_other_schools`: the session is open to some schools, not to theirs.
    """

    schools: tuple[str, ...] = ()
    reserved_at: str = ""
    reserved_for: str = ""
    subjects: str = ""
    contact: str = ""
    is_for_other_schools: bool = False


def address_words(title: str) -> str:
    """The decorative end of an address; a ligature is two letters, as in Encyclopædia."""
    return slugify(title.lower().replace("æ", "ae").replace("œ", "oe"))


def days_of(
    written: Iterable[str], first: datetime.date, last: datetime.date
) -> tuple[datetime.date, ...]:
    """The days that a session keeps, in order, without doubles; the first and the last if it keeps
    none.
    """
    days = sorted({datetime.date.fromisoformat(day) for day in written})
    return tuple(days) or (first, last)


def days_of_meetings(starts: Iterable[datetime.datetime]) -> list[str]:
    """Return the days of the meetings in Paris time, once each and sorted, in ISO format."""
    return sorted({start.astimezone(PARIS).date().isoformat() for start in starts})


def minutes_of_meetings(lengths: Iterable[datetime.timedelta]) -> int:
    """The planned length of a session, in whole minutes."""
    return round(sum(lengths, start=datetime.timedelta()).total_seconds() / 60)


@dataclass(frozen=True)
class EnrolmentTimes:
    """Instants from when and until when teachers enrol; None: as soon as the session is open, until
    it begins.
    """

    opens_at: datetime.datetime | None = None
    closes_at: datetime.datetime | None = None


# Dates that change

CHANGES_WAIT = datetime.timedelta(minutes=10)  # before the notice goes: a second change is in it
# Pages say a move so long.
MOVES_TOLD_FOR = datetime.timedelta(days=365)
TOLD_AT_ONCE = datetime.timedelta(hours=2)  # before the start


@dataclass(frozen=True)
class DateChange:
    """Sum of one meeting's changes in a notice; without new hours where it is cancelled."""

    meeting_id: int
    was_starts_at: datetime.datetime
    was_ends_at: datetime.datetime
    starts_at: datetime.datetime | None
    ends_at: datetime.datetime | None

    @property
    def is_none(self) -> bool:
        """The meeting is back at its hours."""
        return (self.was_starts_at, self.was_ends_at) == (self.starts_at, self.ends_at)

    def is_to_come_at(self, now: datetime.datetime) -> bool:
        return (self.starts_at or self.was_starts_at) > now


@dataclass(frozen=True)
class MovesTold:
    """What a session's notices say of dates to come, in the order of the old ones; `newest` is the
    one changed last, `at` that time. `is_sent`: the reader got all these notices, or one still waits; None for who
    gets none.
    """

    dates: list[DateChange]
    newest: DateChange
    at: datetime.datetime
    reasons: list[str]
    is_sent: bool | None = None


# Reminders of a meeting: how long before the start each is due, and until how long before the start
# it still makes sense. The keys are values of courses.mail.enums.ReminderTimes.

REMINDERS = {
    "day": (datetime.timedelta(hours=24), datetime.timedelta(hours=2)),
    "hour": (datetime.timedelta(hours=1), datetime.timedelta()),
}
# how long the tick looks for what a trainer wasn't told in a gap between two memberships
RETURN_TOLD_WITHIN = datetime.timedelta(days=14)

# Seats that became free, told to trainers and planners as numbers

SEATS_TOLD_AT = datetime.time(16)  # in Paris: an hour before the emails that may wait are summed up
SEATS_TOLD_SOON_FROM = datetime.timedelta(hours=24)  # before the start
SEATS_TOLD_EVERY = datetime.timedelta(hours=1)  # then
SEATS_TOLD_WITHIN = datetime.timedelta(days=4)  # from Friday to Monday, and a day for an outage


def seats_told_from(given_back_at: datetime.datetime) -> datetime.datetime:
    """Return the next 16:00 in Paris, from Monday to Friday."""
    local = given_back_at.astimezone(PARIS)
    day = local.date() + datetime.timedelta(days=local.time() >= SEATS_TOLD_AT)
    while day.isoweekday() > 5:
        day += datetime.timedelta(days=1)
    return datetime.datetime.combine(day, SEATS_TOLD_AT, tzinfo=PARIS)


# dates of a rhythm looked at beyond those asked for: summer holidays and all others of a year
MOST_DAYS_OFF = 30


def with_french_spaces(text: str) -> str:
    """Return the text as French is set: the spaces that people type before : ; ! ? and inside « »
    don't break a line.
    """
    text = re.sub(r" (?=:(?:\s|$))", "\N{NO-BREAK SPACE}", text)
    return re.sub(r" (?=[;!?»])|(?<=«) ", "\N{NARROW NO-BREAK SPACE}", text)
