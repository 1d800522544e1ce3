"""Photos that wait in the phone are said on every page, sent from there, and asked about."""

import re

import pytest

from continuity.homework.services import homework as homeworks
from continuity.models import HandIn
from tests.browser.phone import choose, photo, says, wait_for_pages
from tests.browser.reader import Reader
from tests.browser.test_a_press_whose_answer_is_lost import Line

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def wait_in_the_phone(phone: Reader, *photos: dict, pressed: bool) -> None:
    """Chosen without a line, and the page left."""
    phone.cuts = ("ERR_CONNECTION_RESET",)
    phone.page.route("**/uploads/**", lambda route: route.abort("connectionreset"))
    choose(phone, *photos)
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    if pressed:
        phone.page.locator("[data-hand-in]").click()
        phone.page.wait_for_selector("[data-pressed]:not([hidden])")
    phone.page.on("dialog", lambda dialog: dialog.accept())


@pytest.mark.parametrize("pressed", [True, False])
def test_what_waits_in_the_phone_is_said_on_the_week_and_sent_from_there(given, phone, pressed):
    wait_in_the_phone(phone, photo(1), photo(2), pressed=pressed)

    phone.page.goto(phone.server + phone.address("continuity:week"))
    phone.shows(
        f"2 photos pour « {given.homework.title} » attendent d’être envoyées".replace(
            "« ", "«\u202f"
        ).replace(" »", "\u202f»")
    )
    phone.page.unroute("**/uploads/**")
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.shows("est rendu\u00a0: reçu n°" if pressed else "Toutes les photos pour")
    phone.look()

    assert [(handin.state, handin.parts.count()) for handin in HandIn.objects.all()] == [
        ("handed_in" if pressed else "collecting", 2)
    ]


def test_a_photo_refused_from_another_page_is_said_until_it_is_dealt_with(given, phone):
    wait_in_the_phone(phone, photo(1), photo(2, content=b"no photo at all"), pressed=True)
    phone.page.goto(phone.server + phone.address("continuity:week"))
    phone.page.unroute("**/uploads/**")
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.shows("Une photo que vous avez ajoutée à")

    phone.page.goto(phone.server + phone.address("continuity:to_hand_in"))
    phone.shows("Une photo que vous avez ajoutée à")
    phone.page.get_by_role("link", name="Ouvrir la remise").click()
    phone.page.locator(".photo--waiting button").click()
    phone.page.wait_for_timeout(500)
    phone.page.goto(phone.server + phone.address("continuity:week"))
    phone.page.wait_for_timeout(1_000)

    assert phone.page.locator("[data-device]").is_hidden()
    assert [(handin.state, handin.parts.count()) for handin in HandIn.objects.all()] == [
        ("collecting", 1)
    ]


def test_good_photos_leave_beside_one_that_is_refused(given, phone):
    wait_in_the_phone(phone, photo(1, content=b"no photo at all"), photo(2), pressed=True)
    phone.page.goto(phone.server + phone.address("continuity:week"))
    phone.page.unroute("**/uploads/**")
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.shows("Une photo que vous avez ajoutée à")
    phone.page.wait_for_timeout(1_500)

    assert [(handin.state, handin.parts.count()) for handin in HandIn.objects.all()] == [
        ("collecting", 1)
    ]
    assert "attend encore" not in log_out(phone)


def test_whoever_logs_out_is_told_what_still_waits(given, phone):
    wait_in_the_phone(phone, photo(1), photo(2), pressed=False)
    phone.page.goto(phone.server + phone.address("continuity:week"))

    assert log_out(phone).startswith("2 photos attendent encore sur cet appareil")
    assert not phone.page.locator("[data-logout]").count()


def test_a_press_whose_answer_is_lost_may_have_arrived(given, phone):
    wait_in_the_phone(phone, photo(1), pressed=True)
    line = Line(phone.page, arrives=True)
    phone.page.goto(phone.server + phone.address("continuity:week"))
    phone.shows("Une photo pour")
    phone.page.unroute("**/uploads/**")
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.shows("est peut-être déjà rendu")

    assert "attend" not in phone.page.inner_text("[data-device]")
    line.is_cut = False
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.shows("est rendu\u00a0: reçu n°")
    assert HandIn.objects.get().state == "handed_in"


def not_kept(route):
    """As the server answers where its storage is away (`TryAgain`): with the form's key."""
    if route.request.method != "POST":
        return route.continue_()
    [key] = re.findall(r'name="receipt_key"\s+([0-9a-f-]{36})', route.request.post_data)
    return route.fulfill(status=503, json={"key": key, "refused": "", "advice": ""})


def test_a_press_that_the_server_could_not_keep_is_not_said_to_be_handed_in(given, phone):
    phone.cuts = ("503",)
    phone.context.route("**/hand-in/", not_kept)
    choose(phone, photo(1))
    wait_for_pages(phone, 1)
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    on_its_page = says(phone)
    phone.look()

    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.visit("continuity:week")
    phone.page.wait_for_selector("[data-device] >> text=ne peut rien recevoir pour l’instant")

    on_the_week = phone.page.inner_text("[data-device]")
    assert "Notre serveur ne peut rien recevoir pour l’instant" in on_its_page
    assert "attend sur cet appareil" in on_the_week
    assert "peut-être" not in on_the_week
    phone.look()
    phone.context.unroute("**/hand-in/")
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.shows("est rendu\u00a0: reçu n°")


def test_the_week_says_that_the_server_and_not_the_line_holds_up_a_press(given, phone):
    phone.cuts = ("503",)
    phone.page.route(
        "**/hand-in/",
        lambda route: (
            route.fulfill(status=503, body="")
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    choose(phone, photo(1))
    wait_for_pages(phone, 1)
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    on_its_page = says(phone)

    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.visit("continuity:week")
    phone.shows("est peut-être déjà rendu")
    phone.page.wait_for_selector("[data-device] >> text=Notre serveur ne répond pas pour l’instant")

    assert "Notre serveur ne répond pas pour l’instant" in on_its_page
    assert "ligne" not in phone.page.inner_text("[data-device]")


def test_the_week_says_that_a_login_has_expired(given, phone):
    wait_in_the_phone(phone, photo(1), pressed=True)
    phone.page.goto(phone.server + phone.address("continuity:week"))
    phone.shows("Une photo pour")
    cookies = phone.context.cookies()
    phone.context.clear_cookies()
    phone.page.unroute("**/uploads/**")
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.shows("votre connexion a expiré")

    phone.page.evaluate("location.hash = 'd25'")  # as a chosen day, or a tick, writes it
    phone.page.locator("[data-device] a").click()
    phone.page.wait_for_url(re.compile(r"/login/\?next=.*week"))
    phone.context.add_cookies(cookies)
    phone.page.goto(phone.server + phone.address("continuity:week"))
    phone.shows("est rendu\u00a0: reçu n°")


def log_out(phone: Reader) -> str:
    """What is asked."""
    asked = []
    phone.page.on("dialog", lambda dialog: asked.append(dialog.message))
    phone.page.locator("[popovertarget=account]").click()
    phone.page.locator("[data-logout] button").click()
    phone.page.wait_for_url("**/fr/**")
    phone.page.wait_for_load_state("networkidle")
    return "".join(asked)


def test_whoever_logs_out_is_told_that_what_was_pressed_leaves_later(given, phone):
    choose(phone, photo(1))
    wait_for_pages(phone, 1)
    line = Line(phone.context, arrives=False)
    phone.cuts = ("ERR_CONNECTION_RESET",)
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.page.goto(phone.server + phone.address("continuity:week"))

    asked = log_out(phone)
    line.is_cut = False
    phone.log_in_by_cookie()
    phone.page.goto(phone.server + phone.address("continuity:week"))
    phone.shows("est rendu\u00a0: reçu n°")

    assert "partira quand vous vous connecterez ici de nouveau" in asked
    assert "qui ne part plus tout seul" not in asked


def test_nor_that_words_that_stay_leave(given, phone):
    wait_in_the_phone(phone, photo(1, content=b"no photo at all"), pressed=False)
    phone.page.fill("#id_text", "Un.")
    phone.page.locator("[data-hand-in]").click()
    phone.page.unroute("**/uploads/**")
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.page.wait_for_selector("[data-refused-press]:not([hidden])")
    phone.page.goto(phone.server + phone.address("continuity:week"))
    phone.shows("Une photo que vous avez ajoutée à")

    asked = log_out(phone)

    assert "qui ne part plus tout seul" in asked
    assert "partira" not in asked


def test_a_withdrawn_homework_is_said_and_its_photos_stay_in_the_phone(given, phone):
    homeworks.delete(homework=given.homework, by=given.teaching.teacher)
    choose(phone, photo(1))
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    said = says(phone)
    phone.page.on("dialog", lambda dialog: dialog.accept())

    phone.page.goto(phone.server + phone.address("continuity:week"))
    phone.shows("Une photo reste sur cet appareil")
    phone.page.get_by_role("button", name="Retirer de cet appareil").click()
    phone.page.wait_for_timeout(500)
    phone.page.reload()
    phone.page.wait_for_timeout(1_000)

    assert "Votre professeur a retiré ce travail" in said
    assert phone.page.locator("[data-device]").is_hidden()


def test_a_photo_chosen_after_the_homework_was_brought_back_leaves(given, phone):
    """With the one from before, once the hand-in was opened."""
    wait_in_the_phone(phone, photo(1), pressed=False)
    homeworks.delete(homework=given.homework, by=given.teaching.teacher)
    phone.cuts = ("ERR_CONNECTION_RESET", "410")
    phone.page.goto(phone.server + phone.address("continuity:week"))
    phone.page.unroute("**/uploads/**")
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.shows("n’a pas pu être rendu à cet endroit")
    homeworks.restore(homework=given.homework, by=given.teaching.teacher)

    phone.page.reload()
    phone.shows("Une photo reste sur cet appareil")
    assert phone.page.locator("[data-device]").get_by_role("link", name="À rendre").count()
    phone.page.route("**/uploads/**", lambda route: route.abort("connectionreset"))
    phone.visit("continuity:hand_in", given.public_id)
    choose(phone, photo(2))
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-pressed]:not([hidden])")
    phone.page.goto(phone.server + phone.address("continuity:week"))
    phone.shows("2 photos pour")
    phone.page.unroute("**/uploads/**")
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.shows("est rendu\u00a0: reçu n°")

    assert [(handin.state, handin.parts.count()) for handin in HandIn.objects.all()] == [
        ("handed_in", 2)
    ]
