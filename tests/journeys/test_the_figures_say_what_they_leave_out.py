"""Sums of the Region's figures say what isn't in them, the same on the page and in the file."""

import csv
import datetime
import io
import re
from decimal import Decimal

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from courses.catalogue.models import ResourceCost
from courses.launches.models import MonthOpeners
from courses.launches.services import months
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.deliveries import day_at, delivered
from tests.factories.markup import shows, tidy
from tests.factories.people import (
    OfficerFactory,
    OrganisationFactory,
    PlannerFactory,
    TeacherFactory,
    TrainerFactory,
)
from training.enums import FiguresBy, SessionState
from training.models import MonthNoShows, Session
from training.services import deliveries, missed_dates, no_shows
from training.values import FigureLine, PublishedNumber

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]

OCTOBER = datetime.date(2026, 10, 1)
SUM = "All together"


@pytest.fixture
def resource():
    return ResourceFactory(name="Educ’Arte")


@pytest.fixture
def trainer(resource):
    return TrainerFactory(works_for=resource.provider)


@pytest.fixture
def school():
    return OrganisationFactory(uai="0141000A", department="14")


def of(school, number: int) -> list:
    return TeacherFactory.create_batch(number, works_at=school)


def absent_in(*months: int, school, number: int = 6):
    """A resource with so many absent people on a date of each month; fewer than five are hidden."""
    found = ResourceFactory()
    leads = TrainerFactory(works_for=found.provider)
    for month in months:
        delivered(found, leads, f"2026-{month:02d}-15", absent_ones=of(school, number))
    return found


def closed(*months: int) -> None:
    for month in months:
        assert no_shows.close_month(datetime.date(2026, month, 1))


def officers_browser() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(OfficerFactory(language="en"))
    return client


def read(**asked) -> tuple[str, list[dict[str, str]]]:
    """The page without its spaces, and the rows of the file."""
    client = officers_browser()
    page = client.get(reverse("training:subscriptions"), asked).text
    file = client.get(reverse("training:export_subscriptions"), asked).content.decode("utf-8-sig")
    return tidy(page), list(csv.DictReader(io.StringIO(file), delimiter=";"))


def cells(page: str, label: str) -> list[str]:
    """What stands in a column of the page, from the first line to that of all."""
    found = re.findall(rf'<td class="number" data-label="{label}[^"]*"><div>(.*?)</div>', page)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


@pytest.mark.parametrize("by", [FiguresBy.SCHOOL, FiguresBy.DEPARTMENT])
def test_one_resource_that_is_not_counted_yet_has_a_sum_that_says_so(resource, school, by):
    """“No sum: whoever opens two resources” was said of one alone."""
    for at in (school, OrganisationFactory(uai="0501002C", department="50")):
        LicenceFactory(resource=resource, school=at)
    assert months.close_month(OCTOBER)

    page, rows = read(month="2026-11", by=by, resource=resource.slug)

    told = [row["People who opened it"] for row in rows]
    assert told == cells(page, "People who opened it") == ["not counted yet"] * 3


@pytest.mark.parametrize("hidden", [0, 1, 2])
def test_a_month_says_how_many_hidden_resources_are_not_in_its_sum(school, hidden):
    absent_in(9, 10, school=school, number=9)
    for _one in range(hidden):
        absent_in(10, school=school, number=2)
    closed(9, 10)

    page, rows = read(by=FiguresBy.MONTH)
    alone, _rows = read(month="2026-10")

    of_month = ["", "(without 1 resource, hidden)", "(without 2 resources, hidden)"][hidden]
    of_year = [
        "",
        "(without 1 resource in the months in which it is hidden)",
        "(without 2 resources in the months in which they are hidden)",
    ][hidden]
    september, october, november, whole = cells(page, "Enrolled and absent")
    assert (september, november) == ("9", "not counted yet")
    assert (october, whole) == (f"9 {of_month}".strip(), f"18 {of_year}".strip())
    assert [row["Hidden resources left out"] for row in rows] == [
        "0",
        str(hidden),
        "0",
        str(hidden),
    ]
    assert cells(alone, "Enrolled and absent")[-1] == october


def test_a_hidden_month_is_left_out_once_and_without_its_resources(school):
    """Of September nothing is told: its resources aren't named beside it."""
    absent_in(9, school=school, number=2)
    absent_in(10, school=school, number=9)
    closed(9, 10)

    page, rows = read(by=FiguresBy.MONTH)

    assert cells(page, "Enrolled and absent") == [
        "hidden",
        "9",
        "not counted yet",
        "9 (without 1 month, hidden)",
    ]
    assert rows[-1]["Hidden resources left out"] == "0"


@pytest.mark.parametrize(
    ("hidden", "words"),
    [
        (1, "18 (sans 1 ressource dans les mois où elle est masquée)"),
        (2, "18 (sans 2 ressources dans les mois où elles sont masquées)"),
    ],
)
def test_in_french_a_sum_says_what_it_leaves_out(hidden, words):
    number = PublishedNumber(number=18, cells=2, without_resources=set(range(hidden)))

    with translation.override("fr"):
        told = render_to_string("training/officer/published.html", {"number": number})

    assert words in " ".join(re.sub(r"<[^>]+>", " ", told).split())


@pytest.mark.at("2027-10-20T12:00")
def test_a_year_of_which_one_month_is_counted_says_so_at_each_sum_and_names_the_others(school):
    """Of a resource without a date in that month it read as: nobody was absent all the year."""
    absent_in(10, school=school)
    ResourceFactory()
    closed(10)

    page, rows = read(year="2026")

    counted = "1 of 12 months is counted"
    assert [counted in one for one in cells(page, "Enrolled and absent")] == [True] * 3
    assert [row["Months counted (months over: 12)"] for row in rows] == ["1"] * 3
    left_out = re.search("Not counted: (.*?)[.]", page)
    named = left_out.group(1).split(", ")
    assert (named[0], named[1], named[-1], len(named)) == (
        "September 2026",
        "November 2026",
        "August 2027",
        11,
    )


def test_a_month_without_its_year_is_read_in_its_own_and_in_another_year_it_is_refused(resource):
    alone, _rows = read(month="2025-11")
    other, rows = read(month="2025-11", year="2026", by=FiguresBy.MONTH)

    refused = "This month isn’t in the school year: the whole year is shown."
    assert shows(alone, "Shown alone: <strong>November 2025</strong>")
    assert refused not in alone
    assert refused in other
    assert len(rows) == 4  # September to November 2026, and their sum


@pytest.mark.parametrize(
    ("amount", "words"),
    [(Decimal("0.03"), "€0.01"), (Decimal("3.60"), "€0.30"), (Decimal(0), "€0")],
)
def test_an_hour_that_costs_something_is_never_said_to_cost_nothing(
    resource, trainer, school, amount, words
):
    """Twelve hours were followed."""
    ResourceCost.objects.create(resource=resource, school_year=2026, amount=amount)
    delivered(resource, trainer, "2026-10-06", present=of(school, 8))
    deliveries.make(provider=resource.provider, month=OCTOBER)

    page, _rows = read()

    assert cells(page, "Cost per hour followed") == [words]


def test_a_resource_that_is_free_costs_0_and_an_amount_that_is_not_written_is_not_known(
    resource, trainer, school
):
    """On the page and in the file, where a date isn't counted and where all hours are hidden, too."""
    hidden = ResourceFactory(name="Madmagz")
    leads_hidden = TrainerFactory(works_for=hidden.provider)
    ResourceFactory(name="Tactileo")
    for free in (resource, hidden):
        ResourceCost.objects.create(resource=free, school_year=2026, amount=Decimal(0))
    delivered(resource, trainer, "2026-10-06", present=of(school, 8))
    delivered(resource, trainer, "2026-10-13", present=of(school, 8), is_closed=False)
    delivered(hidden, leads_hidden, "2026-10-07", present=of(school, 2))
    for one in (resource, hidden):
        deliveries.make(provider=one.provider, month=OCTOBER)

    page, rows = read()

    without_one = "without 1 resource whose amount isn’t known"
    no_sum = "no sum: each resource has its own amount and hours"
    assert cells(page, "Cost per hour followed") == ["€0", "hidden", "not known", no_sum]
    assert cells(page, "Cost of the year") == ["€0", "€0", "not known", f"€0 {without_one}"]
    heads = ("Cost of the year (€)", "About the cost of the year")
    assert [tuple(row[head] for head in heads) for row in rows] == [
        ("0.00", ""),
        ("0.00", ""),
        ("not known", ""),
        ("0.00", without_one),
    ]
    heads = ("Cost per hour followed (€)", "About the cost per hour")
    assert [tuple(row[head] for head in heads) for row in rows] == [
        ("0.00", "hours of October 2026"),
        ("hidden", ""),
        ("not known", ""),
        ("", no_sum),
    ]


def test_licences_that_end_lead_to_the_list_by_school(school):
    """Of 21 schools in the list none was pointed out."""
    resource = ResourceFactory(name="Educ’Arte")
    LicenceFactory(school=school, resource=resource, until=datetime.date(2026, 12, 1))
    client = officers_browser()

    page = client.get(reverse("today:home"), follow=True).text
    LicenceFactory(until=datetime.date(2026, 12, 20))
    of_two = client.get(reverse("today:home"), follow=True).text

    assert shows(page, "1 licence of a school ends within 60 days")
    assert shows(page, f"{school}: Educ’Arte, until 1 December 2026")
    assert "The first of them" not in page
    assert f'href="{reverse("training:subscriptions")}?by=school"' in page
    assert shows(of_two, "2 licences of schools end within 60 days")
    assert shows(of_two, f"The first of them: {school}: Educ’Arte, until 1 December 2026")


@pytest.mark.parametrize(
    ("day", "openers"),
    [
        pytest.param(
            "2027-10-02", "not counted yet", id="the second: the tick still goes back to it"
        ),
        pytest.param("2027-10-05", "wasn’t counted", id="from the third on it doesn’t"),
    ],
)
def test_a_month_that_no_tick_will_close_any_more_is_not_waited_for(resource, day, openers):
    """After a service that stood still for months: pages and tick go back equally far."""
    with time_machine.travel(f"{day}T12:00", tick=False):
        now = timezone.now()
        MonthOpeners.objects.create(resource=resource, month=datetime.date(2026, 10, 1), people=0)
        april = datetime.date(2027, 4, 1)

        _page, rows = read(year="2026", month="2027-04", resource=resource.slug)
        months.close_months(now)

    told = [text for head, text in rows[0].items() if head.startswith("People who opened")]
    assert told == [openers]
    is_closed = MonthOpeners.objects.filter(resource=resource, month=april).exists()
    assert is_closed is (openers == "not counted yet")


@pytest.mark.parametrize(
    ("month", "words"),
    [
        pytest.param("2024-10", "wasn’t counted", id="25 months back"),
        pytest.param("2024-11", "not counted yet", id="24 months back: the tick closes it"),
    ],
)
def test_absences_of_the_last_24_months_are_still_counted(resource, trainer, school, month, words):
    """After a service that stood still: page and tick go back equally far."""
    delivered(resource, trainer, "2024-09-10", present=of(school, 8))

    _page, rows = read(year="2024", month=month)
    no_shows.close_months(timezone.now())

    assert rows[0]["Enrolled and absent"] == words
    first = datetime.date.fromisoformat(f"{month}-01")
    is_closed = MonthNoShows.objects.filter(month=first).exists()
    assert is_closed is (words == "not counted yet")


def test_numbers_of_people_are_said_to_be_counted_once(resource):
    page, _rows = read()

    assert (
        "are counted once, from the sheets that are closed when the month is written"
        in " ".join(page.split())
    )
    assert "without later corrections" not in page


def test_at_most_goes_by_hidden_months_alone():
    told = [FigureLine("", hidden_months=number).is_at_most for number in (0, 1, 2)]

    assert told == [False, True, True]


HELD = (
    "A session is held once at least one of its sheets is closed. The others of those that have begun wait for"
    " a sheet, were called off, or no trainer came."
)


def test_the_page_says_why_sessions_that_have_begun_are_not_held(resource, trainer, school):
    """ "1 session held of 4" read as if three had been lost."""
    delivered(resource, trainer, "2026-10-06", present=of(school, 6))
    delivered(resource, trainer, "2026-10-13", present=of(school, 6), is_closed=False)
    called_off = delivered(resource, trainer, "2026-10-20", is_closed=False)
    Session.objects.filter(pk=called_off.pk).update(
        state=SessionState.CANCELLED, cancel_reason="Too few people"
    )
    with time_machine.travel(day_at("2026-10-27") + datetime.timedelta(minutes=20), tick=False):
        missed = delivered(resource, trainer, "2026-10-27", is_closed=False, minutes=None)
        missed_dates.record(
            session=missed, meeting=missed.meetings.get(), words="", by=PlannerFactory()
        )

    page, _rows = read()
    of_schools, _rows = read(by=FiguresBy.SCHOOL)

    assert shows(page, "1 session held of 4")
    assert (shows(page, HELD), shows(of_schools, HELD)) == (True, False)
