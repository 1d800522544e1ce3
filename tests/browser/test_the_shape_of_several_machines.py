"""A week and a training through the proxy, on the shape that `deploy/shape start FOLDER --demo small`
has started:

    PASSERELLE_SHAPE=FOLDER uv run pytest tests/browser/test_the_shape_of_several_machines.py

Not in `.ci/run`: the shape takes minutes to start. Files go into its bucket, the worker's letters to its
mail server, and each page comes from either node.
"""

import json
import mailbox
import os
import time
from pathlib import Path

import pytest

from cms.management.loading import PASSWORD
from tests.browser.phone import photo

FOLDER = Path(os.environ.get("PASSERELLE_SHAPE", ""))
PHOTOS, ENROL = "input[type=file][name=photos]", "form[action$='/enrol/']"
PATIENCE = 180  # seconds: the letters of the whole demo may wait before ours
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif("PASSERELLE_SHAPE" not in os.environ, reason="needs a shape that runs"),
]


@pytest.fixture
def open_as(browser):
    """A browser of somebody of the demo, logged in through the proxy."""
    address = f"https://localhost:{json.loads((FOLDER / 'state.json').read_text())['base'] + 43}"

    def log_in(login: str):
        context = browser.new_context(
            base_url=address,
            ignore_https_errors=True,
            locale="fr-FR",
            viewport={"width": 390, "height": 844},
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto("/fr/login/")
        page.fill("input[name=username]", login)
        page.fill("input[name=password]", PASSWORD)
        page.locator("form.part button").first.click()
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    return log_in


def go_to_one(page, address: str, links: str, wanted: str) -> bool:
    """To the first linked page that has it. The stories use up what they find, and may be told again."""
    page.goto(address)
    for link in dict.fromkeys(one.get_attribute("href") for one in page.locator(links).all()):
        page.goto(link)
        if page.locator(wanted).count():
            return True
    return False


def wait_until(is_so) -> None:
    for _second in range(PATIENCE):
        if is_so():
            return
        time.sleep(1)
    raise AssertionError(f"not within {PATIENCE} s")


def mails_sent() -> int:
    return sum(1 for _mail in mailbox.Maildir(FOLDER / "mails", create=False))


def nodes_of(view: str) -> set[str]:
    """Which nodes have answered with a view, by their logs."""
    return {
        node
        for node in ("web1", "web2")
        if f'"view": "{view}"' in (FOLDER / "log" / f"{node}.log").read_text()
    }


def test_a_student_hands_in_what_the_week_asks_for(open_as):
    page = open_as("eleve.demo")
    assert go_to_one(page, "/fr/week/", "a[href$='/hand-in/']", PHOTOS), "all is handed in"

    page.set_input_files(PHOTOS, [photo(1), photo(2)])
    page.wait_for_selector("#pages[data-arrived='2']", timeout=120_000)
    page.locator("[data-hand-in]").click()
    page.wait_for_url("**/receipt/")

    wait_until(lambda: page.reload() and page.locator("a[href$='/pdf/']").count())
    paper = page.request.get(page.locator("a[href$='/pdf/']").first.get_attribute("href"))
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")
    assert not list((FOLDER / "var").glob("private/**/*.pdf")), (
        "it lies in the bucket, not on the disk"
    )


def test_a_teacher_enrols_and_gets_a_letter(open_as):
    page = open_as("prof.deux")
    links = "main a[href*='/trainings/']"
    assert go_to_one(page, "/fr/trainings/", links, f"{ENROL} button"), "no seat is left"
    sent = mails_sent()

    page.locator(f"{ENROL} button").first.click()
    page.locator(ENROL).wait_for(state="detached")

    wait_until(lambda: mails_sent() > sent)


def test_pages_come_from_both_nodes(open_as):
    page = open_as("prof.demo")
    for _time in range(6):
        assert page.goto("/fr/trainings/").status == 200

    assert nodes_of("training:catalogue") == {"web1", "web2"}
