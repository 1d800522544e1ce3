"""`manage.py pictures`: the main pages at two widths, in both languages, light and dark, from the
demo's data.

`--docs` takes those that README.md and docs/ show, small, into docs/pictures. Needs chromium, and
playwright from the dev group. Starts its own server and ends it; the demo's data must be there.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from PIL import Image
from playwright.sync_api import sync_playwright

from cms.guidance.models import Pair
from cms.guidance.services import trees
from cms.management import loading, serving
from courses.people.models import Person
from tests.development.pictures import PICTURES, Picture
from tests.development.visitors import session_of

WIDTHS = {"phone": (360, 780), "laptop": (1280, 800)}
THEMES = ["light", "dark"]
LANGUAGES = ["fr", "en"]
OPENS_MS = 600  # so long a menu takes to open

# In the documentation: so much of a page's head, drawn so wide, in so few colours that a picture
# weighs little.
DOCS = settings.BASE_DIR / "docs"
DOCS_HEIGHTS = {"phone": 900, "laptop": 1000}
DOCS_WIDTH, DOCS_COLOURS = 900, 256
SHOWN_IN_DOCS = re.compile(r"pictures/([\w-]+-(?:fr|en)-\d+-(?:light|dark)\.png)")

FIGURE = (
    '<figure><a href="{name}"><img src="{name}" alt=""'
    ' loading="lazy"></a><figcaption>{name}</figcaption></figure>'
)
SHEET = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Passerelle, page by page</title>
<style>
  body {{ font-family: sans-serif; display: flex; flex-wrap: wrap; gap: 1rem; }}
  figure {{ margin: 0; }}
  img {{ height: 24rem; border: 1px solid #999; }}
</style>
{figures}
</html>
"""


class Command(BaseCommand):
    help = "Make pictures of the main pages: 360 and 1280 px, French and English, light and dark."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", help="where they go (var/pictures unless given)")
        parser.add_argument("--only", default="", help="names that contain this")
        parser.add_argument("--port", type=int, default=8077)
        parser.add_argument(
            "--quick",
            action="store_true",
            help="French at 360 px light and English at 1280 px dark only",
        )
        parser.add_argument(
            "--docs",
            action="store_true",
            help="those that README.md and docs/ show, small, into docs/pictures",
        )

    def handle(self, **options):
        if loading.loaded_on() is None:
            raise CommandError(
                "The demo's data aren't there: manage.py demo --no-serve makes them."
            )
        self.for_docs = options["docs"]
        folder = (
            DOCS / "pictures"
            if self.for_docs
            else Path(options["folder"] or settings.VAR_DIR / "pictures")
        )
        folder.mkdir(parents=True, exist_ok=True)
        shots = [
            shot
            for shot in self.shots(quick=options["quick"])
            if options["only"] in shot.picture.name
        ]
        port = options["port"]
        processes = serving.Processes(f"http://localhost:{port}")
        try:
            # First what the worker has to do: certificates are drawn, letters are sent.
            processes.run(
                serving.manage(
                    "db_worker",
                    "--backend",
                    "jobs",
                    "--queue-name",
                    "*",
                    "--no-reload",
                    "--batch",
                    "-v",
                    "0",
                )
            )
            processes.start(serving.server_command(port))
            if not processes.wait_until_up(port):
                raise CommandError("The server didn't start; its last words are above.")
            taken = self.take(shots, folder, f"http://localhost:{port}")
        finally:
            processes.stop()
        if self.for_docs:
            self.stdout.write(f"{len(taken)} pictures for the documentation")
            return
        self.write_index(folder, taken)
        self.stdout.write(f"{len(taken)} pictures, and {folder / 'index.html'} that shows them")

    def shots(self, *, quick: bool) -> list["Shot"]:
        every = [
            Shot(picture, *variant)
            for variant in variants(quick and not self.for_docs)
            for picture in PICTURES
        ]
        if not self.for_docs:
            return every
        shown = shown_in_docs()
        return [shot for shot in every if shot.file_name in shown]

    def take(self, shots: list["Shot"], folder: Path, site: str) -> list[str]:
        os.environ.setdefault(
            "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
        )  # playwright's loop and the database share this thread
        people = Person.objects.filter(login__in={shot.picture.login for shot in shots})
        cookies = {person.login: session_of(person) for person in people}
        taken = []
        with sync_playwright() as player:
            for language in LANGUAGES:
                with opened(player, language) as browser, speaking(people, language):
                    for shot in [shot for shot in shots if shot.language == language]:
                        if self.shoot(browser, shot, folder / shot.file_name, site, cookies):
                            taken.append(shot.file_name)
        return taken

    def shoot(self, browser, shot: "Shot", file: Path, site: str, cookies: dict[str, str]) -> bool:
        picture = shot.picture
        try:
            address = address_of(picture, shot.language)
        except NoReverseMatch:
            self.stderr.write(f"{picture.name}: there is no such page")
            return False
        wide, high = WIDTHS[shot.width]
        context = browser.new_context(
            viewport={"width": wide, "height": high}, color_scheme=shot.theme, locale=shot.language
        )
        if picture.login:
            context.add_cookies(
                [
                    {
                        "name": settings.SESSION_COOKIE_NAME,
                        "value": cookies[picture.login],
                        "url": site,
                    }
                ]
            )
        page = context.new_page()
        try:
            page.goto(site + address)
            if picture.follow:
                link = page.locator(picture.follow).first
                if not link.count():
                    self.stderr.write(f"{file.name}: nothing to follow at {address}")
                    return False
                page.goto(site + link.get_attribute("href").removeprefix(site))
            # A window as high as the page: the phone's bar at the foot would else lie over the
            # text.
            whole = page.evaluate("document.documentElement.scrollHeight")
            in_docs = picture.high or DOCS_HEIGHTS[shot.width]
            page.set_viewport_size(
                {"width": wide, "height": in_docs if self.for_docs else max(high, whole)}
            )
            if picture.press:
                page.locator(picture.press).first.click()
                page.wait_for_timeout(OPENS_MS)
            if picture.top and self.for_docs:
                page.locator(picture.top).first.evaluate("place => place.scrollIntoView()")
            page.screenshot(path=str(file))
            if page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            ):
                self.stderr.write(f"{file.name}: wider than the window")
            if self.for_docs:
                make_small(file)
            return True
        finally:
            context.close()

    def write_index(self, folder: Path, taken: list[str]) -> None:
        figures = "\n".join(FIGURE.format(name=escape(name)) for name in sorted(taken))
        (folder / "index.html").write_text(SHEET.format(figures=figures), encoding="utf-8")


def chromium() -> str:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        raise CommandError("Pictures need chromium. On Debian: apt install chromium")
    return path


@dataclass(frozen=True)
class Shot:
    """A picture at one width, in one light and language."""

    picture: Picture
    width: str
    theme: str
    language: str

    @property
    def file_name(self) -> str:
        return f"{self.picture.name}-{self.language}-{WIDTHS[self.width][0]}-{self.theme}.png"


@contextmanager
def opened(player, language: str) -> Iterator:
    """A browser that writes dates in forms as that language does."""
    browser = player.chromium.launch(
        executable_path=chromium(),
        args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
        env={**os.environ, "LANGUAGE": language},
    )
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def speaking(people, language: str) -> Iterator[None]:
    """Wagtail's admin speaks the language of who is signed in: the demo's people speak that of the
    pictures while these are taken.
    """
    before = dict(people.values_list("pk", "language"))
    people.update(language=language)
    try:
        yield
    finally:
        for pk, own in before.items():
            Person.objects.filter(pk=pk).update(language=own)


def shown_in_docs() -> set[str]:
    texts = [settings.BASE_DIR / "README.md", *DOCS.glob("*.md")]
    return {
        name for text in texts for name in SHOWN_IN_DOCS.findall(text.read_text(encoding="utf-8"))
    }


def make_small(file: Path) -> None:
    with Image.open(file) as taken:
        picture = taken.convert("RGB")
    if picture.width > DOCS_WIDTH:
        picture = picture.resize(
            (DOCS_WIDTH, round(picture.height * DOCS_WIDTH / picture.width)),
            Image.Resampling.LANCZOS,
        )
    # The other methods lose colours that stand in few places, such as the sun in our sign.
    picture.quantize(DOCS_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        file, optimize=True
    )


def variants(quick: bool) -> list[tuple[str, str, str]]:
    if quick:
        return [("phone", "light", "fr"), ("laptop", "dark", "en")]
    return [
        (width, theme, language) for width in WIDTHS for theme in THEMES for language in LANGUAGES
    ]


def address_of(picture: Picture, language: str) -> str:
    if picture.paths:
        return picture.paths[LANGUAGES.index(language)]
    with translation.override(language):
        return reverse(
            picture.at, args=[number_in(picture, picture.tree or language)] if picture.about else []
        )


def number_in(picture: Picture, language: str) -> str | int:
    """Our own addresses hold a pair's public number, the admin's the page's."""
    pair = Pair.objects.with_pages().get(translation_key=trees.key_of(picture.about))
    if picture.at.startswith("guidance:"):
        return pair.public_id
    page = pair.french if language == "fr" else pair.english
    return page.pk
