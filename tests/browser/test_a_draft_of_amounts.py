"""Amounts that an officer types stay on the device until they are kept, and a draft that is brought
back over a newer page replaces no colleague's amount.
"""

from decimal import Decimal

import pytest

from courses.catalogue.models import ResourceCost
from tests.browser.desk import SETTLED, Desk
from tests.factories.catalogue import ResourceFactory
from tests.factories.costs import costs
from tests.factories.people import OfficerFactory

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.at("2026-11-12T12:00"),
]


@pytest.fixture
def educarte():
    return stored("Educ’Arte", "1000.50")


@pytest.fixture
def madmagz():
    return stored("Madmagz", "500")


def stored(name, amount):
    resource = ResourceFactory(name=name)
    ResourceCost.objects.create(resource=resource, school_year=2026, amount=amount)
    return resource


@pytest.fixture
def desk(browser, live_server, educarte, madmagz):
    desk = Desk(browser, live_server.url, OfficerFactory(), width=1280).log_in_by_cookie()
    desk.cuts = ("409",)
    return desk.visit("catalogue:costs")


def field(resource) -> str:
    return f"#id_resource-{resource.pk}"


def type_and_leave(desk, resource, text) -> None:
    desk.page.fill(field(resource), text)
    desk.leave()
    assert desk.asked == ["beforeunload"]


def come_back(desk, query: str = "") -> None:
    desk.page.goto(desk.server + desk.address("catalogue:costs") + query, **SETTLED)


def test_a_draft_brought_back_over_a_newer_page_leaves_the_amount_of_a_colleague(
    desk, educarte, madmagz
):
    type_and_leave(desk, madmagz, "600")
    ResourceCost.objects.filter(resource=educarte).update(amount=1250)

    come_back(desk)
    assert "la page a changé depuis" in desk.notice()
    desk.page.get_by_role("button", name="Le remettre dans la page").click()
    desk.press("form[data-draft] button.button--main").shows("Les montants sont enregistrés.")

    assert costs() == {educarte: Decimal(1250), madmagz: Decimal(600)}


def test_a_draft_typed_over_an_older_amount_is_refused_once(desk, educarte):
    type_and_leave(desk, educarte, "1300")
    ResourceCost.objects.filter(resource=educarte).update(amount=1250)
    come_back(desk)
    desk.page.get_by_role("button", name="Le remettre dans la page").click()

    desk.press("form[data-draft] button.button--main").shows("Montant actuel")
    assert costs()[educarte] == 1250
    desk.press("form[data-draft] button.button--main").shows("Les montants sont enregistrés.")

    assert costs()[educarte] == 1300


def test_amounts_are_given_back_in_the_other_language(desk, educarte, madmagz):
    desk.page.fill(field(madmagz), "612,50")
    desk.page.wait_for_timeout(600)
    with desk.page.expect_navigation(**SETTLED):
        desk.page.locator("a.tool[hreflang=en]").first.click()

    assert "has been restored" in desk.notice()
    with desk.page.expect_navigation(**SETTLED):
        desk.page.get_by_role("button", name="Keep the amounts").click()

    assert costs() == {educarte: Decimal("1000.50"), madmagz: Decimal("612.50")}


def test_a_draft_is_of_one_school_year(desk, educarte):
    type_and_leave(desk, educarte, "1300")

    come_back(desk, "?year=2027")
    assert desk.page.locator("[data-draft-notice]").count() == 0
    come_back(desk)

    assert desk.page.locator(field(educarte)).input_value() == "1300"
