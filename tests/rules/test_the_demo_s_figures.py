"""The demo's invented weeks: nobody is given away by any of their published tables."""

import datetime
from collections import Counter
from itertools import islice
from types import SimpleNamespace

import pytest

from cms.indicators import demo
from cms.indicators.enums import ELSEWHERE
from cms.indicators.models import ClosedWeek, HourFigure, WeekFigure, YearFigure
from cms.indicators.queries.definitions import measures
from courses.digest.enums import MeasureKind
from courses.digest.values import World
from courses.disclosure.values import TOTAL
from tests.disclosure import attack_together
from tests.factories.people import OrganisationFactory
from tests.periods import week_together

TODAY = datetime.date(2026, 11, 30)


def all_weeks():
    pilots, others = ([SimpleNamespace(pk=pk) for pk in of] for of in (range(1, 7), range(4, 25)))
    return demo.invented_weeks(pilots, others, TODAY)


def test_nobody_is_given_away_by_any_table_of_the_demo():
    """Every tenth week, each table by itself, all its hidden cells."""
    found, hidden, without_total = {}, 0, Counter()
    for nth, week in enumerate(all_weeks()):
        together, _links = week_together(week)
        for name, one in together.items():
            published = one.published
            without_total[name] += (TOTAL,) in published.hidden
            hidden += len(published.hidden)
            if nth % 10 == 0 and (given_away := attack_together({name: one})):
                found[week.week, name] = given_away

    assert found == {}
    assert hidden > 1000  # there is something to attack
    # The region's number is hidden in weeks of a holiday at most, where few acted.
    assert not {name: number for name, number in without_total.items() if number > 30}


def test_all_tables_of_a_week_together_give_nobody_away():
    """Every eighth week of the demo, some of the hidden cells of each: active people, pages, visits,
    hours and what the products count, as one system of equations.
    """
    found, tried = {}, 0
    for week in islice(all_weeks(), None, None, 8):
        together, links = week_together(week)
        if given_away := attack_together(together, links, most_cells=10):
            found[week.week] = given_away
        tried += any(one.published.hidden for one in together.values())

    assert found == {}
    assert tried > 12


def test_what_people_did_is_hidden_with_their_number():
    """Shown, five of them at least would stand behind it."""
    hiding = Counter()
    for week in islice(all_weeks(), None, None, 12):
        for measure in week.measures:
            table, cells = week.table_of(measure)
            if measure.kind is not MeasureKind.ACTS or measure.is_of_region:
                continue
            for (school, _part), cell in cells.items():
                if school in week.hidden_schools:
                    assert table.is_hidden(*cell), (week.week, measure.code, school)
                    hiding[measure.code] += 1

    assert len(hiding) > 10


@pytest.mark.parametrize("code", ["launches", "loans"])
def test_openings_and_loans_of_the_week_are_told_of_the_region_alone(code):
    """By school, another page tells the people of a month, and things that are lent, day by day."""
    *_earlier, last = all_weeks()

    [measure] = [one for one in last.measures if one.code == code]

    table, cells = last.table_of(measure)
    assert list(cells) == [(TOTAL, "")]
    assert table.value(TOTAL) == sum(last.invented.of_products[code].values())
    assert not table.is_hidden(TOTAL)


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
