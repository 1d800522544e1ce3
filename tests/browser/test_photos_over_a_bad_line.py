"""Photos on their way from a phone: what is cut goes on after a reload, what a Wi-Fi answers is no
answer, nothing arrives twice.
"""

import re

import pytest
import time_machine

from continuity.models import HandIn, HandInPart
from tests.browser.phone import TUESDAY, choose, photo, says, wait_for_pages
from tests.browser.reader import Reader
from tests.factories import handins
from tests.factories.continuity import StudentFactory, at, homework_item, part_of, teaching
from tests.factories.hostile_pictures import heic
from tests.factories.pictures import page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_line_cut_after_the_second_photo_goes_on_at_the_third_after_a_reload(given, phone):
    """C8"""
    sent = []

    def carry(route):
        sent.append(len(route.request.post_data_buffer))
        return route.abort("connectionreset") if len(sent) in (2, 4, 5, 6, 7) else route.continue_()

    phone.cuts = ("ERR_CONNECTION_RESET",)
    phone.page.route("**/uploads/**", carry)
    choose(phone, photo(1), photo(2), photo(3))
    wait_for_pages(phone, 2)
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    assert "Pas de connexion" in says(phone)
    first_two = set(HandInPart.objects.values_list("key", flat=True))
    phone.look()

    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.page.unroute("**/uploads/**")
    phone.page.reload()
    wait_for_pages(phone, 3)

    assert HandInPart.objects.count() == 3
    assert set(HandInPart.objects.values_list("key", flat=True)) > first_two
    assert max(sent) < 420_000
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_url("**/receipt/")
    handin = HandIn.objects.get()
    assert (handin.pages, handin.receipt_number in phone.page.inner_text("main")) == (3, True)


def test_a_wifi_that_answers_with_its_own_page_is_no_answer(given, phone):
    answers = ["<!doctype html><title>Wi-Fi</title>Connectez-vous", "{}"]
    phone.page.route(
        "**/uploads/**",
        lambda route: (
            route.fulfill(status=200, content_type="text/html", body=answers.pop())
            if answers
            else route.continue_()
        ),
    )

    choose(phone, photo(1))
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    said = says(phone)
    wait_for_pages(phone, 1)

    assert "Ce réseau demande d’abord une connexion" in said
    assert phone.page.locator("[data-line]").is_hidden()
    assert HandInPart.objects.count() == 1


def test_a_photo_that_comes_above_the_limit_is_sent_again_by_itself(given, phone):
    """The limit of `deploy/nginx.conf`, in text."""
    answers = ["Trop de pages en peu de temps"]
    phone.page.route(
        "**/uploads/**",
        lambda route: (
            route.fulfill(status=429, content_type="text/plain", body=answers.pop())
            if answers
            else route.continue_()
        ),
    )

    choose(phone, photo(1))
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    said = says(phone)
    wait_for_pages(phone, 1)

    assert "Notre serveur ne répond pas" in said
    assert HandInPart.objects.count() == 1


def test_a_login_that_expires_while_photos_leave_loses_none(given, phone, live_server):
    cookies = phone.context.cookies()
    phone.context.clear_cookies()

    choose(phone, photo(1))
    phone.page.wait_for_selector("[data-line] a")
    said = says(phone)
    phone.context.add_cookies(cookies)
    wait_for_pages(phone, 1)

    assert "Votre connexion a expiré" in said
    assert HandInPart.objects.count() == 1


def test_the_last_press_survives_a_cut_too_and_is_one_hand_in(given, phone):
    choose(phone, photo(1))
    wait_for_pages(phone, 1)
    pressed = []

    def carry(route):
        if route.request.method != "POST":
            return route.continue_()
        pressed.append(1)
        if len(pressed) == 1:
            return route.abort("connectionreset")
        if len(pressed) == 2:
            route.fetch(max_redirects=0)  # it arrives, and its answer is lost
            return route.abort("connectionreset")
        return route.continue_()

    phone.page.route("**/hand-in/", carry)
    phone.page.fill("#id_text", "Je n’ai pas fini.")
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_url("**/receipt/", timeout=30_000)

    assert len(pressed) == 3
    assert [handin.text for handin in HandIn.objects.all()] == ["Je n’ai pas fini."]


def test_pressed_too_early_it_is_handed_in_once_all_have_arrived(given, phone):
    phone.page.route(
        "**/uploads/**", lambda route: (phone.page.wait_for_timeout(400), route.continue_())
    )
    choose(phone, photo(1), photo(2))
    phone.page.locator("[data-hand-in]").click()

    phone.page.wait_for_url("**/receipt/", timeout=30_000)

    assert HandIn.objects.get().pages == 2


def test_what_is_no_photo_is_said_and_left_out_by_keyboard(given, phone):
    choose(phone, photo(1, content=b"%PDF-1.7 nothing", kind="application/pdf"))
    phone.page.wait_for_selector(".photo--waiting button")

    assert "Ce PDF est abîmé" in phone.page.inner_text(".photo--waiting")
    phone.complaints.clear()
    phone.page.focus(".photo--waiting button")
    phone.page.keyboard.press("Enter")
    assert phone.page.locator(".photo--waiting").count() == 0


def test_pages_are_turned_moved_and_removed_by_keyboard(given, phone):
    choose(phone, photo(1), photo(2), photo(3, "image/heic", heic(page(600, 800))))
    wait_for_pages(phone, 3)
    one, two, three = HandInPart.objects.order_by("position")

    for button in (
        f"turn-{one.public_id}",
        f"earlier-{three.public_id}",
        f"remove-{two.public_id}",
    ):
        with phone.page.expect_response(re.compile("/pages/")):
            phone.page.focus(f"#{button}")
            phone.page.keyboard.press("Enter")
        phone.page.wait_for_timeout(300)
        phone.look()
        assert phone.page.evaluate("document.activeElement !== document.body")

    assert list(HandInPart.objects.order_by("position").values_list("pk", "turned")) == [
        (one.pk, 90),
        (three.pk, 0),
    ]


def test_a_refused_photo_is_asked_about_and_only_hand_in_hands_in(given, phone):
    broken = photo(2, content=b"%PDF-1.7 nothing", kind="application/pdf")
    choose(phone, photo(1), broken)
    wait_for_pages(phone, 1)
    phone.page.wait_for_selector(".photo--waiting button")
    phone.complaints.clear()

    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-choice]:not([hidden])")
    assert "Un fichier a été refusé." in phone.page.inner_text("[data-choice]")
    assert phone.page.inner_text("[data-hand-in]").startswith("Rendre 1 page")
    phone.look()
    phone.page.locator(".photo--waiting button").click()
    phone.page.wait_for_timeout(1_500)
    assert phone.page.locator("[data-choice]").is_hidden()
    assert [handin.state for handin in HandIn.objects.all()] == ["collecting"]

    choose(phone, broken)
    phone.page.wait_for_selector(".photo--waiting button")
    phone.page.locator("[data-hand-in]").click()
    phone.page.locator("[data-leave-out]").click()
    phone.page.wait_for_url("**/receipt/")
    assert HandIn.objects.get().pages == 1


def test_each_refused_file_shows_its_name_and_is_called_a_file(given, phone):
    document = photo(2, content=b"PK nothing") | {
        "name": "devoir.docx",
        "mimeType": "application/msword",
    }
    picture = photo(3, content=b"no photo at all") | {"name": "cahier.jpeg"}

    choose(phone, picture)
    phone.page.locator(".photo--waiting button").wait_for()
    phone.page.locator("[data-hand-in]").click()
    one_photo = phone.page.inner_text("[data-choice]")
    choose(phone, document)
    phone.page.locator(".photo--waiting button").nth(1).wait_for()
    phone.page.locator("[data-hand-in]").click()
    phone.complaints.clear()
    tiles = phone.page.locator(".photo--waiting").all_inner_texts()
    two_files = phone.page.inner_text("[data-choice]")
    phone.look()

    assert "Une photo a été refusée." in one_photo
    assert "La reprendre" in one_photo
    assert "cahier.jpeg" in tiles[0]
    assert "Laisser cette photo de côté" in tiles[0]
    assert "devoir.docx" in tiles[1]
    assert "Laisser ce fichier de côté" in tiles[1]
    assert "2 fichiers ont été refusés." in two_files
    assert "En choisir d’autres" in two_files


def test_a_press_before_a_photo_is_refused_ends_with_the_refusal(given, phone):
    phone.page.route(
        "**/uploads/**", lambda route: (phone.page.wait_for_timeout(400), route.continue_())
    )
    choose(phone, photo(1), photo(2, content=b"%PDF-1.7 nothing", kind="application/pdf"))
    # By keyboard: photos that arrive move the button, and a click may land beside it.
    phone.page.locator("[data-hand-in]").press("Enter")

    phone.page.wait_for_selector("[data-choice]:not([hidden])", timeout=30_000)
    phone.page.set_input_files("#id_photos", [])
    with phone.page.expect_file_chooser() as chooser:
        phone.page.locator("[data-take-again]").click()
    chooser.value.set_files([photo(3)])
    wait_for_pages(phone, 2)

    assert phone.page.locator(".photo--waiting").count() == 0
    assert [handin.state for handin in HandIn.objects.all()] == ["collecting"]


def test_a_pressed_hand_in_survives_a_reload(given, phone):
    phone.page.route("**/uploads/**", lambda route: route.abort("connectionreset"))
    choose(phone, photo(1), photo(2))
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    phone.page.fill("#id_text", "Enfin.")
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-pressed]:not([hidden])")
    assert "Vous avez appuyé sur" in phone.page.inner_text("[data-pressed]")
    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.page.unroute("**/uploads/**")

    phone.page.reload()
    phone.page.wait_for_url("**/receipt/", timeout=30_000)

    assert [(handin.state, handin.pages, handin.text) for handin in HandIn.objects.all()] == [
        ("handed_in", 2, "Enfin.")
    ]


def test_a_press_is_taken_back_before_it_leaves(given, phone):
    phone.page.route("**/uploads/**", lambda route: route.abort("connectionreset"))
    choose(phone, photo(1))
    phone.page.locator("[data-hand-in]").click()
    phone.page.locator("[data-not-yet]").click()
    phone.page.unroute("**/uploads/**")

    wait_for_pages(phone, 1)
    phone.page.wait_for_timeout(1_000)

    assert HandIn.objects.get().state == "collecting"


def test_a_photo_is_weighed_after_it_became_lighter(given, phone):
    phone.page.evaluate("document.querySelector('[data-handin]').dataset.photoBytes = 500_000")

    choose(phone, photo(1))
    wait_for_pages(phone, 1)

    assert HandInPart.objects.count() == 1


def test_without_a_script_one_form_sends_them_all(given, live_server, browser):
    student = StudentFactory(in_class=given.teaching.school_class, language="fr")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    phone = Reader(browser, live_server.url, student, width=320)
    phone.context, phone.page = context, context.new_page()
    phone.log_in_by_cookie()
    phone.page.goto(live_server.url + phone.address("continuity:hand_in", given.public_id))

    choose(phone, photo(1), photo(2, "image/heic", heic(page(600, 800))))
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_url("**/receipt/")

    assert HandIn.objects.get().pages == 2
    context.close()


def test_a_text_is_handed_in_after_a_login_that_expired_and_was_renewed(live_server, browser):
    with time_machine.travel(at(TUESDAY, 14)):
        given = homework_item(part_of(teaching()), returns="text").assignment
        student = StudentFactory(in_class=given.teaching.school_class, language="fr")
        phone = Reader(browser, live_server.url, student, width=360).log_in_by_cookie()
        phone.visit("continuity:hand_in", given.public_id)
        phone.context.clear_cookies()
        phone.page.fill("#id_text", "Une heure de travail.")
        phone.page.locator("[data-hand-in]").click()
        phone.page.wait_for_selector("[data-line] a")
        said = says(phone)
        phone.log_in_by_cookie()
        other_tab = phone.context.new_page()
        other_tab.goto(live_server.url + phone.address("continuity:week"))
        phone.page.wait_for_url("**/receipt/", timeout=40_000)

    assert "Votre connexion a expiré" in said
    assert HandIn.objects.get().text == "Une heure de travail."
    phone.context.close()


def test_a_photo_is_taken_again_in_its_place(given, phone):
    handins.put_together(given, phone.person, photos=2)
    phone.visit("continuity:hand_in", given.public_id)
    first, second = HandInPart.objects.order_by("position")

    phone.page.set_input_files(f"input[data-instead-of='{first.public_id}']", [photo(7)])
    phone.page.wait_for_selector(f"#turn-{first.public_id}", state="detached")

    parts = list(HandInPart.objects.order_by("position"))
    assert (len(parts), parts[1], parts[0] == first) == (2, second, False)
