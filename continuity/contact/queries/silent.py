"""Of whom nobody has heard: one list for a teacher's classes, a tutor's, a leader's school."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, NamedTuple

from django.db.models import Min, Q, QuerySet

from continuity.contact.queries import facts
from continuity.contact.queries.facts import Fact
from continuity.contact.queries.signs import (
    REACHED_BY_CALL,
    Signs,
    days_with_signs,
    last_sign,
    last_signs,
)
from continuity.contact.queries.statements import Branches, Given, as_day, union_of
from continuity.contact.values import is_silent, silent_days
from continuity.enums import MOST_SILENCE, Channel, ExemptionKind
from continuity.models import Call
from continuity.plans.queries.taught import Taught
from continuity.school.queries.exemptions import Known
from courses.agenda.enums import Rhythm
from courses.agenda.models import Closure, SchoolCalendar
from courses.agenda.queries import ONE_DAY, SchoolDays, monday_of, public_day_off
from courses.people.enums import Role
from courses.people.models import ClassMembership, Membership, Organisation, Person, SchoolClass
from courses.people.models.classes import holds, school_year

FRIDAY = 5
A_MONTH = datetime.timedelta(days=31)  # a leave that ended within it is said beside the student
SHOWN_DAYS = 20  # school days of which a page shows each sign


@dataclass(frozen=True)
class TimeInClass:
    """From `since` until before `until`."""

    school_class: int
    name: str
    is_whole: bool
    school: int
    since: datetime.date
    until: datetime.date | None


@dataclass(frozen=True)
class TaughtOn:
    """A weekday on which the timetable of a class has hours, from `since` until before `until`."""

    weekday: int
    rhythm: str
    since: datetime.date
    until: datetime.date | None


@dataclass
class ExpectedDays:
    """On which days one school expects its students."""

    days: SchoolDays
    silent_after: int
    leaves: dict[int, list[Known]]  # by student, those alone that free them from everything
    planned: dict[int, set[datetime.date]]  # Mondays with a published part, by class
    timetable: dict[int, list[TaughtOn]]  # by class
    _taught: dict[tuple[int, datetime.date], bool] = field(default_factory=dict)

    def has_class(self, day: datetime.date) -> bool:
        return self.days.has_class(day)

    def is_taught(self, school_class: int, day: datetime.date) -> bool:
        """Whether the class has lessons that day and something published for its week. Without a
        timetable it has lessons from Monday to Friday.
        """
        key = school_class, day
        if key not in self._taught:
            self._taught[key] = self._is_taught(school_class, day)
        return self._taught[key]

    def _is_taught(self, school_class: int, day: datetime.date) -> bool:
        if monday_of(day) not in self.planned.get(school_class, ()) or not self.has_class(day):
            return False
        rows = [
            row for row in self.timetable.get(school_class, ()) if holds(row.since, row.until, day)
        ]
        if not rows:
            return day.isoweekday() <= FRIDAY
        letter = self.days.week_letter(day)
        return any(
            row.weekday == day.isoweekday() and row.rhythm in (Rhythm.EACH, letter) for row in rows
        )

    def frees(self, student: int, day: datetime.date) -> bool:
        known = self.leaves.get(student)
        if not known:
            return False
        letter = self.days.week_letter(day)
        return any(leave.holds_on(day, letter) for leave in known)

    def expects(self, student: int, times: list[TimeInClass], day: datetime.date) -> bool:
        """On a day on which one of their classes is taught, if no leave or exemption frees them."""
        is_taught = any(
            holds(time.since, time.until, day) and self.is_taught(time.school_class, day)
            for time in times
        )
        return is_taught and not self.frees(student, day)

    def leave_before(self, student: int, today: datetime.date) -> Known | None:
        """A leave that ended within a month."""
        ended = [
            known
            for known in self.leaves.get(student, ())
            if known.last_day and today - A_MONTH <= known.last_day < today
        ]
        return max(ended, key=lambda known: known.last_day or today, default=None)


@dataclass(frozen=True)
class SignDay:
    """A day with class of the student's school, as the line of a channel shows it."""

    day: datetime.date
    is_expected: bool


@dataclass(frozen=True)
class Silence:
    """How long a student has given no sign; `last`: the day of the last one this school year."""

    pk: int
    days: int
    limit: int
    last: datetime.date | None
    signs: Signs
    class_name: str
    is_free: bool  # on leave today
    leave: Known | None  # that ended within a month
    shown: list[SignDay]  # the last school days, the oldest first
    seen: dict[str, set[datetime.date]]  # of these, which have a sign, by channel

    @property
    def is_shown(self) -> bool:
        return is_silent(self.days, self.limit) and not self.is_free


@dataclass
class SilentLine:
    """One line of the list: what is known beside it, and who calls."""

    silent: Silence
    student: Person
    asked_at: datetime.datetime | None  # the oldest question without an answer
    calls: list[Call] = field(default_factory=list)  # that were made, the newest first
    taken: Call | None = None

    @property
    def last_call(self) -> Call | None:
        return self.calls[0] if self.calls else None


def school_year_began(today: datetime.date) -> datetime.date:
    return datetime.date(school_year(today) - 1, 8, 1)


class Followed(NamedTuple):
    """Whose silence is asked for: students who are today in these classes or schools, or these."""

    classes: tuple[int, ...] = ()
    led: tuple[int, ...] = ()
    these: tuple[int, ...] = ()


def followed_as_teacher(person: Person, today: datetime.date) -> Followed:
    """Of one's classes as a teacher, stand-in or tutor. One query."""
    taught = SchoolClass.objects.taught_by(person, today).order_by().values_list("pk")
    tutored = SchoolClass.objects.tutored_by(person, today).order_by().values_list("pk")
    return Followed(classes=tuple(pk for (pk,) in taught.union(tutored).order_by()))


def followed_as_taught(taught: Taught) -> Followed:
    """The same, from what a first page has read already; of a class that nobody teaches there is
    nothing to be heard.
    """
    here = taught.person.places_as(Role.TEACHER)
    given = [*taught.open_on(taught.today), *taught.tutored_on(taught.today)]
    classes = {one.school_class_id for one in given if one.school_class.school in here}
    return Followed(classes=tuple(classes))


def followed_as_leader(person: Person) -> Followed:
    return Followed(led=tuple(school.pk for school in person.places_as(Role.LEADER)))


def how_many_silent(
    followed: Followed, schools: Collection[Organisation], today: datetime.date
) -> int:
    """How many of the students stand in the list. One query; two where somebody's leave, or days
    off of the school, reach back farther than the days that are read of all; none of nobody.
    """
    year = SchoolYear(followed, schools, today)
    unsure = tuple(student for student, is_sure in year.seeming.items() if not is_sure)
    signs = signs_from(_facts(last_signs, students=unsure, since=year.began))
    silent = [student for student in unsure if year.is_silent_since(student, signs[student])]
    return len(year.seeming) - len(unsure) + len(silent)


def silent_students(
    person: Person, today: datetime.date, *, whole_school: bool = False
) -> list[Silence]:
    """Those among the students that the person follows, longest silence first. Three queries.

    `whole_school`: of the schools that the person leads; else of one's classes.
    """
    role = Role.LEADER if whole_school else Role.TEACHER
    followed = followed_as_leader(person) if whole_school else followed_as_teacher(person, today)
    year = SchoolYear(followed, person.places_as(role), today)
    return sorted(
        (one for one in year.silences(list(year.seeming)) if one.is_shown),
        key=lambda one: (one.last or datetime.date.min, -one.days, one.pk),
    )


class SchoolYear:
    """What is known of students who are in a class of these schools today. One query.

    A lycée's year has a million lines of rolls: of all students the last school days are read, and
    the whole year of those alone who seem silent.
    """

    def __init__(self, followed: Followed, schools: Collection[Organisation], today: datetime.date):
        self.today, self.began = today, school_year_began(today)
        # As many days as the longest limit, and one more; closures and leaves make them fewer.
        self.read_from = max(self.began, _days_back(MOST_SILENCE + 1, today))
        whose = {name: pks for name, pks in followed._asdict().items() if pks}
        found = _facts(
            _year_of,
            **(whose or {"these": ()}),
            schools=tuple(school.pk for school in schools),
            year=school_year(today),
            began=self.began,
            first_monday=monday_of(self.began),
            today=today,
            since=self.read_from,
        )
        self.rows: dict[str, list[Fact]] = defaultdict(list)
        for row in found:
            self.rows[row.fact].append(row)
        self.times = self._times()
        self.schools = self._expected({school.pk: school for school in schools})
        self.signs = signs_from(found)

    def _times(self) -> dict[int, list[TimeInClass]]:
        """This school year's classes of who is in one today, the newest first."""
        times: dict[int, list[TimeInClass]] = defaultdict(list)
        kinds = (facts.IN_CLASS, *facts.IN_GROUP)
        rows = [row for kind in kinds for row in self.rows[kind]]
        for row in sorted(rows, key=lambda row: (row.first, row.place), reverse=True):
            is_whole = row.fact == facts.IN_CLASS
            times[row.who].append(
                TimeInClass(row.place, row.word, is_whole, row.figure, row.first, row.last)
            )
        return {
            student: of
            for student, of in times.items()
            if any(holds(time.since, time.until, self.today) for time in of)
        }

    def _expected(self, schools: dict[int, Organisation]) -> dict[int, ExpectedDays]:
        leaves: dict[int, dict[int, list[Known]]] = defaultdict(lambda: defaultdict(list))
        for row in self.rows[facts.LEAVE]:
            leaves[row.place][row.who].append(
                Known(ExemptionKind.LEAVE, row.first, row.last, row.word, False, False)
            )
        closures: dict[int, list[Closure]] = defaultdict(list)
        for row in self.rows[facts.CLOSURE]:
            closures[row.place].append(Closure(first_day=row.first, last_day=row.last))
        planned: dict[int, set[datetime.date]] = defaultdict(set)
        for row in self.rows[facts.PLAN]:
            planned[row.place].add(row.first)
        timetable: dict[int, list[TaughtOn]] = defaultdict(list)
        for row in self.rows[facts.HOUR]:
            timetable[row.place].append(TaughtOn(row.figure, row.word, row.first, row.last))
        return {
            row.place: ExpectedDays(
                SchoolDays(schools[row.place], _calendar(row), closures[row.place]),
                row.figure,
                leaves[row.place],
                planned,
                timetable,
            )
            for row in self.rows[facts.SCHOOL]
        }

    def place(self, student: int) -> TimeInClass:
        """Today's class, else a group."""
        now = [time for time in self.times[student] if holds(time.since, time.until, self.today)]
        return next((time for time in now if time.is_whole), now[0])

    def expected(self, student: int) -> ExpectedDays:
        return self.schools[self.place(student).school]

    def days_since(self, student: int, after: datetime.date) -> int:
        expects = partial(self.expected(student).expects, student, self.times[student])
        return silent_days(after, self.today, expects)

    @cached_property
    def seeming(self) -> dict[int, bool]:
        """Who is silent, as far as the days that are read of all can tell: whether for sure."""
        found = {student: self._is_silent(student) for student in self.times}
        return {student: bool(sure) for student, sure in found.items() if sure is not False}

    def _is_silent(self, student: int) -> bool | None:
        """None: a sign from before the days that are read of all decides."""
        school = self.expected(student)
        planned = any(time.school_class in school.planned for time in self.times[student])
        if not planned or school.frees(student, self.today):
            return False
        if signs := self.signs.get(student):
            return self.is_silent_since(student, signs)
        if is_silent(self.days_since(student, self.read_from - ONE_DAY), school.silent_after):
            return True
        return None if self.is_silent_since(student, {}) else False

    def is_silent_since(self, student: int, signs: Signs) -> bool:
        """Before the school year there is nothing to count from."""
        days = self.days_since(student, max(signs.values(), default=self.began))
        return is_silent(days, self.expected(student).silent_after)

    def silences(self, students: Collection[int]) -> list[Silence]:
        """With all signs of the school year. One query, none of nobody."""
        if not students:
            return []
        shown_from = min(self.shown_days(self.schools[pk])[0] for pk in self.schools)
        rows = _facts(days_with_signs, students=tuple(students), since=self.began, shown=shown_from)
        signs, seen = signs_from(rows), _seen_from(rows)
        return [self._silence(student, signs[student], seen[student]) for student in students]

    def _silence(self, student: int, signs: Signs, seen: dict[str, set[datetime.date]]) -> Silence:
        school, times, last = self.expected(student), self.times[student], last_sign(signs)
        # Before the school year there is nothing to count from.
        after = max(signs.values(), default=self.began)
        return Silence(
            student,
            self.days_since(student, after),
            school.silent_after,
            last,
            {key: day for key, day in signs.items() if key in Channel},
            self.place(student).name,
            school.frees(student, self.today),
            school.leave_before(student, self.today),
            [SignDay(day, school.expects(student, times, day)) for day in self.shown_days(school)],
            seen,
        )

    def shown_days(self, school: ExpectedDays) -> list[datetime.date]:
        """The last days with class of the school, today included; within half a year."""
        days: list[datetime.date] = []
        for n in range(183):
            day = self.today - n * ONE_DAY
            if day.isoweekday() <= FRIDAY and school.has_class(day):
                days.append(day)
            if len(days) == SHOWN_DAYS:
                break
        return days[::-1] or [self.today]


def _year_of(
    *,
    since: datetime.date,
    classes: tuple[int, ...] = (),
    led: tuple[int, ...] = (),
    these: tuple[int, ...] = (),
    **of_time: Any,
) -> Iterator[QuerySet]:
    """`classes`, `led`, `these`: one of them, as in `Followed`."""
    students: QuerySet | tuple[int, ...] = these
    if classes:
        members = ClassMembership.objects.on(of_time["today"]).filter(school_class__in=classes)
        students = members.order_by().values("student")
    elif led:
        members_of = Membership.objects.on(of_time["today"])
        of_schools = members_of.filter(role=Role.STUDENT, organisation__in=led)
        students = of_schools.order_by().values("person")
    yield from facts.facts_of_time(students, **of_time)
    their_classes = facts.classes_of(students, of_time["year"])
    yield from last_signs(students, since, classes=their_classes)


def _facts(branches: Branches, **given: Given) -> list[Fact]:
    return [
        Fact(fact, who, place, as_day(first), as_day(last), word, figure)
        for fact, who, place, first, last, word, figure in union_of(branches, **given)
    ]


def _calendar(row: Fact) -> SchoolCalendar | None:
    if row.first is None:
        return None
    return SchoolCalendar(week_a=row.first, pauses_in_holidays=row.word == facts.PAUSES)


def signs_from(rows: Iterable[Fact]) -> dict[int, Signs]:
    """The last day of each channel and of families that were reached, by student."""
    found: dict[int, Signs] = defaultdict(dict)
    for row in rows:
        if row.fact in Channel or row.fact == REACHED_BY_CALL:
            of_student = found[row.who]
            of_student[row.fact] = max(row.first, of_student.get(row.fact, row.first))
    return found


def _seen_from(rows: Iterable[Fact]) -> dict[int, dict[str, set[datetime.date]]]:
    found: dict[int, dict[str, set[datetime.date]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        found[row.who][row.fact].add(row.first)
    return found


def _days_back(number: int, today: datetime.date) -> datetime.date:
    """So many days with class before today; in the summer holidays not farther than a quarter."""
    day = today
    for _nth in range(92):
        if number == 0:
            break
        day -= ONE_DAY
        number -= day.isoweekday() <= FRIDAY and public_day_off(day) is None
    return day


def silent_lines(
    person: Person, now: datetime.datetime, today: datetime.date, *, whole_school: bool = False
) -> list[SilentLine]:
    """As `silent_students`, with the people, their open questions and their calls. Two queries
    more.
    """
    found = silent_students(person, today, whole_school=whole_school)
    waits = Min("help_requests__asked_at", filter=Q(help_requests__answered_at__isnull=True))
    pks = [one.pk for one in found]
    people = Person.objects.filter(pk__in=pks).annotate(waits_since=waits).in_bulk()
    calls = calls_of(pks, school_year_began(today), now)
    return [
        SilentLine(
            one,
            people[one.pk],
            people[one.pk].waits_since,
            [call for call in calls[one.pk] if call.noted_at],
            next((call for call in calls[one.pk] if not call.noted_at), None),
        )
        for one in found
    ]


@dataclass(frozen=True)
class OwnSigns:
    """What is counted about one student, for the student."""

    silence: Silence | None  # none: in no class today
    calls: list[Call]  # that were made


def own_signs(student: Person, now: datetime.datetime, today: datetime.date) -> OwnSigns:
    """As the list of the student's school counts them. Three queries."""
    calls = calls_of([student.pk], school_year_began(today), now)[student.pk]
    return OwnSigns(silence_of(student, today), [call for call in calls if call.noted_at])


def silence_of(student: Person, today: datetime.date) -> Silence | None:
    """None: in no class today. Two queries, beside the student's memberships."""
    year = SchoolYear(Followed(these=(student.pk,)), student.places_as(Role.STUDENT), today)
    return next(iter(year.silences(list(year.times))), None)


def calls_of(
    students: Collection[int], since: datetime.date, now: datetime.datetime
) -> dict[int, list[Call]]:
    """Calls that were made and those that somebody has taken, the newest first, by the student's
    pk. One query.
    """
    found: dict[int, list[Call]] = defaultdict(list)
    made = Call.objects.noted().filter(noted_at__date__gte=since)
    standing = (made | Call.objects.taken(now)).filter(student__in=students)
    for call in standing.select_related("caller"):
        found[call.student_id].append(call)
    return found
