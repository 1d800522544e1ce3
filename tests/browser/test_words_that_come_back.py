"""Words that come back to a form stand beside what it holds, and nobody else's page holds them up."""

import pytest
import time_machine

from continuity.enums import Returns
from continuity.handins.services import handins as services
from continuity.models import HandIn
from tests.browser.phone import TUESDAY, choose, photo
from tests.browser.reader import Reader
from tests.browser.test_a_refused_press_keeps_its_words import SATURDAY, Phone
from tests.browser.test_writing_is_never_lost import desk, fiche, latest, press_save, write
from tests.factories.continuity import StudentFactory, at, homework_item, part_of, teaching
from tests.factories.handins import handed_in
from tests.factories.people import AdviserFactory, TeacherFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["desk", "fiche"]  # fixtures
REFUSE_THE_LAST_PHOTO = """async () => {
  const opening = indexedDB.open("passerelle-handins", 1);
  await new Promise((resolve) => (opening.onsuccess = resolve));
  const items = opening.result.transaction("photos", "readwrite").objectStore("photos");
  const asked = items.getAll();
  await new Promise((resolve) => (asked.onsuccess = resolve));
  const photos = asked.result.filter((one) => one.kind === "photo").sort((one, other) => one.chosenAt - other.chosenAt);
  await new Promise((resolve) => (items.put({ ...photos.at(-1), refused: "No." }).onsuccess = resolve));
  localStorage.clear();
}"""


@pytest.fixture
def returns():
    return Returns.TEXT


@pytest.fixture
def phone(live_server, browser, returns):
    with time_machine.travel(at(TUESDAY, 14)):
        given = homework_item(part_of(teaching()), returns=returns).assignment
    phone = Phone(browser, live_server.url, given, "en")
    yield phone
    phone.context.close()


@pytest.fixture
def refused(phone):
    """Refused after the date; then the student is given more time, and begins again."""
    line = phone.press_over_a_cut_line(arrives=True)
    phone.write_on("Un. Deux.")
    phone.visit("continuity:week")
    with time_machine.travel(SATURDAY):
        line.is_cut = False
        phone.page.reload()
        phone.shows(phone.words["press"])
    return services.begin_again(assignment=phone.given, student=phone.person)


def open_the_form(phone: Phone) -> None:
    phone.visit("continuity:hand_in", phone.given.public_id)
    phone.page.wait_for_selector("[data-refused-press]:not([hidden])")


def test_words_that_the_server_keeps_are_not_covered(phone, refused):
    """They were written on a computer since."""
    refused.text = "Un. Trois."
    refused.save()

    open_the_form(phone)

    assert phone.page.input_value("#id_text") == "Un. Trois.\n\nUn. Deux."
    phone.page.locator("[data-forget-press]").click()
    assert phone.page.input_value("#id_text") == "Un. Trois."


def test_what_was_written_since_stays_when_the_refused_words_are_removed(phone, refused):
    open_the_form(phone)
    phone.page.fill("#id_text", "Tout autre chose.")
    phone.page.locator("[data-forget-press]").click()
    phone.page.wait_for_timeout(600)

    phone.page.reload()
    phone.page.wait_for_timeout(1_000)

    assert phone.page.locator("[data-refused-press]").is_hidden()
    assert phone.page.input_value("#id_text") == "Tout autre chose."


@pytest.mark.parametrize("returns", [Returns.PHOTOS])
def test_a_refused_photo_that_was_chosen_after_the_press_leaves_its_words(phone):
    """As another window leaves it that wrote on while the photo was on its way."""
    phone.page.route("**/uploads/**", lambda route: route.abort("connectionreset"))
    phone.page.fill("#id_text", "Un.")
    choose(phone, photo(1))
    phone.page.locator("[data-hand-in]").click()
    choose(phone, photo(2))
    phone.page.wait_for_timeout(600)
    phone.visit("continuity:week")
    phone.page.evaluate(REFUSE_THE_LAST_PHOTO)

    for _ in range(2):
        phone.visit("continuity:hand_in", phone.given.public_id)
        phone.page.wait_for_timeout(1_500)
        assert phone.page.input_value("#id_text") == "Un."
        phone.page.evaluate("localStorage.clear()")


def test_a_page_of_the_first_does_not_hold_up_the_second(phone):
    """It goes on trying, for it may be its owner who logs in next."""
    second = StudentFactory(in_class=phone.given.teaching.school_class, language="en")
    line = phone.press_over_a_cut_line(arrives=False)
    phone.visit("continuity:week")
    phone.page.wait_for_selector("[data-device]:not([hidden])")
    phone.person = second
    phone.log_in_by_cookie()
    tab = phone.context.new_page()
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.goto(phone.server + phone.address("continuity:hand_in", phone.given.public_id))
    tab.fill("#id_text", "De moi.")
    tab.locator("[data-hand-in]").click()
    tab.wait_for_selector("[data-line]:not([hidden])")
    tab.goto(phone.server + phone.address("continuity:week"))

    line.is_cut = False
    tab.reload()
    tab.wait_for_selector("text=is handed in: receipt no.", timeout=30_000)

    assert [(one.student, one.text) for one in HandIn.objects.all()] == [(second, "De moi.")]


def test_a_text_that_came_back_under_another_login_is_taken_from_its_owner(
    desk, fiche, live_server
):
    editor = AdviserFactory(language="en", is_superuser=True)
    window = desk(editor, fiche)
    reader = Reader.__new__(Reader)
    reader.context, reader.server = window.context, live_server.url
    reader.person = TeacherFactory(language="en")
    reader.log_in_by_cookie()
    write(window, "lead", "Une phrase.")
    press_save(window)
    assert "who doesn’t write here" in window.locator(".heading__lead").inner_text()

    reader.person = editor
    reader.log_in_by_cookie()
    window.get_by_role("button", name="Send my text again").click()
    window.wait_for_load_state("networkidle")

    assert latest(fiche).lead == "Une phrase."


def test_whoever_logs_out_reads_that_words_to_hand_in_stay(phone):
    """They are typed, too: nothing is said to be removed."""
    phone.press_over_a_cut_line(arrives=False)
    phone.page.wait_for_timeout(600)  # the draft of the form is written, too
    asked = []
    phone.visit("continuity:week")
    phone.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))

    phone.page.locator("[popovertarget=account]").click()
    phone.page.locator("[data-logout] button").click()
    phone.page.wait_for_timeout(1_000)

    assert len(asked) == 1
    assert "What you pressed “Hand in” for stays on this device" in asked[0]
    assert "Logging out removes it" not in asked[0]


@pytest.mark.parametrize("returns", [Returns.PHOTOS])
def test_a_refused_photo_says_nothing_of_what_another_device_handed_in(phone):
    with time_machine.travel(at(TUESDAY, 15)):
        handed_in(phone.given, phone.person)
    choose(phone, photo(1, content=b"no photo at all"))
    phone.page.wait_for_selector(".photo--waiting [role=alert]")

    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-choice]:not([hidden])")

    assert "isn’t handed in" not in phone.page.inner_text("[data-choice]")
    assert "One photo was refused" in phone.page.inner_text("[data-choice]")


@pytest.mark.parametrize("returns", [Returns.PHOTOS])
def test_words_that_a_photo_ended_stay_so_when_one_writes_on(phone):
    phone.page.route("**/uploads/**", lambda route: route.abort("connectionreset"))
    phone.page.fill("#id_text", "Un.")
    choose(phone, photo(1, content=b"no photo at all"))
    phone.page.locator("[data-hand-in]").click()
    phone.page.unroute("**/uploads/**")
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.page.wait_for_selector("[data-refused-press]:not([hidden])")
    phone.page.locator("#id_text").press_sequentially(" Deux.")
    phone.page.wait_for_timeout(600)

    phone.page.reload()
    phone.page.wait_for_selector("[data-refused-press]:not([hidden])")

    assert "wasn’t accepted" not in phone.page.inner_text("[data-refused-press]")
    assert "Sending goes on" not in phone.page.inner_text("[data-handin]")
