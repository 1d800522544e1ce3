"""*Hand in* is pressed over a bad line: the student writes on, and nothing of it is lost."""

import pytest
import time_machine

from continuity.enums import Returns
from continuity.models import HandIn
from tests.browser.test_a_training_from_enrolment_to_certificate import Reader
from tests.browser.test_photos_over_a_bad_line import TUESDAY, choose, photo, wait_for_pages
from tests.factories.continuity import StudentFactory, at, homework_item, part_of, teaching

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[Returns.TEXT, Returns.PHOTOS])
def phone(request, live_server, browser):
    with time_machine.travel(at(TUESDAY, 14)):
        given = homework_item(part_of(teaching()), returns=request.param).assignment
    student = StudentFactory(in_class=given.teaching.school_class, language="fr")
    phone = Reader(browser, live_server.url, student, width=360).log_in_by_cookie()
    phone.visit("continuity:hand_in", given.public_id)
    phone.cuts = ("ERR_CONNECTION_RESET", "ERR_FAILED", "ERR_ABORTED")
    if request.param == Returns.PHOTOS:
        choose(phone, photo(1))
        wait_for_pages(phone, 1)
    yield phone
    phone.context.close()


@pytest.mark.parametrize("arrives", [True, False], ids=["its answer is lost", "it is lost"])
def test_what_is_added_after_the_press_is_kept_and_handed_in(phone, arrives):
    line = Line(phone.page, arrives=arrives)
    write(phone, "Un.")
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    write(phone, "Un. Deux.")
    pages = int(has_pages(phone))
    if pages:
        choose(phone, photo(2))
        pages = 2
    line.is_cut = False

    if arrives:
        phone.page.wait_for_selector("text=Ce qui suit n’est pas encore rendu", timeout=60_000)
        assert phone.page.input_value("#id_text") == "Un. Deux."
        if pages:
            wait_for_pages(phone, pages)
        phone.look()
        phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_url("**/receipt/", timeout=60_000)

    first = [("replaced", "Un.", pages // 2)] if arrives else []
    assert versions() == [*first, ("handed_in", "Un. Deux.", pages)]


@pytest.mark.parametrize("arrives", [True, False], ids=["its answer is lost", "it is lost"])
def test_what_is_written_on_goes_from_another_page_too(phone, arrives):
    """The page is left before it is tried again."""
    line = Line(phone.page, arrives=arrives)
    write(phone, "Un.")
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    write(phone, "Un. Deux.")

    line.is_cut = False
    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.visit("continuity:week")
    phone.page.wait_for_selector("text=est rendu", timeout=60_000)

    if not arrives:
        assert [one[:2] for one in versions()] == [("handed_in", "Un. Deux.")]
        return
    assert [one[:2] for one in versions()] == [("handed_in", "Un."), ("collecting", "Un. Deux.")]
    phone.reads("Ce que vous avez ajouté depuis ne l’est pas encore.")
    phone.look()
    phone.page.click("text=Ouvrir la remise")
    assert phone.page.input_value("#id_text") == "Un. Deux."


@pytest.mark.parametrize("arrives", [True, False], ids=["its answer is lost", "it is lost"])
def test_another_window_sends_what_was_written_last(phone, arrives):
    """The week was opened before, and the hand-in is closed."""
    line = Line(phone.context, arrives=arrives)
    write(phone, "Un.")
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    week = phone.context.new_page()
    week.goto(phone.server + phone.address("continuity:week"))
    week.wait_for_selector("[data-device]:not([hidden])")

    write(phone, "Un. Deux.")
    phone.page.wait_for_timeout(500)
    phone.page.close()
    line.is_cut = False
    week.evaluate("window.dispatchEvent(new Event('online'))")
    week.wait_for_selector("text=est rendu", timeout=60_000)

    new = [("collecting" if arrives else "handed_in", "Un. Deux.")]
    assert [one[:2] for one in versions()] == [("handed_in", "Un.")] * arrives + new
    added = "Ce que vous avez ajouté depuis ne l’est pas encore."
    assert (added in week.inner_text("[data-device]")) is arrives


def test_what_a_closed_window_wrote_last_is_sent_by_the_other_one(phone):
    line = Line(phone.context, arrives=False)
    write(phone, "Un.")
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    other = phone.context.new_page()
    other.goto(phone.page.url)
    other.wait_for_selector("[data-line]:not([hidden])")

    other.fill("#id_text", "Un. Deux.")
    other.wait_for_timeout(500)
    other.close()
    line.wait_for_a_try(phone.page)
    line.is_cut = False
    phone.page.wait_for_selector("text=Ce que vous avez ajouté depuis", timeout=60_000)

    assert [one[:2] for one in versions()] == [("handed_in", "Un."), ("collecting", "Un. Deux.")]


def has_pages(phone: Reader) -> bool:
    return phone.page.locator("#id_photos").count() > 0


def write(phone: Reader, text: str) -> None:
    phone.page.fill("#id_text", text)


def versions() -> list[tuple]:
    return list(HandIn.objects.order_by("version").values_list("state", "text", "pages"))


class Line:
    """Cut for whatever is pressed; the first press is cut only on its way back, if it `arrives`."""

    def __init__(self, page, *, arrives: bool):
        self.is_cut, self.is_first, self.tries = True, arrives, 0
        page.route("**/hand-in/", self._carry)

    def wait_for_a_try(self, page) -> None:
        tries = self.tries
        for _n in range(80):
            page.wait_for_timeout(250)
            if self.tries > tries:
                break
        assert self.tries > tries

    def _carry(self, route):
        if route.request.method != "POST" or not self.is_cut:
            return route.continue_()
        self.tries += 1
        if self.is_first:
            self.is_first = False
            route.fetch(max_redirects=0)
        return route.abort("connectionreset")
