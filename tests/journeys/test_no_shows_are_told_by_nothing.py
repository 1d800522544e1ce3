"""Seats that nobody used: neither a delivery note, nor a session's page, nor the Region's figures tell how
few they were, each by itself or all of a month together.
"""

import csv
import datetime
import io
import random
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.catalogue.models import ResourceCost
from courses.exceptions import Refusal
from tests.disclosure import attack_together
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.deliveries import (
    delivered,
    delivered_over,
    followed_on,
    present_on,
)
from tests.factories.markup import shows
from tests.factories.people import (
    OfficerFactory,
    OrganisationFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.periods import month_together
from tests.reckoning import reckoned_of_sessions
from training.enums import EnrolmentState
from training.exceptions import MonthHasOpenSheets
from training.models import (
    DeliveryNote,
    Enrolment,
    MonthNoShows,
    Participation,
)
from training.queries.deliveries import providers_without_note
from training.queries.figures import figures
from training.services import deliveries, no_shows
from training.values import FiguresAsked, SeatCount

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]

SEPTEMBER = datetime.date(2026, 9, 1)
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


@pytest.mark.parametrize(
    ("absent", "shown"),
    [
        pytest.param(0, 8, id="nobody: zero is published"),
        pytest.param(1, None, id="one"),
        pytest.param(4, None, id="four"),
        pytest.param(5, 8, id="five"),
    ],
)
def test_a_note_says_no_number_where_it_would_tell_how_few_were_absent(
    resource, trainer, school, absent, shown
):
    delivered(
        resource, trainer, "2026-10-06", present=of(school, 8), absent_ones=of(school, absent)
    )

    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    assert present_on(note) == [shown]
    assert followed_on(note) == [shown and 8 * 90]


@pytest.mark.parametrize(
    ("absent", "seats"),
    [
        pytest.param(1, 1, id="one of one"),
        pytest.param(2, 3, id="two of three"),
        pytest.param(4, 4, id="four of four"),
        pytest.param(0, 4, id="nobody of four"),
    ],
)
def test_where_few_had_a_seat_nothing_is_counted(client, trainer, school, absent, seats):
    """Beside them six and seven were absent, whose sum is told."""
    few, many, third = ResourceFactory.create_batch(3)
    for one, held, missing in ((few, seats, absent), (many, 16, 7), (third, 15, 6)):
        delivered(
            one,
            TrainerFactory(works_for=one.provider),
            "2026-10-06",
            present=of(school, held - missing),
            absent_ones=of(school, missing),
        )

    notes = [deliveries.make(provider=one.provider, month=OCTOBER) for one in (few, many, third)]

    together, links = month_together(OCTOBER)
    assert attack_together(together, links) == []
    assert [present_on(note) for note in notes] == [[None], [9], [9]]
    of_few = MonthNoShows.objects.filter(resource=few)
    whole = (OCTOBER, None, "", 0, True)
    assert list(of_few.values_list("month", "school", "department", "number", "is_hidden")) == [
        whole
    ]
    told = MonthNoShows.objects.filter(school=None, department="").exclude(resource=few)
    assert {row.resource: row.shown for row in told} == {None: 13, many: 7, third: 6}
    client.force_login(OfficerFactory(language="en"))
    page = client.get(reverse("training:subscriptions"), headers={"Accept-Language": "en"})
    assert shows(page.text, "A resource is hidden for the month, and in no sum")


def test_two_dates_of_three_people_are_few_seats(resource, trainer, school):
    people = of(school, 3)
    for day in ("2026-10-06", "2026-10-13"):
        delivered(resource, trainer, day, present=people[1:], absent_ones=people[:1])

    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    assert present_on(note) == [None]


def test_five_seats_of_four_people_on_two_dates_are_few_seats(resource, trainer, school):
    first, second = of(school, 3), of(school, 1)
    delivered(resource, trainer, "2026-10-06", absent_ones=first)
    delivered(resource, trainer, "2026-10-13", absent_ones=[*second, first[0]])

    no_shows.close_month(OCTOBER)

    assert told_resources() == {None: None, resource: None}


def told_resources() -> dict:
    """What officers read of each resource, and of all."""
    rows = MonthNoShows.objects.filter(month=OCTOBER, school=None, department="")
    return {row.resource: row.shown for row in rows.select_related("resource")}


def test_few_seats_at_one_of_two_providers_hide_the_resource_on_both_notes(
    resource, trainer, school
):
    other = TrainerFactory()
    organisation = other.memberships.get().organisation
    delivered(resource, trainer, "2026-10-06", present=of(school, 9), absent_ones=of(school, 6))
    delivered(resource, other, "2026-10-07", absent_ones=of(school, 3), provider=organisation)

    notes = [
        deliveries.make(provider=one, month=OCTOBER) for one in (resource.provider, organisation)
    ]

    assert told_resources() == {None: None, resource: None}
    assert [present_on(note) for note in notes] == [[None], [None]]


def test_of_one_date_nothing_is_told(resource, trainer, school):
    """Twelve and three were there, four and two weren't: the note and the figures have the sums alone."""
    delivered(resource, trainer, "2026-10-06", present=of(school, 12), absent_ones=of(school, 4))
    delivered(resource, trainer, "2026-10-13", present=of(school, 3), absent_ones=of(school, 2))

    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    assert (present_on(note), told_resources()) == ([15], {None: 6, resource: 6})
    assert reckoned_of_sessions(OCTOBER) == []


@pytest.mark.parametrize(
    ("absent", "capacity"),
    [
        pytest.param((2, 4), 20, id="of a session of two dates"),
        pytest.param((2, 4), 16, id="of a full one"),
        pytest.param((1, 4, 2), 20, id="of three dates"),
    ],
)
def test_an_officer_reckons_no_date_of_a_session(resource, trainer, school, absent, capacity):
    """Seats times dates, less people present, are those absent from all dates together, which are told."""
    seats, there, first = of(school, 16), {}, 0
    for nth, number in enumerate(absent):
        away = seats[first : first + number]
        there[f"2026-10-{6 + 7 * nth:02d}"] = [one for one in seats if one not in away]
        first += number
    delivered_over(resource, trainer, there, seats=seats, capacity=capacity)

    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    assert present_on(note) == [16 * len(absent) - sum(absent)]
    assert told_resources()[resource] == sum(absent)
    assert reckoned_of_sessions(OCTOBER) == []


def test_a_month_of_few_absent_is_not_reckoned_from_the_month_before(resource, trainer, school):
    """Six were absent in September, of a session that goes on: sixteen had a seat. Two were in October."""
    seats = of(school, 16)
    there = {"2026-09-15": seats[6:], "2026-10-06": seats[2:]}
    delivered_over(resource, trainer, there, seats=seats)

    notes = [deliveries.make(provider=resource.provider, month=one) for one in (SEPTEMBER, OCTOBER)]

    assert [present_on(note) for note in notes] == [[10], [None]]
    assert reckoned_of_sessions(SEPTEMBER, OCTOBER) == []


@pytest.mark.parametrize(
    ("few", "many", "away"),
    [
        pytest.param(
            ["09-15", "10-06", "10-13"], ["09-16", "09-23", "10-07"], 6, id="both over two months"
        ),
        pytest.param(["09-15"], ["09-16", "10-07"], 6, id="one date beside two months"),
        pytest.param(["09-15"], ["09-16", "10-07"], 0, id="nobody was absent"),
        pytest.param(["09-15"], ["09-02", "09-09", "09-16", "09-23"], 0, id="one date beside four"),
    ],
)
def test_few_seats_of_a_session_are_not_reckoned_from_the_sums(
    resource, trainer, school, few, many, away
):
    """Three seats in one session, sixteen in another one with other dates."""
    three, sixteen = of(school, 3), of(school, 16)
    delivered_over(resource, trainer, {f"2026-{day}": three for day in few}, seats=three)
    delivered_over(
        resource, trainer, {f"2026-{day}": sixteen[away:] for day in many}, seats=sixteen
    )
    for month in (SEPTEMBER, OCTOBER):
        no_shows.close_month(month)
        for provider in providers_without_note(month):
            deliveries.make(provider=provider, month=month)

    assert present_on(DeliveryNote.objects.get(month=SEPTEMBER)) == [None]
    assert reckoned_of_sessions(SEPTEMBER, OCTOBER) == []


def test_two_who_were_there_of_nine_are_told_nowhere(resource, trainer, school):
    delivered(resource, trainer, "2026-10-06", present=of(school, 2), absent_ones=of(school, 7))

    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    assert (present_on(note), told_resources()[resource]) == ([None], None)


def test_no_school_reads_zero_where_few_of_others_had_a_seat(client, trainer, school):
    """Each of four seats was another school's. Read by school, all that have the resource say the same."""
    one = ResourceFactory()
    schools = OrganisationFactory.create_batch(6, department="14")
    for licensed in schools:
        LicenceFactory(resource=one, school=licensed)
    delivered(
        one,
        TrainerFactory(works_for=one.provider),
        "2026-10-06",
        present=[TeacherFactory(works_at=place) for place in schools[:4]],
    )
    no_shows.close_month(OCTOBER)
    client.force_login(OfficerFactory(language="en"))

    asked = {"year": "2026", "month": "2026-10", "resource": one.slug}
    told = {
        by: {
            line["Enrolled and absent"]
            for line in csv.DictReader(
                io.StringIO(file_of(client, asked | {"by": by})), delimiter=";"
            )
        }
        for by in ("school", "department", "month")
    }

    assert told == {by: {"hidden"} for by in told}


def file_of(client, query: dict[str, str]) -> str:
    response = client.get(
        reverse("training:export_subscriptions"), query, headers={"Accept-Language": "en"}
    )
    return response.content.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("there", "fields"),
    [
        pytest.param(1, {"capacity": 4}, id="one of four seats"),
        pytest.param(0, {"capacity": 4}, id="nobody of four seats"),
        pytest.param(9, {"capacity": 20, "school_quota": 9}, id="nine seats at most for a school"),
    ],
)
def test_a_resource_whose_sessions_tell_small_numbers_is_hidden_whoever_came(
    resource, trainer, school, there, fields
):
    delivered(resource, trainer, "2026-10-06", present=of(school, there), **fields)

    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    assert told_resources() == {None: None, resource: None}
    assert present_on(note) == [None]


def test_few_with_a_seat_hide_the_resource_though_more_were_there_without_one(
    resource, trainer, school
):
    session = delivered(resource, trainer, "2026-10-06", present=of(school, 9), capacity=20)
    for one in Enrolment.objects.filter(session=session)[:6]:
        one.participations.update(is_withdrawn=True)

    no_shows.close_month(OCTOBER)

    assert told_resources() == {None: None, resource: None}


def test_a_hidden_resource_is_in_no_sum_and_hides_no_other(trainer, school):
    """Two were absent at one resource, six at another."""
    few, many = ResourceFactory(), ResourceFactory()
    for resource, absent in ((few, 2), (many, 6)):
        leader = TrainerFactory(works_for=resource.provider)
        delivered(
            resource, leader, "2026-10-06", present=of(school, 9), absent_ones=of(school, absent)
        )

    notes = [deliveries.make(provider=one.provider, month=OCTOBER) for one in (few, many)]

    assert told_resources() == {None: 6, few: None, many: 6}
    assert [present_on(note) for note in notes] == [[None], [9]]


def test_few_absent_with_one_of_two_providers_hide_the_resource(resource, trainer, school):
    """Six were absent at one provider's session and two at the other's."""
    other = TrainerFactory()
    organisation = other.memberships.get().organisation
    delivered(resource, trainer, "2026-10-06", present=of(school, 9), absent_ones=of(school, 6))
    delivered(
        resource,
        other,
        "2026-10-07",
        present=of(school, 9),
        absent_ones=of(school, 2),
        provider=organisation,
    )

    first = deliveries.make(provider=resource.provider, month=OCTOBER)
    second = deliveries.make(provider=organisation, month=OCTOBER)

    assert told_resources() == {None: None, resource: None}
    assert (present_on(first), present_on(second)) == ([None], [None])


@pytest.mark.parametrize(
    "schools", [pytest.param(2, id="of two schools"), pytest.param(7, id="of seven")]
)
def test_of_schools_that_would_tell_each_other_the_sum_alone_is_told(
    client, resource, trainer, school, schools
):
    """Six or seven were absent, each school has few of them: their sum is read, and of no school anything."""
    places = [
        school,
        *(OrganisationFactory(department=("14", "50")[n % 2]) for n in range(schools)),
    ]
    for place in places:
        LicenceFactory(resource=resource, school=place)
    absent = [one for place in places[1:] for one in of(place, 3 if schools == 2 else 1)]
    delivered(resource, trainer, "2026-10-06", present=of(school, 9), absent_ones=absent)

    note = deliveries.make(provider=resource.provider, month=OCTOBER)

    assert (present_on(note), told_resources()) == ([9], {None: len(absent), resource: len(absent)})
    together, links = month_together(OCTOBER)
    assert attack_together(together, links) == []
    assert reckoned_of_sessions(OCTOBER) == []
    client.force_login(OfficerFactory(language="en"))
    asked = {"year": "2026", "month": "2026-10", "resource": resource.slug}
    for by in ("school", "department"):
        file = file_of(client, asked | {"by": by})
        *lines, whole = csv.DictReader(io.StringIO(file), delimiter=";")
        assert {line["Enrolled and absent"] for line in lines} == {"hidden"}, (by, file)
        assert whole["Enrolled and absent"] == str(len(absent))


def test_hidden_numbers_of_a_month_are_forgotten_and_what_is_shown_stays(resource, trainer, school):
    """Six of one school were absent and two of another; the resource's eight are told."""
    other = OrganisationFactory(uai="0500001A", department="50")
    absent = [*of(school, 6), *of(other, 2)]
    delivered(resource, trainer, "2026-10-06", present=of(school, 8), absent_ones=absent)
    hidden = ResourceFactory()
    leader = TrainerFactory(works_for=hidden.provider)
    delivered(hidden, leader, "2026-10-07", present=of(school, 9), absent_ones=of(school, 2))
    no_shows.close_month(OCTOBER)
    at = [timezone.make_aware(datetime.datetime(2026, *day)) for day in ((11, 30), (12, 1))]

    def read() -> list:
        rows = MonthNoShows.objects.order_by("pk")
        return [(row.is_hidden, row.shown) for row in rows]

    before = read()
    forgotten = [no_shows.forget_hidden_numbers(day) for day in at]

    assert forgotten[0] == 0 < forgotten[1]
    assert no_shows.forget_hidden_numbers(at[1]) == 0
    assert read() == before
    assert set(MonthNoShows.objects.values_list("is_hidden", "number")) == {(True, 0), (False, 8)}
    assert present_on(deliveries.make(provider=hidden.provider, month=OCTOBER)) == [None]
    assert present_on(deliveries.make(provider=resource.provider, month=OCTOBER)) == [8]


def test_months_before_the_first_session_are_not_closed(resource, trainer, school):
    """They would be published as 0."""
    delivered(resource, trainer, "2026-09-15", present=of(school, 8))

    closed = no_shows.close_months(timezone.now())

    assert closed == 2
    assert set(MonthNoShows.objects.values_list("month", flat=True)) == {
        datetime.date(2026, 9, 1),
        OCTOBER,
    }


def test_the_first_note_of_a_month_writes_its_no_shows(resource, trainer, school):
    delivered(resource, trainer, "2026-10-06", present=of(school, 8), absent_ones=of(school, 6))

    deliveries.make(provider=resource.provider, month=OCTOBER)
    again = no_shows.close_month(OCTOBER)

    assert again is False
    assert MonthNoShows.objects.get(resource=None, school=None, department="").number == 6


@pytest.mark.parametrize(
    ("at", "is_closed", "is_written", "refused"),
    [
        pytest.param("2026-11-01T00:01", True, False, False, id="all are closed, on the first"),
        pytest.param("2026-11-02T12:00", True, False, False, id="all sheets are closed"),
        pytest.param("2026-11-09T12:00", False, False, True, id="another provider’s sheet is open"),
        pytest.param("2026-11-10T12:00", False, False, False, id="it is open on the tenth"),
        pytest.param("2026-11-09T12:00", False, True, False, id="the month is written"),
    ],
)
def test_a_note_made_by_hand_waits_for_the_month_s_sheets(
    resource, trainer, school, at, is_closed, is_written, refused
):
    """Numbers of people of a month have one pattern, which is made once."""
    delivered(resource, trainer, "2026-10-06", present=of(school, 8))
    other = TrainerFactory()
    delivered(ResourceFactory(), other, "2026-10-07", present=of(school, 8), is_closed=is_closed)
    if is_written:
        no_shows.close_month(OCTOBER)

    now = timezone.make_aware(datetime.datetime.fromisoformat(at))
    try:
        deliveries.make(provider=resource.provider, month=OCTOBER, now=now)
        refusal = None
    except Refusal as found:
        refusal = type(found)

    assert refusal is (MonthHasOpenSheets if refused else None)
    assert MonthNoShows.objects.exists() is not refused


def test_who_gave_the_date_or_the_seat_back_was_not_absent(resource, trainer, school):
    """Of eight who weren't there two had given the date back, and one the seat."""
    absent = of(school, 8)
    session = delivered(resource, trainer, "2026-10-06", present=of(school, 8), absent_ones=absent)
    gone = Participation.objects.filter(enrolment__teacher__in=absent[:2])
    gone.update(is_withdrawn=True)
    Enrolment.objects.filter(session=session, teacher=absent[2]).update(
        state=EnrolmentState.CANCELLED
    )

    no_shows.close_month(OCTOBER)

    assert MonthNoShows.objects.get(resource=None, school=None, department="").number == 5


@pytest.mark.parametrize(
    ("capacity", "asked", "now", "told"),
    [
        pytest.param(50, {}, "2027-09-03T12:00", 20, id="the year is over, 16 of 100 seats"),
        pytest.param(50, {}, "2027-09-02T12:00", None, id="its last month isn’t written"),
        pytest.param(49, {}, "2027-09-03T12:00", None, id="fewer than 100 seats"),
        pytest.param(8, {}, "2027-09-03T12:00", None, id="all were full"),
        pytest.param(50, {"month": OCTOBER}, "2027-09-03T12:00", None, id="of a month"),
        pytest.param(50, {"department": "14"}, "2027-09-03T12:00", None, id="of a department"),
    ],
)
def test_seats_taken_are_told_of_a_whole_year_and_in_tens(
    resource, trainer, school, capacity, asked, now, told
):
    """Seats less people present are people absent: of few sessions they would be told by their difference."""
    there = of(school, 8)
    for day in ("2026-10-06", "2026-10-13"):
        delivered(resource, trainer, day, present=there, capacity=capacity)

    def read(**more):
        at = timezone.make_aware(datetime.datetime.fromisoformat(now))
        no_shows.close_months(at)
        asked_for = FiguresAsked(year=2026, **asked, **more)
        return figures(asked_for, resources=[resource], notes=[], now=at).seats_taken

    assert read() == told
    assert read(resource=resource.pk) is None


@pytest.mark.parametrize(
    ("absent", "told"),
    [pytest.param(0, 10, id="all are told"), pytest.param(2, None, id="one is hidden in October")],
)
def test_seats_of_a_year_are_not_told_where_a_resource_is_hidden(
    resource, trainer, school, absent, told
):
    delivered(
        resource,
        trainer,
        "2026-10-06",
        present=of(school, 8),
        absent_ones=of(school, absent),
        capacity=100,
    )
    at = timezone.make_aware(datetime.datetime(2027, 9, 3))
    no_shows.close_months(at)

    found = figures(FiguresAsked(year=2026), resources=[resource], notes=[], now=at)

    assert found.seats_taken == told


def test_a_session_over_its_seats_fills_no_seat_of_another():
    """Sixty at a session of fifty, beside one of fifty without anybody: half of the seats."""
    seats = SeatCount()
    seats.add(50, 60)
    seats.add(50, 0)

    assert seats.rounded_percent == 50


def test_page_and_file_tell_seats_taken_of_the_sum_alone(resource, trainer, school):
    other, there = ResourceFactory(), of(school, 8)
    delivered(resource, trainer, "2026-10-06", present=there, capacity=8)
    delivered(other, TrainerFactory(), "2026-10-07", present=there, capacity=92)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(OfficerFactory(language="en"))

    def read(address: str, **query: str) -> str:
        answer = client.get(reverse(address), {"year": "2026", **query})
        return answer.content.decode("utf-8-sig")

    now = read("training:subscriptions"), read("training:export_subscriptions")
    with time_machine.travel("2027-09-03T12:00", tick=False):
        no_shows.close_months(timezone.now())
        client.force_login(OfficerFactory(language="en"))
        page, file = read("training:subscriptions"), read("training:export_subscriptions")
        filtered = read("training:export_subscriptions", resource=resource.slug)

    assert "of the seats were taken" in page
    assert "about 20 % of the seats" in page
    assert "of the seats were taken" not in now[0]
    told = [
        row["Seats taken, about (%)"] for row in csv.DictReader(io.StringIO(file), delimiter=";")
    ]
    assert told == ["", "", "20"]
    assert "Seats taken" not in now[1] + filtered


def test_cost_per_hour_is_at_most_where_a_note_hides_the_hours_of_a_month(
    resource, trainer, school
):
    ResourceCost.objects.create(resource=resource, school_year=2026, amount=Decimal(1200))
    delivered(resource, trainer, "2026-09-15", present=of(school, 8))
    delivered(resource, trainer, "2026-10-06", present=of(school, 8), absent_ones=of(school, 2))
    september = deliveries.make(provider=resource.provider, month=datetime.date(2026, 9, 1))

    def read(*made):
        return figures(
            FiguresAsked(year=2026), resources=[resource], notes=made, now=timezone.now()
        ).lines[0]

    assert (read(september).cost_per_hour, read(september).is_at_most) == (Decimal(100), False)
    both = read(september, deliveries.make(provider=resource.provider, month=OCTOBER))
    assert (both.cost_per_hour, both.is_at_most) == (Decimal(100), True)


def test_a_school_that_changes_its_department_keeps_its_old_months_in_the_old_one(
    resource, trainer, school
):
    delivered(resource, trainer, "2026-10-06", absent_ones=of(school, 6))
    no_shows.close_month(OCTOBER)
    school.department = "50"
    school.save()

    def told(department: str) -> int:
        asked = FiguresAsked(year=2026, month=OCTOBER, department=department, resource=resource.pk)
        found = figures(asked, resources=[resource], notes=[], now=timezone.now())
        return found.whole.no_shows.number

    assert (told("14"), told("50")) == (6, 0)


@pytest.mark.parametrize("seed", range(6))
def test_all_tables_of_two_months_together_give_nobody_away(seed):
    """Five resources of four providers, six schools in two departments, sessions of one to three dates in
    one month or two; somebody reads all notes and the Region's figures.
    """
    rng = random.Random(f"no-shows {seed}")
    schools = [
        OrganisationFactory(uai=f"014100{nth}A", department=("14", "50")[nth % 2])
        for nth in range(6)
    ]
    teachers = [of(one, 5) for one in schools]
    resources = ResourceFactory.create_batch(4)
    resources.append(ResourceFactory(provider=resources[0].provider))
    days = ["2026-09-15", "2026-09-22", "2026-10-06", "2026-10-13"]
    for nth, resource in enumerate(resources):
        leader = TrainerFactory(works_for=resource.provider)
        for _session in range(rng.randint(1, 2)):
            seats = [one for some in teachers for one in rng.sample(some, rng.choice([0, 2, 3]))]
            absent = rng.choice([0, 0.1, 0.4])
            there = {
                f"{day[:-2]}{int(day[-2:]) + nth:02d}": [
                    one for one in seats if rng.random() >= absent
                ]
                for day in sorted(rng.sample(days, rng.randint(1, 3)))
            }
            capacity = len(seats) + rng.choice([1, 8])
            delivered_over(resource, leader, there, seats=seats, capacity=capacity)

    months = SEPTEMBER, OCTOBER
    for month in months:
        no_shows.close_month(month)
        for provider in providers_without_note(month):
            deliveries.make(provider=provider, month=month)

    for month in months:
        assert attack_together(*month_together(month)) == []
    assert reckoned_of_sessions(*months) == []
