"""Weeks are compared with weeks of the same kind, in the same version of a measure, and lines of school
years by the week of the calendar.
"""

import datetime

import pytest
from django.utils.html import strip_tags

from cms.indicators.queries.beside import beside_spring
from cms.indicators.queries.charts import school_years, schools_beside, when_read
from cms.indicators.queries.pages import REGION, weekly
from cms.indicators.values.cells import FigureCell, cell_markup, usual_of
from cms.indicators.values.periods import FigurePeriod
from courses.people.models import Organisation
from tests.factories.figures import ONE_WEEK, WEEK, close, figure, frozen

pytestmark = pytest.mark.django_db


def mondays(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    number = (last - first).days // 7
    return [first + at * ONE_WEEK for at in range(number + 1)]


def of_region(*cells) -> dict:
    return {(definition.pk, "", None): FigureCell(number) for definition, number in cells}


def test_a_new_version_is_not_compared_with_the_usual_week_of_the_old_one():
    old, new = frozen("pages", 1), frozen("pages", 2, since=WEEK)
    usual = of_region((old, 1000))

    first_week = beside_spring([old, new], of_region((old, 900), (new, 3000)), usual)
    later = beside_spring([old, new], of_region((new, 3000)), usual | of_region((new, 1500)))

    assert [line.week for line in first_week[:2]] == ["3,000", ""]
    assert later[1].week.startswith("2.0 ")


def test_a_hidden_number_is_called_hidden_as_in_every_table():
    pages, evening = frozen("pages"), frozen("pages_evening")

    lines = beside_spring([pages, evening], of_region((pages, 900), (evening, None)), {})
    of_hidden_pages = beside_spring([pages, evening], of_region((pages, None), (evening, 5)), {})

    assert [line.week for line in lines] == ["900", "not counted", "hidden", "not counted"]
    assert [strip_tags(line.week) for line in of_hidden_pages][::2] == ["hidden", "hidden"]


def test_a_usual_week_of_too_few_weeks_is_not_told_as_in_every_table():
    """It was called hidden here, and not told under “All measures” of the same page."""
    pages, evening = frozen("pages"), frozen("pages_evening")
    week = of_region((pages, 900), (evening, 300))
    usual = {(one.pk, "", None): usual_of([500, None]) for one in (pages, evening)}
    of_most = {(one.pk, "", None): usual_of([500, 500, None]) for one in (pages, evening)}

    read, _times, _visits, share, _weekend = beside_spring([pages, evening], week, usual)
    told, *_others = beside_spring([pages, evening], week, of_most)

    assert read.usual == cell_markup(usual[pages.pk, "", None])
    assert [strip_tags(read.usual), share.usual] == ["not told1 week used1 hidden", "not told"]
    assert (read.week, strip_tags(told.usual)) == ("900", "5002 weeks used1 hidden")


def test_a_week_like_the_usual_one_is_said_in_words():
    pages = frozen("pages")

    def beside_the_usual_week(number):
        return beside_spring([pages], of_region((pages, number)), of_region((pages, 1000)))[1].week

    assert [beside_the_usual_week(number) for number in (100, 960, 1000, 1049, 1100)] == [
        "0.1 times",
        *["as many"] * 3,
        "1.1 times",
    ]


@pytest.mark.parametrize(
    ("versions", "shares"),
    [
        pytest.param([("pages", 1), ("evening", 1)], ("25%", "50%"), id="one version"),
        pytest.param([("pages", 2), ("evening", 1)], ("not counted",) * 2, id="new pages"),
        pytest.param([("pages", 1), ("evening", 2)], ("not counted",) * 2, id="a new part"),
        pytest.param(
            [("pages", 1), ("pages", 2), ("evening", 1)], ("25%", "50%"), id="the part once"
        ),
        pytest.param(
            [("pages", 1), ("pages", 2), ("evening", 1), ("evening", 2)],
            ("50%", "not counted"),
            id="both twice",
        ),
    ],
)
def test_a_share_is_of_one_version(versions, shares):
    """Version 2 of pages counts half as many."""
    known = {
        ("pages", 1): frozen("pages", 1),
        ("pages", 2): frozen("pages", 2, since=WEEK),
        ("evening", 1): frozen("pages_evening", 1),
        ("evening", 2): frozen("pages_evening", 2, since=WEEK),
    }
    numbers = {("pages", 1): 1000, ("pages", 2): 500, ("evening", 1): 250, ("evening", 2): 250}
    week = of_region(*((known[one], numbers[one]) for one in versions))
    usual = of_region((known["pages", 1], 400), (known["evening", 1], 200))

    evening = beside_spring(list(known.values()), week, usual)[3]

    assert (evening.week, evening.usual) == shares


def test_of_a_week_in_two_versions_a_line_shows_the_newest():
    for version, number in ((2, 50), (1, 100)):  # the older one's row is the newer one of the table
        figure(frozen("pages", version), None, number, week=WEEK)
    close(WEEK)

    assert weekly("pages", REGION) == [(WEEK, None, 50)]


def test_charts_of_two_versions_say_which_they_are():
    versions = [frozen("pages_evening", 1), frozen("pages_evening", 2, since=WEEK)]
    cells = of_region(*((one, 30) for one in versions))

    bars = when_read("T", versions, cells, {}, None).rows
    one_alone = when_read("T", versions[1:], cells, {}, None).rows
    schools = [Organisation(pk=1, name="Verne")]
    titles = [
        schools_beside(one, schools, {}, {}, is_year=False, versions=versions).title
        for one in versions
    ]

    assert [bar.label.split(", ")[1][:9] for bar in bars] == ["version 1", "version 2"]
    assert [bar.label for bar in bars] == titles
    assert one_alone[0].label == versions[1].name


def test_week_53_stands_between_52_and_1_and_no_week_is_lost():
    weeks = mondays(datetime.date(2025, 8, 4), datetime.date(2027, 7, 26))

    chart = school_years("T", [(week, None, 7) for week in weeks])

    assert chart.labels == [str(number) for number in [*range(32, 54), *range(1, 32)]]
    assert sum(figure == 7 for row in chart.table.rows for figure in row.figures) == len(weeks)
    [of_53] = [row.figures for row in chart.table.rows if row.label == "53"]
    assert of_53 == ("", 7)


def test_a_school_year_that_begins_and_ends_in_week_31_has_both():
    weeks = mondays(datetime.date(2027, 8, 2), datetime.date(2028, 7, 31))

    chart = school_years("T", [(week, None, at) for at, week in enumerate(weeks)])

    rows = [(row.label, row.figures) for row in chart.table.rows]
    assert len(rows) == 53
    assert (rows[0], rows[-1]) == (("31", (0,)), ("31", (52,)))


@pytest.mark.parametrize(
    ("week", "before"),
    [
        pytest.param("2026-08-24", ["2026-08-03", "2026-08-10", "2026-08-17"], id="August"),
        pytest.param("2026-08-31", [], id="the week in which classes begin"),
        pytest.param("2026-09-07", [], id="its Monday is in August"),
        pytest.param("2026-09-14", ["2026-09-07"], id="September"),
        pytest.param("2024-08-26", [], id="its Sunday"),
        pytest.param("2024-09-09", ["2024-09-02"], id="only a Sunday of it is in September"),
    ],
)
def test_a_week_with_classes_is_not_compared_with_one_that_begins_in_august(week, before):
    year = int(week[:4])
    weeks = mondays(datetime.date(year, 8, 5 if year == 2024 else 3), datetime.date(year, 11, 23))
    period = FigurePeriod(year + 1, tuple(weeks), datetime.date.fromisoformat(week))

    assert [one.isoformat() for one in period.weeks_before] == before


def test_a_usual_week_is_of_eight_weeks():
    weeks = mondays(datetime.date(2026, 8, 3), datetime.date(2026, 11, 23))

    before = FigurePeriod(2027, tuple(weeks), weeks[-1]).weeks_before

    assert before == tuple(weeks[-9:-1])
