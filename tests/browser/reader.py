"""One person's browser, and what is on the PDFs that it gets."""

import subprocess
from urllib.parse import urlsplit

from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image
from pyzbar import pyzbar

from tests.browser.accessibility import violations


class Reader:
    """One person's browser.

    Every page it visits is checked by axe, fits its screen, and breaks no policy.
    """

    def __init__(self, browser, server: str, person, *, width: int):
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, locale=f"{person.language}-FR"
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.complaints: list[str] = []
        self.cuts: tuple[str, ...] = ()  # what the browser says of lines that the story cuts itself
        self.page.on("console", self.hear)
        self.server, self.person, self.width = server, person, width

    def hear(self, said) -> None:
        if said.type == "error" and not any(cut in said.text for cut in self.cuts):
            self.complaints.append(said.text)

    def log_in_by_cookie(self):
        client = Client()
        client.force_login(self.person)
        cookie = client.cookies["sessionid"]
        self.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": self.server}])
        return self

    def log_in(self):
        self.visit("people:login")
        self.page.fill("input[name=username]", self.person.login)
        self.page.fill("input[name=password]", "password")
        self.press("form.part button")
        assert urlsplit(self.page.url).path == self.address("today:home")
        return self

    def address(self, name: str, *args) -> str:
        with translation.override(self.person.language):
            return reverse(name, args=args)

    def visit(self, name: str, *args):
        return self.open(self.server + self.address(name, *args))

    def open(self, url: str):
        self.page.goto(url)
        self.look()
        return self

    def press(self, selector: str):
        """Press it, wait for what follows, and look at what came."""
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state("networkidle")
        self.look()
        return self

    def look(self):
        height = self.page.evaluate("document.documentElement.scrollHeight")
        # The phone's sticky bars cover what lies under them for the moment: axe sees the page at
        # its whole height.
        self.page.set_viewport_size({"width": self.width, "height": min(max(height, 900), 8000)})
        found = violations(self.page)
        assert not found, f"{self.page.url}\n{found}"
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, (
            f"{self.page.url} scrolls sideways"
        )
        assert self.page.locator("html").get_attribute("lang") == self.person.language
        assert self.complaints == [], self.page.url

    def reads(self, message: str) -> None:
        """The words, in the reader's language, are on the page."""
        with translation.override(self.person.language):
            words = str(translation.gettext(message))
        self.shows(words)

    def shows(self, words: str) -> None:
        for _wait in range(200):  # what htmx swaps in may come a moment later
            if words in self.page.inner_text("body"):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"“{words}” isn't on {self.page.url}")


def text_of(pdf) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout


def qr_code_of(pdf) -> str:
    subprocess.run(
        ["pdftoppm", "-r", "200", "-png", "-singlefile", pdf, pdf.with_suffix("")], check=True
    )
    with Image.open(pdf.with_suffix(".png")) as picture:
        return pyzbar.decode(picture)[0].data.decode()
