"""A closed year of 267 schools and twenty measures is drawn from at most six queries."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from cms.indicators.models import ClosedWeek, Definition, HourFigure, WeekFigure
from cms.indicators.services.years import add_up
from courses.people.enums import OrganisationKind, Role
from courses.people.models import Organisation
from tests.factories.figures import ONE_WEEK, WEEK, frozen, officer
from tests.factories.people import MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

SCHOOLS, MEASURES, WEEKS, PILOTS = 267, 20, 3, 6
MOST_QUERIES = 6


@pytest.fixture(scope="module")
def closed_year(module_rows) -> list[Organisation]:
    schools = Organisation.objects.bulk_create(
        Organisation(
            kind=OrganisationKind.SCHOOL,
            name=f"Lycée {number:03}",
            uai=f"{number:07}A",
            department=f"0{number % 5}",
            is_pilot=number < PILOTS,
        )
        for number in range(SCHOOLS)
    )
    codes = ["pages", "visits", "people", *(f"measure-{n}" for n in range(MEASURES - 3))]
    definitions = [frozen(code) for code in codes]
    weeks = [WEEK - number * ONE_WEEK for number in range(WEEKS)]
    for week in weeks:
        WeekFigure.objects.bulk_create(
            WeekFigure(
                week=week,
                definition=definition,
                school=school,
                value=10,
                is_hidden=bool(school and school.pk % 7 == 0),
            )
            for definition in definitions
            for school in [*schools, None]
        )
        HourFigure.objects.bulk_create(
            HourFigure(week=week, weekday=day, hour=hour, pages=9, is_hidden=False)
            for day in range(7)
            for hour in range(24)
        )
        ClosedWeek.objects.create(week=week, schools=SCHOOLS)
    add_up(WEEK)
    return schools


def session_s_own(client) -> int:
    """Queries of a page that shows nothing of the figures, with the same frame."""
    return queries_of(client, reverse("indicators:definitions")) - 1


def queries_of(client, address: str) -> int:
    assert client.get(address).status_code == 200
    caches["template_fragments"].clear()
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        pytest.param("region", {}, id="the region"),
        pytest.param("region_file", {}, id="the region as a file"),
        pytest.param("schools", {"measures": "all"}, id="schools, all measures of a year"),
        pytest.param("schools_file", {}, id="all schools and measures of a year as a file"),
        pytest.param("schools", {"week": WEEK.isoformat()}, id="schools in a week"),
        pytest.param("pilots", {}, id="the pilots' year"),
        pytest.param("pilots", {"week": WEEK.isoformat()}, id="the pilots' week"),
        pytest.param("definitions", {}, id="definitions"),
    ],
)
def test_a_page_of_the_region_costs_at_most_six_queries(client, closed_year, name, query):
    client.force_login(officer())
    own = session_s_own(client)

    assert queries_of(client, reverse(f"indicators:{name}", query=query)) - own <= MOST_QUERIES


def test_the_year_s_file_holds_every_school_and_measure(client, closed_year):
    client.force_login(officer())

    lines = client.get(reverse("indicators:schools_file")).content.decode("utf-8-sig").splitlines()

    assert len(lines) == 1 + SCHOOLS + 1  # the region's, too
    assert all(len(line.split(";")) == 3 + 4 * MEASURES for line in lines[1:])
    assert Definition.objects.count() == MEASURES


def test_a_leader_s_page_costs_at_most_six_queries(client, closed_year):
    school = closed_year[0]
    client.force_login(MembershipFactory(organisation=school, role=Role.LEADER).person)
    own = session_s_own(client)

    address = reverse("indicators:school", args=[school.public_id])
    assert queries_of(client, address) - own <= MOST_QUERIES


def test_the_region_s_figures_are_read_once_until_a_week_is_closed(client, closed_year):
    client.force_login(officer())
    address = reverse("indicators:region", query={"week": WEEK.isoformat()})
    own = session_s_own(client)
    first = client.get(address).content

    with CaptureQueriesContext(connection) as captured:
        second = client.get(address).content

    assert len(captured) - own <= 1  # which weeks are closed
    assert second.count(b"<tr>") == first.count(b"<tr>") > MEASURES
    ClosedWeek.objects.create(week=WEEK + ONE_WEEK, schools=SCHOOLS)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    assert len(captured) - own > 1


def test_the_region_s_figures_are_cached_for_each_week_and_language(client, closed_year):
    client.force_login(officer())
    own = session_s_own(client)
    queries = {}
    for language in ("fr", "en"):
        for week in (WEEK, WEEK - ONE_WEEK):
            with translation.override(language):
                address = reverse("indicators:region", query={"week": week.isoformat()})
            with CaptureQueriesContext(connection) as captured:
                shown = client.get(address).content.decode()
            queries[language, week] = len(captured)
            assert ("Pages read by the hour" in shown) == (language == "en")

    assert min(queries.values()) - own > 1
