"""A search without a mouse: titles while one types, the arrows into them and back, results that axe
finds nothing wrong with.
"""

import pytest

from cms.guidance.services import search
from tests.browser.accessibility import violations
from tests.factories.guidance import guidance_page, paragraph, topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _pages():
    guidance_page(
        title="Quand le réseau sature",
        under=topic("Réseau"),
        body=[paragraph("Le réseau est saturé.")],
    )
    search.sweep()


@pytest.mark.parametrize("width", [360, 1280])
def test_titles_come_while_one_types_and_the_arrows_lead_into_them(live_server, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/fr/search/")
    field = page.locator("#id_q")
    field.press_sequentially("rese")
    page.wait_for_selector(".suggestions a")
    complaints = violations(page)

    page.keyboard.press("ArrowDown")
    on_title = page.evaluate("document.activeElement.textContent.trim()")
    page.keyboard.press("ArrowUp")
    back = page.evaluate("document.activeElement.id")
    page.keyboard.press("Escape")

    assert complaints == ""
    assert on_title in {"Quand le réseau sature", "Réseau"}
    assert back == "id_q"
    assert page.locator(".suggestions a").count() == 0


def test_a_line_that_was_cut_is_said_until_it_is_back(live_server, page):
    page.goto(f"{live_server.url}/fr/search/")
    page.route("**/*", lambda route: route.abort("connectionreset"))
    page.locator("#id_q").press_sequentially("re")
    page.wait_for_selector("[data-failed] [role=alert]")
    page.unroute("**/*")
    page.locator("#id_q").press_sequentially("se")
    page.wait_for_selector(".suggestions a")

    assert page.locator("[data-failed] [role=alert]").count() == 0


ANSWERS = {
    503: "Notre serveur ne peut pas le faire pour l’instant\u202f; votre connexion n’est pas en cause.",
    502: "Notre serveur ne peut pas le faire pour l’instant",
    500: "l’erreur vient de nous",
    429: "trop de demandes sont venues d’ici",
    413: "il dépasse ce que notre serveur reçoit en une fois",
    403: "la connexion a changé dans ce navigateur",
    404: "la page a changé depuis son affichage",
}


@pytest.mark.parametrize("status", ANSWERS)
def test_an_answer_of_the_server_is_never_taken_for_a_cut_line(live_server, page, status):
    page.goto(f"{live_server.url}/fr/search/")
    page.route("**/search/**", lambda route: route.fulfill(status=status, body=""))

    page.locator("#id_q").press_sequentially("re")
    page.wait_for_selector("[data-failed] [role=alert]")

    said = page.inner_text("[data-failed] [role=alert]")
    assert ANSWERS[status] in said
    assert "vérifiez" not in said
    assert "{" not in said


def test_what_was_cut_on_its_way_is_taken_for_a_cut_line(live_server, page):
    page.goto(f"{live_server.url}/fr/search/")
    page.route("**/search/**", lambda route: route.fulfill(status=400, body=""))

    page.locator("#id_q").press_sequentially("re")
    page.wait_for_selector("[data-failed] [role=alert]")

    assert "vérifiez la connexion" in page.inner_text("[data-failed] [role=alert]")


@pytest.mark.parametrize(
    ("seconds", "when"),
    [("30", "dans 30 secondes"), ("200", "dans 4 minutes"), ("", "dans quelques minutes")],
)
def test_retry_after_is_said_in_words(live_server, page, seconds, when):
    page.goto(f"{live_server.url}/fr/search/")
    headers = {"Retry-After": seconds} if seconds else {}
    page.route("**/search/**", lambda route: route.fulfill(status=503, headers=headers, body=""))

    page.locator("#id_q").press_sequentially("re")
    page.wait_for_selector("[data-failed] [role=alert]")

    assert f"réessayez {when}." in page.inner_text("[data-failed] [role=alert]")


@pytest.mark.parametrize("width", [360, 1280])
def test_results_fit_and_say_which_are_in_french_only(live_server, page, width):
    page.set_viewport_size({"width": width, "height": 1600})
    page.goto(f"{live_server.url}/en/search/")
    page.locator("#id_q").fill("reseau sature")
    page.keyboard.press("Enter")
    page.wait_for_selector("mark")

    assert page.locator(".row__title a[lang=fr]").first.inner_text() == "Quand le réseau sature"
    assert page.locator(".row .state").first.inner_text().strip() == "In French only"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == ""
