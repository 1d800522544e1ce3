"""*Hand in* has arrived and its answer hasn't: the student writes on, and nothing of it is lost."""

import pytest
import time_machine

from continuity.enums import Returns
from continuity.models import HandIn
from tests.browser.test_a_training_from_enrolment_to_certificate import Reader
from tests.browser.test_photos_over_a_bad_line import TUESDAY, choose, photo, wait_for_pages
from tests.factories.continuity import StudentFactory, at, homework_item, part_of, teaching

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("returns", [Returns.TEXT, Returns.PHOTOS])
def test_what_is_added_after_the_press_is_kept_and_said(returns, live_server, browser):
    with time_machine.travel(at(TUESDAY, 14)):
        given = homework_item(part_of(teaching()), returns=returns).assignment
    student = StudentFactory(in_class=given.teaching.school_class, language="fr")
    phone = Reader(browser, live_server.url, student, width=360).log_in_by_cookie()
    phone.visit("continuity:hand_in", given.public_id)
    phone.cuts = ("ERR_CONNECTION_RESET",)
    if returns == Returns.PHOTOS:
        choose(phone, photo(1))
        wait_for_pages(phone, 1)
    cut_the_answer(phone.page)

    phone.page.fill("#id_text", "Un.")
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    phone.page.fill("#id_text", "Un. Deux.")
    if returns == Returns.PHOTOS:
        choose(phone, photo(2))
        assert "Vous avez déjà appuyé" in phone.page.inner_text("[data-line]")
        phone.look()
    phone.page.wait_for_selector("text=Ce que vous avez écrit depuis", timeout=30_000)

    assert phone.page.input_value("#id_text") == "Un. Deux."
    phone.look()
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_url("**/receipt/")
    phone.context.close()

    pages = int(returns == Returns.PHOTOS)
    assert list(HandIn.objects.order_by("version").values_list("state", "text", "pages")) == [
        ("replaced", "Un.", pages),
        ("handed_in", "Un. Deux.", pages),
    ]


def cut_the_answer(page) -> None:
    """Of the first press, which arrives, and the second one whole."""
    pressed = []

    def carry(route):
        if route.request.method != "POST":
            return route.continue_()
        pressed.append(route)
        if len(pressed) == 1:
            route.fetch(max_redirects=0)
        return route.abort("connectionreset") if len(pressed) < 3 else route.continue_()

    page.route("**/hand-in/", carry)
