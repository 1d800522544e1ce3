"""`manage.py pictures`: the main pages at two widths, in both languages, light and dark, from the demo's data.

Needs chromium, and playwright from the dev group. Starts its own server and ends it; the demo's data must be there.
"""

import os
import shutil
from dataclasses import dataclass
from html import escape
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from playwright.sync_api import sync_playwright

from cms.management import loading, serving
from cms.management.visitors import session_of
from courses.people.models import Person

WIDTHS = {"phone": (360, 780), "laptop": (1280, 800)}
THEMES = ["light", "dark"]
LANGUAGES = ["fr", "en"]
TEACHER, OTHER_TEACHER, WAITING, TRAINER, ADVISER = "prof.demo", "prof.deux", "prof.attente", "formatrice.demo", "conseil.demo"

FIGURE = '<figure><a href="{name}"><img src="{name}" alt="" loading="lazy"></a><figcaption>{name}</figcaption></figure>'
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


@dataclass(frozen=True)
class Picture:
    """A page: its address (a path, or the name of an address), who looks at it, and a link to follow from there."""

    name: str
    at: str
    login: str = ""
    follow: str = ""  # a CSS selector: the first link that matches
    paths: tuple[str, str] | None = None  # where the address differs by language


PICTURES = [
    Picture("home", "", paths=("/fr/", "/en/")),
    Picture("about", "", paths=("/fr/a-propos/", "/en/about/")),
    Picture("resource", "", paths=("/fr/ressources/educarte/", "/en/resources/educarte/")),
    Picture("help", "", paths=("/fr/aide/", "/en/help/")),
    Picture("privacy", "", paths=("/fr/donnees-personnelles/", "/en/privacy/")),
    Picture("accessibility", "", paths=("/fr/accessibilite/", "/en/accessibility/")),
    Picture("login", "people:login"),
    Picture("not-found", "", paths=("/fr/nulle-part/", "/en/nowhere/")),
    Picture("today-teacher", "today:home", TEACHER),
    Picture("today-two-schools", "today:home", OTHER_TEACHER),
    Picture("today-trainer", "today:home", TRAINER),
    Picture("today-adviser", "today:home", ADVISER),
    Picture("profile", "people:profile", TEACHER),
    Picture("catalogue-visitor", "training:catalogue"),
    Picture("catalogue", "training:catalogue", TEACHER),
    Picture("catalogue-month", "training:catalogue_month", TEACHER),
    Picture("session", "training:catalogue", TEACHER, follow="main .row__title a"),
    Picture("my-trainings", "training:mine", TEACHER),
    Picture("my-trainings-waiting", "training:mine", WAITING),
    Picture("my-certificates", "training:certificates", TEACHER),
    Picture("verify", "training_open:verify_form"),
    Picture("messages", "people:letters", TEACHER),
    Picture("room", "today:home", TEACHER, follow='main a[href*="/join/"]'),
    Picture("my-sessions", "training:my_sessions", TRAINER),
    Picture("sheets", "training:sheets", TRAINER),
    Picture("sheet", "training:sheets", TRAINER, follow='main a[href*="/sheets/"]'),
    Picture("planning", "training:planning", ADVISER),
    Picture("people-of-a-session", "training:planning", ADVISER, follow='main a[href$="/list/"]'),
    Picture("new-session", "training:new_session", ADVISER),
]


class Command(BaseCommand):
    help = "Make pictures of the main pages: 360 and 1280 px, French and English, light and dark."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", help="where they go (var/pictures unless given)")
        parser.add_argument("--only", default="", help="names that contain this")
        parser.add_argument("--port", type=int, default=8077)
        parser.add_argument("--quick", action="store_true", help="French at 360 px light and English at 1280 px dark only")

    def handle(self, **options):
        if loading.loaded_on() is None:
            raise CommandError("The demo's data aren't there: manage.py demo --no-serve makes them.")
        folder = Path(options["folder"] or settings.VAR_DIR / "pictures")
        folder.mkdir(parents=True, exist_ok=True)
        pictures = [picture for picture in PICTURES if options["only"] in picture.name]
        port = options["port"]
        processes = serving.Processes(f"http://localhost:{port}")
        try:
            # First what the worker has to do: certificates are drawn, letters are sent.
            processes.run(serving.manage("db_worker", "--backend", "jobs", "--queue-name", "*", "--no-reload", "--batch", "-v", "0"))
            processes.start(serving.server_command(port))
            if not processes.wait_until_up(port):
                raise CommandError("The server didn't start; its last words are above.")
            taken = self.take(pictures, folder, f"http://localhost:{port}", quick=options["quick"])
        finally:
            processes.stop()
        self.write_index(folder, taken)
        self.stdout.write(f"{len(taken)} pictures, and {folder / 'index.html'} that shows them")

    def take(self, pictures, folder: Path, site: str, *, quick: bool) -> list[str]:
        os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's loop and the database share this thread
        cookies = {person.login: session_of(person) for person in Person.objects.filter(login__in={p.login for p in pictures})}
        taken = []
        with sync_playwright() as player:
            browser = player.chromium.launch(
                executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
            )
            for width, theme, language in variants(quick):
                for picture in pictures:
                    name = f"{picture.name}-{language}-{width}-{theme}.png"
                    if self.shoot(browser, picture, folder / name, site, width, theme, language, cookies):
                        taken.append(name)
            browser.close()
        return taken

    def shoot(self, browser, picture, file, site, width, theme, language, cookies) -> bool:
        try:
            address = address_of(picture, language)
        except NoReverseMatch:
            self.stderr.write(f"{picture.name}: there is no such page")
            return False
        wide, high = WIDTHS[width]
        context = browser.new_context(viewport={"width": wide, "height": high}, color_scheme=theme, locale=language)
        if picture.login:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookies[picture.login], "url": site}])
        page = context.new_page()
        try:
            page.goto(site + address)
            if picture.follow:
                link = page.locator(picture.follow).first
                if not link.count():
                    self.stderr.write(f"{file.name}: nothing to follow at {address}")
                    return False
                page.goto(site + link.get_attribute("href").removeprefix(site))
            # A window as high as the page: the phone's bar at the foot would else lie over the text.
            page.set_viewport_size({"width": wide, "height": max(high, page.evaluate("document.documentElement.scrollHeight"))})
            page.screenshot(path=str(file))
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                self.stderr.write(f"{file.name}: wider than the window")
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


def variants(quick: bool) -> list[tuple[str, str, str]]:
    if quick:
        return [("phone", "light", "fr"), ("laptop", "dark", "en")]
    return [(width, theme, language) for width in WIDTHS for theme in THEMES for language in LANGUAGES]


def address_of(picture: Picture, language: str) -> str:
    if picture.paths:
        return picture.paths[LANGUAGES.index(language)]
    with translation.override(language):
        return reverse(picture.at)
