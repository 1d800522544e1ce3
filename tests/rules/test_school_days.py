"""Which days have class and which week is A: the school's own date, holidays of zone B, bank
holidays, closures (cases C3, C5, C6).
"""

import datetime

import pytest

from courses.agenda.enums import DayOff
from courses.agenda.models import ClassHour, Closure, SchoolCalendar
from courses.agenda.queries import (
    ONE_WEEK,
    SchoolDays,
    class_hours,
    in_holidays,
    public_day_off,
    school_days,
)
from courses.agenda.rules import why_not_close, why_not_put_hour
from courses.people.models import Person, SchoolClass, Subject, Teaching
from tests.factories.continuity import MONDAY, SchoolClassFactory, class_hour, teaching

D = datetime.date
SEPTEMBER = D(2026, 9, 7)  # a Monday, a week A
BEFORE, AFTER = (
    D(2026, 10, 12),
    D(2026, 11, 2),
)  # the last week before the autumn holidays of zone B, the first after them


def days(*, week_a=SEPTEMBER, pauses=False, closures=()) -> SchoolDays:
    calendar = SchoolCalendar(week_a=week_a, pauses_in_holidays=pauses) if week_a else None
    return SchoolDays(school=None, calendar=calendar, closures=list(closures))


@pytest.mark.parametrize(
    ("school", "day", "letter"),
    [
        pytest.param(days(), SEPTEMBER, "A", id="the school's own date is in a week A"),
        pytest.param(days(), SEPTEMBER + datetime.timedelta(days=6), "A", id="the whole week is"),
        pytest.param(days(), SEPTEMBER + datetime.timedelta(days=7), "B", id="the next is B"),
        pytest.param(days(), SEPTEMBER - datetime.timedelta(days=7), "B", id="the one before, too"),
        pytest.param(
            days(week_a=SEPTEMBER + datetime.timedelta(days=7)),
            SEPTEMBER,
            "B",
            id="another school, another date",
        ),
        pytest.param(days(), BEFORE, "B", id="before two weeks of holidays"),
        pytest.param(days(), AFTER, "A", id="two weeks of holidays don't shift the rhythm"),
        pytest.param(days(pauses=True), AFTER, "A", id="nor where it waits, for they are two"),
        pytest.param(days(week_a=None), D(2026, 9, 1), "A", id="no date given: 1 September"),
    ],
)
def test_the_letter_of_a_week(school, day, letter):
    """C3."""
    assert school.week_letter(day) == letter


def test_where_the_rhythm_waits_the_week_after_the_holidays_follows_the_one_before():
    """C3: five weeks lie between, two of them holidays.

    Without waiting A and B take turns through them.
    """
    since = D(2026, 10, 5)
    weeks = [since + datetime.timedelta(weeks=n) for n in range(6)]

    counted = [days(week_a=since).week_letter(week) for week in weeks]
    waiting = [days(week_a=since, pauses=True).week_letter(week) for week in weeks]

    assert [in_holidays(week) for week in weeks] == [False, False, True, True, False, False]
    assert counted == ["A", "B", "A", "B", "A", "B"]
    assert [
        letter for letter, week in zip(waiting, weeks, strict=True) if not in_holidays(week)
    ] == ["A", "B", "A", "B"]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        pytest.param(D(2026, 10, 21), DayOff.HOLIDAYS, id="autumn holidays of zone B"),
        pytest.param(D(2027, 2, 24), DayOff.HOLIDAYS, id="winter holidays of zone B"),
        pytest.param(D(2026, 11, 11), DayOff.BANK_HOLIDAY, id="11 November"),
        pytest.param(D(2026, 11, 29), DayOff.SUNDAY, id="a Sunday"),
        pytest.param(D(2026, 11, 30), None, id="an ordinary Monday"),
        pytest.param(D(2020, 4, 16), DayOff.HOLIDAYS, id="the day of the press release (C5)"),
    ],
)
def test_days_off_for_everybody(day, why):
    off = public_day_off(day)

    assert (off[0] if off else None) == why


def test_a_closure_is_one_school_s_own_and_hours_that_day_are_not_held():
    """C6."""
    closed = days(closures=[Closure(first_day=MONDAY, last_day=MONDAY, reason="Grève")])

    assert closed.day_off(MONDAY) == (DayOff.CLOSURE, "Grève")
    assert days().day_off(MONDAY) is None
    assert closed.next_day_with_class(MONDAY) == MONDAY + datetime.timedelta(days=1)


@pytest.mark.django_db
def test_dated_hours_leave_out_the_other_weeks_days_off_and_what_is_no_longer_taught():
    school_class = SchoolClassFactory()
    given = teaching(school_class, until=MONDAY + datetime.timedelta(days=16))
    SchoolCalendar.objects.create(school=school_class.school, week_a=MONDAY)
    wednesday = datetime.timedelta(days=2)
    Closure.objects.create(
        school=school_class.school,
        first_day=MONDAY + wednesday,
        last_day=MONDAY + wednesday,
        reason="Neige",
    )
    class_hour(given, weekday=1, rhythm="A")
    class_hour(given, weekday=3)

    held = class_hours(
        [given], MONDAY, MONDAY + datetime.timedelta(days=20), school_days(school_class.school)
    )

    assert [(dated.day - MONDAY).days for dated in held] == [0, 9, 14]


CLASS, OTHER_CLASS = SchoolClass(pk=1, name="2de 1"), SchoolClass(pk=2, name="2de 2")
TEACHER, OTHER_TEACHER = Person(pk=1, given_name="Alix"), Person(pk=2, given_name="Noé")
NINE, TEN, ELEVEN = datetime.time(9), datetime.time(10), datetime.time(11)


FRENCH = Subject(pk=1, title_fr="Français", title_en="French")
MUSIC = Subject(pk=2, title_fr="Musique", title_en="Music")


def given_in(school_class, teacher, subject=FRENCH):
    return Teaching(school_class=school_class, teacher=teacher, subject=subject)


@pytest.mark.django_db
def test_an_hour_holds_from_its_first_day_until_before_its_end():
    given = teaching()
    class_hour(given, weekday=1, since=MONDAY, until=MONDAY + 2 * ONE_WEEK)

    held = class_hours(
        [given], MONDAY - ONE_WEEK, MONDAY + 2 * ONE_WEEK, school_days(given.school_class.school)
    )

    assert [dated.day for dated in held] == [MONDAY, MONDAY + ONE_WEEK]


def hour(of, *, rhythm="", weekday=1):
    return ClassHour(teaching=of, weekday=weekday, begins=NINE, ends=TEN, rhythm=rhythm)


@pytest.mark.parametrize(
    ("other", "begins", "ends", "rhythm", "refusal"),
    [
        pytest.param(
            hour(given_in(CLASS, OTHER_TEACHER, MUSIC)),
            NINE,
            TEN,
            "",
            "ClassHourTaken",
            id="the class has something else",
        ),
        pytest.param(
            hour(given_in(CLASS, OTHER_TEACHER)),
            NINE,
            TEN,
            "",
            "ColleagueHasThatHour",
            id="the class has the same subject with a colleague",
        ),
        pytest.param(
            hour(given_in(OTHER_CLASS, TEACHER)),
            NINE,
            TEN,
            "",
            "TeacherTaken",
            id="the teacher is elsewhere",
        ),
        pytest.param(
            hour(given_in(CLASS, TEACHER)),
            TEN,
            ELEVEN,
            "",
            None,
            id="one begins when the other ends",
        ),
        pytest.param(
            hour(given_in(CLASS, TEACHER), rhythm="A"),
            NINE,
            TEN,
            "B",
            None,
            id="A and B share an hour",
        ),
        pytest.param(
            hour(given_in(CLASS, TEACHER), rhythm="A"),
            NINE,
            TEN,
            "",
            "ClassHourTaken",
            id="each week meets the A weeks",
        ),
        pytest.param(
            hour(given_in(CLASS, TEACHER), weekday=2), NINE, TEN, "", None, id="another day"
        ),
        pytest.param(
            hour(given_in(CLASS, TEACHER), weekday=2),
            TEN,
            NINE,
            "",
            "HourEndsBeforeItBegins",
            id="backwards",
        ),
    ],
)
def test_why_an_hour_cannot_be_put_in(other, begins, ends, rhythm, refusal):
    found = why_not_put_hour(given_in(CLASS, TEACHER), 1, begins, ends, rhythm, others=[other])

    assert (type(found).__name__ if found else None) == refusal


@pytest.mark.parametrize(
    ("last", "refusal"),
    [
        (MONDAY, None),
        (MONDAY - datetime.timedelta(days=1), "ClosureEndsBeforeItBegins"),
        (D(2027, 11, 30), "ClosureTooLong"),
    ],
    ids=["one day", "backwards", "a year"],
)
def test_why_a_school_cannot_be_closed(last, refusal):
    found = why_not_close(MONDAY, last)

    assert (type(found).__name__ if found else None) == refusal
