"""A timetable from files costs the same number of queries, whatever the files hold."""

import datetime
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.agenda.models import ClassHour
from courses.agenda.queries import SchoolDays
from courses.people.models import Organisation
from courses.timetables.exceptions import NoHourInside
from courses.timetables.services.receiving import read_files
from tests.factories.continuity import LeaderFactory, SchoolClassFactory
from tests.factories.people import OrganisationFactory, SubjectFactory, TeacherFactory
from tests.factories.timetables import (
    MONDAY,
    calendar,
    choose,
    each_week,
    event,
    press,
    say_yes,
)

pytestmark = pytest.mark.at("2026-11-25T12:00")
DAYS = SchoolDays(Organisation(name="Lycée"), None)
HOURS = [f"{hour:02}:00" for hour in range(8, 18)]


def class_file(name: str, hours: int, teachers: list[str], weeks: int = 5) -> bytes:
    """Hours of one class, in its first days of the week, each with the next teacher."""
    lessons = []
    for n in range(hours):
        begins = HOURS[n // 5]
        lessons.append(
            each_week(
                weeks,
                MONDAY + datetime.timedelta(days=n % 5),
                begins=begins,
                ends=begins.replace(":00", ":55"),
                teacher=teachers[n % len(teachers)],
                where=f"Classe : {name}",
            )
        )
    return calendar(*lessons)


def queries_of(client, classes: int, hours: int) -> tuple[list[int], int]:
    """Of choosing and looking, of applying, of a press that is too late; and how many hours were applied."""
    school = OrganisationFactory()
    leader = LeaderFactory(leads=school, language="en")
    names = [f"2de {n}" for n in range(classes)]
    files = []
    for name in names:
        SchoolClassFactory(school=school, name=name)
        teachers = [TeacherFactory(works_at=school) for _n in range(2)]
        said = [f"Mme {one.family_name} {one.given_name}" for one in teachers]
        files.append((f"{name}.ics", class_file(name, hours, said)))
    counted = []

    def count(act):
        with CaptureQueriesContext(
            connection,
        ) as found:
            answer = act()
        counted.append(len(found))
        return answer

    page = count(lambda: choose(client, leader, school, *files))
    count(lambda: say_yes(client, page))
    made = ClassHour.objects.filter(teaching__school_class__school=school).count()
    count(lambda: press(client, "set_timetable_aside"))
    return counted, made


@pytest.mark.django_db
def test_six_classes_cost_as_many_queries_as_two(client):
    SubjectFactory(code="francais")
    queries_of(client, 1, 2)  # what the first request of a process asks

    small, few = queries_of(client, 2, 5)
    large, many = queries_of(client, 6, 20)

    assert (few, many) == (10, 120)
    assert large == small


def test_the_year_of_thirty_classes_is_read_in_a_second_or_two():
    """35,000 events: 0.9 s of CPU on a machine at work; more than three would hold a request up."""
    files = []
    for n in range(30):
        events = [
            event(
                day, f"{8 + hour // 5:02}:00", f"{8 + hour // 5:02}:55",
                teacher=f"Mme NOM{(n * 7 + hour) % 80} Anne", where=f"Classe : 2de {n}",
            )
            for hour in range(34)
            for week in range(44)
            if DAYS.has_class(day := MONDAY + datetime.timedelta(weeks=week, days=hour % 5))
        ]  # fmt: skip
        files.append((f"{n}.ics", calendar(*events)))
    began = time.process_time()

    said = read_files(files, DAYS)

    assert sum(len(file.hours) for file in said) == 30 * 34
    assert sum(file.events for file in said) > 30_000
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    "line",
    [
        "DESCRIPTION:a\\n" + " " * 200_000 + "b",
        "SUMMARY:a" + "\n x" * 500_000,
        "DESCRIPTION:" + "\\n" * 500_000,
    ],
    ids=["blanks before a colon that isn't there", "folds", "rows"],
)
def test_a_long_line_costs_as_much_as_its_length(line):
    """0.2 s of CPU at most; by the square of the length it would be an hour."""
    began = time.process_time()

    with pytest.raises(NoHourInside):
        read_files([("a.ics", calendar(f"BEGIN:VEVENT\n{line}\nEND:VEVENT\n"))], DAYS)

    assert time.process_time() - began < 3
