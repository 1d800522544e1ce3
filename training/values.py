"""Plain values of training: no models, no queries."""

import datetime
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.utils.text import slugify

from courses.agenda.values import PARIS
from courses.live.values import RAW_EVENTS_KEPT, union
from training.enums import Attested, ContestReason, Measure, Verdict


@dataclass(frozen=True)
class Standing:
    """What a teacher without an entitlement is to be told: where they teach, and a licence there
    that isn't for them.

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
    """What a session keeps of the days of its meetings, by a clock in Paris."""
    return sorted({start.astimezone(PARIS).date().isoformat() for start in starts})


def minutes_of_meetings(lengths: Iterable[datetime.timedelta]) -> int:
    """The planned length of a session, in whole minutes."""
    return round(sum(lengths, start=datetime.timedelta()).total_seconds() / 60)


@dataclass(frozen=True)
class EnrolmentTimes:
    """From when and until when teachers enrol; None: as soon as the session is open, until it
    begins.
    """

    opens_at: datetime.datetime | None = None
    closes_at: datetime.datetime | None = None


# Dates that change

CHANGES_WAIT = datetime.timedelta(minutes=10)  # before the notice goes: a second change is in it
TOLD_AT_ONCE = datetime.timedelta(hours=2)  # before the start


@dataclass(frozen=True)
class DateChange:
    """What became of one meeting in all the changes that a notice tells; without new hours where it
    is cancelled.
    """

    meeting_id: int
    was_starts_at: datetime.datetime
    was_ends_at: datetime.datetime
    starts_at: datetime.datetime | None
    ends_at: datetime.datetime | None

    @property
    def is_none(self) -> bool:
        """The meeting is back at its hours."""
        return (self.was_starts_at, self.was_ends_at) == (self.starts_at, self.ends_at)


# Reminders of a meeting: how long before the start each is due, and until how long before the start
# it still makes sense. The keys are values of courses.mail.enums.ReminderTimes.

REMINDERS = {
    "day": (datetime.timedelta(hours=24), datetime.timedelta(hours=2)),
    "hour": (datetime.timedelta(hours=1), datetime.timedelta()),
}


# Seats that became free, told to trainers and planners as numbers

SEATS_TOLD_AT = datetime.time(16)  # in Paris: an hour before the emails that may wait are summed up
SEATS_TOLD_SOON_FROM = datetime.timedelta(hours=24)  # before the start
SEATS_TOLD_EVERY = datetime.timedelta(hours=1)  # then
SEATS_TOLD_WITHIN = datetime.timedelta(days=4)  # from Friday to Monday, and a day for an outage


def seats_told_from(given_back_at: datetime.datetime) -> datetime.datetime:
    """At the next 16:00 in Paris, from Monday to Friday."""
    local = given_back_at.astimezone(PARIS)
    day = local.date() + datetime.timedelta(days=local.time() >= SEATS_TOLD_AT)
    while day.isoweekday() > 5:
        day += datetime.timedelta(days=1)
    return datetime.datetime.combine(day, SEATS_TOLD_AT, tzinfo=PARIS)


# A seat whose right ends

RIGHT_ASKED_FROM = datetime.timedelta(days=15)  # before the start, by a clock in Paris
HELD_UNTIL = datetime.timedelta(hours=48)  # before the start
SHORTEST_NOTICE = datetime.timedelta(hours=24)


# The waiting list

# dates of a rhythm looked at beyond those asked for: summer holidays and all others of a year
MOST_DAYS_OFF = 30

OFFERS_FROM = datetime.timedelta(days=7)  # before the start, by a clock in Paris
LAST_HOUR = datetime.timedelta(hours=1)
SHORTEST_OFFER = datetime.timedelta(minutes=30)
HELD_FOR = datetime.timedelta(hours=72)  # a seat of another date
SHORTEST_HOLD = datetime.timedelta(hours=2)
# Days until the day of the first meeting → how long an offer stands
OFFER_HOURS = {6: 20, 5: 16, 4: 12, 3: 8, 2: 4, 1: 2, 0: 2}
LONGEST_OFFER_HOURS = 24


@dataclass(frozen=True)
class PlaceInLine:
    """How the waiting list of a session stands for one person.

    `before` people come first, `offers` are open, the first of them until `first_ends_at`.
    `school_quota` is how many seats the person's school may have, where it has them all.
    """

    before: int
    offers: int = 0
    first_ends_at: datetime.datetime | None = None
    school_quota: int = 0


def bridge(share: float) -> dict[str, list[tuple[float, float]]]:
    """The arch of an offer's clock, cut where `share` (0 to 1) of the time is gone.

    Two quadratic Bézier curves of three points each, by de Casteljau.
    """
    start, top, end = (10.0, 92.0), (160.0, -44.0), (310.0, 92.0)

    def between(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
        return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share

    first, second = between(start, top), between(top, end)
    now = between(first, second)
    return {"gone": [start, first, now], "left": [now, second, end]}


# Attendance

ADVISERS_CLOSE_AFTER = datetime.timedelta(days=3)
REMIND_AFTER = datetime.timedelta(days=1)
MISSED_UNDONE_WITHIN = datetime.timedelta(hours=1)
SUBSTITUTE_READS_AFTER = datetime.timedelta(days=1)  # after the sheet of the date was closed
SUBSTITUTE_CLOSES_WITHIN = datetime.timedelta(days=7)  # after the end of the date
HOURS_STATED_WITHIN = RAW_EVENTS_KEPT  # later the stays can't be measured anew
MOST_TIMES_PLANNED = 2  # the longest stated length, as a multiple of the planned one
LEAST_SHARE_MEASURED = (
    2  # a measure below a half of the planned time needs stated hours before closing
)

type Interval = tuple[datetime.datetime, datetime.datetime]


@dataclass(frozen=True)
class RealTime:
    """When a meeting really took place, and where we know it from.

    The intervals are merged, in order.
    """

    measure: Measure
    intervals: list[Interval]

    @property
    def minutes(self) -> int:
        return whole_minutes(self.intervals)


def real_time(trainers: Iterable[Interval], *, planned: Interval) -> RealTime:
    """What the trainers' stays cover of the planned time; all of it if no trainer was there.

    Never more than planned: a trainer who prepares the room early or answers questions afterwards
    doesn't raise the number of minutes that a certificate needs.
    """
    led = within(union(trainers), [planned])
    return (
        RealTime(Measure.TRAINERS, led)
        if whole_minutes(led)
        else RealTime(Measure.PLANNED, [planned])
    )


def is_measured_too_short(measure: str, real_minutes: int, planned_minutes: int) -> bool:
    """The room was held for less than half of the planned time: it may have broken down, and the
    meeting gone on elsewhere.
    """
    return measure == Measure.TRAINERS and real_minutes * LEAST_SHARE_MEASURED < planned_minutes


def within(intervals: Iterable[Interval], bounds: Iterable[Interval]) -> list[Interval]:
    """The parts of `intervals` that lie inside `bounds`, in order. Both are merged already."""
    bounds = list(bounds)
    shared = [
        (max(begin, first), min(end, last)) for begin, end in intervals for first, last in bounds
    ]
    return sorted((begin, end) for begin, end in shared if begin < end)


def intervals_of(written: Iterable[Iterable[str]]) -> list[Interval]:
    """The stays or the real time of a sheet as instants, from the ISO texts that are kept."""
    return [
        (datetime.datetime.fromisoformat(begin), datetime.datetime.fromisoformat(end))
        for begin, end in written
    ]


def whole_minutes(intervals: Iterable[Interval]) -> int:
    """Their sum, to the nearest minute."""
    seconds = sum((end - begin).total_seconds() for begin, end in intervals)
    return int(seconds / 60 + 0.5)


def share_percent(minutes: int, real_minutes: int) -> int:
    """Rounded down, so that a share is never shown above the threshold when it is below."""
    return minutes * 100 // real_minutes if real_minutes else 0


def reaches(minutes: int, real_minutes: int, threshold_percent: int) -> bool:
    return real_minutes > 0 and minutes * 100 >= real_minutes * threshold_percent


def needed_minutes(real_minutes: int, threshold_percent: int) -> int:
    """The least whole number of minutes that reaches the threshold."""
    return -(-real_minutes * threshold_percent // 100)


def verdict(minutes: int, real_minutes: int, threshold_percent: int) -> Verdict:
    if reaches(minutes, real_minutes, threshold_percent):
        return Verdict.PRESENT
    return Verdict.PARTIAL if minutes else Verdict.ABSENT


LONGEST_MINUTES = 24 * 60  # of a person's presence in a list
CONTEST_WITHIN = datetime.timedelta(days=14)  # after the day on which the sheet was closed


CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")  # 01:05:30, or 1:05 for an hour and five
IN_WORDS = re.compile(
    r"(?:(?P<hours>\d{1,2})\s*h(?:(?:ou)?rs?|eures?)?)?\s*"
    r"(?:(?P<minutes>\d{1,4}(?:[.,]\d+)?)\s*(?:m|mn|min\.?|mins|minutes?|$))?\s*"
    r"(?:(?P<seconds>\d{1,2})\s*(?:s|sec\.?|seconde?s?))?",
    re.IGNORECASE,
)


def minutes_of(typed: str) -> int:
    """A duration as other tools write it, to the nearest minute: 65, 65 min, 1 h 05, 01:05:30.

    Raises ValueError.
    """
    text = typed.strip()
    if match := CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        if minutes > 59 or seconds > 59:
            raise ValueError(typed)
        return int(hours * 60 + minutes + seconds / 60 + 0.5)
    match = IN_WORDS.fullmatch(text)
    if not text or match is None:
        raise ValueError(typed)
    hours_, minutes_, seconds_ = match["hours"], match["minutes"], match["seconds"]
    total = int(hours_ or 0) * 60 + float((minutes_ or "0").replace(",", "."))
    total += int(seconds_ or 0) / 60
    if total > LONGEST_MINUTES:
        raise ValueError(typed)
    return int(total + 0.5)


@dataclass(frozen=True)
class Claim:
    """What a participant says of their minutes in one meeting."""

    why: ContestReason
    minutes: int
    words: str = ""


@dataclass(frozen=True)
class Decision:
    """What is attested of one line: the choice, minutes when it is a number, and why when it isn't
    what was measured.
    """

    choice: Attested = Attested.MEASURED
    minutes: int | None = None
    reason: str = ""

    @property
    def as_kept(self) -> tuple[str, int | None, str]:
        """A number only with its choice; a reason only for a change."""
        changed = self.choice not in (Attested.MEASURED, Attested.PROVIDER)
        return (
            self.choice,
            self.minutes if self.choice == Attested.NUMBER else None,
            self.reason.strip() if changed else "",
        )


# Rooms


@dataclass(frozen=True)
class RoomSaid:
    """What participants are told of a room; empty words: it is ours."""

    tool: str = ""
    learns: str = ""


@dataclass(frozen=True)
class RoomFields:
    """Where a session or one of its meetings takes place; without an address, in our room."""

    address: str = ""
    tool: str = ""
    learns: str = ""
    plan_b_address: str = ""
    plan_b_words: str = ""

    @property
    def as_kept(self) -> dict[str, str]:
        address = _with_lower_scheme(self.address)
        return {
            "address": address,
            "tool": self.tool.strip() if address else "",
            "learns": self.learns.strip() if address else "",
            "plan_b_address": _with_lower_scheme(self.plan_b_address),
            "plan_b_words": self.plan_b_words.strip(),
        }


def _with_lower_scheme(address: str) -> str:
    """A phone's keyboard begins with a capital letter: Https://"""
    scheme, colon, rest = address.strip().partition(":")
    return f"{scheme.lower()}{colon}{rest}" if colon else scheme


# Material

MEGABYTE = 1_000_000
MATERIAL_MEGABYTES, MOST_MATERIAL = 20, 30  # of one file; files and links of one session
MATERIAL_ADDED_WITHIN = datetime.timedelta(days=30)  # after the end of the session
MATERIAL_UNDONE_WITHIN = datetime.timedelta(hours=1)


# Questions asked in advance

MOST_QUESTIONS = 3  # of one person, before one session


# Evaluation

EVALUATION_OPENS = datetime.timedelta(minutes=10)  # before the end of the last meeting
EVALUATION_STAYS_OPEN = datetime.timedelta(days=14)  # after the day of the last meeting
EVALUATION_AT_LEAST = datetime.timedelta(days=3)  # for who is attested present later
EVALUATION_AT_THE_LATEST = datetime.timedelta(days=90)  # after the last meeting, however late
EVALUATION_ASKED_AFTER = datetime.timedelta(days=3)  # by then most sheets are closed
FEWEST_ANSWERS = 5  # below it nothing is shown but their number
HIDDEN_KEPT = datetime.timedelta(days=14)  # until then hiding a comment can be undone


def enough_answers(number: int) -> bool:
    """Below five nothing but their number is shown, to nobody."""
    return number >= FEWEST_ANSWERS


@dataclass(frozen=True)
class Attended:
    """Whether the sheets of a session say that a participant was there.

    `is_seen`: a room saw it while it lasted. `known_at`: when somebody said so afterwards.
    """

    is_present: bool = False
    is_seen: bool = False
    known_at: datetime.datetime | None = None


@dataclass(frozen=True)
class Answers:
    """`marks` by the question's name, 1 to 4."""

    marks: dict[str, int]
    comment: str = ""


# Certificates

SCHOOL_YEAR_BEGINS = 9  # September


def school_year(day: datetime.date) -> int:
    """The year in which the school year of that day began: what certificates are numbered in."""
    return day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1


@dataclass(frozen=True)
class CertificateFilter:
    """Which certificates a planner asks for, in plain values: they are kept with an archive.

    What is empty filters nothing. `year` is the one in which a school year began; `provider`,
    `training` and `session` are public ids; `school` is its UAI or words of its name.
    """

    q: str = ""
    year: int | None = None
    provider: str = ""
    training: str = ""
    session: str = ""
    school: str = ""
    state: str = ""

    @property
    def filled(self) -> dict[str, str | int]:
        return {name: value for name, value in asdict(self).items() if value}


def school_year_bounds(year: int) -> Interval:
    """From its first instant to that of the next school year, in Paris."""
    first, last = (datetime.date(one, SCHOOL_YEAR_BEGINS, 1) for one in (year, year + 1))
    return (
        datetime.datetime.combine(first, datetime.time(), tzinfo=PARIS),
        datetime.datetime.combine(last, datetime.time(), tzinfo=PARIS),
    )


def school_year_name(year: int) -> str:
    return f"{year}–{year + 1}"


MOST_IN_AN_ARCHIVE = 3_000  # certificates: about 75 MB
ARCHIVE_KEPT = datetime.timedelta(days=2)
LONGEST_FILE_WORDS = 80


def file_words(text: str) -> str:
    """A name as part of a file's name: its letters as they are written, hyphens between them."""
    words = re.sub(r"[^\w’']+", "-", unicodedata.normalize("NFC", text)).strip("-_")
    return words[:LONGEST_FILE_WORDS].rstrip("-_")


@dataclass(frozen=True)
class CertificateChange:
    """What a corrected certificate says otherwise: the printed name, or the attended minutes."""

    name: str = ""
    minutes: int | None = None


def next_version(number: str) -> str:
    """The number of the version that replaces it: 2026-000012, 2026-000012-2, 2026-000012-3."""
    year, serial, *version = number.split("-")
    return f"{year}-{serial}-{int(version[0]) + 1 if version else 2}"


def initials(name: str) -> str:
    """« C. M… »: what the public page shows of a name."""
    words = [word for word in name.split() if word[:1].isalpha()]
    if not words:
        return ""
    return (
        f"{words[0][0]}." if len(words) == 1 else f"{words[0][0]}.\N{NO-BREAK SPACE}{words[-1][0]}…"
    )


def with_french_spaces(text: str) -> str:
    """As French is set: the spaces that people type before : ; ! ? and inside « » don't break a
    line.
    """
    text = re.sub(r" (?=:(?:\s|$))", "\N{NO-BREAK SPACE}", text)
    return re.sub(r" (?=[;!?»])|(?<=«) ", "\N{NARROW NO-BREAK SPACE}", text)
