"""Openings of resources are counted without a person, by week and by month; small numbers are read by
nobody, and lists cost the same however long they are.
"""

import datetime

import pytest
import time_machine
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.catalogue.enums import LicenceScope
from courses.dates import monday_of
from courses.launches.enums import LaunchWay, Telling
from courses.launches.models import Launch, LaunchCount, MonthOpeners
from courses.launches.queries import indicators
from courses.launches.services import months
from courses.people.models import Person
from courses.people.services import mergers
from courses.wagtail_hooks import ticks
from tests.disclosure import attack_together
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.launches import (
    ConnectionFactory,
    address_of,
    press_open,
    reader_of,
)
from tests.factories.people import OrganisationFactory
from tests.periods import month_together

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

NOVEMBER = datetime.date(2026, 11, 1)
MONDAY = datetime.date(2026, 11, 23)
DAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(weeks=1)


@pytest.fixture(autouse=True)
def in_the_demo(settings):
    """Where the practice resource answers."""
    settings.ONE_CLICK_LOGINS = True


def opened_by(connection, *, people: int, school_class=None):
    """So many students of one class, each once."""
    school_class = school_class or SchoolClassFactory()
    students = StudentFactory.create_batch(people, in_class=school_class)
    browsers = [reader_of(connection, person=student)[0] for student in students]
    for browser in browsers:
        press_open(browser, connection.resource)
    return school_class.school, browsers


def opened(resource, person, school, **fields) -> None:
    Launch.objects.create(
        person=person, resource=resource, school=school, way=LaunchWay.ENT, **fields
    )


def closed_on(day: str) -> int:
    return months.close_months(timezone.make_aware(datetime.datetime.fromisoformat(day)))


def shown_of(resource) -> dict:
    """What may be read of November, by school, department, and None for the Region."""
    rows = MonthOpeners.objects.filter(resource=resource, month=NOVEMBER)
    return {row.school or row.department or None: row.shown for row in rows}


def test_a_month_is_closed_on_the_third_of_the_next_one_with_no_small_number():
    connection, alone = ConnectionFactory(), ConnectionFactory()
    first, [again, *_others] = opened_by(connection, people=6)
    second, _browsers = opened_by(connection, people=7)
    small, _browsers = opened_by(connection, people=2)
    press_open(again, connection.resource)
    lonely, _browsers = opened_by(alone, people=1)

    too_early, closed = closed_on("2026-12-02T12:00"), closed_on("2026-12-03T04:00")

    shown = shown_of(connection.resource)
    assert (too_early, closed) == (0, 1)  # no month before the first opening
    assert shown[small] is None
    assert (shown[first], shown[second]).count(None) + (shown[None] is None) >= 1
    assert shown_of(alone.resource) == {lonely: None, None: None}
    counted = MonthOpeners.objects.at_schools().filter(resource=connection.resource)
    assert dict(counted.values_list("school", "people")) == {
        first.pk: 6,
        second.pk: 7,
        small.pk: 2,
    }


def test_a_closed_month_is_never_counted_again():
    """An opening is erased with its person: the number stays as it was read."""
    connection = ConnectionFactory()
    school, _browsers = opened_by(connection, people=6)
    closed_on("2026-12-03T04:00")
    before = shown_of(connection.resource)

    Launch.objects.all().delete()
    again = closed_on("2026-12-20T04:00")

    assert again == 0
    assert shown_of(connection.resource) == before
    assert before[school] == before[None] == 6


def test_hidden_numbers_of_openers_are_forgotten_a_month_later():
    connection = ConnectionFactory()
    opened_by(connection, people=2)
    opened_by(connection, people=6)
    closed_on("2026-12-03T04:00")
    before = shown_of(connection.resource)
    at = [timezone.make_aware(datetime.datetime(*day)) for day in ((2026, 12, 31), (2027, 1, 1))]

    forgotten = [months.forget_hidden_numbers(day) for day in [*at, at[1]]]

    assert forgotten[0] == forgotten[2] == 0 < forgotten[1]
    assert shown_of(connection.resource) == before
    assert not MonthOpeners.objects.filter(is_hidden=True, people__gt=0).exists()
    assert MonthOpeners.objects.filter(is_hidden=False, people__gt=0).exists()


@pytest.mark.parametrize("people", [0, 6])
def test_months_before_the_first_opening_are_not_closed(people):
    """The site didn't exist, or nobody had anything to open: 0 would say that nobody wanted to."""
    opened_by(ConnectionFactory(), people=people)

    closed = closed_on("2026-12-03T04:00")

    there = set(MonthOpeners.objects.values_list("month", flat=True))
    assert there == ({NOVEMBER} if people else set())
    assert closed == len(there)


def test_two_schools_that_become_one_keep_the_numbers_of_closed_months():
    """Their sum would be another table over the same people."""
    connection = ConnectionFactory()
    old, _browsers = opened_by(connection, people=6)
    into = OrganisationFactory(uai="0141001B")
    closed_on("2026-12-03T04:00")

    mergers.merge(old=old, into=into, by=None)

    assert shown_of(connection.resource)[old] == 6


def test_an_opening_that_failed_is_counted_once_and_says_what_to_do_meanwhile():
    connection = ConnectionFactory(meanwhile_fr="En attendant.", meanwhile_en="Use the book.")
    client, _student = reader_of(connection)
    did_not_open = address_of("did_not_open", connection.resource)
    client.post(did_not_open)
    press_open(client, connection.resource)

    client.post(did_not_open)
    page = client.post(did_not_open, follow=True)

    assert LaunchCount.objects.get().failures == 1
    assert "Use the book." in page.text
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2), tick=False):
        client.force_login(Person.objects.get(pk=_student.pk))
        assert "Use the book." not in client.get(address_of("learns", connection.resource)).text


def test_a_week_beside_its_month_tells_no_small_number():
    """Thirty people open one resource in a week, five of them again; one, two, three or four open
    another one.
    """
    school_class = SchoolClassFactory()
    many = StudentFactory.create_batch(30, in_class=school_class)
    read = ConnectionFactory().resource
    hardly_read = [ConnectionFactory().resource for _n in range(4)]
    for resource, people in [
        (read, many),
        (read, many[:5]),
        *((one, many[: n + 1]) for n, one in enumerate(hardly_read)),
    ]:
        for person in people:
            opened(resource, person, school_class.school)

    closed_on("2026-12-03T04:00")

    assert sum(indicators.launches(MONDAY, MONDAY + 6 * DAY).values()) == 35
    assert attack_together(*month_together(NOVEMBER)) == []


def test_whose_only_opening_failed_opened_nothing():
    school_class = SchoolClassFactory()
    resource = ConnectionFactory().resource
    *others, last = StudentFactory.create_batch(6, in_class=school_class)
    for person in others:
        opened(resource, person, school_class.school)
    opened(resource, others[0], school_class.school, failed_at=timezone.now())
    opened(resource, last, school_class.school, failed_at=timezone.now())

    closed_on("2026-12-03T04:00")

    assert shown_of(resource)[None] == 5


def test_counts_of_failures_are_kept_three_weeks_and_nothing_else_is_counted_by_week():
    """Two people of one school opened the resource: no table keeps that number for longer than a month."""
    connection, school = ConnectionFactory(), OrganisationFactory(uai="0141000A")
    for weeks in range(5):
        LaunchCount.objects.create(
            resource=connection.resource,
            school=school,
            week=monday_of(timezone.localdate()) - weeks * WEEK,
            launches=2,
            people=2,
            failures=1,
        )

    ticks.close_months_of_openings(timezone.now())

    kept = LaunchCount.objects.order_by("-week").values_list(
        "week", "launches", "people", "failures"
    )
    monday = monday_of(timezone.localdate())
    assert list(kept) == [(monday - weeks * WEEK, 0, 0, 1) for weeks in range(3)]


def test_failures_at_two_schools_that_become_one_are_added():
    resource = ConnectionFactory().resource
    schools = OrganisationFactory(uai="0141000A"), OrganisationFactory(uai="0141001B")
    week = monday_of(timezone.localdate())
    for school, failures in zip(schools, (3, 4), strict=True):
        LaunchCount.objects.create(resource=resource, school=school, week=week, failures=failures)

    mergers.merge(old=schools[0], into=schools[1], by=None)

    assert LaunchCount.objects.values_list("school", "failures").get() == (schools[1].pk, 7)


def test_the_list_asks_as_much_for_twenty_resources_as_for_two():
    client, student = reader_of(*ConnectionFactory.create_batch(2, level_telling=Telling.OPTIONAL))
    mine = reverse("launches:mine")

    def asked() -> int:
        with CaptureQueriesContext(database) as queries:
            assert client.get(mine, follow=True).status_code == 200
        return len(queries)

    asked()
    two = asked()
    more = ConnectionFactory.create_batch(18, level_telling=Telling.OPTIONAL)
    reader_of(*more, person=student)

    assert asked() == two


def test_the_list_asks_as_much_for_twenty_that_are_for_others_as_for_two():
    client, student = reader_of()
    school = student.memberships.get().organisation
    mine = reverse("launches:mine")

    def asked() -> int:
        with CaptureQueriesContext(database) as queries:
            assert client.get(mine, follow=True).status_code == 200
        return len(queries)

    LicenceFactory.create_batch(2, school=school, scope=LicenceScope.NAMED)
    asked()
    two = asked()
    LicenceFactory.create_batch(18, school=school, scope=LicenceScope.NAMED)

    assert asked() == two
