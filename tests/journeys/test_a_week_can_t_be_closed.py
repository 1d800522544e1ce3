"""A week that can't be closed holds up no other one, and nothing that is to be deleted at night."""

import datetime

import pytest
import time_machine

from cms.indicators.exceptions import WeeksNotClosed
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
from cms.indicators.services import weeks
from cms.indicators.services.memory import flush
from cms.indicators.wagtail_hooks import close_days_and_weeks, forget_old_counts
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


def change_definition() -> None:
    """The words of this release aren't those frozen with the week before."""
    Definition.objects.filter(code="pages").update(unit_fr="feuilles")


def test_all_that_is_too_old_goes_while_no_week_can_be_closed():
    school = OrganisationFactory()
    a_week_of(school, 23)
    close_at(night_after(0))
    change_definition()
    a_week_of(school, 31)

    for days in (7, 38):
        with pytest.raises(WeeksNotClosed, match="2026-11-30"):
            close_at(night_after(days))
        with time_machine.travel(night_after(days), tick=False):
            forget_old_counts(night_after(days))
            erase_what_is_over(night_after(days))

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
