"""*Hand in* is pressed over a bad line: the student writes on, and nothing of it is lost."""

import pytest
import time_machine

from continuity.enums import Returns
from continuity.handins.services import handins as services
from continuity.models import HandIn, HandInPart
from tests.browser.phone import TUESDAY, choose, photo, wait_for_pages
from tests.browser.reader import Reader
from tests.factories import handins
from tests.factories.continuity import StudentFactory, at, homework_item, part_of, teaching

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


photos_only = pytest.mark.parametrize("phone", [Returns.PHOTOS], indirect=True)
lost_or_not = pytest.mark.parametrize(
    "arrives", [True, False], ids=["its answer is lost", "it is lost"]
)


@pytest.fixture(params=[Returns.TEXT, Returns.PHOTOS])
def phone(request, live_server, browser):
    with time_machine.travel(at(TUESDAY, 14)):
        given = homework_item(part_of(teaching()), returns=request.param).assignment
    student = StudentFactory(in_class=given.teaching.school_class, language="fr")
    phone = Reader(browser, live_server.url, student, width=360).log_in_by_cookie()
    phone.given = given
    phone.visit("continuity:hand_in", given.public_id)
    phone.cuts = ("ERR_CONNECTION_RESET", "ERR_FAILED", "ERR_ABORTED")
    if request.param == Returns.PHOTOS:
        choose(phone, photo(1))
        wait_for_pages(phone, 1)
    yield phone
    phone.context.close()


@lost_or_not
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
        if not arrives:
            wait_for_pages(phone, pages)  # a try that left before it was chosen would hand in one
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


@lost_or_not
def test_what_is_written_on_goes_from_another_page_too(phone, arrives):
    """The page is left before it is tried again."""
    line = Line(phone.page, arrives=arrives)
    write(phone, "Un.")
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    write(phone, "Un. Deux.")

    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.visit("continuity:week")
    line.is_cut = False
    phone.page.wait_for_selector("text=est rendu", timeout=60_000)

    if not arrives:
        assert begun() == [("handed_in", "Un. Deux.")]
        return
    assert begun() == [("handed_in", "Un."), ("collecting", "Un. Deux.")]
    phone.reads("Ce que vous avez ajouté depuis ne l’est pas encore.")
    phone.look()
    phone.page.click("text=Ouvrir la remise")
    assert phone.page.input_value("#id_text") == "Un. Deux."


@lost_or_not
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
    assert begun() == [("handed_in", "Un.")] * arrives + new
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

    assert begun() == [("handed_in", "Un."), ("collecting", "Un. Deux.")]


def press_over_a_cut_line(phone, *, arrives: bool) -> "Line":
    line = Line(phone.context, arrives=arrives)
    write(phone, "Un.")
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    return line


def a_broken_page() -> dict:
    return photo(2, content=b"%PDF-1.7 nothing", kind="application/pdf")


@photos_only
@lost_or_not
def test_what_is_added_to_a_press_that_left_is_told_what_becomes_of_it(phone, arrives):
    line = press_over_a_cut_line(phone, arrives=arrives)
    phone.page.route("**/uploads/**", lambda route: route.abort("connectionreset"))
    choose(phone, photo(2))
    phone.page.wait_for_selector("[data-pressed]:not([hidden])")

    said = phone.page.inner_text("[data-pressed]")
    phone.look()
    phone.page.unroute("**/uploads/**")
    line.is_cut = False

    assert "c’est peut-être déjà arrivé" in said
    assert "ou attend que vous appuyiez de nouveau" in said
    assert "Ne pas rendre tout de suite" not in said
    if arrives:
        phone.page.wait_for_selector("text=Ce qui suit n’est pas encore rendu", timeout=60_000)
        assert begun() == [("handed_in", "Un."), ("collecting", "Un.")]
    else:
        phone.page.wait_for_url("**/receipt/", timeout=60_000)
        assert versions() == [("handed_in", "Un.", 2)]


@photos_only
@lost_or_not
def test_a_page_refused_after_a_press_that_left_says_nothing_false(phone, arrives):
    line = press_over_a_cut_line(phone, arrives=arrives)
    choose(phone, a_broken_page())
    phone.page.wait_for_selector("[data-choice]:not([hidden])", timeout=30_000)

    said = phone.page.inner_text("[data-choice]")
    line.is_cut = False
    phone.page.locator("[data-leave-out]").click()
    phone.page.wait_for_url("**/receipt/", timeout=60_000)

    assert "Un fichier a été refusé" in said
    assert "n’est pas encore rendu" not in said
    assert versions() == [("handed_in", "Un.", 1)]


def refuse_a_page_before_the_answer(phone):
    """The answer to the press, held back."""
    held = []
    phone.page.route(
        "**/hand-in/",
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
    )
    phone.page.locator("[data-hand-in]").click()
    choose(phone, a_broken_page())
    phone.page.wait_for_selector("[data-choice]:not([hidden])", timeout=30_000)
    return held.pop(0)


@photos_only
def test_what_is_written_after_a_page_was_refused_stays_for_another_press(phone):
    answer = refuse_a_page_before_the_answer(phone)
    write(phone, "Un mot.")
    with phone.page.expect_response("**/hand-in/"):
        answer.continue_()
    phone.page.unroute("**/hand-in/")
    phone.page.wait_for_timeout(500)

    assert phone.page.input_value("#id_text") == "Un mot."
    phone.page.locator("[data-leave-out]").click()
    phone.page.wait_for_selector("text=Ce qui suit n’est pas encore rendu", timeout=30_000)
    assert begun() == [("handed_in", ""), ("collecting", "Un mot.")]


@photos_only
def test_a_page_refused_while_the_answer_is_on_its_way_is_said_beside_the_receipt(phone):
    refuse_a_page_before_the_answer(phone).continue_()
    phone.page.wait_for_url("**/receipt/", timeout=30_000)

    phone.page.wait_for_selector("text=Une photo que vous avez ajoutée à")
    said = phone.page.inner_text("[data-device]")
    phone.page.click("text=Retirer de cet appareil")
    phone.page.wait_for_timeout(500)
    phone.page.reload()
    phone.page.wait_for_timeout(1_000)

    assert "n’est pas rendu" not in said
    assert phone.page.locator("[data-device]").is_hidden()
    assert versions() == [("handed_in", "", 1)]


@pytest.fixture
def waited(phone):
    """Its page and its press are on the telephone, and all was handed in from elsewhere since."""
    line = press_over_a_cut_line(phone, arrives=False)
    if has_pages(phone):
        HandIn.objects.all().delete()  # the telephone's page hadn't arrived either
        handins.put_together(phone.given, phone.person, photos=3)
    handins.hand_in(phone.given, phone.person, text="Fini.")
    phone.page.on("dialog", lambda dialog: dialog.accept())
    yield line
    assert begun() == [("handed_in", "Fini."), ("collecting", "Un.")]


def test_a_press_that_waited_replaces_nothing_that_came_from_elsewhere(phone, waited):
    waited.is_cut = False
    phone.page.wait_for_selector("text=Ce qui suit n’est pas encore rendu", timeout=60_000)


def test_nor_does_it_from_another_page(phone, waited):
    phone.page.goto(phone.server + phone.address("continuity:week"))
    waited.is_cut = False
    phone.page.wait_for_selector("text=est rendu", timeout=60_000)
    phone.reads("Ce que vous avez ajouté depuis ne l’est pas encore.")


def test_nor_does_it_where_its_page_is_loaded_again(phone, waited):
    """The page knows the new work by then, the press doesn't."""
    services.begin_again(assignment=phone.given, student=phone.person)
    phone.page.reload()
    with phone.page.expect_response(lambda one: one.request.method == "POST", timeout=60_000):
        waited.is_cut = False
    phone.page.wait_for_timeout(500)


@photos_only
def test_a_page_taken_again_while_the_answer_is_on_its_way_waits_for_another_press(phone):
    held = []

    def hold(route):
        if route.request.method != "POST":
            return route.continue_()
        answer = route.fetch(max_redirects=0)
        return route.fulfill(response=answer) if held else held.append((route, answer))

    phone.page.route("**/hand-in/", hold)
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_timeout(1_000)
    phone.page.set_input_files("input[data-instead-of]", [photo(3)])
    phone.page.wait_for_selector(".photo--waiting", timeout=30_000)
    phone.page.wait_for_selector(".photo--waiting", state="detached", timeout=30_000)
    route, answer = held[0]
    route.fulfill(response=answer)

    phone.page.wait_for_selector("text=Ce qui suit n’est pas encore rendu", timeout=60_000)
    assert begun() == [("handed_in", ""), ("collecting", "")]


@photos_only
@lost_or_not
def test_a_page_taken_again_after_a_press_that_left_takes_its_place(phone, arrives):
    line = press_over_a_cut_line(phone, arrives=arrives)
    phone.page.set_input_files("input[data-instead-of]", [photo(3)])
    phone.page.wait_for_selector(".photo--waiting", state="detached", timeout=30_000)
    line.is_cut = False

    if arrives:
        phone.page.wait_for_selector("text=Ce qui suit n’est pas encore rendu", timeout=60_000)
        phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_url("**/receipt/", timeout=60_000)

    first = [("replaced", "Un.", 1)] if arrives else []
    assert versions() == [*first, ("handed_in", "Un.", 1)]
    assert HandInPart.objects.values("checksum").distinct().count() == 1 + arrives


@photos_only
@lost_or_not
def test_other_pages_say_nothing_false_of_a_press_that_left(phone, arrives):
    line = press_over_a_cut_line(phone, arrives=arrives)
    phone.visit("continuity:week")
    phone.page.wait_for_selector("text=est peut-être déjà rendu")
    phone.visit("continuity:hand_in", phone.given.public_id)
    if arrives:
        line.is_cut = False
        phone.page.wait_for_selector("text=est rendu", timeout=60_000)
        return
    phone.page.route("**/uploads/**", lambda route: route.abort("connectionreset"))
    choose(phone, a_broken_page())
    phone.page.wait_for_selector("text=Attend le prochain essai")
    phone.page.unroute("**/uploads/**")
    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.page.goto(phone.server + phone.address("continuity:week"))
    phone.page.wait_for_selector("text=Une photo que vous avez ajoutée à", timeout=60_000)

    said = phone.page.inner_text("[data-device]")
    assert "Ouvrez la remise pour voir ce qui est rendu." in said
    assert "n’est pas rendu" not in said


@photos_only
def test_a_page_refused_while_work_is_replaced_says_nothing_false(phone):
    handins.hand_in(phone.given, phone.person)
    services.begin_again(assignment=phone.given, student=phone.person)
    phone.visit("continuity:hand_in", phone.given.public_id)
    choose(phone, a_broken_page())
    phone.page.wait_for_selector(".photo--waiting button")
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-choice]:not([hidden])")

    said = phone.page.inner_text("[data-choice]")
    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.complaints.clear()
    phone.visit("continuity:week")
    phone.page.wait_for_selector("text=Une photo que vous avez ajoutée à")

    assert "n’est pas encore rendu" not in said
    assert "n’est pas rendu" not in phone.page.inner_text("[data-device]")


def has_pages(phone: Reader) -> bool:
    return phone.page.locator("#id_photos").count() > 0


def write(phone: Reader, text: str) -> None:
    phone.page.fill("#id_text", text)


def versions() -> list[tuple]:
    return list(HandIn.objects.order_by("version").values_list("state", "text", "pages"))


def begun() -> list[tuple]:
    return [one[:2] for one in versions()]


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
