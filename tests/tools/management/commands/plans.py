"""`manage.py plans`: how PostgreSQL answers the queries of hot pages in this database of the demo;
beside another one, how that differs. Prints a table in Markdown.

    PGDATABASE=small manage.py plans --keep /srv/plans/small.json
    PGDATABASE=large manage.py plans --keep /srv/plans/large.json --beside /srv/plans/small.json
"""

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from wagtail import hooks

from courses.digest.enums import Hook
from courses.people.models import Person
from tests.tools import explaining
from tests.tools.explaining import PlannedPage
from tests.tools.visitors import session_of

# What is measured elsewhere: photos, certificates, a whole bell.
NAMED = {
    "eleve.demo": [
        "continuity:week",
        "continuity:to_hand_in",
        "continuity:answers",
        "continuity:my_attendance",
    ],
    "prof.demo": [
        "continuity:rolls",
        "continuity:queue",
        "training:mine",
        "training:certificates",
        "launches:mine",
    ],
    "pp.demo": ["continuity:rolls_of_day", "continuity:silent"],
    "direction.demo": ["continuity:surveys"],
    "formatrice.demo": ["training:my_sessions", "training:sheets"],
    "conseil.demo": [
        "training:planning",
        "training:planning_month",
        "training:issued_certificates",
    ],
    "region.demo": [
        "training:subscriptions",
        "training:delivery_notes",
        "indicators:region",
        "indicators:schools",
    ],
    "famille.demo": ["continuity:children"],
}
# Jobs that read everything, at night, and files.
LONG = {"erase_what_is_over", "remove_orphan_files"}
# Pages that are found by a link on another one: who, where, the address.
LINKED = [
    ("a lesson", "eleve.demo", "continuity:week", r"/lessons?/[a-z0-9]+/"),
    ("a homework", "eleve.demo", "continuity:week", r"/homework/[a-z0-9]+/"),
    ("handing in", "eleve.demo", "continuity:to_hand_in", r"/homework/[a-z0-9]+/hand-in/"),
    ("a student", "pp.demo", "continuity:silent", r"/students/[a-z0-9]+/"),
    ("a sheet", "formatrice.demo", "training:sheets", r"/sheets/[a-z0-9]+/"),
    ("a session's people", "conseil.demo", "training:planning", r"/sessions/[a-z0-9]+/list/"),
]


class Command(BaseCommand):
    help = "Print the indexes and buffers that hot pages take, beside those of another database."

    def add_arguments(self, parser):
        parser.add_argument("--keep", type=Path, help="write the plans to this file")
        parser.add_argument(
            "--beside", type=Path, help="a file that was kept of the small database"
        )
        parser.add_argument("--only", default="", help="pages whose name has this in it")

    def handle(self, *, keep, beside, only, **options):
        if connection.vendor != "postgresql":
            raise CommandError("Plans are PostgreSQL's: set PGHOST and PGDATABASE.")
        with translation.override("fr"):
            pages = [self.measure(name, ask) for name, ask in self.asked() if only in name]
        if keep:
            keep.write_text(explaining.dump(pages))
        self.write(pages, explaining.load(beside.read_text()) if beside else [])

    def asked(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Names of what is measured, each with what asks for it once."""
        people = {
            person.login: person
            for person in Person.objects.filter(login__in=settings.DEMO_ACCOUNTS)
        }
        for login in settings.DEMO_ACCOUNTS:
            yield f"first page, {login}", self.get(people[login], reverse("today:home"))
        for login, names in NAMED.items():
            for name in names:
                yield f"{name}, {login}", self.get(people[login], reverse(name))
        for name, login, page, pattern in LINKED:
            if address := self.link_on(people[login], reverse(page), pattern):
                yield name, self.get(people[login], address)
            else:
                self.stderr.write(f"{name}: {page} of {login} has no such link")
        for target in [one for answer in hooks.get_hooks(Hook.BENCH) for one in answer()]:
            if target.page and not target.is_asked_again:
                asking = target.people()[0] if target.people else people["prof.demo"]
                visitor = None if target.is_for_visitors else asking
                yield target.name, self.get(visitor, target.page)
        for hook in hooks.get_hooks(Hook.TICK):
            if hook.__name__ not in LONG:
                yield f"tick: {hook.__name__}", functools.partial(self.undone, hook)

    def undone(self, hook: Callable) -> None:
        """A job of the tick, and nothing of what it did."""
        with transaction.atomic():
            hook(timezone.now())
            transaction.set_rollback(True)

    def get(self, person: Person | None, address: str) -> Callable[[], None]:
        client = Client(headers={"host": "localhost"})
        if person:
            client.cookies[settings.SESSION_COOKIE_NAME] = session_of(person)

        def ask() -> None:
            answer = client.get(address, headers={"cache-control": "no-cache"})
            if answer.status_code != 200:
                self.stderr.write(f"{address} answered {answer.status_code}")

        return ask

    def link_on(self, person: Person, address: str, pattern: str) -> str:
        client = Client(headers={"host": "localhost"})
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(person)
        text = client.get(address).content.decode()
        found = re.search(f'href="(/[a-z]+{pattern})"', text) or re.search(
            f'href="([^"]*?{pattern})', text
        )
        return found[1] if found else ""

    def measure(self, name: str, ask: Callable[[], None]) -> PlannedPage:
        ask()  # content types, translations, the session
        caches["pages"].clear()
        caches["default"].clear()
        with explaining.explained(PlannedPage(name)) as page:
            ask()
        return page

    def write(self, pages: list[PlannedPage], others: list[PlannedPage]) -> None:
        small = {page.name: page for page in others}
        self.stdout.write(
            "| page | queries | buffers | of the small one | ms in the database | read whole |"
        )
        self.stdout.write("|---|---|---|---|---|---|")
        for page in pages:
            before = small.get(page.name)
            times = f"{page.buffers / max(before.buffers, 1):.2f}" if before else ""
            was = f"{before.buffers} → " if before else ""
            ms = sum(query.ms for query in page.queries)
            whole = ", ".join(sorted(page.whole))
            self.stdout.write(
                f"| {page.name} | {len(page.queries)} | {was}{page.buffers} | {times} | {ms:.1f} | {whole} |"
            )
