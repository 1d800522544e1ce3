"""Two officers have the page of amounts open: each changes what they typed and nothing else, and who
types over what the other has just set reads who, when and what, before it is replaced.
"""

from decimal import Decimal

import pytest
import time_machine
from django.utils import translation
from wagtail.models import ModelLogEntry

from courses.catalogue.enums import SET_COST
from courses.catalogue.models import ResourceCost
from courses.catalogue.services import set_costs
from courses.catalogue.values import AmountChange
from tests.factories.catalogue import ResourceFactory
from tests.factories.costs import CostsPage, costs
from tests.factories.kept_texts import handed_back
from tests.factories.markup import shows
from tests.factories.people import OfficerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-12T12:00")]

NOTHING_SAVED = "Nothing is saved: amounts that you changed were changed in the meantime."
BY_ROMANE = (
    "Romane Aubépine changed this amount in the meantime (Thursday 12 November 2026, 12:00)."
)


@pytest.fixture
def educarte():
    return ResourceFactory(name="Educ’Arte")


@pytest.fixture
def madmagz():
    return ResourceFactory(name="Madmagz")


@pytest.fixture
def stored(educarte, madmagz):
    """Amounts of the year as they were before: nobody in the log set them."""
    for resource, amount in ((educarte, "1000"), (madmagz, "500")):
        ResourceCost.objects.create(resource=resource, school_year=2026, amount=amount)


@pytest.fixture
def romane():
    return OfficerFactory(given_name="Romane", family_name="Aubépine", language="en")


@pytest.fixture
def colleague():
    return OfficerFactory(given_name="Camille", language="en")


def logged() -> list[tuple]:
    """Resource, amount and who set it, the first one first."""
    entries = ModelLogEntry.objects.filter(action=SET_COST).order_by("timestamp", "pk")
    return [(one.label, one.data["amount"], one.user) for one in entries]


def test_each_of_two_pages_changes_what_was_typed_there(
    educarte, madmagz, stored, romane, colleague
):
    """The older page wrote Educ'Arte's amount back, and the log said that its officer set it."""
    page, older = CostsPage(romane), CostsPage(colleague)

    kept = page.keep({educarte: "1250.50"}), older.keep({madmagz: "600"})

    assert [one.status_code for one in kept] == [302, 302]
    assert costs() == {educarte: Decimal("1250.50"), madmagz: Decimal(600)}
    assert logged() == [("Educ’Arte", "1250.50", romane), ("Madmagz", "600", colleague)]


def test_an_amount_that_a_colleague_has_just_set_is_replaced_by_a_second_press_alone(
    educarte, madmagz, stored, romane, colleague
):
    page, older = CostsPage(romane), CostsPage(colleague)
    page.keep({educarte: "1250.50"})

    refused = older.keep({educarte: "1300", madmagz: "600"})

    assert refused.status_code == 409
    assert costs() == {educarte: Decimal("1250.50"), madmagz: Decimal(500)}
    top, field = refused.text.split('class="notice__list"')
    assert NOTHING_SAVED in top
    assert field.count(f"{BY_ROMANE} It is now: €1,250.50.") == 2  # in the list and at the field
    assert (older.amount(educarte), older.amount(madmagz)) == ("1300", "600")

    older.keep({})

    assert costs() == {educarte: Decimal(1300), madmagz: Decimal(600)}
    assert logged()[1:] == [("Educ’Arte", "1300", colleague), ("Madmagz", "600", colleague)]


def test_a_third_officer_s_amount_is_not_replaced_by_the_second_press(
    educarte, stored, romane, colleague
):
    older = CostsPage(colleague)
    CostsPage(romane).keep({educarte: "1250"})
    older.keep({educarte: "1300"})
    CostsPage(OfficerFactory()).keep({educarte: "1400"})

    assert older.keep({}).status_code == 409
    assert costs()[educarte] == 1400


def test_a_refused_page_shows_what_others_set_in_fields_that_were_not_typed_in(
    educarte, madmagz, stored, romane, colleague
):
    older = CostsPage(colleague)
    CostsPage(romane).keep({educarte: "1250", madmagz: "700"})

    older.keep({madmagz: "600"})

    assert (older.amount(educarte), older.amount(madmagz)) == ("1250.00", "600")


def test_what_is_no_amount_is_refused_and_the_amount_of_a_colleague_stays(
    educarte, madmagz, stored, romane, colleague
):
    older = CostsPage(colleague)
    CostsPage(romane).keep({educarte: "1250"})

    refused = older.keep({madmagz: "six hundred", educarte: "1300"})
    again = older.keep({madmagz: "600"})

    assert (refused.status_code, again.status_code) == (422, 409)
    assert f"{BY_ROMANE} It is now: €1,250." in again.text
    assert costs() == {educarte: Decimal(1250), madmagz: Decimal(500)}


def test_the_same_amount_typed_by_both_is_no_conflict(educarte, stored, romane, colleague):
    older = CostsPage(colleague)
    CostsPage(romane).keep({educarte: "1250"})

    kept = older.keep({educarte: "1 250,00 €"})

    assert kept.status_code == 302
    assert logged() == [("Educ’Arte", "1250", romane)]


def test_an_emptied_amount_is_refused_where_a_colleague_has_set_it(
    educarte, stored, romane, colleague
):
    older = CostsPage(colleague)
    CostsPage(romane).keep({educarte: "1250"})

    assert older.keep({educarte: ""}).status_code == 409
    assert costs()[educarte] == 1250


def test_an_amount_that_a_colleague_emptied_is_said_not_to_be_known(
    educarte, stored, romane, colleague
):
    older = CostsPage(colleague)
    CostsPage(romane).keep({educarte: ""})

    refused = older.keep({educarte: "1300"})

    assert f"{BY_ROMANE} It is now: not known." in refused.text


def test_who_set_it_in_another_tab_is_told_so(educarte, stored, romane):
    older = CostsPage(romane)
    CostsPage(romane).keep({educarte: "1250"})

    refused = older.keep({educarte: "1300"})

    assert "You changed this amount in the meantime" in refused.text


def test_an_amount_of_which_the_log_knows_nobody_is_refused_without_a_name(
    educarte, stored, colleague
):
    older = CostsPage(colleague)
    ResourceCost.objects.update(amount=900)

    refused = older.keep({educarte: "1300"})

    assert "This amount was changed in the meantime. It is now: €900." in refused.text


def test_the_log_of_another_school_year_names_nobody(educarte, stored, romane, colleague):
    older = CostsPage(colleague)
    CostsPage(romane, year=2025).keep({educarte: "1"})
    ResourceCost.objects.filter(school_year=2026).update(amount=900)

    assert "Aubépine" not in older.keep({educarte: "1300"}).text


def test_a_refusal_is_in_french_as_well(educarte, stored, romane):
    older = CostsPage(OfficerFactory(language="fr"))
    CostsPage(romane).keep({educarte: "1250.50"})

    refused = older.keep({educarte: "1300"})

    assert shows(
        refused.text,
        "Romane Aubépine a modifié ce montant entre-temps (jeudi 12 novembre 2026, 12\xa0h\xa000)."
        " Montant actuel\xa0: 1\u202f250,50\xa0€.",
    )
    assert "Rien n’est enregistré" in refused.text


def test_amounts_shown_in_french_are_no_changes(educarte, stored, romane):
    ResourceCost.objects.update(amount="1250.50")
    page = CostsPage(OfficerFactory(language="fr"))
    shown = page.amount(educarte)
    CostsPage(romane).keep({educarte: "1300"})

    page.keep({})

    assert (shown, costs()[educarte]) == ("1250,50", 1300)


def test_a_page_older_than_a_resource_deletes_no_amount(educarte, stored, romane, colleague):
    older = CostsPage(colleague)
    added = ResourceFactory(name="Tralalere")
    CostsPage(romane).keep({added: "300"})

    kept = older.keep({educarte: "1300"})

    assert kept.status_code == 302
    assert (costs()[added], costs()[educarte]) == (300, 1300)
    assert logged() == [("Tralalere", "300", romane), ("Educ’Arte", "1300", colleague)]


def test_a_field_that_does_not_arrive_deletes_no_amount(educarte, madmagz, stored, colleague):
    page = CostsPage(colleague)
    del page.fields[f"resource-{educarte.pk}"]

    page.keep({madmagz: "600"})

    assert costs() == {educarte: Decimal(1000), madmagz: Decimal(600)}


def test_a_page_of_an_earlier_release_replaces_nothing_unasked(educarte, stored, colleague):
    """It says of no field what it showed."""
    page = CostsPage(colleague)
    page.fields = {f"resource-{educarte.pk}": "1300"}

    refused = page.keep({})
    stayed = costs()[educarte]
    page.keep({})

    assert (refused.status_code, stayed, costs()[educarte]) == (409, 1000, 1300)


def test_a_page_of_the_last_evening_of_a_school_year_writes_into_that_year(educarte, romane):
    """Its address named no year, and the year had changed when it was sent."""
    with time_machine.travel("2027-08-31T23:55+02:00"):
        page = CostsPage(romane, year=None)
    with time_machine.travel("2027-09-01T00:05+02:00"):
        page.keep({educarte: "5"})

    assert (costs(2026), costs(2027)) == ({educarte: Decimal(5)}, {})


@pytest.mark.parametrize("year", ["9999", "1999", "x"])
def test_another_school_year_than_the_one_asked_for_is_said(educarte, romane, year):
    page = CostsPage(romane, year=year)

    assert "There is no such school year here: the current one is shown." in page.text
    assert "School year 2026–2027" in page.text
    assert page.client.post(page.address, {f"resource-{educarte.pk}": "5"}).status_code == 404
    assert costs() == {}


def test_a_school_year_that_has_a_page_is_no_other(romane):
    assert "There is no such school year" not in CostsPage(romane, year=2027).text


def test_amounts_come_back_where_the_login_has_expired(educarte, madmagz, stored, romane):
    page = CostsPage(romane)
    page.client.logout()

    answer = page.keep({educarte: "1300"})

    assert answer.status_code == 403
    assert 'value="1300"' in answer.text
    page.client.force_login(romane)
    CostsPage(OfficerFactory()).keep({madmagz: "700"})
    page.client.post(page.target, handed_back(answer))
    assert costs() == {educarte: Decimal(1300), madmagz: Decimal(700)}


def test_nothing_typed_sets_nothing(educarte, stored, romane):
    change = {educarte.pk: AmountChange(shown=Decimal(7), typed=Decimal("1000.00"))}

    with translation.override("en"):
        assert set_costs(school_year=2026, changes=change, by=romane) == 0
    assert logged() == []
