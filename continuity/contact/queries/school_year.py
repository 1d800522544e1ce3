"""A school year of students: where they were, when they were expected, which signs they gave."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

from django.db.models import QuerySet

from continuity.contact.queries import facts
from continuity.contact.queries.expected import FRIDAY, ExpectedDays, TaughtOn, TimeInClass
from continuity.contact.queries.facts import Fact, read
from continuity.contact.queries.signs import (
    REACHED_BY_CALL,
    Signs,
    days_with_signs,
    last_sign,
    last_signs,
)
from continuity.contact.values import is_silent, silent_days
from continuity.enums import MOST_SILENCE, Channel, ExemptionKind
from continuity.school.queries.exemptions import Known
from courses.agenda.models import Closure, SchoolCalendar
from courses.agenda.queries import ONE_DAY, SchoolDays, monday_of, public_day_off
from courses.people.enums import Role
from courses.people.models import ClassMembership, Membership, Organisation
from courses.people.models.classes import holds, school_year, school_year_began

SHOWN_DAYS = 20  # school days of which a page shows each sign


@dataclass(frozen=True)
class SignDay:
    """A day with class of the student's school, as the line of a channel shows it."""

    day: datetime.date
    is_expected: bool


@dataclass(frozen=True)
class Silence:
    """How long a student has given no sign; `last`: the day of the last one this school year.

    `days` are counted after `since`: a call that reached the family or a week on paper makes it
    later than `last`.
    """

    pk: int
    school: int  # of the class in which the student is today, by its pk
    days: int
    since: datetime.date
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


class Followed(NamedTuple):
    """Whose silence is asked for: students who are today in these classes or schools, or these."""

    classes: tuple[int, ...] = ()
    led: tuple[int, ...] = ()
    these: tuple[int, ...] = ()

    def students(self, today: datetime.date) -> QuerySet | tuple[int, ...]:
        """Their pks."""
        if self.classes:
            members = ClassMembership.objects.on(today).filter(school_class__in=self.classes)
            return members.order_by().values("student")
        if self.led:
            enrolled = Membership.objects.on(today).filter(role=Role.STUDENT)
            return enrolled.filter(organisation__in=self.led).order_by().values("person")
        return self.these


class SchoolYear:
    """What is known of students who are in a class of these schools today. One query.

    A lycée's year has a million lines of rolls: of all students the last school days are read, and
    the whole year of those alone who seem silent.
    """

    def __init__(self, followed: Followed, schools: Collection[Organisation], today: datetime.date):
        self.today, self.began = today, school_year_began(today)
        # As many days as the longest limit, one more, and a week that paper before them may cover;
        # closures and leaves make them fewer.
        self.read_from = max(self.began, _days_back(MOST_SILENCE + 1 + FRIDAY, today))
        found = self._facts(followed, schools) if schools and any(followed) else []
        self.rows: dict[str, list[Fact]] = defaultdict(list)
        for row in found:
            self.rows[row.fact].append(row)
        self.times = self._times()
        self.schools = self._expected({school.pk: school for school in schools})
        self.signs = signs_from(found)

    def _facts(self, followed: Followed, schools: Collection[Organisation]) -> list[Fact]:
        students = followed.students(self.today)
        of_year = school_year(self.today)
        of_time = facts.facts_of_time(
            students,
            schools=[school.pk for school in schools],
            year=of_year,
            began=self.began,
            first_monday=monday_of(self.began),
            today=self.today,
        )
        their_classes = facts.classes_of(students, of_year)
        return read([*of_time, *last_signs(students, self.read_from, classes=their_classes)])

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
        """None: a sign from before the days that are read of all decides, be it a week on paper."""
        school = self.expected(student)
        planned = any(time.school_class in school.planned for time in self.times[student])
        if not planned or school.frees(student, self.today):
            return False
        signs = self.signs.get(student, {})
        if not self.is_silent_since(student, signs):
            return False
        unread = school.paper_lasts_until(self.read_from - ONE_DAY)
        after = max(unread, school.counts_from(signs, self.began))
        return is_silent(self.days_since(student, after), school.silent_after) or None

    def is_silent_since(self, student: int, signs: Signs) -> bool:
        school = self.expected(student)
        days = self.days_since(student, school.counts_from(signs, self.began))
        return is_silent(days, school.silent_after)

    def silences(self, students: Collection[int]) -> list[Silence]:
        """With all signs of the school year. One query, none of nobody."""
        if not students:
            return []
        shown_from = min(self.shown_days(self.schools[pk])[0] for pk in self.schools)
        rows = read(days_with_signs(students, self.began, shown_from))
        signs, seen = signs_from(rows), _seen_from(rows)
        return [self._silence(student, signs[student], seen[student]) for student in students]

    def _silence(self, student: int, signs: Signs, seen: dict[str, set[datetime.date]]) -> Silence:
        school, times, last = self.expected(student), self.times[student], last_sign(signs)
        since = school.counts_from(signs, self.began)
        return Silence(
            student,
            self.place(student).school,
            self.days_since(student, since),
            since,
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
