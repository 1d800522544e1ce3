"""A week that can't be closed holds up no other one, and nothing that is to be deleted at night."""

import datetime

import pytest
import time_machine

from cms.indicators.exceptions import DaysNotClosed, WeeksNotClosed
from cms.indicators.models import (
    ClosedWeek,
    CountingKey,
    DayCount,
    Definition,
    HourCount,
    HourFigure,
    HourPeople,
    SeenThisWeek,
    SeenToday,
    WeekFigure,
)
from cms.indicators.register import HOLDINGS
from cms.indicators.services import days, weeks
from cms.indicators.services.memory import flush
from cms.indicators.services.weeks import CELLS_OF_PAGES
from cms.indicators.wagtail_hooks import close_days_and_weeks, forget_old_counts
from cms.register.queries import what_is_over
from cms.register.services import rows
from cms.register.services.erasing import erase_what_is_over
from tests.factories.people import OrganisationFactory, TeacherFactory
from tests.journeys.test_a_day_of_visits_is_counted import at, reads

pytestmark = pytest.mark.django_db

MONDAY = datetime.date(2026, 11, 23)
WEEK = datetime.timedelta(days=7)


def night_after(days: int) -> datetime.datetime:
    """The night of 30 November, or so many days later."""
    return at(30, 3, 30) + datetime.timedelta(days=days)


def a_week_of(school, day: int) -> None:
    for teacher in TeacherFactory.create_batch(3, works_at=school):
        reads(teacher, at(day, 10))
    with time_machine.travel(at(day, 10, 1), tick=False):
        flush()


def close_at(now) -> None:
    with time_machine.travel(now, tick=False):
        close_days_and_weeks(now)


def holding_of(model):
    [holding] = [one for one in HOLDINGS if one.model == f"cms.{model.__name__}"]
    return holding


def change_definition() -> None:
    """The words of this release aren't those frozen with the week before."""
    Definition.objects.filter(code="pages").update(unit_fr="feuilles")


def test_all_that_is_too_old_goes_while_no_week_can_be_closed():
    school = OrganisationFactory()
    a_week_of(school, 23)
    close_at(night_after(0))
    change_definition()
    a_week_of(school, 31)

    for later in (night_after(7), night_after(38)):
        with pytest.raises(WeeksNotClosed, match="2026-11-30"):
            close_at(later)
        with time_machine.travel(later, tick=False):
            forget_old_counts(later)
            erase_what_is_over(later)

    assert list(ClosedWeek.objects.values_list("week", flat=True)) == [MONDAY]
    for model in (SeenToday, SeenThisWeek, CountingKey, HourCount, HourPeople, DayCount):
        assert not model.objects.exists(), model
    for model in (WeekFigure, HourFigure):
        assert not model.objects.filter(is_hidden=True).exclude(**{model.COUNTED: 0}).exists()


def test_a_week_closed_after_its_counts_are_gone_shows_no_zeros():
    """Nobody knows any more how many people were behind."""
    school = OrganisationFactory()
    a_week_of(school, 23)
    close_at(night_after(0))
    change_definition()
    a_week_of(school, 31)
    later = night_after(38)
    with time_machine.travel(later, tick=False):
        with pytest.raises(WeeksNotClosed):
            close_days_and_weeks(later)
        forget_old_counts(later)
        erase_what_is_over(later)
    Definition.objects.filter(code="pages").update(unit_fr="pages")

    close_at(later)

    second = WeekFigure.objects.filter(week=MONDAY + WEEK, definition__code__in=("pages", "people"))
    assert set(second.values_list("is_hidden", flat=True)) == {True}
    hours = HourFigure.objects.filter(week=MONDAY + WEEK)
    assert set(hours.values_list("is_hidden", flat=True)) == {True}


def test_a_week_of_which_the_register_has_erased_a_part_is_hidden():
    """Closed between two batches, 15 days after its Monday, when people are left to be counted."""
    school = OrganisationFactory()
    for teacher in TeacherFactory.create_batch(20, works_at=school):
        reads(teacher, at(23, 10), at(24, 10))
    with time_machine.travel(at(24, 10, 1), tick=False):
        flush()
    later = night_after(8)
    rows.delete(what_is_over(holding_of(SeenThisWeek), later).order_by("-pk")[:8])
    assert SeenThisWeek.objects.count() == 12

    close_at(later)

    shown = WeekFigure.objects.filter(week=MONDAY, is_hidden=False)
    counted = shown.filter(definition__code__in=("pages", "people", "visits", *CELLS_OF_PAGES))
    assert not counted.exists()
    assert not HourFigure.objects.filter(week=MONDAY, is_hidden=False).exists()


def test_a_week_closed_a_week_late_is_whole():
    school = OrganisationFactory()
    for teacher in TeacherFactory.create_batch(20, works_at=school):
        reads(teacher, at(23, 10))
    with time_machine.travel(at(23, 10, 1), tick=False):
        flush()
    later = night_after(7)  # the night before the register's
    with time_machine.travel(later, tick=False):
        erase_what_is_over(later)

    close_at(later)

    people = WeekFigure.objects.get(
        week=MONDAY, definition__code="people", school=school, part="teacher"
    )
    assert (people.value, people.is_hidden) == (20, False)


@pytest.mark.parametrize(("late", "is_hidden"), [(23, False), (24, True)], ids=["whole", "lacking"])
def test_a_week_closed_a_month_late_tells_nothing_of_what_products_count(late, is_hidden):
    """31 days after its Monday the register has erased stays in the video classes of that day."""
    a_week_of(OrganisationFactory(), 23)

    close_at(night_after(late))

    told = WeekFigure.objects.filter(week=MONDAY, school=None, part="")
    of_products = told.filter(definition__code__in=("video_hours", "loans"))
    assert list(of_products.values_list("is_hidden", flat=True)) == [is_hidden] * 2


def test_a_day_that_can_t_be_closed_holds_up_its_own_week_alone(monkeypatch, caplog):
    """Of two weeks that are open after nights without the tick, Tuesday of the older one fails."""
    school = OrganisationFactory()
    for day in (23, 24, 25, 31):
        a_week_of(school, day)
    now, tuesday, count = night_after(7), MONDAY + datetime.timedelta(days=1), days._counted

    def fails_on_a_tuesday(day):
        if day == tuesday:
            raise ArithmeticError("a row that nobody expected")
        return count(day)

    monkeypatch.setattr(days, "_counted", fails_on_a_tuesday)

    with pytest.raises(DaysNotClosed, match="2026-11-24"):
        close_at(now)

    assert set(SeenToday.objects.values_list("day", flat=True)) == {tuesday}
    assert list(ClosedWeek.objects.values_list("week", flat=True)) == [MONDAY + WEEK]
    assert "The day 2026-11-24 can't be closed" in caplog.text
    monkeypatch.undo()
    close_at(now)
    assert set(ClosedWeek.objects.values_list("week", flat=True)) == {MONDAY, MONDAY + WEEK}
    visits = WeekFigure.objects.get(week=MONDAY, definition__code="visits", school=school)
    assert visits.value == 9
    assert not CountingKey.objects.exists()


def test_the_other_weeks_are_closed_and_the_failure_is_told(monkeypatch, caplog):
    """Of two weeks that are open after a night without the tick, the older one fails."""
    school = OrganisationFactory()
    a_week_of(school, 23)
    a_week_of(school, 31)
    now = night_after(7)
    count = weeks.counted_week

    def fails_in_november(week, schools):
        if week == MONDAY:
            raise ArithmeticError("a row that nobody expected")
        return count(week, schools)

    monkeypatch.setattr(weeks, "counted_week", fails_in_november)

    with pytest.raises(WeeksNotClosed, match="2026-11-23"):
        close_at(now)

    assert list(ClosedWeek.objects.values_list("week", flat=True)) == [MONDAY + WEEK]
    assert set(SeenThisWeek.objects.values_list("week", flat=True)) == {MONDAY}
    assert "The week of 2026-11-23 can't be closed" in caplog.text
    monkeypatch.undo()
    close_at(now)
    assert ClosedWeek.objects.count() == 2
    assert not SeenThisWeek.objects.exists()
