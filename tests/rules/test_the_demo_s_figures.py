"""The demo's invented weeks: nobody is given away by any of their published tables."""

import datetime
from collections import Counter
from types import SimpleNamespace

import pytest

from cms.indicators import demo
from cms.indicators.enums import ELSEWHERE
from cms.indicators.models import ClosedWeek, HourFigure, WeekFigure, YearFigure
from cms.indicators.queries.definitions import measures
from courses.digest.values import World
from courses.disclosure.values import TOTAL
from tests.disclosure import attack
from tests.factories.people import OrganisationFactory

TODAY = datetime.date(2026, 11, 30)


def tables_of(week: demo.InventedTables):
    """Each table that the close publishes, by its name."""
    yield "people", week.people.published
    yield "pages", week.pages.published
    yield "visits", week.visits.published
    yield "hours", week.hours.published
    for measure in measures():
        if measure.count is not None:
            yield measure.code, week.counted_by_product(measure)[0].published


def all_weeks():
    pilots, others = ([SimpleNamespace(pk=pk) for pk in of] for of in (range(1, 7), range(4, 25)))
    return demo.invented_weeks(pilots, others, TODAY)


def test_nobody_is_given_away_by_any_table_of_the_demo():
    found, hidden, without_total = {}, 0, Counter()
    for week in all_weeks():
        for name, published in tables_of(week):
            without_total[name] += (TOTAL,) in published.hidden
            hidden += len(published.hidden)
            if published.hidden and (given_away := attack(published)):
                found[week.week, name] = given_away

    assert found == {}
    assert hidden > 1000  # there is something to attack
    # The region's number is hidden in weeks of a holiday at most, where few acted.
    assert not {name: number for name, number in without_total.items() if number > 30}


def test_the_last_week_has_three_times_the_usual_pages_and_more_in_the_evening():
    *_earlier, usual, last = all_weeks()

    def share(week, place):
        return week.pages.value(TOTAL, place, TOTAL) / week.pages.value(TOTAL, TOTAL, TOTAL)

    pages = [week.pages.value(TOTAL, TOTAL, TOTAL) for week in (usual, last)]
    assert 2.7 < pages[1] / pages[0] < 3.5
    assert share(last, "evening") > share(usual, "evening")
    assert share(last, "weekend") > share(usual, "weekend")


def test_three_school_years_are_invented_and_end_last_week():
    weeks = [week.week for week in all_weeks()]

    assert weeks[0] == datetime.date(2024, 8, 26)
    assert weeks[-1] == datetime.date(2026, 11, 23)
    assert len(weeks) > 100
    assert all(week.weekday() == 0 for week in weeks)


@pytest.mark.django_db
def test_what_is_stored_is_what_the_tables_hide_and_says_that_it_is_invented():
    pilots = OrganisationFactory.create_batch(3, is_pilot=True)
    others = OrganisationFactory.create_batch(3)
    world = World(
        now=None, today=TODAY, rng=None, faker=None, size="small", pilots=pilots, subscribers=others
    )

    demo.load(world, lambda text: None)

    made = list(demo.invented_weeks(pilots, others, TODAY, "small"))
    assert [week.week for week in made] == list(
        ClosedWeek.objects.order_by("week").values_list("week", flat=True)
    )
    for model in (ClosedWeek, WeekFigure, HourFigure):
        assert set(model.objects.values_list("is_invented", flat=True)) == {True}
    last = made[-1]
    stored = {
        (school, part): (value, hidden)
        for school, part, value, hidden in WeekFigure.objects.filter(
            week=last.week, definition__code="people"
        ).values_list("school", "part", "value", "is_hidden")
    }
    published = last.people.published
    assert stored == {
        (None if school in (TOTAL, ELSEWHERE) else school, _part(school, role)): (
            last.people.value(school, role),
            published.value(school, role) is None,
        )
        for school in [*last.axis, TOTAL]
        for role in published.axes[1].keys
        if school != ELSEWHERE or role == TOTAL
    }
    assert YearFigure.objects.filter(school=None, part="").count() == 3 * len(measures())


def _part(school, role) -> str:
    if school == ELSEWHERE:
        return ELSEWHERE
    return "" if role == TOTAL else role
