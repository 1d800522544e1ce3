"""An officer's first page names delivery notes that were found right and would say something else now."""

import datetime

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.people.enums import OrganisationKind
from tests.factories.catalogue import ResourceFactory
from tests.factories.deliveries import delivered
from tests.factories.markup import shows
from tests.factories.people import (
    OfficerFactory,
    OrganisationFactory,
    PlannerFactory,
    TeacherFactory,
    TrainerFactory,
)
from training.models import DeliveryNote, Sheet
from training.services import deliveries

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]

ONE = "1 delivery note found right would say something else now"
FEW_QUERIES = 8  # that comparing notes adds, however many


@pytest.fixture
def teachers():
    return TeacherFactory.create_batch(6)


@pytest.fixture
def officer():
    return OfficerFactory(language="en")


def note_of(resource, month: str, teachers, officer) -> DeliveryNote:
    """Found right, of one date."""
    leads = TrainerFactory(works_for=resource.provider)
    delivered(resource, leads, f"{month}-06", present=teachers)
    first = datetime.date.fromisoformat(f"{month}-01")
    note = deliveries.make(provider=resource.provider, month=first)
    deliveries.find_right(note=note, by=officer)
    return note


def sheets_of(note: DeliveryNote):
    return Sheet.objects.filter(
        session__provider=note.provider,
        meeting__occurrence__start__month=note.month.month,
    )


def first_page(client, person) -> str:
    client.force_login(person)
    return client.get(reverse("today:home"), follow=True).text


def test_a_note_found_right_that_would_say_something_else_is_named_with_its_page(
    client, teachers, officer
):
    note = note_of(ResourceFactory(), "2026-10", teachers, officer)
    same = first_page(client, officer)
    sheets_of(note).update(real_minutes=60)

    outdated, planners = first_page(client, officer), first_page(client, PlannerFactory())
    address = reverse("training:delivery_note", args=[note.public_id])
    its_page = client.get(address, headers={"Accept-Language": "en"})
    deliveries.contest(note=note, reason="60 minutes", by=officer)
    contested = first_page(client, officer)

    assert ONE not in same
    assert shows(outdated, ONE)
    assert shows(outdated, f"No. {note.number}. For a corrected one, press “It isn’t right”")
    assert f'href="{address}"' in outdated
    assert address not in planners
    assert its_page.context["is_outdated"]
    assert ONE not in contested


def test_another_name_of_the_academie_makes_no_note_outdated(client, teachers, officer):
    note_of(ResourceFactory(), "2026-10", teachers, officer)
    OrganisationFactory(kind=OrganisationKind.ACADEMIE, name="Région académique Normandie")

    page = first_page(client, officer)

    assert ONE not in page


def test_of_notes_of_many_providers_and_months_those_that_differ_are_named(
    client, teachers, officer
):
    resources = ResourceFactory.create_batch(2)
    notes = [
        note_of(resource, month, teachers, officer)
        for month in ("2026-09", "2026-10")
        for resource in resources
    ]
    first, _second, _third, last = notes
    for note in (first, last):
        sheets_of(note).update(real_minutes=60)

    page = first_page(client, officer)

    assert shows(page, "2 delivery notes found right would say something else now")
    assert shows(page, f"No. {first.number}, {last.number}. For corrected ones, press")


@pytest.mark.parametrize(("month", "is_told"), [("2026-07", False), ("2026-08", True)])
def test_notes_of_the_last_three_months_are_compared(client, teachers, officer, month, is_told):
    note = note_of(ResourceFactory(), month, teachers, officer)
    sheets_of(note).update(real_minutes=60)

    assert (ONE in first_page(client, officer)) is is_told


def test_comparing_many_notes_asks_no_more_than_comparing_one(client, teachers, officer):
    def asked() -> int:
        first_page(client, officer)
        with CaptureQueriesContext(database) as queries:
            first_page(client, officer)
        return len(queries)

    none = asked()
    note_of(ResourceFactory(), "2026-10", teachers, officer)
    one = asked()
    for resource in ResourceFactory.create_batch(3):
        for month in ("2026-08", "2026-09", "2026-10"):
            note_of(resource, month, teachers, officer)

    assert asked() == one <= none + FEW_QUERIES
