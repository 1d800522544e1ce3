"""Dates of a calendar folded into hours of the week, and what a timetable's words mean."""

import dataclasses
import datetime

import pytest

from courses.agenda.models import Closure, SchoolCalendar
from courses.agenda.queries import SchoolDays
from courses.people.models import Organisation, Person, SchoolClass, Subject
from courses.timetables.enums import Covers, WordKind
from courses.timetables.models import TimetableWord
from courses.timetables.rules.folding import covered_by, fold
from courses.timetables.rules.matching import IGNORED, Matches
from courses.timetables.services.calendar_file import CalendarReader
from courses.timetables.values import SaidEvent, SaidFile, is_too_short
from tests.factories.timetables import (
    CLASS_FILE,
    MONDAY,
    TWO_TEACHERS_FILE,
    WEEK_FILE,
    calendar,
    event,
    sample,
)

pytestmark = pytest.mark.at("2026-11-25T12:00")  # the samples are of that school year
SCHOOL = Organisation(pk=1, name="Lycée")
WEEKS = [MONDAY + datetime.timedelta(weeks=n) for n in range(14)]  # six holidays and a term
# From 14 September: A B A B A, then the holidays of 17 October to 2 November, then B A B A…
TERM = [WEEKS[n] for n in (0, 1, 2, 3, 4, 7, 8, 9)]  # A B A B A B A B
ONE_DAY = datetime.timedelta(days=1)
THURSDAY = 3 * ONE_DAY


def lesson(day: datetime.date, subject="Français") -> SaidEvent:
    times = (datetime.time(8), datetime.time(8, 55))
    return SaidEvent(day, *times, subject, ("Mme MODELE Anne",), ("2de 3",), "")


def folded(*events: SaidEvent, closures=(), calendar=None) -> SaidFile:
    file = SaidFile("a.ics")
    fold(file, events, SchoolDays(SCHOOL, calendar, list(closures)))
    return file


def kinds(file: SaidFile, subject="Français") -> list[str]:
    """Each week, A, B or —: not regular."""
    return [
        (hour.rhythm or "each") if hour.is_regular else "—"
        for hour in file.hours
        if hour.subject == subject
    ]


def whole_term() -> list[SaidEvent]:
    """Another lesson, so that the file is one of eight weeks."""
    return [lesson(day, "EPS") for day in TERM]


@pytest.mark.parametrize(
    ("weeks", "kind"),
    [
        (TERM, ["each"]),
        (TERM[::2], ["A"]),
        (TERM[1::2], ["B"]),
        (TERM[:1], ["—"]),
        ([TERM[0], TERM[2]], ["—"]),
        (TERM[:7], ["each"]),  # one is gone: cancelled
        (TERM[:6], ["each"]),
        (TERM[:4], ["—"]),  # half of the weeks, of both letters
        ([*TERM[::2], TERM[1]], ["A"]),  # moved once
        (TERM[:6:2], ["A"]),  # 3 of 4
        ([*TERM[::2], *TERM[1:5:2]], ["—"]),
    ],
    ids=[
        "each week", "A weeks", "B weeks", "once", "twice", "each but one", "each but one of each",
        "half", "A and once in B", "three A weeks of four", "A and half of B",
    ],
)  # fmt: skip
def test_an_hour_is_there_each_week_or_in_weeks_of_one_letter(weeks, kind):
    assert kinds(folded(*whole_term(), *(lesson(day) for day in weeks))) == kind


@pytest.mark.parametrize(
    ("weeks", "kind"),
    [(TERM[:1], ["each"]), (TERM[:3], ["each"]), (TERM[:3:2], ["—"])],
    ids=["one week", "three weeks", "two of three weeks"],
)
def test_less_than_four_weeks_do_not_tell_a_from_b(weeks, kind):
    file = folded(*(lesson(day, "EPS") for day in weeks[:1] + TERM[2:3] * (len(weeks) > 1)),
                  *(lesson(day) for day in weeks))  # fmt: skip

    assert is_too_short(file.weeks)
    assert kinds(file) == kind


def test_four_weeks_tell_a_from_b():
    file = folded(*(lesson(day, "EPS") for day in TERM[:4]), *(lesson(day) for day in TERM[:4:2]))

    assert not is_too_short(file.weeks)
    assert kinds(file) == ["A"]


def test_the_school_s_own_anchor_says_which_weeks_are_a():
    other = SchoolCalendar(school=SCHOOL, week_a=TERM[1])

    file = folded(*whole_term(), *(lesson(day) for day in TERM[::2]), calendar=other)

    assert kinds(file) == ["B"]


def test_days_without_class_are_no_missing_hours():
    closed = Closure(school=SCHOOL, first_day=TERM[1], last_day=TERM[3] - THURSDAY, reason="Pont")
    days = [TERM[0], *TERM[3:]]

    assert kinds(folded(*whole_term(), *map(lesson, days), closures=[closed])) == ["each"]
    assert kinds(folded(*whole_term(), *map(lesson, days))) == ["each"]
    assert kinds(folded(*whole_term(), *map(lesson, days[:4]), closures=[closed])) == ["—"]


def test_a_bank_holiday_is_no_missing_hour():
    wednesdays = [day + 2 * ONE_DAY for day in TERM[3:7]]  # with 11 November
    others = [lesson(day, "EPS") for day in TERM[3:7]]

    file = folded(*others, *(lesson(day) for day in wednesdays if (day.month, day.day) != (11, 11)))

    assert (file.weeks, len(wednesdays)) == (4, 4)
    assert kinds(file) == ["each"]


def test_winter_and_summer_time_are_one_hour():
    reader = CalendarReader("a.ics")

    reader.read(calendar(*(event(day) for day in TERM)))

    assert {(one.begins, one.ends) for one in reader.events} == {
        (datetime.time(8), datetime.time(8, 55))
    }
    assert kinds(folded(*reader.events)) == ["each"]


@pytest.mark.parametrize(
    ("name", "covers", "events", "cancelled"),
    [
        (CLASS_FILE, Covers.CLASSES, 17, 1),
        (WEEK_FILE, Covers.TEACHERS, 12, 0),
        (TWO_TEACHERS_FILE, Covers.NOTHING, 4, 0),
    ],
    ids=["of a class", "of a teacher", "nobody can tell"],
)
def test_a_sample_says_whose_timetable_it_is(name, covers, events, cancelled):
    reader = CalendarReader(name)

    reader.read(sample(name))

    assert covered_by(reader.events) == covers
    assert (len(reader.events), reader.faults["cancelled"]) == (events + cancelled, cancelled)


@pytest.mark.parametrize(
    ("rooms", "covers"),
    [(["", ""], Covers.CLASSES), (["A1", "A1"], Covers.NOTHING), (["A1", "A2"], Covers.CLASSES)],
    ids=["not named", "one", "two"],
)
def test_a_class_s_file_is_told_from_a_room_s(rooms, covers):
    anne = lesson(MONDAY)
    paul = dataclasses.replace(anne, teachers=("M. EXEMPLE Paul",), begins=datetime.time(7))
    events = [
        dataclasses.replace(event, place=room)
        for event, room in zip([anne, paul], rooms, strict=True)
    ]

    assert covered_by(events) == covers


def test_labels_have_no_break_spaces_and_several_teachers():
    reader = CalendarReader(TWO_TEACHERS_FILE)

    reader.read(sample(TWO_TEACHERS_FILE))

    first = reader.events[0]
    assert (first.subject, first.teachers, first.classes, first.place) == (
        "EMC", ("M. EXEMPLE Paul", "Mme TYPE Claire"), ("1re 1",), "A01",
    )  # fmt: skip


ANNE, PAUL = (
    Person(pk=1, login="anne.modele", given_name="Anne", family_name="Modèle"),
    Person(pk=2, login="paul.exemple", given_name="Paul", family_name="EXEMPLE"),
)
TWIN = Person(pk=3, login="anne.modele2", given_name="Anne", family_name="Modèle")
CLASS = SchoolClass(pk=1, name="2de 3")
FRENCH = Subject(pk=1, code="francais", title_fr="Français", title_en="French")


@pytest.mark.parametrize(
    ("kind", "word", "target"),
    [
        (WordKind.TEACHER, "Mme MODELE Anne", ANNE),
        (WordKind.TEACHER, "Anne Modèle", ANNE),
        (WordKind.TEACHER, "PAUL.EXEMPLE", PAUL),
        (WordKind.TEACHER, "Mme MODELE A.", None),
        (WordKind.CLASS, "2DE3", CLASS),
        (WordKind.CLASS, "2de 4", None),
        (WordKind.SUBJECT, "FRANCAIS", FRENCH),
        (WordKind.SUBJECT, "French", FRENCH),
        (WordKind.SUBJECT, "Lettres", FRENCH),  # chosen
        (WordKind.SUBJECT, "Vie de classe", IGNORED),
    ],
    ids=lambda value: "left out" if value is IGNORED else str(value),
)
def test_a_word_means_what_is_spelled_so_or_what_was_chosen(kind, word, target):
    words = [
        TimetableWord(kind=WordKind.SUBJECT, word="Lettres", subject=FRENCH),
        TimetableWord(kind=WordKind.SUBJECT, word="Vie de classe"),
    ]

    assert Matches([FRENCH], [ANNE, PAUL], [CLASS], words).of(kind, word) == target


def test_people_of_one_name_are_never_told_apart_by_it():
    matches = Matches([], [ANNE, TWIN], [], [])

    assert matches.of(WordKind.TEACHER, "Mme MODELE Anne") is None
    assert matches.of(WordKind.TEACHER, "anne.modele2") == TWIN


def test_a_class_that_was_chosen_last_year_is_this_year_s_of_the_same_name():
    last_year = SchoolClass(pk=9, name="2DE 3")
    chosen = TimetableWord(kind=WordKind.CLASS, word="Seconde III", school_class=last_year)

    assert Matches([], [], [CLASS], [chosen]).of(WordKind.CLASS, "Seconde III") == CLASS
