"""Two students share a browser, and both have the same homework: what one of them sends from a tab
that is still open never becomes the other's.
"""

import pytest
import time_machine

from continuity.handins.services import handins as services
from continuity.models import HandIn, HandInPart, Tick
from tests.browser.phone import TUESDAY, choose, photo, wait_for_pages
from tests.browser.reader import Reader
from tests.factories import handins
from tests.factories.continuity import (
    StudentFactory,
    at,
    homework_item,
    lesson_item,
    part_of,
    teaching,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ANOTHER = {
    "fr": "Une autre personne est maintenant connectée dans ce navigateur",
    "en": "Somebody else is logged in on this browser now",
}


@pytest.fixture
def published():
    with time_machine.travel(at(TUESDAY, 14)):
        yield part_of(teaching())


@pytest.fixture
def given(published):
    return homework_item(published).assignment


@pytest.fixture(params=["fr", "en"])
def phone(request, given, live_server, browser):
    student = StudentFactory(in_class=given.teaching.school_class, language=request.param)
    phone = Reader(browser, live_server.url, student, width=360).log_in_by_cookie()
    phone.cuts = ("ERR_CONNECTION_RESET", "403")
    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.visit("continuity:hand_in", given.public_id)
    yield phone
    phone.context.close()


@pytest.fixture
def other(phone, given):
    return StudentFactory(in_class=given.teaching.school_class, language=phone.person.language)


def log_in_as(phone: Reader, person) -> None:
    """In another tab: this one still shows the page of who was logged in before."""
    phone.person = person
    phone.log_in_by_cookie()


def says_that_another_is_logged_in(phone: Reader) -> None:
    phone.page.wait_for_function(
        "words => document.querySelector('[data-line]').innerText.includes(words)",
        arg=ANOTHER[phone.person.language],
        timeout=30_000,
    )
    phone.look()


def test_photos_wait_for_their_owner(phone, other):
    first = phone.person
    phone.page.route("**/uploads/**", lambda route: route.abort("connectionreset"))
    choose(phone, photo(1), photo(2))
    phone.page.wait_for_selector("[data-line]:not([hidden])")

    log_in_as(phone, other)
    phone.page.unroute("**/uploads/**")
    says_that_another_is_logged_in(phone)
    of_the_other = HandInPart.objects.count()
    log_in_as(phone, first)
    wait_for_pages(phone, 2)

    assert of_the_other == 0
    assert {part.handin.student for part in HandInPart.objects.all()} == {first}


def test_a_press_waits_for_its_owner(phone, other):
    first = phone.person
    log_in_as(phone, other)
    phone.page.fill("#id_text", "De moi.")
    phone.page.locator("[data-hand-in]").click()
    says_that_another_is_logged_in(phone)
    of_the_other = HandIn.objects.count()
    log_in_as(phone, first)
    phone.page.wait_for_url("**/receipt/", timeout=60_000)

    assert of_the_other == 0
    assert [(one.student, one.text) for one in HandIn.objects.all()] == [(first, "De moi.")]


def test_the_week_says_that_another_is_logged_in_and_goes_on_after_that(phone, other):
    first = phone.person
    phone.page.route("**/uploads/**", lambda route: route.abort("connectionreset"))
    choose(phone, photo(1))
    phone.page.locator("[data-hand-in]").click()
    phone.page.wait_for_selector("[data-pressed]:not([hidden])")
    phone.visit("continuity:week")
    phone.page.wait_for_selector("[data-device] a")

    log_in_as(phone, other)
    phone.page.unroute("**/uploads/**")
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.shows(
        {
            "fr": "une autre personne est maintenant connectée dans ce navigateur",
            "en": "somebody else is logged in on this browser now",
        }[first.language]
    )
    phone.look()
    of_the_other = HandInPart.objects.count()
    log_in_as(phone, first)
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    phone.shows(
        {"fr": "est rendu\u00a0: reçu n°", "en": "is handed in: receipt no."}[first.language]
    )

    assert of_the_other == 0
    assert {handin.student for handin in HandIn.objects.all()} == {first}


def test_a_tick_waits_for_its_owner(phone, other, published):
    first = phone.person
    item = lesson_item(published, published.plan.monday)
    phone.visit("continuity:week_of", published.plan.monday.isoformat())
    log_in_as(phone, other)
    phone.page.locator(f".tick[value='{item.public_id}']").click()
    phone.page.locator("[data-waiting-tick]").wait_for()
    said = phone.page.inner_text("[data-waiting-tick]")
    phone.look()
    of_the_other = Tick.objects.count()
    log_in_as(phone, first)
    with phone.page.expect_response("**/tick/"):
        phone.page.goto(phone.server + phone.address("continuity:to_hand_in"))
    phone.page.locator("[data-device]").wait_for(state="hidden")

    assert of_the_other == 0
    assert {"fr": "vous vous reconnecterez", "en": "once you log in again"}[first.language] in said
    assert [(tick.student, tick.item) for tick in Tick.objects.all()] == [(first, item)]


def test_a_button_of_the_page_is_refused_and_says_why(phone, other, given):
    """*Keep the earlier work* would drop what the other one has begun."""
    first = phone.person
    for student in (first, other):
        handins.hand_in(given, student, text="Un.")
        services.begin_again(assignment=given, student=student)
    phone.visit("continuity:hand_in", given.public_id)
    log_in_as(phone, other)

    phone.page.locator("form[action$='/drop/'] button").click()
    phone.page.wait_for_load_state("networkidle")

    phone.shows(
        {"fr": "la page d’une autre personne", "en": "somebody else’s page"}[first.language]
    )
    phone.look()
    assert HandIn.objects.filter(state="collecting").count() == 2


def test_a_photo_waits_for_its_owner_after_a_button_was_refused_too(phone, other):
    """The notice about the button leaves the page its reader."""
    first = phone.person
    choose(phone, photo(1))
    wait_for_pages(phone, 1)
    phone.page.route("**/uploads/**", lambda route: route.abort("connectionreset"))
    choose(phone, photo(2))
    phone.page.wait_for_selector("[data-line]:not([hidden])")

    log_in_as(phone, other)
    with phone.page.expect_response(lambda one: one.status == 403):
        phone.page.locator("#pages [data-hx-post] button").first.click()
    phone.page.unroute("**/uploads/**")
    phone.page.evaluate("window.dispatchEvent(new Event('online'))")
    says_that_another_is_logged_in(phone)
    of_the_other = HandInPart.objects.exclude(handin__student=first).count()
    log_in_as(phone, first)
    wait_for_pages(phone, 2)

    assert of_the_other == 0
    assert {part.handin.student for part in HandInPart.objects.all()} == {first}


def test_what_waits_is_not_shown_to_another(phone, other, given):
    first = phone.person
    phone.page.route("**/uploads/**", lambda route: route.abort("connectionreset"))
    choose(phone, photo(1), photo(2))
    phone.page.wait_for_selector("[data-line]:not([hidden])")
    phone.page.unroute("**/uploads/**")

    log_in_as(phone, other)
    phone.page.goto(phone.server + phone.address("continuity:hand_in", given.public_id))
    phone.page.wait_for_timeout(1_500)

    assert phone.page.locator(".photo--waiting").count() == 0
    assert phone.page.locator("[data-device]").is_hidden()
    assert HandInPart.objects.count() == 0

    log_in_as(phone, first)
    phone.page.goto(phone.server + phone.address("continuity:hand_in", given.public_id))
    wait_for_pages(phone, 2)
    assert {part.handin.student for part in HandInPart.objects.all()} == {first}
