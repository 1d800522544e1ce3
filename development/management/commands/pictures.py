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
from development.visitors import session_of

WIDTHS = {"phone": (360, 780), "laptop": (1280, 800)}
THEMES = ["light", "dark"]
LANGUAGES = ["fr", "en"]
TEACHER, OTHER_TEACHER, WAITING, TRAINER, ADVISER = (
    "prof.demo",
    "prof.deux",
    "prof.attente",
    "formatrice.demo",
    "conseil.demo",
)
AUTHOR, REVIEWER, TRANSLATOR = "redaction.demo", "relecture.demo", "traduction.demo"
STUDENT, TUTOR, LEADER, GUARDIAN = "eleve.demo", "pp.demo", "direction.demo", "famille.demo"
EDITOR, MENU = "wagtailadmin_pages:edit", "footer [data-w-dropdown-target=toggle]"
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


@dataclass(frozen=True)
class Picture:
    """A page: its address (a path, or the name of an address), who looks at it, and what is done
    there before it is taken.
    """

    name: str
    at: str
    login: str = ""
    follow: str = ""  # a CSS selector: the first link that matches
    paths: tuple[str, str] | None = None  # where the address differs by language
    about: str = ""  # a page of the tree, whose number stands in the address
    tree: str = ""  # in which language, if not in the picture's
    press: str = ""  # a CSS selector: what is pressed
    top: str = ""  # a CSS selector: in the documentation the picture begins here
    high: int = 0  # there, too: so many pixels of the page, if not as many as of others


PICTURES = [
    Picture("home", "", paths=("/fr/", "/en/")),
    Picture("about", "", paths=("/fr/a-propos/", "/en/about/")),
    Picture("resource", "", paths=("/fr/ressources/educarte/", "/en/resources/educarte/")),
    Picture("topics", "", paths=("/fr/fiches/", "/en/guidance/")),
    Picture("topic", "", paths=("/fr/fiches/semaine/", "/en/guidance/week/")),
    Picture(
        "guidance",
        "",
        paths=(
            "/fr/fiches/semaine/premiere-classe-virtuelle/",
            "/en/guidance/week/first-virtual-class/",
        ),
    ),
    Picture("guidance-missing", "guidance:page", about="guidance/everyone/minors-data"),
    Picture("news", "", paths=("/fr/actualites/", "/en/news/")),
    Picture("search", "", paths=("/fr/search/?q=ordinatuer", "/en/search/?q=studnet")),
    Picture("opinion", "guidance:opinion", about="guidance/week/virtual-class"),
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
    Picture("week", "continuity:week", STUDENT),
    Picture("to-hand-in", "continuity:to_hand_in", STUDENT),
    Picture("hand-in", "continuity:to_hand_in", STUDENT, follow='main a[href$="/hand-in/"]'),
    Picture("answers", "continuity:answers", STUDENT),
    Picture("answered", "continuity:answers", STUDENT, follow='main a[href*="/answers/"]'),
    Picture("student-classes", "continuity:my_classes", STUDENT),
    Picture("classes", "continuity:classes", TEACHER),
    Picture("planner", "continuity:classes", TEACHER, follow='main a[href*="/plan/"]'),
    Picture("library", "continuity:library", TEACHER),
    Picture("queue", "continuity:queue", TEACHER),
    Picture("write-answer", "continuity:queue", TEACHER, follow='main a[href*="/write/"]'),
    Picture("rolls", "continuity:rolls", TEACHER),
    Picture("roll", "continuity:rolls", TEACHER, follow='main h3 a[href*="/rolls/"]'),
    Picture("today-tutor", "today:home", TUTOR),
    Picture("today-leader", "today:home", LEADER),
    Picture("board", "continuity:board", LEADER),
    Picture("silent", "continuity:silent", TUTOR),
    Picture("survey", "continuity:survey", STUDENT),
    Picture("pool", "continuity:equipment", LEADER, follow='main a[href$="/equipment/"]'),
    Picture("needs", "continuity:equipment", LEADER, follow='main a[href$="/needs/"]'),
    Picture("desk", "continuity:equipment", LEADER, follow='main a[href$="/desk/"]'),
    Picture("children", "continuity:children", GUARDIAN),
    Picture("child-week", "continuity:children", GUARDIAN, follow=".child__who a"),
    Picture("region-things", "continuity:region_things", ADVISER, high=760),
    Picture("planning", "training:planning", ADVISER),
    Picture("people-of-a-session", "training:planning", ADVISER, follow='main a[href$="/list/"]'),
    Picture("new-session", "training:new_session", ADVISER),
    Picture("parity", "guidance:parity", ADVISER, high=1220),
    Picture(
        "side-by-side",
        "guidance:side_by_side",
        TRANSLATOR,
        about="guidance/week/virtual-class",
        top=".abreast.is-wait",
    ),
    Picture("pages-to-check", "guidance:overdue", ADVISER),
    Picture("keepers", "guidance:keepers", ADVISER, about="guidance/everyone/accessible-documents"),
    Picture("dead-links", "guidance:dead_links", ADVISER),
    Picture("opinions", "guidance:opinions", ADVISER),
    Picture("answer", "guidance:opinions", ADVISER, follow="main th a"),
    Picture("missed-searches", "guidance:missed_searches", ADVISER),
    Picture("urgent", "guidance:urgent", AUTHOR, about="guidance/week/virtual-class", high=900),
    Picture("begin", "begin_page", ADVISER, about="guidance/week", high=760),
    Picture("editor", EDITOR, AUTHOR, about="guidance/week/bearable-week", tree="fr"),
    Picture(
        "submit",
        EDITOR,
        AUTHOR,
        about="guidance/week/bearable-week",
        tree="fr",
        press=MENU,
        high=900,
    ),
    Picture(
        "review",
        EDITOR,
        REVIEWER,
        about="guidance/week/ent-saturated",
        tree="fr",
        press=MENU,
        high=900,
    ),
    Picture("editor-english", EDITOR, TRANSLATOR, about="guidance/week/virtual-class", tree="en"),
    Picture("roles", "scopes:index", ADVISER),
]


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
