"""What a guardian's pages cost: the same few statements for one child or three, five works or
thirty, whatever each has of rare things.
"""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from continuity.homework.services import extensions
from continuity.models import Tick
from tests.factories import rolls
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    exemption_of,
    handed_in,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.people import OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T12:00")]

MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def _words_above_are_kept(settings):
    settings.CACHES = settings.KEEP_PAGES
    caches["pages"].clear()


def a_family(children: int, works: int):
    """Every child with ticks, hand-ins, more time and a leave; two schools from the second on."""
    guardian = GuardianFactory()
    schools = [OrganisationFactory(), OrganisationFactory()]
    for number in range(children):
        school_class = SchoolClassFactory(school=schools[number % 2])
        student = StudentFactory(in_class=school_class)
        given = teaching(school_class)
        part = part_of(given, MONDAY)
        for work in range(works):
            item = homework_item(part, assignment(given, at(MONDAY, 8 + work % 12)))
            if work % 3 == 0:
                Tick.objects.create(item=item, student=student)
            if work % 3 == 1:
                handed_in(item.assignment, student)
        later = at(MONDAY, 20)
        extensions.extend(
            assignment=item.assignment, student=student, due_at=later, by=given.teacher
        )
        exemption_of(student, school=school_class.school, entered_by=given.teacher)
        rolls.closed(rolls.begun(given, at(MONDAY, 9)))
        kept = follows(guardian, student)
    return guardian, kept


def statements(client: Client, address: str) -> int:
    client.get(address)  # parts of classes are cached by then
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def signed_in(guardian) -> Client:
    client = Client()
    client.force_login(guardian)
    return client


@pytest.mark.parametrize("works", [5, 30])
@pytest.mark.parametrize("children", [1, 3])
def test_the_children_on_one_page(children, works):
    guardian, _kept = a_family(children, works)

    assert statements(signed_in(guardian), reverse("continuity:children")) <= MOST_QUERIES


@pytest.mark.parametrize("works", [5, 30])
def test_the_week_of_one_child(works):
    guardian, kept = a_family(1, works)
    address = reverse("continuity:child_week", args=[kept.public_id])

    assert statements(signed_in(guardian), address) <= MOST_QUERIES


@pytest.mark.parametrize("works", [5, 30])
def test_the_week_by_a_link(works):
    _guardian, kept = a_family(1, works)

    assert statements(Client(), reverse("continuity:link_week", args=[linked(kept)])) <= 12
