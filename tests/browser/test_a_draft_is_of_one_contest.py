"""What an officer or a planner writes on a delivery note's page is of the note as it was shown: once it
was judged or answered, the draft is offered, and not in the box by itself.
"""

import pytest

from tests.browser.desk import SETTLED, Desk
from tests.factories.deliveries import october_note
from tests.factories.people import OfficerFactory, PlannerFactory
from training.services import deliveries

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.at("2026-11-12T12:00"),
]


@pytest.fixture
def note():
    return october_note()


@pytest.fixture
def sit(browser, live_server, note):
    """The browser of an officer or a planner, on the note's page."""

    def opened(person):
        desk = Desk(browser, live_server.url, person, width=1280).log_in_by_cookie()
        desk.cuts = ("409",)
        desk.visit("training:delivery_note", note.public_id)
        return desk

    return opened


def come_back(desk, note, box: str) -> tuple[str, str]:
    """The notice, and what stands in the box, before and after the draft is brought back."""
    address = desk.server + desk.address("training:delivery_note", note.public_id)
    desk.page.goto(address, **SETTLED)
    desk.page.locator("[data-draft-notice]").wait_for()
    assert "la page a changé depuis" in desk.notice()
    before = desk.page.locator(box).input_value()
    desk.page.get_by_role("button", name="Le remettre dans la page").click()
    return before, desk.page.locator(box).input_value()


def test_an_answer_to_one_contest_is_not_given_under_another(note, sit):
    """The contest it was written to was over; under the next one it stood in the box, ready to be sent."""
    officer, colleague = OfficerFactory.create_batch(2)
    deliveries.contest(note=note, reason="It is too long.", by=officer)
    desk = sit(PlannerFactory())
    desk.page.fill("#id_answer", "It is 90 minutes.")
    deliveries.find_right(note=note, by=officer)
    desk.press("form[action$='/answer/'] button").shows("It is 90 minutes.")
    deliveries.contest(note=note, reason="13 October is missing.", by=colleague)

    assert come_back(desk, note, "#id_answer") == ("", "It is 90 minutes.")


def test_a_contest_is_not_given_once_a_colleague_has_contested(note, sit):
    desk = sit(OfficerFactory())
    desk.page.fill("#id_reason", "An hour too many.")
    desk.leave()
    deliveries.contest(note=note, reason="13 October is missing.", by=OfficerFactory())

    assert come_back(desk, note, "#id_reason") == ("", "An hour too many.")


def test_a_contest_of_a_note_that_nobody_has_judged_since_is_given_back(note, sit):
    desk = sit(OfficerFactory())
    desk.page.fill("#id_reason", "An hour too many.")
    desk.leave()

    desk.visit("training:delivery_note", note.public_id)

    desk.page.locator("[data-draft-notice]").wait_for()
    assert "a été rétabli" in desk.notice()
    assert desk.page.locator("#id_reason").input_value() == "An hour too many."
