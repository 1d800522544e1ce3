"""What a phone on a thin line loads: bytes on the wire, compressed, with everything the page needs
(performance.md).
"""

import pytest

pytestmark = pytest.mark.browser

KILOBYTE = 1000
OPEN_PAGES = [
    "/fr/",
    "/fr/trainings/",
    "/en/trainings/",
    "/fr/fiches/",
    "/fr/search/?q=classe+virtuelle",
]
# The longest, and one with its next sessions.
GUIDANCE = ["/fr/fiches/moyens/preter-un-ordinateur/", "/fr/fiches/bouquet/educarte-en-classe/"]


class Wire:
    """Counts requests and the bytes that really travel, as Chromium's own network layer reports
    them.
    """

    def __init__(self, page):
        self.bytes = self.requests = 0
        self.hosts = set()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._arrived)

    def _asked(self, event):
        address = event["request"]["url"]
        if not address.startswith(("data:", "blob:")):
            self.requests += 1
            self.hosts.add(address.split("/")[2])

    def _arrived(self, event):
        self.bytes += int(event["encodedDataLength"])

    def reset(self):
        self.bytes = self.requests = 0


def visit(page, address):
    page.goto(address, wait_until="networkidle")


@pytest.mark.parametrize("path", [*OPEN_PAGES, *GUIDANCE])
def test_a_first_view_weighs_little_and_calls_no_other_host(demo_address, page, path):
    wire = Wire(page)

    visit(page, demo_address + path)

    assert wire.bytes <= 120 * KILOBYTE
    assert 2 <= wire.requests <= 15
    assert wire.hosts == {demo_address.split("/")[2]}


@pytest.mark.parametrize("path", [*OPEN_PAGES, *GUIDANCE])
def test_the_next_view_loads_the_page_alone(demo_address, page, path):
    wire = Wire(page)
    visit(page, demo_address + path)
    wire.reset()

    visit(page, demo_address + path)

    assert 0 < wire.bytes <= 15 * KILOBYTE


def cold(page) -> tuple:
    """The same person in a browser that has nothing in its cache."""
    fresh = page.context.browser.new_context(storage_state=page.context.storage_state()).new_page()
    return fresh, Wire(fresh)


def test_the_first_page_of_a_teacher_and_a_session_are_light(demo_address, page):
    page.goto(f"{demo_address}/fr/login/")
    page.locator("button.door").first.click()
    page.goto(f"{demo_address}/fr/trainings/")
    session = page.locator(
        "a[href*='/fr/trainings/']:not([href*='month']):not([href*='?']):not([href$='/trainings/'])"
    ).first.get_attribute("href")

    for path in ("/fr/today/", session):
        fresh, wire = cold(page)
        visit(fresh, demo_address + path)

        assert wire.bytes <= 120 * KILOBYTE
        assert 2 <= wire.requests <= 15


def test_the_figures_of_the_region_are_light(demo_address, page):
    """With their charts, and a line of each school."""
    page.goto(f"{demo_address}/fr/login/")
    page.locator("button.door", has_text="region.demo").click()

    for path in ("today", "subscriptions", "figures", "figures/schools", "figures/pilots"):
        fresh, wire = cold(page)
        visit(fresh, f"{demo_address}/fr/{path}/")

        assert fresh.locator("h1").count() == 1
        assert wire.bytes <= 120 * KILOBYTE, path
        assert 2 <= wire.requests <= 15


def test_a_students_week_is_light_without_its_fonts_too(demo_address, page):
    """Its own bounds (performance.md): it is opened on a phone, on a line that is paid by the
    megabyte.
    """
    page.goto(f"{demo_address}/fr/login/")
    page.locator("button.door", has_text="eleve.demo").click()
    fresh, wire = cold(page)
    fonts = []
    fresh.on(
        "response",
        lambda answer: fonts.append(len(answer.body())) if answer.url.endswith(".woff2") else None,
    )

    visit(fresh, f"{demo_address}/fr/week/")

    assert fresh.locator("h1").inner_text() == "Ma semaine"
    assert (
        fresh.locator("script").count() == 3
    )  # what waits on the device, ticks, the way back after logout; no library
    assert wire.bytes <= 75 * KILOBYTE
    assert wire.bytes - sum(fonts) <= 40 * KILOBYTE
    assert 2 <= wire.requests <= 15

    wire.reset()
    visit(fresh, f"{demo_address}/fr/week/")

    assert 0 < wire.bytes <= 15 * KILOBYTE


def test_the_survey_is_light_without_its_fonts(demo_address, page):
    """A question with its styles, in a browser that has nothing in its cache; no script at all."""
    page.goto(f"{demo_address}/fr/login/")
    page.locator("button.door", has_text="eleve.demo").click()
    fresh, wire = cold(page)
    fonts = []
    fresh.on(
        "response",
        lambda answer: fonts.append(len(answer.body())) if answer.url.endswith(".woff2") else None,
    )

    visit(fresh, f"{demo_address}/fr/survey/")

    assert fresh.locator("button[name=answer]").count() == 5
    assert fresh.locator("script").count() == 0
    assert wire.bytes - sum(fonts) <= 30 * KILOBYTE

    wire.reset()
    visit(fresh, f"{demo_address}/fr/survey/device/")

    assert 0 < wire.bytes <= 10 * KILOBYTE
