"""The Region reads what it pays and what came of it: licences, costs, sessions and hours as they are,
people only as their month was published.
"""

import csv
import datetime
import io
import re
from decimal import Decimal

import pytest
import time_machine
from django.db import connection as database
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.text import slugify

from courses.catalogue.models import Resource, ResourceCost
from courses.disclosure.values import TOTAL, Axis, PublishedTable
from courses.launches.models import Launch
from courses.launches.services import months
from courses.people.values import folded
from tests.disclosure import attack
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.costs import CostsPage, costs
from tests.factories.deliveries import delivered
from tests.factories.markup import shows
from tests.factories.people import (
    OfficerFactory,
    OrganisationFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.factories.training import SessionFactory
from training.enums import FiguresBy
from training.models import MonthNoShows, Sheet
from training.queries import deliveries as notes
from training.queries.figures import figures
from training.services import attendance, deliveries, no_shows
from training.values import FigureLine, FiguresAsked

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]

OF_SESSION = re.compile('FROM "courses_(loginsession|person|membership)"')
OCTOBER = datetime.date(2026, 10, 1)


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


def read(**asked):
    """The figures of this school year."""
    return figures(
        FiguresAsked(year=2026, **asked),
        resources=list(Resource.objects.all()),
        notes=notes.notes(),
        now=timezone.now(),
    )


def closed(day: str) -> int:
    return no_shows.close_months(timezone.make_aware(datetime.datetime.fromisoformat(day)))


def opened(resource, *people) -> None:
    at = timezone.make_aware(datetime.datetime(2026, 10, 14, 10))
    Launch.objects.bulk_create(
        Launch(person=one, resource=resource, school=one.schools[0], way="signed", at=at)
        for one in people
    )


def officers_browser() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(OfficerFactory(language="en"))
    return client


def test_a_resource_has_its_licences_cost_sessions_hours_and_cost_per_hour(
    resource, trainer, school
):
    LicenceFactory(resource=resource, school=school, until=datetime.date(2027, 6, 30))
    LicenceFactory(resource=resource, until=datetime.date(2026, 12, 31))
    LicenceFactory(resource=resource, until=datetime.date(2026, 8, 1))  # before the school year
    ResourceCost.objects.create(resource=resource, school_year=2026, amount=Decimal(1200))
    there = of(school, 8)
    delivered(resource, trainer, "2026-10-06", present=there, capacity=8)
    delivered(resource, trainer, "2026-10-13", present=there, minutes=(0, 60))
    delivered(resource, trainer, "2026-11-03", is_closed=False)
    SessionFactory(resource=resource, led_by=trainer)  # in a week: nobody can say yet
    deliveries.make(provider=resource.provider, month=OCTOBER)

    [line] = read().lines

    assert (len(line.schools), line.next_end) == (2, datetime.date(2026, 12, 31))
    assert (line.offered, line.held, line.minutes) == (3, 2, 150)
    assert line.followed_minutes == 8 * 90 + 8 * 60
    assert line.cost_per_hour == Decimal("60.00")  # 1,200 € for 20 hours


def test_the_end_of_a_licence_is_a_day_to_come_a_day_that_is_over_or_none(resource, school):
    """The three said “none”. On the page, and in the file. On its last day a licence isn't over."""
    over, without = OrganisationFactory(name="Élan"), OrganisationFactory(name="Zola")
    last = OrganisationFactory(name="Victor Hugo")
    for at, until in (
        (school, datetime.date(2027, 6, 30)),
        (last, timezone.localdate()),
        (over, datetime.date(2026, 10, 31)),
        (without, None),
    ):
        LicenceFactory(resource=resource, school=at, until=until)
    query = {"by": FiguresBy.SCHOOL, "resource": resource.slug}
    browser = officers_browser()

    page = browser.get(reverse("training:subscriptions"), query).text
    file = browser.get(reverse("training:export_subscriptions"), query).content.decode("utf-8-sig")

    over_since = formats.date_format(datetime.date(2026, 10, 31), "SHORT_DATE_FORMAT")
    ends = ["2027", f"ended on {over_since}", "no end"]
    assert all(shows(page, one) for one in ends)
    told = {
        one["School"]: one["Next end"] for one in csv.DictReader(io.StringIO(file), delimiter=";")
    }
    assert told[str(over)] == ends[1]
    assert told[str(last)] == formats.date_format(timezone.localdate(), "SHORT_DATE_FORMAT")
    assert told[str(without)] == ends[2]
    names = [one for one in told if one != "All together"]
    assert names == sorted(names, key=folded)  # Élan isn't behind Zola


@pytest.mark.parametrize(
    ("query", "says", "says_not"),
    [
        pytest.param(
            {"month": "2026-09"},
            "at least once in September 2026. Months can’t be added",
            "the newest month that is counted",
            id="a month",
        ),
        pytest.param(
            {},
            "October 2026, the newest month that is counted",
            "None of this school year.",
            id="a year",
        ),
        pytest.param(
            {"year": "2024"},
            "None of this school year.",
            "None of this school year yet",
            id="a year that is over",
        ),
    ],
)
def test_what_is_said_of_months_is_true_of_the_one_that_is_chosen(
    resource, school, query, says, says_not
):
    opened(resource, *of(school, 6))
    Launch.objects.update(at=timezone.make_aware(datetime.datetime(2026, 9, 14, 10)))
    opened(resource, *of(school, 6))
    for month in ("2026-10-03T04:00", "2026-11-03T04:00"):
        months.close_months(timezone.make_aware(datetime.datetime.fromisoformat(month)))

    page = officers_browser().get(reverse("training:subscriptions"), query).text

    assert shows(page, says)
    assert not shows(page, says_not)


def test_the_sum_of_amounts_says_how_many_resources_are_missing_in_it(resource):
    """On the page and in the file; an amount that isn't known is no empty cell."""
    ResourceFactory(name="Tactileo")
    ResourceCost.objects.create(resource=resource, school_year=2026, amount=Decimal(1200))
    client = officers_browser()

    page = client.get(reverse("training:subscriptions")).text
    file = client.get(reverse("training:export_subscriptions")).content.decode("utf-8-sig")

    assert "without 1 resource whose amount isn’t known" in page
    told = [
        (line["Cost of the year (€)"], line["About the cost of the year"])
        for line in csv.DictReader(io.StringIO(file), delimiter=";")
    ]
    assert told == [
        ("1200.00", ""),
        ("not known", ""),
        ("1200.00", "without 1 resource whose amount isn’t known"),
    ]


def test_the_cost_per_hour_stays_that_of_the_first_note_of_a_renamed_resource(
    resource, trainer, school
):
    """What is closed after it changes it by nothing: page and file."""
    ResourceCost.objects.create(resource=resource, school_year=2026, amount=Decimal(1200))
    delivered(resource, trainer, "2026-10-06", present=of(school, 8))
    late = delivered(resource, trainer, "2026-10-13", present=of(school, 8), is_closed=False)
    note = deliveries.make(provider=resource.provider, month=OCTOBER)
    client = officers_browser()

    def told() -> tuple[str, str]:
        page = client.get(reverse("training:subscriptions")).text
        file = client.get(reverse("training:export_subscriptions")).content.decode("utf-8-sig")
        [row] = csv.DictReader(io.StringIO(file), delimiter=";")
        [cell] = re.findall(r'data-label="Cost per hour followed">\s*<div>\s*(.*?)\s*</div>', page)
        return cell, row["About the cost per hour"]

    [early], said = read().lines, [told()]
    sheet = Sheet.objects.get(session=late)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions={})
    deliveries.correct(note=note, by=OfficerFactory())
    Resource.objects.update(name="Arte Campus")
    [corrected] = read().lines
    said.append(told())

    assert (early.cost_per_hour, corrected.cost_per_hour) == (Decimal("100.00"), Decimal("100.00"))
    assert corrected.label == "Arte Campus"
    assert said == [("at most €100", "at most, hours of October 2026")] * 2


def test_the_sum_of_a_closed_month_in_which_nobody_opened_it_is_nought(resource, school):
    other = ResourceFactory()
    LicenceFactory(resource=resource, school=school)
    opened(other, *of(school, 6))
    months.close_months(timezone.make_aware(datetime.datetime(2026, 11, 3, 4)))
    no_shows.close_month(OCTOBER)

    by_school = read(by=FiguresBy.SCHOOL, resource=resource.pk, month=OCTOBER)
    by_department = read(by=FiguresBy.DEPARTMENT, resource=resource.pk, month=OCTOBER)
    of_department = read(by=FiguresBy.DEPARTMENT, resource=resource.pk, department="14")
    not_closed = read(by=FiguresBy.SCHOOL, resource=resource.pk, month=datetime.date(2026, 11, 1))

    for found in (by_school, by_department, of_department):
        for told in (found.lines[0].no_shows, found.whole.no_shows):
            assert (told.number, told.cells > 0) == (0, True)
        assert (found.whole.openers.cells, found.whole.openers.number) == (1, 0)
    assert not_closed.whole.no_shows.cells == not_closed.whole.openers.cells == 0


def test_absent_people_are_published_by_month_and_added_by_year(resource, trainer, school):
    absent, few = of(school, 6), of(OrganisationFactory(uai="0141001B", department="14"), 2)
    delivered(resource, trainer, "2026-09-15", absent_ones=absent)
    delivered(resource, trainer, "2026-10-06", absent_ones=[*absent, *few])
    delivered(resource, trainer, "2026-11-03", absent_ones=absent)

    assert closed("2026-11-10T04:00") == 2  # from the first session on

    [line] = read().lines
    by_school = read(by=FiguresBy.SCHOOL, resource=resource.pk)
    of_all = read(by=FiguresBy.SCHOOL)
    shown = {one.label: (one.no_shows.number, one.no_shows.hidden) for one in by_school.lines}
    september = read(month=datetime.date(2026, 9, 1)).lines[0].no_shows
    november = read(month=datetime.date(2026, 11, 1)).lines[0].no_shows
    assert (september.number, september.hidden) == (6, 0)
    assert november.cells == 0  # not closed yet
    assert line.no_shows.cells == 2
    assert shown[str(few[0].schools[0])] == (0, 1)
    hidden_at = [hidden for _number, hidden in shown.values()]
    assert sum(hidden_at) + line.no_shows.hidden >= 2  # the other school's, or the sum
    assert not any(one.no_shows.cells for one in [of_all.whole, *of_all.lines])


def test_a_closed_month_of_no_shows_gives_nobody_away(resource, trainer, school):
    """The attack over all that is stored of the month."""
    other = ResourceFactory()
    schools = [
        school,
        OrganisationFactory(uai="0141001B", department="14"),
        OrganisationFactory(uai="0501002C", department="50"),
    ]
    people = [of(schools[0], 6), of(schools[1], 2), of(schools[2], 7)]
    delivered(resource, trainer, "2026-10-06", absent_ones=[one for some in people for one in some])
    delivered(other, TrainerFactory(), "2026-10-07", absent_ones=[*people[0][:3], *people[2]])

    closed("2026-11-10T04:00")

    places = {one.pk: one.department for one in schools} | {"14": TOTAL, "50": TOTAL}
    axis = Axis("place", places)
    rows = MonthNoShows.objects.filter(month=OCTOBER)
    stored = {
        (row.resource, row.school_id or row.department or TOTAL): row.shown
        for row in rows.select_related("resource")
    }
    for one in (resource, other):
        cells = {(key,): stored.get((one, key), 0) for key in axis.keys}
        published = PublishedTable((axis,), cells)
        assert published.hidden
        assert attack(published) == []
    assert {key: shown for key, shown in stored.items() if key[1] == TOTAL} == {
        (None, TOTAL): 25,
        (resource, TOTAL): 15,
        (other, TOTAL): 10,
    }


def test_a_correction_after_the_close_changes_no_published_number(resource, trainer, school):
    delivered(resource, trainer, "2026-10-06", absent_ones=of(school, 6))
    closed("2026-11-10T04:00")

    delivered(resource, trainer, "2026-10-07", absent_ones=of(school, 9))
    again = closed("2026-11-11T04:00")

    assert again == 0
    assert read(month=OCTOBER).lines[0].no_shows.number == 6


def test_people_who_opened_a_resource_are_read_of_one_resource_and_month(resource, school):
    other = ResourceFactory()
    second = OrganisationFactory(uai="0501002C", department="50")
    opened(resource, *of(school, 6), *of(second, 8))
    opened(other, *of(school, 2))
    months.close_months(timezone.make_aware(datetime.datetime(2026, 11, 3, 4)))

    by_resource = {one.label: one.openers for one in read().lines}
    by_school = read(by=FiguresBy.SCHOOL, resource=resource.pk)
    by_department = read(by=FiguresBy.DEPARTMENT, resource=resource.pk)
    at_all = read(by=FiguresBy.SCHOOL)
    by_month = read(by=FiguresBy.MONTH, resource=resource.pk)

    assert (by_resource["Educ’Arte"].number, by_resource["Educ’Arte"].hidden) == (14, 0)
    assert by_resource[other.name].is_hidden
    assert {one.label: one.openers.number for one in by_school.lines} == {
        str(school): 6,
        str(second): 8,
    }
    assert [(one.label, one.openers.number) for one in by_department.lines] == [
        ("Calvados (14)", 6),
        ("Manche (50)", 8),
    ]
    assert at_all.openers_of is None
    assert [one.openers.number for one in by_month.lines] == [0, 14, 0]


def test_a_month_that_was_never_closed_is_not_nought(resource, trainer, school):
    """October is closed; September, before it, and November never were."""
    september, november = datetime.date(2026, 9, 1), datetime.date(2026, 11, 1)
    LicenceFactory(resource=resource, school=school)
    opened(resource, *of(school, 6))
    assert months.close_month(OCTOBER)
    assert no_shows.close_month(OCTOBER)

    by_month = read(by=FiguresBy.MONTH, resource=resource.pk)
    alone = read(month=september).lines[0]
    page = officers_browser().get(
        reverse("training:subscriptions"), {"by": FiguresBy.MONTH, "resource": resource.slug}
    )
    file = officers_browser().get(
        reverse("training:export_subscriptions"), {"by": FiguresBy.MONTH, "resource": resource.slug}
    )

    told = [
        (one.openers.cells, one.openers.number, one.no_shows.cells, one.no_shows.number)
        for one in by_month.lines
    ]
    assert told == [(0, 0, 0, 0), (1, 6, 1, 0), (0, 0, 0, 0)]
    assert alone.openers.cells == alone.no_shows.cells == 0
    assert by_month.without_no_shows == [september]
    assert shows(page.text, "Not counted: September 2026.")
    lines = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert [(one["People who opened it"], one["Enrolled and absent"]) for one in lines] == [
        ("wasn’t counted", "wasn’t counted"),
        ("6", "0"),
        ("not counted yet", "not counted yet"),
        ("no sum: people come again in another month", "0"),
    ]
    assert [one["Months counted (months over: 2)"] for one in lines] == ["0", "1", "0", "1"]
    assert page.text.count("1 of 2 months is counted") == 1  # in the cell of the sum
    months_written = [one["Month"] for one in lines][:-1]
    assert all(f'<th scope="row">{month}</th>' in page.text for month in months_written)
    assert november not in by_month.no_shows_of


def openers_told(**asked) -> tuple[list[str], str]:
    """What the file's column says, and the page's words of how openers are counted."""
    client = officers_browser()
    file = client.get(reverse("training:export_subscriptions"), asked)
    lines = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";")
    told = [text for line in lines for head, text in line.items() if head.startswith("People who")]
    return told, client.get(reverse("training:subscriptions"), asked).text


COUNTED_LATER = "People who opened a resource are counted on the third of the next month."
NEVER_COUNTED = (
    "People who opened a resource weren’t counted in this period, nor can they be any more"
)


@pytest.mark.parametrize("has_opened", [True, False], ids=["an opening in October", "no opening"])
def test_a_month_before_the_first_opening_is_never_promised_to_be_counted(
    resource, school, has_opened
):
    """On 1 November, when no month is closed yet."""
    LicenceFactory(resource=resource, school=school)
    if has_opened:
        opened(resource, *of(school, 6))

    with time_machine.travel("2026-11-01T12:00+01:00", tick=False):
        before, of_before = openers_told(month="2026-09")
        october, of_october = openers_told(month="2026-10")
        year, of_year = openers_told()
        last_year, of_last_year = openers_told(year="2025")

    assert (before, last_year) == (["wasn’t counted"], ["wasn’t counted"])
    for page in (of_before, of_last_year):
        assert shows(page, NEVER_COUNTED)
        assert not shows(page, COUNTED_LATER)
    assert october == (["not counted yet"] if has_opened else ["wasn’t counted"])
    assert shows(of_october, COUNTED_LATER) == has_opened
    assert year == ["not counted yet"]
    assert shows(of_year, COUNTED_LATER)


def test_a_resource_that_came_after_a_month_was_closed_is_not_promised_to_be_counted_in_it(
    resource, school
):
    opened(resource, *of(school, 6))
    assert months.close_month(OCTOBER)
    later = ResourceFactory(name="Tactileo")
    LicenceFactory(resource=later, school=school)

    in_october, _page = openers_told(month="2026-10")
    alone, of_alone = openers_told(month="2026-10", resource=later.slug, by=FiguresBy.SCHOOL)
    in_year, _page = openers_told(resource=later.slug, by=FiguresBy.SCHOOL)

    no_sum = "no sum: whoever opens two resources counts at both"
    assert in_october == ["6", "wasn’t counted", no_sum]
    assert alone == ["wasn’t counted"]
    assert shows(of_alone, NEVER_COUNTED)
    assert in_year == ["not counted yet"]  # it will be in November


def test_hours_are_told_in_french_whatever_their_number(resource, trainer, school):
    ResourceCost.objects.create(resource=resource, school_year=2026, amount=Decimal(1200))
    client = Client()
    client.force_login(OfficerFactory(language="fr"))
    with translation.override("fr"):
        page, export = reverse("training:subscriptions"), reverse("training:export_subscriptions")
    none = client.get(page).text
    delivered(resource, trainer, "2026-10-06", present=of(school, 8))
    deliveries.make(provider=resource.provider, month=OCTOBER)

    file = client.get(export).content.decode("utf-8-sig")

    assert re.search(r"0.min.de.formation(?!.donn)", none)
    [line] = csv.DictReader(io.StringIO(file), delimiter=";")
    assert "d’après les heures suivies en octobre 2026" in line.values()


def test_the_demo_says_on_top_of_the_page_that_its_figures_are_invented(settings):
    address = reverse("training:subscriptions")

    counted = officers_browser().get(address).text
    settings.ONE_CLICK_LOGINS = True
    invented = officers_browser().get(address).text

    words = "Invented figures, for the demonstration."
    assert (words in invented, words in counted) == (True, False)


def test_the_cost_per_hour_says_over_which_months_it_is_reckoned(resource, trainer, school):
    ResourceCost.objects.create(resource=resource, school_year=2026, amount=Decimal(1200))
    client, page = officers_browser(), reverse("training:subscriptions")
    without = client.get(page).text
    there = of(school, 8)
    delivered(resource, trainer, "2026-09-15", present=there)
    delivered(resource, trainer, "2026-10-06", present=there)
    for month in (datetime.date(2026, 9, 1), OCTOBER):
        deliveries.make(provider=resource.provider, month=month)

    text = client.get(page).text
    file = client.get(reverse("training:export_subscriptions")).content.decode("utf-8-sig")

    assert "no month of this school year has a delivery note" in without
    assert shows(
        text,
        "Months that have one: September 2026, October 2026.",
    )
    [line] = csv.DictReader(io.StringIO(file), delimiter=";")
    assert line["About the cost per hour"] == "hours of September 2026, October 2026"


def test_a_line_says_of_which_months_its_hours_are(resource, trainer, school):
    """The first resource had dates in September and October, the other in October alone."""
    later = ResourceFactory(name="Retronews")
    for one in (resource, later):
        ResourceCost.objects.create(resource=one, school_year=2026, amount=Decimal(1200))
    there, other = of(school, 8), TrainerFactory(works_for=later.provider)
    delivered(resource, trainer, "2026-09-15", present=there)
    delivered(resource, trainer, "2026-10-06", present=there)
    delivered(later, other, "2026-10-07", present=there)
    for provider, month in ((trainer, 9), (trainer, 10), (other, 10)):
        organisation = provider.memberships.get().organisation
        deliveries.make(provider=organisation, month=datetime.date(2026, month, 1))

    page = officers_browser().get(reverse("training:subscriptions")).text
    file = officers_browser().get(reverse("training:export_subscriptions"))

    lines = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";")
    assert {one["Resource"]: one["About the cost per hour"] for one in lines} == {
        resource.name: "hours of September 2026, October 2026",
        later.name: "hours of October 2026",
        "All together": "no sum: each resource has its own amount and hours",
    }
    assert page.count("hours of October 2026") == 1
    assert "hours of September" not in page
    assert "no sum: each resource has its own amount and hours" in page


def test_page_and_file_say_what_they_are_filtered_by(resource, settings):
    asked = {"resource": resource.slug, "department": "14", "by": FiguresBy.MONTH}
    OrganisationFactory(uai="0141000A", department="14")
    settings.ONE_CLICK_LOGINS = True

    page = officers_browser().get(reverse("training:subscriptions"), asked).text
    file = officers_browser().get(reverse("training:export_subscriptions"), asked)

    assert shows(page, f"Shown alone: <strong>{resource.name}, Calvados (14)</strong>")
    name = f"subscriptions-invented-2026-month-{slugify(resource.name)}-calvados-14.csv"
    assert name in file["Content-Disposition"]


def test_months_before_the_first_that_is_closed_are_never_counted(resource, trainer, school):
    delivered(resource, trainer, "2026-10-06", present=of(school, 8))
    closed("2026-11-10T04:00")

    page = officers_browser().get(reverse("training:subscriptions"), {"year": "2025"})
    by_month = read(by=FiguresBy.MONTH).lines

    before = page.context["figures"].lines[0].no_shows
    assert (before.cells, before.is_lost) == (0, True)
    assert "wasn’t counted" in page.text
    assert [one.no_shows.is_lost for one in by_month] == [True, False, False]


@pytest.mark.parametrize(
    ("held", "offered", "words"),
    [
        (0, 2, "0 session tenue sur 2"),
        (1, 3, "1 session tenue sur 3"),
        (2, 2, "2 sessions tenues sur 2"),
    ],
)
def test_in_french_the_words_agree_with_the_sessions_held(held, offered, words):
    line = FigureLine("", held=held, offered=offered)

    with translation.override("fr"):
        told = render_to_string("training/officer/sessions_sum.html", {"whole": line})

    assert words in told


def test_the_spreadsheet_says_what_the_page_says_with_french_decimals(resource, trainer, school):
    resource.name = "=HYPERLINK(1)"
    resource.save()
    ResourceCost.objects.create(resource=resource, school_year=2026, amount=Decimal("999.50"))
    delivered(resource, trainer, "2026-10-06", absent_ones=of(school, 2))
    closed("2026-11-10T04:00")
    client = Client(headers={"Accept-Language": "fr"})
    client.force_login(OfficerFactory(language="fr"))

    with translation.override("fr"):
        answer = client.get(reverse("training:export_subscriptions"))

    assert answer.content.startswith(b"\xef\xbb\xbf")
    [headings, line] = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    told = dict(zip(headings, line, strict=True))
    assert told["Ressource"] == "'=HYPERLINK(1)"
    assert (told["Coût annuel (€)"], told["Heures réalisées"]) == ("999,50", "1,50")
    assert told["Inscrits absents"] == "masqué"


def test_amounts_of_a_school_year_are_written_changed_and_taken_back(resource):
    def keep(text: str) -> int:
        return CostsPage(OfficerFactory(language="en")).keep({resource: text}).status_code

    keep("1\u202f200.50\xa0€")  # as it is copied from an invoice
    copied = costs()
    keep("1")
    keep("1200,50")
    written = costs()
    keep("€1,200.50")  # as our pages tell it
    as_told = costs()
    refused = keep("-3")
    keep("")

    assert copied == written == as_told == {resource: Decimal("1200.50")}
    assert (refused, costs()) == (422, {})


@pytest.mark.parametrize("by", FiguresBy)
def test_the_page_asks_no_more_for_many_resources_schools_and_months(resource, trainer, school, by):
    delivered(resource, trainer, "2026-10-06", present=of(school, 6), absent_ones=of(school, 6))
    client = officers_browser()
    page = f"{reverse('training:subscriptions')}?by={by}&resource={resource.slug}"

    def asked() -> int:
        """Beside those of the session: who it is, and what roles they have."""
        with CaptureQueriesContext(database) as queries:
            assert client.get(page, follow=True).status_code == 200
        return len([one for one in queries if not OF_SESSION.search(one["sql"])])

    asked()
    few = asked()
    for one in ResourceFactory.create_batch(6):
        LicenceFactory.create_batch(2, resource=one)
        opened(one, *of(school, 6))
        deliver = TrainerFactory(works_for=one.provider)
        delivered(one, deliver, "2026-10-07", present=of(school, 6))
    closed("2026-11-10T04:00")
    months.close_months(timezone.make_aware(datetime.datetime(2026, 11, 3, 4)))

    # Names of schools, where there are any; once a month is closed, not since when there are openings.
    assert few - 1 <= asked() <= min(few + 1, 11)
