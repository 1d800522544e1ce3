"""Numbers of people of a month are counted at one moment, when the month is written: whatever happens to
sheets afterwards, no page and no note says another.
"""

import csv
import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.people.models import Person
from tests.factories import attendance as sheets
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.deliveries import delivered, delivered_over, present_on
from tests.factories.people import (
    OfficerFactory,
    OrganisationFactory,
    PlannerFactory,
    TeacherFactory,
    TrainerFactory,
)
from training.enums import OpenTo
from training.models import (
    DeliveryNote,
    MonthNoShows,
    Participation,
    Sheet,
    SheetLine,
)
from training.queries.figures import figures
from training.services import attendance, deliveries, no_shows
from training.values import FiguresAsked

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]

OCTOBER = datetime.date(2026, 10, 1)


def at(*day_and_hour) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime(2026, *day_and_hour))


@pytest.fixture
def school():
    return OrganisationFactory(uai="0141000A", department="14")


@pytest.fixture
def resource():
    return ResourceFactory()


@pytest.fixture
def trainer(resource):
    return TrainerFactory(works_for=resource.provider)


def of(school, number) -> list[Person]:
    return TeacherFactory.create_batch(number, works_at=school)


def told() -> dict:
    """What the month's rows say of each resource."""
    rows = MonthNoShows.objects.of_the_region().exclude(resource=None)
    return {row.resource: row.shown for row in rows}


def closed_by(trainer, session) -> None:
    sheet = Sheet.objects.get(session=session)
    decisions = sheets.absent(sheet)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=decisions)


def attested(session, teachers, minutes: int) -> None:
    lines = SheetLine.objects.participants().filter(sheet__session=session)
    for line in lines.filter(participation__enrolment__teacher__in=teachers):
        attendance.correct(line=line, minutes=minutes, reason="By telephone", by=PlannerFactory())


@pytest.mark.parametrize("corrected", [0, 1, 5, 10])
def test_a_note_made_later_says_what_the_month_s_first_note_wrote(
    resource, trainer, school, corrected
):
    """An officer made another provider's note on the second, and October was written: nine were there, ten
    weren't. Then some of them were there after all, before the tick of the third.
    """
    away, other = of(school, 10), ResourceFactory()
    session = delivered(resource, trainer, "2026-10-06", present=of(school, 9), absent_ones=away)
    leader = TrainerFactory(works_for=other.provider)
    delivered(other, leader, "2026-10-07", present=of(school, 9))
    deliveries.make(provider=other.provider, month=OCTOBER, now=at(11, 2, 9))

    attested(session, away[:corrected], 90)
    deliveries.make_due(at(11, 3, 4))

    note = DeliveryNote.objects.get(provider=resource.provider)
    assert (present_on(note), told()[resource]) == ([9], 10)


@pytest.mark.parametrize("there", [0, 2, 7, 16])
def test_a_date_closed_after_its_month_was_written_is_told_by_no_note(
    resource, trainer, school, there
):
    """A long outage: October was written by the sweep of no-shows, its note is asked for afterwards."""
    people = of(school, 16)
    delivered(resource, trainer, "2026-10-06", present=people[6:], absent_ones=people[:6])
    late = delivered(
        resource,
        trainer,
        "2026-10-13",
        present=people[:there],
        absent_ones=people[there:],
        is_closed=False,
    )
    assert no_shows.close_months(timezone.now()) == 1
    closed_by(trainer, late)

    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    assert (present_on(note), told()[resource]) == ([None], 6)


def test_a_resource_whose_sheets_were_all_open_had_not_nobody_absent(resource, trainer, school):
    """Eight were there and nine weren't; October was written on the tenth without them."""
    other = ResourceFactory()
    delivered(other, TrainerFactory(works_for=other.provider), "2026-10-06", present=of(school, 8))
    late = delivered(
        resource,
        trainer,
        "2026-10-07",
        present=of(school, 8),
        absent_ones=of(school, 9),
        is_closed=False,
    )
    deliveries.make_due(at(11, 10, 4))

    closed_by(trainer, late)
    deliveries.make_due(timezone.now())

    assert told() == {resource: None}
    assert present_on(DeliveryNote.objects.get(provider=resource.provider)) == [None]
    assert present_on(DeliveryNote.objects.get(provider=other.provider)) == [8]


@pytest.mark.at("2027-09-05T12:00")
@pytest.mark.parametrize("is_late_alone", [True, False], ids=["alone", "beside a large session"])
@pytest.mark.parametrize("few", [3, 4])
def test_seats_of_a_year_do_not_tell_those_of_a_small_session_closed_late(
    resource, trainer, school, few, is_late_alone
):
    other = ResourceFactory()
    leader = TrainerFactory(works_for=other.provider)
    delivered(other, leader, "2026-10-06", present=of(school, 91), capacity=94)
    if not is_late_alone:
        delivered(resource, trainer, "2026-10-06", present=of(school, 9), capacity=9)
    late = delivered(
        resource, trainer, "2026-10-07", present=of(school, few), capacity=6, is_closed=False
    )
    no_shows.close_months(at(11, 10, 4))

    closed_by(trainer, late)
    no_shows.close_months(timezone.now())
    found = figures(
        FiguresAsked(year=2026), resources=[resource, other], notes=[], now=timezone.now()
    )

    assert found.seats_taken is None


def test_few_who_came_with_a_seat_are_not_reckoned_from_many_who_came(resource, trainer, school):
    """Of sixteen seats thirteen stayed empty; two who had given the date back came too."""
    people = of(school, 18)
    session = delivered(
        resource, trainer, "2026-10-06", present=people[:5], absent_ones=people[5:], capacity=16
    )
    given_back = Participation.objects.filter(enrolment__session=session)
    given_back.filter(enrolment__teacher__in=people[:2]).update(is_withdrawn=True)

    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    assert (present_on(note), told()) == ([None], {resource: None})


@pytest.mark.parametrize("have_a_seat", [True, False], ids=["with a seat", "with none any more"])
def test_few_who_came_to_one_provider_are_not_among_many_of_another(
    resource, trainer, school, have_a_seat
):
    """Two came to one provider's date of a resource, nine to another's: each has a note of its own."""
    two = of(school, 2)
    other = TrainerFactory()
    organisation = other.memberships.get().organisation
    delivered(resource, trainer, "2026-10-06", present=of(school, 9), absent_ones=of(school, 6))
    delivered(
        resource,
        other,
        "2026-10-07",
        present=two,
        absent_ones=of(school, 9),
        provider=organisation,
    )
    if not have_a_seat:
        Participation.objects.filter(enrolment__teacher__in=two).update(is_withdrawn=True)

    notes = [
        deliveries.make(provider=one, month=OCTOBER) for one in (resource.provider, organisation)
    ]

    assert [present_on(note) for note in notes] == [[None], [None]]


def test_few_with_a_seat_at_one_provider_are_not_among_many_of_another(resource, trainer, school):
    """Two of the six who came to one provider had a seat; at another's date nine did."""
    other = TrainerFactory()
    organisation = other.memberships.get().organisation
    six = of(school, 6)
    delivered(resource, trainer, "2026-10-06", present=of(school, 9), absent_ones=of(school, 6))
    delivered(
        resource,
        other,
        "2026-10-07",
        present=six,
        absent_ones=of(school, 9),
        provider=organisation,
    )
    Participation.objects.filter(enrolment__teacher__in=six[2:]).update(is_withdrawn=True)

    note = deliveries.make(provider=organisation, month=OCTOBER)

    assert (present_on(note), told()) == ([None], {resource: None})


def test_each_provider_s_note_has_its_own_people_and_those_without_a_seat_too(
    resource, trainer, school
):
    other = TrainerFactory()
    organisation = other.memberships.get().organisation
    nine = of(school, 9)
    delivered(resource, trainer, "2026-10-06", present=nine)
    delivered(resource, other, "2026-10-07", present=of(school, 7), provider=organisation)
    Participation.objects.filter(enrolment__teacher__in=nine[:2]).update(is_withdrawn=True)

    notes = [
        deliveries.make(provider=one, month=OCTOBER) for one in (resource.provider, organisation)
    ]

    assert [present_on(note) for note in notes] == [[9], [7]]


def test_a_note_made_later_says_on_which_day_people_were_counted(client, resource, trainer, school):
    other = ResourceFactory()
    delivered(resource, trainer, "2026-10-06", present=of(school, 9))
    delivered(other, TrainerFactory(works_for=other.provider), "2026-10-07", present=of(school, 9))
    deliveries.make(provider=other.provider, month=OCTOBER, now=at(11, 2, 9))
    deliveries.make_due(at(11, 3, 4))
    client.force_login(OfficerFactory(language="en"))

    pages = [
        client.get(reverse("training:delivery_note", args=[note.public_id])).text
        for note in DeliveryNote.objects.order_by("pk")
    ]

    said = "People were counted on 2 November 2026, when the month was written"
    assert [said in " ".join(page.split()) for page in pages] == [False, True]


@pytest.mark.parametrize(
    "limits",
    [
        {"open_to": OpenTo.SCHOOLS, "capacity": 8},
        {"school_quota": 12, "capacity": 20},
    ],
    ids=["for one school alone", "twelve seats for a school"],
)
def test_seats_that_a_page_says_of_a_school_do_not_tell_who_of_it_came(
    client, resource, trainer, school, limits
):
    """Of the eight of a school five were absent: its page says how many seats it has at most."""
    other = OrganisationFactory(uai="0141001A", department="14")
    for_schools = {"for_schools": [school]} if "open_to" in limits else {}
    delivered(
        resource,
        trainer,
        "2026-10-06",
        present=of(school, 3),
        absent_ones=of(school, 5),
        **limits,
        **for_schools,
    )
    delivered(resource, trainer, "2026-10-13", present=of(other, 9), capacity=9)
    for place in (school, other):
        LicenceFactory(resource=resource, school=place)

    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    assert (present_on(note), told()) == ([12], {resource: 5})
    assert not MonthNoShows.objects.exclude(school=None, department="").exists()
    client.force_login(OfficerFactory(language="en"))
    asked = {"year": "2026", "month": "2026-10", "resource": resource.slug, "by": "school"}
    file = client.get(reverse("training:export_subscriptions"), asked).content.decode("utf-8-sig")
    *lines, whole = csv.DictReader(io.StringIO(file), delimiter=";")
    assert [one["Enrolled and absent"] for one in lines] == ["hidden"] * 2
    assert whole["Enrolled and absent"] == "5"


def test_a_cost_is_at_most_where_a_provider_s_sheets_were_all_open(resource, trainer, school):
    """It has no note, on which its open dates would stand."""
    other = TrainerFactory()
    organisation = other.memberships.get().organisation
    delivered(resource, trainer, "2026-10-06", present=of(school, 9))
    delivered(
        resource, other, "2026-10-07", present=of(school, 9), provider=organisation, is_closed=False
    )
    deliveries.make_due(at(11, 10, 4))

    found = figures(
        FiguresAsked(year=2026),
        resources=[resource],
        notes=DeliveryNote.objects.all(),
        now=timezone.now(),
    )

    assert (found.lines[0].followed_minutes, found.lines[0].is_at_most) == (9 * 90, True)


def test_three_seats_on_two_dates_are_three(resource, trainer, school):
    """Its page says how many seats it has: nobody's presence can be hidden behind them."""
    people = of(school, 9)
    days = dict.fromkeys(["2026-10-06", "2026-10-13"], people)
    delivered_over(resource, trainer, days, seats=people, capacity=3)

    no_shows.close_month(OCTOBER)

    assert told() == {resource: None}


def test_a_renamed_resource_is_still_the_same_on_the_next_note(resource, trainer, school):
    """Two came to a late date: their number isn't what is missing to the note before."""
    delivered(resource, trainer, "2026-10-06", present=of(school, 9))
    late = delivered(
        resource,
        trainer,
        "2026-10-13",
        present=of(school, 2),
        absent_ones=of(school, 7),
        is_closed=False,
    )
    first = deliveries.make(provider=resource.provider, month=OCTOBER)

    resource.slug, resource.name = "another-address", "Another name"
    resource.save()
    closed_by(trainer, late)
    later = deliveries.correct(note=first, by=PlannerFactory())
    table = figures(
        FiguresAsked(year=2026), resources=[resource], notes=[first, later], now=timezone.now()
    )

    assert (present_on(first), present_on(later)) == ([9], [9])
    assert table.lines[0].followed_minutes == 9 * 90
