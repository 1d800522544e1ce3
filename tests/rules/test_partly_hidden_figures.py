"""A figure of which a part is hidden: told where the rest stands for it, or not at all."""

import datetime

import pytest
from django.db.models import Q

from cms.indicators.models import Definition, YearFigure
from cms.indicators.queries.charts import hours_of_day, sum_of_days
from cms.indicators.queries.pages import cells_of_year
from cms.indicators.values.cells import usual_of
from cms.indicators.values.periods import FigurePeriod
from courses.digest.enums import MeasureKind

MONDAY = datetime.date(2026, 11, 16)


def test_an_hour_of_which_one_day_is_hidden_is_hidden():
    week = {(day, 10): 20 for day in range(7)}

    whole, partly = sum_of_days(week, 10), sum_of_days({**week, (3, 10): None}, 10)

    assert (whole, partly) == (140, None)
    assert sum_of_days({**week, (3, 11): None}, 10) == 140  # of another hour


def test_the_chart_of_a_day_hides_the_hour_of_a_hidden_day_alone():
    week = {(day, hour): 2 for day in range(7) for hour in (9, 10)} | {(2, 10): None}

    chart = hours_of_day("Hours", FigurePeriod(2027, (MONDAY,), MONDAY), {MONDAY: week})

    assert [chart.rows[hour].value for hour in (9, 10, 11)] == [14, None, 0]


@pytest.mark.parametrize(
    ("numbers", "usual"),
    [
        pytest.param([30, 50, 40, None, None], 40, id="three of five"),
        pytest.param([30, 50, None, None], None, id="the half"),
        pytest.param([30, None, None], None, id="the lesser part"),
        pytest.param([], None, id="no week"),
    ],
)
def test_a_usual_week_is_told_by_the_greater_part_of_the_weeks(numbers, usual):
    assert usual_of(numbers).value == usual


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "weeks", "hidden", "told"),
    [
        pytest.param(MeasureKind.PEOPLE, 3, 2, 20, id="people, the greater part: the mean"),
        pytest.param(MeasureKind.PEOPLE, 3, 3, None, id="people, the half"),
        pytest.param(MeasureKind.PEOPLE, 3, 4, None, id="people, the lesser part"),
        pytest.param(MeasureKind.ACTS, 3, 4, 60, id="acts: their sum, and how many are hidden"),
    ],
)
def test_a_mean_of_the_lesser_part_of_a_year_is_not_told(kind, weeks, hidden, told):
    definition = Definition.objects.create(
        code="visitors", version=1, since=MONDAY, kind=kind.value, name_fr="Visiteurs"
    )
    YearFigure.objects.create(
        school_year=2027, definition=definition, total=60, weeks=weeks, hidden_weeks=hidden
    )

    cell = cells_of_year(2027, Q(school=None))[definition.pk, "", None]

    assert (cell.value, cell.hidden_weeks) == (told, hidden)
