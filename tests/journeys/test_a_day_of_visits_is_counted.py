"""Page views are counted in memory, written in batches, added up by the hour; at night a day is closed
and its identifiers go, on Monday the week with its own.
"""

import datetime

import pytest
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from cms.indicators.enums import KeySpan, Place, ReaderDevice, ReaderRole
from cms.indicators.models import (
    ClosedDay,
    ClosedWeek,
    CountingKey,
    DayCount,
    HourCount,
    HourFigure,
    HourPeople,
    PageTally,
    SeenThisWeek,
    SeenToday,
    WeekFigure,
)
from cms.indicators.services import days, folding, retention, weeks
from cms.indicators.services.memory import MEMORY, flush
from courses.agenda.values import PARIS
from courses.people.enums import Role
from courses.people.services import mergers
from tests.factories.people import (
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    TeacherFactory,
)

pytestmark = pytest.mark.django_db


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

PHONE = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"

MONDAY = datetime.date(2026, 11, 23)


def at(day: int, hour: int, minute: int = 0) -> datetime.datetime:
    """An instant of November 2026 in Paris; day 31 is 1 December."""
    return datetime.datetime(2026, 11, 1, hour, minute, tzinfo=PARIS) + datetime.timedelta(day - 1)


def reads(person, *instants, page="people:profile", browser=FIREFOX, **headers):
    """Somebody opens a page at each of these instants."""
    client = Client(headers={"User-Agent": browser, **headers})
    if person:
        client.force_login(person)
    for instant in instants:
        with time_machine.travel(instant, tick=False):
            assert client.get(reverse(page)).status_code == 200


def student_of(school):
    student = PersonFactory()
    MembershipFactory(person=student, organisation=school, role=Role.STUDENT)
    return student


def pages_by_hour() -> list[tuple]:
    return [
        (count.hour.astimezone(PARIS).strftime("%a %H:%M"), count.device, count.place, count.pages)
        for count in HourCount.objects.order_by("hour", "device")
    ]


def test_a_day_of_visits_is_counted_and_forgets_who_it_was():
    school = OrganisationFactory()
    teacher, student = TeacherFactory(works_at=school), student_of(school)

    reads(teacher, at(25, 9, 5), at(25, 9, 10), at(25, 9, 45), at(25, 20, 0))
    reads(student, at(25, 9, 59), at(25, 19, 30), browser=PHONE)
    reads(None, at(25, 19, 40), page="people:login")
    flush()
    folding.fold()

    assert pages_by_hour() == [
        ("Wed 09:00", ReaderDevice.COMPUTER, Place.CLASS_HOURS, 3),
        ("Wed 09:00", ReaderDevice.PHONE, Place.CLASS_HOURS, 1),
        ("Wed 19:00", ReaderDevice.COMPUTER, Place.EVENING, 1),
        ("Wed 19:00", ReaderDevice.PHONE, Place.EVENING, 1),
        ("Wed 20:00", ReaderDevice.COMPUTER, Place.EVENING, 1),
    ]
    assert SeenToday.objects.count() == 5
    assert days.close_days(at(25, 23, 59)) == []

    assert days.close_days(at(26, 3, 30)) == [datetime.date(2026, 11, 25)]

    assert not SeenToday.objects.exists()
    assert not CountingKey.objects.filter(span=KeySpan.DAY).exists()
    assert HourCount.objects.count() == 5
    assert sorted(DayCount.objects.values_list("school", "role", "people", "visits")) == [
        (school.pk, ReaderRole.STUDENT, 1, 2),
        (school.pk, ReaderRole.TEACHER, 1, 2),
    ]
    assert [
        (hour.astimezone(PARIS).hour, people)
        for hour, people in HourPeople.objects.order_by("hour").values_list("hour", "people")
    ] == [(9, 2), (19, 1), (20, 1)]
    assert not days.close_days(at(26, 3, 30))
    assert DayCount.objects.count() == 2


def test_a_week_closes_with_all_its_measures_and_forgets_who_it_was():
    school, other = OrganisationFactory.create_batch(2)
    for student in [student_of(school) for _n in range(12)]:
        reads(student, at(23, 10), at(28, 15), browser=PHONE)
    for teacher in TeacherFactory.create_batch(2, works_at=school):
        reads(teacher, at(24, 19))
    for teacher in TeacherFactory.create_batch(9, works_at=other):
        reads(teacher, *[at(25, hour) for hour in range(9, 12)])
    flush()
    days.close_days(at(30, 3, 30))

    assert weeks.close_weeks(at(30, 3, 30)) == [MONDAY]

    assert not SeenThisWeek.objects.exists()
    assert not CountingKey.objects.exists()
    assert ClosedWeek.objects.get().week == MONDAY
    region = WeekFigure.objects.filter(school=None, part="").select_related("definition")
    assert {
        figure.definition.code: figure.value
        for figure in region
        if figure.definition.code in weeks.CELLS_OF_PAGES
        or figure.definition.code in {"people", "visits"}
    } == {
        "pages": 53,
        "pages_class_hours": 39,
        "pages_evening": 2,
        "pages_weekend": 12,
        "pages_phone": 24,
        "pages_computer": 29,
        "people": 23,
        "visits": 53,
    }
    of_people = WeekFigure.objects.published().filter(definition__code="people", school=school)
    assert {figure.part: figure.shown for figure in of_people}["teacher"] is None
    assert (
        WeekFigure.objects.get(definition__code="people", school=school, part="teacher").value == 2
    )
    assert weeks.close_weeks(at(30, 3, 31)) == []


def test_figures_of_a_closed_week_are_never_counted_again():
    teachers = TeacherFactory.create_batch(6, works_at=OrganisationFactory())
    for teacher in teachers:
        reads(teacher, at(25, 9))
    flush()
    days.close_days(at(30, 3, 30))
    weeks.close_weeks(at(30, 3, 30))
    before = list(WeekFigure.objects.order_by("pk").values())

    for teacher in teachers:
        reads(teacher, at(25, 9))  # written by a process that was away
    late = flush()
    weeks.close_weeks(at(30, 4))

    assert late == 0
    assert list(WeekFigure.objects.order_by("pk").values()) == before
    assert ClosedDay.objects.get(day=datetime.date(2026, 11, 25)).late_pages == 6
    assert not SeenToday.objects.exists()
    assert not PageTally.objects.exists()
    assert not CountingKey.objects.exists()


@pytest.mark.at("2026-10-26T12:00")
def test_the_day_on_which_clocks_go_back_has_its_hour_twice_and_is_closed():
    teachers = TeacherFactory.create_batch(6, works_at=OrganisationFactory())
    sunday = datetime.datetime(2026, 10, 25, tzinfo=PARIS)
    twice = [sunday.replace(hour=2, minute=10, fold=fold) for fold in (0, 1)]
    for teacher in teachers:
        reads(teacher, *twice, sunday.replace(hour=23, minute=50))
    flush()

    assert days.close_days(datetime.datetime(2026, 10, 26, 3, 30, tzinfo=PARIS)) == [sunday.date()]
    assert weeks.close_weeks(datetime.datetime(2026, 10, 26, 3, 30, tzinfo=PARIS)) == [
        datetime.date(2026, 10, 19)
    ]

    day = DayCount.objects.get()
    assert (day.people, day.visits) == (6, 18)  # an hour lies between both
    assert HourPeople.objects.count() == 3
    hours = HourFigure.objects.filter(weekday=6, pages__gt=0).order_by("hour")
    assert {hour.hour: hour.pages for hour in hours} == {None: 18, 2: 12, 23: 6}


@pytest.mark.at("2027-03-29T12:00")
def test_the_day_on_which_clocks_go_forward_ends_in_its_last_half_hour():
    teacher = TeacherFactory()
    reads(teacher, datetime.datetime(2027, 3, 28, 23, 50, tzinfo=PARIS))
    flush()

    assert SeenToday.objects.get().half_hour == 45
    assert days.close_days(datetime.datetime(2027, 3, 29, 3, 30, tzinfo=PARIS)) == [
        datetime.date(2027, 3, 28)
    ]


def test_a_day_before_the_first_closed_one_is_counted_as_that_day():
    """Of a process that kept Tuesday's pages in memory, while Wednesday was closed as the first day."""
    school = OrganisationFactory()
    teachers = TeacherFactory.create_batch(6, works_at=school)
    for teacher in teachers:
        reads(teacher, at(25, 9))
    flush()
    assert days.close_days(at(26, 3, 30)) == [datetime.date(2026, 11, 25)]
    for teacher in teachers:
        reads(teacher, at(24, 9))

    assert flush() == 6
    assert days.close_days(at(27, 3, 30)) == [
        datetime.date(2026, 11, 24),
        datetime.date(2026, 11, 26),
    ]

    assert not SeenToday.objects.exists()
    assert not CountingKey.objects.filter(span=KeySpan.DAY).exists()
    counts = DayCount.objects.order_by("day").values_list("day", "people")
    assert list(counts) == [(datetime.date(2026, 11, day), 6) for day in (24, 25)]
    days.close_days(at(30, 3, 30))
    weeks.close_weeks(at(30, 3, 30))
    people = WeekFigure.objects.get(definition__code="people", part="", school=school)
    pages = WeekFigure.objects.get(definition__code="pages", part="", school=school)
    assert (people.value, pages.value) == (6, 12)


def test_a_database_that_takes_nothing_for_a_moment_loses_no_page(monkeypatch):
    reads(TeacherFactory(), at(25, 9))
    with monkeypatch.context() as broken:
        broken.setattr(connection, "ensure_connection", _unreachable)
        assert flush() == 0

    assert MEMORY.views.total() == 1
    assert flush() == 1


def _unreachable():
    raise OperationalError("away")


def test_counts_by_the_hour_go_a_month_after_their_week():
    for teacher in TeacherFactory.create_batch(6, works_at=OrganisationFactory()):
        reads(teacher, at(25, 9), at(30, 9))
    flush()
    days.close_days(at(31, 3, 30))
    weeks.close_weeks(at(31, 3, 30))

    retention.forget_fine_counts(at(30, 3) + datetime.timedelta(days=29))
    assert HourCount.objects.count() == HourPeople.objects.count() == DayCount.objects.count() == 2

    retention.forget_fine_counts(at(30, 3) + datetime.timedelta(days=30))

    of_the_next_week = at(30, 9)
    assert HourCount.objects.get().hour == of_the_next_week
    assert HourPeople.objects.get().hour == of_the_next_week
    assert DayCount.objects.get().day == of_the_next_week.date()
    assert ClosedWeek.objects.get().week == MONDAY


def test_hidden_numbers_go_a_month_after_their_week_is_closed_and_stay_hidden():
    school = OrganisationFactory()
    for teacher in TeacherFactory.create_batch(3, works_at=school):
        reads(teacher, at(25, 9))
    for teacher in TeacherFactory.create_batch(9, works_at=OrganisationFactory()):
        reads(teacher, at(25, 10))
    flush()
    days.close_days(at(31, 3, 30))
    weeks.close_weeks(at(31, 3, 30))

    def shown() -> list[tuple]:
        figures = WeekFigure.objects.published().order_by("pk")
        hours = HourFigure.objects.published().order_by("pk")
        return [list(rows.values_list("pk", "shown", "is_hidden")) for rows in (figures, hours)]

    before = shown()
    small = WeekFigure.objects.get(definition__code="people", school=school, part="")
    assert (small.value, small.is_hidden) == (3, True)

    assert retention.forget_hidden_numbers(at(31, 3, 30) + datetime.timedelta(days=30)) == 0
    gone = retention.forget_hidden_numbers(at(31, 4) + datetime.timedelta(days=30))

    assert gone > 0
    assert shown() == before
    for model in (WeekFigure, HourFigure):
        number = model.COUNTED
        assert set(model.objects.filter(is_hidden=True).values_list(number, flat=True)) <= {0}
    assert retention.forget_hidden_numbers(at(31, 4) + datetime.timedelta(days=31)) == 0


def test_a_school_that_goes_on_as_another_is_told_as_that_one():
    old, into = OrganisationFactory.create_batch(2)
    for teacher in TeacherFactory.create_batch(7, works_at=old):
        reads(teacher, at(24, 9))
    flush()
    folding.fold()
    days.close_days(at(26, 3, 30))
    mergers.merge(old=old, into=into, by=None)
    days.close_days(at(30, 3, 30))
    weeks.close_weeks(at(30, 3, 30))

    pages = WeekFigure.objects.filter(definition__code="pages", school__isnull=False)
    people = WeekFigure.objects.filter(definition__code="people", part="", school__isnull=False)
    assert list(pages.values_list("school", "value")) == [(into.pk, 7)]
    assert list(people.values_list("school", "value")) == [(into.pk, 7)]


@pytest.mark.parametrize("were_days_closed", [True, False])
def test_a_week_whose_identifiers_were_erased_shows_nothing_of_pages(were_days_closed):
    """The tick stood still for weeks: nobody knows any more how many people are behind, also where no day
    had been closed in time.
    """
    for teacher in TeacherFactory.create_batch(9, works_at=OrganisationFactory()):
        reads(teacher, at(25, 9))
    flush()
    if were_days_closed:
        days.close_days(at(30, 3, 30))
    for erased in (SeenToday, SeenThisWeek, CountingKey):
        erased.objects.all().delete()

    days.close_days(at(30, 3, 30))
    weeks.close_weeks(at(30, 3, 30))

    own = WeekFigure.objects.filter(
        definition__code__in=[*weeks.CELLS_OF_PAGES, "visits", "people"]
    )
    assert set(own.values_list("is_hidden", flat=True)) == {True}
    assert set(HourFigure.objects.values_list("is_hidden", flat=True)) == {True}
