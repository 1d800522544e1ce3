"""*Hand in* arrives after the date, or is refused for another reason: the words stay on the device
until they are handed in, or removed on purpose.
"""

import datetime

import pytest
import time_machine

from continuity.enums import Returns
from continuity.handins.services import handins as services
from continuity.homework.services import homework as homeworks
from continuity.models import HandIn, HandInPart
from tests.browser.phone import TUESDAY, choose, photo, wait_for_pages
from tests.browser.reader import Reader
from tests.browser.test_a_press_whose_answer_is_lost import Line, begun, versions
from tests.factories import answers, handins
from tests.factories.continuity import StudentFactory, at, homework_item, part_of, teaching

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SATURDAY = at(TUESDAY + datetime.timedelta(days=4), 10)  # the date was Friday
WORDS = {
    "fr": {
        "press": "Ce qui attendait ici pour «\u202fUn travail\u202f» n’a pas été accepté.",
        "photo": "Une photo que vous avez ajoutée à «\u202fUn travail\u202f» a été refusée.",
        "ended": "Ce que vous aviez écrit pour «\u202fUn travail\u202f» est encore sur cet appareil",
        "late": "Ce travail a été rendu à l’heure.",
        "answered": "Votre professeur a répondu à ce travail",
        "withdrawn": "«\u202fUn travail\u202f» n’a pas pu être rendu à cet endroit",
        "written": "Ce que vous aviez écrit",
        "open": "Ouvrir la remise",
        "remove": "Retirer de cet appareil",
        "not handed in": "n’est pas rendu",
    },
    "en": {
        "press": "What waited here for “Un travail” wasn’t accepted.",
        "photo": "A photo that you added to “Un travail” was refused.",
        "ended": "What you had written for “Un travail” is still on this device",
        "late": "This was handed in on time.",
        "answered": "Your teacher has answered this work",
        "withdrawn": "“Un travail” couldn’t be handed in there",
        "written": "What you had written",
        "open": "Open the hand-in",
        "remove": "Remove from this device",
        "not handed in": "isn’t handed in",
    },
}


class Phone(Reader):
    """The browser of a student whose work is to be handed in."""

    def __init__(self, browser, server, given, language):
        student = StudentFactory(in_class=given.teaching.school_class, language=language)
        super().__init__(browser, server, student, width=360)
        self.given, self.words = given, WORDS[language]
        self.cuts = ("ERR_CONNECTION_RESET", "ERR_FAILED", "ERR_ABORTED", "422", "410")
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.log_in_by_cookie().visit("continuity:hand_in", given.public_id)

    def press_over_a_cut_line(self, *, arrives: bool) -> Line:
        line = Line(self.context, arrives=arrives)
        self.page.fill("#id_text", "Un.")
        self.page.locator("[data-hand-in]").click()
        self.page.wait_for_selector("[data-line]:not([hidden])")
        return line

    def write_on(self, text: str) -> None:
        self.page.fill("#id_text", text)
        self.page.wait_for_timeout(600)

    def waits(self) -> str:
        self.page.wait_for_selector("[data-device]:not([hidden])")
        return self.page.inner_text("[data-device]").replace("\n", " ")

    def keeps(self) -> str:
        self.page.locator("[data-device] summary", has_text=self.words["written"]).click()
        self.look()
        return self.page.inner_text("[data-device] details p")

    def waits_for_nothing(self) -> bool:
        self.visit("continuity:week")
        self.page.wait_for_timeout(1_000)
        return self.page.locator("[data-device]").is_hidden()


@pytest.fixture
def returns():
    return Returns.TEXT


@pytest.fixture(params=["fr", "en"])
def phone(request, live_server, browser, returns):
    with time_machine.travel(at(TUESDAY, 14)):
        given = homework_item(part_of(teaching()), returns=returns).assignment
    phone = Phone(browser, live_server.url, given, request.param)
    yield phone
    phone.context.close()


def test_words_added_to_a_press_that_arrived_come_back_after_the_date(phone):
    line = phone.press_over_a_cut_line(arrives=True)
    phone.write_on("Un.\nDeux.")
    phone.visit("continuity:week")

    with time_machine.travel(SATURDAY):
        line.is_cut = False
        phone.page.reload()
        phone.shows(phone.words["press"])
        told = phone.waits()
        phone.page.get_by_role("link", name=phone.words["open"]).click()
        phone.page.wait_for_url("**/receipt/")
        assert phone.keeps() == "Un.\nDeux."
        assert phone.words["press"] in phone.waits()

        phone.page.get_by_role("button", name=phone.words["remove"]).click()
        phone.page.wait_for_timeout(500)
        assert phone.waits_for_nothing()
    assert phone.words["late"] in told
    assert phone.words["not handed in"] not in told
    assert versions() == [("handed_in", "Un.", 0)]


def test_words_added_to_a_press_that_arrived_come_back_after_the_answer(phone):
    line = phone.press_over_a_cut_line(arrives=True)
    phone.write_on("Un. Deux.")
    phone.visit("continuity:week")

    HandIn.objects.update(is_late=True)
    answers.returned(HandIn.objects.get())
    with time_machine.travel(SATURDAY):
        line.is_cut = False
        phone.page.reload()
        phone.shows(phone.words["press"])

        assert phone.words["answered"] in phone.waits()
        assert phone.keeps() == "Un. Deux."
    assert begun() == [("handed_in", "Un.")]


def test_refused_words_stand_in_the_form_again_once_it_is_there(phone):
    line = phone.press_over_a_cut_line(arrives=True)
    phone.write_on("Un. Deux.")
    phone.visit("continuity:week")
    with time_machine.travel(SATURDAY):
        line.is_cut = False
        phone.page.reload()
        phone.shows(phone.words["press"])

    # The teacher gives more time.
    phone.page.evaluate("localStorage.clear()")
    phone.visit("continuity:receipt", HandIn.objects.get().public_id)
    phone.page.locator("form[action$='/again/'] button").click()
    phone.page.wait_for_selector("[data-refused-press]:not([hidden])")
    told = phone.page.inner_text("[data-refused-press]")
    written = phone.page.input_value("#id_text")
    phone.look()
    phone.page.wait_for_timeout(1_000)
    not_sent_by_itself = begun()
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_url("**/receipt/")

    assert phone.words["late"] in told
    assert written == "Un. Deux."
    assert not_sent_by_itself == [("handed_in", "Un."), ("collecting", "Un.")]
    assert begun() == [("replaced", "Un."), ("handed_in", "Un. Deux.")]
    assert phone.waits_for_nothing()


def test_refused_words_are_removed_from_the_form_on_purpose(phone):
    phone.press_over_a_cut_line(arrives=False)
    handins.hand_in(phone.given, phone.person, text="Ailleurs.")
    with time_machine.travel(SATURDAY):
        phone.page.unroute_all()
        phone.context.unroute_all()
        phone.visit("continuity:week")
        phone.shows(phone.words["press"])
    HandIn.objects.all().delete()

    phone.visit("continuity:hand_in", phone.given.public_id)
    phone.page.wait_for_selector("[data-refused-press]:not([hidden])")
    written = phone.page.input_value("#id_text")
    phone.page.locator("[data-forget-press]").click()
    phone.page.wait_for_timeout(1_000)

    assert written == "Un."
    assert phone.page.input_value("#id_text") == ""
    assert phone.page.locator("[data-refused-press]").is_hidden()
    assert phone.waits_for_nothing()
    phone.visit("continuity:hand_in", phone.given.public_id)
    assert phone.page.input_value("#id_text") == ""


def test_a_line_cut_before_the_page_that_says_why_loses_no_word(phone):
    handins.hand_in(phone.given, phone.person, text="Ailleurs.")
    phone.visit("continuity:receipt", HandIn.objects.get().public_id)
    phone.page.locator("form[action$='/again/'] button").click()
    phone.page.wait_for_selector("#id_text")
    posts = []

    def carry(route):
        if route.request.method != "POST":
            return route.continue_()
        posts.append(route.request.headers["accept"])
        return route.continue_() if len(posts) == 1 else route.abort("connectionreset")

    phone.page.route("**/hand-in/", carry)
    with time_machine.travel(SATURDAY):
        phone.page.fill("#id_text", "Un mot de plus.")
        phone.page.locator("[data-hand-in]").click()
        while len(posts) < 2:
            phone.page.wait_for_timeout(200)
        phone.page.unroute("**/hand-in/")
        phone.visit("continuity:to_hand_in")
        phone.shows(phone.words["press"])

        assert phone.words["late"] in phone.waits()
        assert phone.keeps() == "Un mot de plus."
    assert len(posts) == 2


def test_a_page_without_a_form_says_what_waited(phone):
    """A new version was begun, and can't be handed in any more."""
    handins.hand_in(phone.given, phone.person, text="Ailleurs.")
    services.begin_again(assignment=phone.given, student=phone.person)
    phone.visit("continuity:hand_in", phone.given.public_id)
    line = phone.press_over_a_cut_line(arrives=False)
    phone.visit("continuity:week")

    with time_machine.travel(SATURDAY):
        line.is_cut = False
        phone.visit("continuity:hand_in", phone.given.public_id)
        phone.shows(phone.words["press"])
        assert phone.page.locator("#id_text").count() == 0
        assert phone.keeps() == "Un."


@pytest.mark.parametrize("returns", [Returns.PHOTOS])
def test_the_page_that_says_why_takes_the_words_over(phone):
    with phone.page.expect_response("**/small/"):  # its tile is drawn before the photo is gone
        choose(phone, photo(1))
    HandInPart.objects.all().delete()
    phone.page.fill("#id_text", "Un.")
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-refusal]")
    phone.page.wait_for_timeout(1_000)

    assert phone.page.input_value("#id_text") == "Un."
    assert phone.page.locator("[data-refused-press]").is_hidden()
    assert phone.waits_for_nothing()


def test_a_withdrawn_homework_leaves_the_words_of_a_press_on_the_device(phone):
    line = phone.press_over_a_cut_line(arrives=False)
    phone.visit("continuity:week")
    homeworks.delete(homework=phone.given.homework, by=phone.given.teaching.teacher)
    line.is_cut = False
    phone.page.reload()
    phone.shows(phone.words["withdrawn"])

    phone.visit("continuity:to_hand_in")
    phone.shows(phone.words["withdrawn"])
    assert phone.keeps() == "Un."
    phone.page.get_by_role("button", name=phone.words["remove"]).click()
    phone.page.wait_for_timeout(500)
    assert phone.waits_for_nothing()


@pytest.mark.parametrize("returns", [Returns.PHOTOS])
def test_a_page_refused_after_the_date_ends_the_press_and_keeps_its_words(phone):
    choose(phone, photo(1))
    wait_for_pages(phone, 1)
    line = phone.press_over_a_cut_line(arrives=True)
    phone.page.route("**/uploads/**", lambda route: route.abort("connectionreset"))
    choose(phone, photo(2))
    phone.write_on("Un. Deux.")
    phone.visit("continuity:week")

    with time_machine.travel(SATURDAY):
        line.is_cut = False
        phone.page.unroute("**/uploads/**")
        phone.page.reload()
        phone.shows(phone.words["photo"])
        told = phone.waits()
        phone.page.reload()
        assert phone.keeps() == "Un. Deux."

        phone.page.get_by_role("button", name=phone.words["remove"]).click()
        phone.shows(phone.words["ended"])
        assert phone.keeps() == "Un. Deux."
        phone.page.get_by_role("button", name=phone.words["remove"]).click()
        phone.page.wait_for_timeout(500)
        assert phone.waits_for_nothing()
    assert phone.words["late"] in told
    assert phone.words["not handed in"] not in told
    assert versions() == [("handed_in", "Un.", 1)]


@pytest.mark.parametrize("returns", [Returns.PHOTOS])
def test_words_emptied_after_a_page_was_refused_are_said_nowhere(phone):
    phone.page.route("**/uploads/**", lambda route: route.abort("connectionreset"))
    choose(phone, photo(1, content=b"no photo at all"))
    phone.page.fill("#id_text", "Un.")
    phone.page.locator("[data-hand-in]").click()
    phone.page.unroute("**/uploads/**")
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.page.wait_for_selector("[data-refused-press]:not([hidden])")

    phone.write_on("")
    assert phone.page.locator("[data-refused-press]").is_hidden()
    assert phone.page.locator("[data-choice]").is_visible()
    phone.visit("continuity:week")
    phone.shows(phone.words["photo"])
    assert phone.page.locator("[data-device] details").count() == 0
    phone.page.get_by_role("button", name=phone.words["remove"]).click()
    phone.page.wait_for_timeout(500)

    assert phone.words["ended"] not in phone.page.inner_text("body")
    assert phone.waits_for_nothing()


def test_words_of_two_devices_put_together_by_hand_come_back_as_they_are(phone):
    handins.hand_in(phone.given, phone.person, text="Ailleurs.")
    with time_machine.travel(SATURDAY):
        phone.page.fill("#id_text", "Un. Deux.")
        phone.page.locator("[data-hand-in]").click()
        phone.page.wait_for_selector("html[data-posted]", state="attached")
        phone.visit("continuity:week")
        phone.shows(phone.words["press"])
    services.begin_again(assignment=phone.given, student=phone.person)
    HandIn.objects.filter(state="collecting").update(text="Un. Trois.")
    phone.page.evaluate("localStorage.clear()")
    phone.visit("continuity:hand_in", phone.given.public_id)
    phone.page.wait_for_selector("[data-refused-press]:not([hidden])")
    both = phone.page.input_value("#id_text")

    phone.write_on("Un. Deux. Trois.")
    phone.page.reload()
    phone.page.wait_for_selector("[data-refused-press]:not([hidden])")
    phone.page.wait_for_timeout(500)

    assert both == "Un. Trois.\n\nUn. Deux."
    assert phone.page.input_value("#id_text") == "Un. Deux. Trois."
