"""Openings of resources are counted without a person, small numbers are read by nobody, and lists cost
the same however long they are.
"""

import datetime
import html

import pytest
import time_machine
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.catalogue.enums import LicenceScope
from courses.launches.enums import Telling
from courses.launches.models import Launch, LaunchCount
from courses.launches.queries.counts import region_counts
from courses.launches.values import week_of
from courses.people.enums import OrganisationKind, Role
from courses.people.models import Person
from courses.people.services import mergers
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.launches import (
    ConnectionFactory,
    address_of,
    press_open,
    reader_of,
)
from tests.factories.people import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

WEEK = datetime.timedelta(weeks=1)


@pytest.fixture(autouse=True)
def in_the_demo(settings):
    """Where the practice resource answers."""
    settings.ONE_CLICK_LOGINS = True


def test_the_region_reads_numbers_of_weeks_that_are_over_and_no_small_one():
    connection = ConnectionFactory()
    school_class = SchoolClassFactory()
    browsers = [
        reader_of(connection, person=StudentFactory(in_class=school_class))[0] for _n in range(5)
    ]
    lonely, _student = reader_of(connection)
    for browser in [*browsers, browsers[0], lonely, *[lonely] * 5]:
        press_open(browser, connection.resource)
    for browser in (browsers[0], lonely):
        browser.post(address_of("did_not_open", connection.resource))
    alone = ConnectionFactory()
    press_open(reader_of(alone)[0], alone.resource)
    region = OrganisationFactory(kind=OrganisationKind.REGION)
    officer = MembershipFactory(organisation=region, role=Role.OFFICER)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(officer.person)
    counts = reverse("launches:counts")

    this_week = client.get(counts, follow=True).text
    with time_machine.travel(timezone.now() + WEEK, tick=False):
        client.force_login(officer.person)
        [shown] = region_counts(timezone.localdate()).resources
        page = client.get(counts, follow=True).text

    assert "No number to show for the last eight weeks that are over" in this_week
    assert [(school, cells[0][1]) for school, cells in shown.schools] == [(school_class.school, 6)]
    assert [cells[1][1] for _school, cells in shown.schools] == [None]
    assert [number for _week, number in shown.failures] == [1]
    hidden = [str(_student.memberships.get().organisation), alone.resource.name]
    assert [name for name in hidden if name in html.unescape(page)] == []
    assert set(LaunchCount.objects.values_list("launches", "people")) == {(6, 5), (6, 1), (1, 1)}


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


@pytest.mark.parametrize(
    ("old", "other", "shown"),
    [
        pytest.param((9, 4), (12, 6), 12, id="hidden, beside one that is shown"),
        pytest.param((9, 6), (12, 4), 9, id="shown, beside one that is hidden"),
        pytest.param((9, 4), (12, 4), None, id="both hidden: perhaps the same four people"),
        pytest.param((9, 5), (12, 6), 21, id="both shown"),
        pytest.param((9, 4), None, None, id="hidden, and none at the other school"),
        pytest.param((9, 5), None, 9, id="shown, and none at the other school"),
    ],
)
def test_two_schools_that_become_one_show_no_number_that_was_hidden(old, other, shown):
    """An officer has read the weeks before: neither sum nor difference tells of fewer than five."""
    resource = ConnectionFactory().resource
    schools = OrganisationFactory(uai="0141000A"), OrganisationFactory(uai="0141001B")
    today = timezone.localdate()
    for school, numbers in zip(schools, (old, other), strict=True):
        if numbers:
            launches, people = numbers
            LaunchCount.objects.create(
                resource=resource,
                school=school,
                week=week_of(today) - WEEK,
                launches=launches,
                people=people,
                failures=launches,
            )

    mergers.merge(old=schools[0], into=schools[1], by=None)

    found = [one for one in region_counts(today).resources if one.resource == resource]
    told = [
        (school, cells[0][1], one.failures[0][1]) for one in found for school, cells in one.schools
    ]
    assert told == ([(schools[1], shown, shown)] if shown else [])
    assert LaunchCount.objects.filter(school=schools[1]).count() == 1
    assert not LaunchCount.objects.filter(school=schools[0]).exists()


def test_who_opened_it_before_two_schools_became_one_is_counted_once_in_the_week():
    connection = ConnectionFactory()
    client, student = reader_of(connection)
    press_open(client, connection.resource)
    old, into = student.memberships.get().organisation, OrganisationFactory(uai="0141001B")

    mergers.merge(old=old, into=into, by=None)
    press_open(client, connection.resource)

    assert Launch.objects.filter(school=into, person=student).count() == 2
    assert LaunchCount.objects.values_list("school", "launches", "people").get() == (into.pk, 2, 1)


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
