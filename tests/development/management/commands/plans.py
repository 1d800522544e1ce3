"""`manage.py plans`: how PostgreSQL answers the queries of hot pages in this database of the demo;
beside another one, how that differs. Prints a table in Markdown.

    PGDATABASE=small manage.py plans --keep /srv/plans/small.json
    PGDATABASE=large manage.py plans --keep /srv/plans/large.json --beside /srv/plans/small.json
"""

import re
from collections.abc import Iterator
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
from tests.development import explaining
from tests.development.explaining import PlannedPage
from tests.development.visitors import session_of

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
JOB_SECONDS = 20
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
        parser.add_argument("--only", default="", help="what has this in its name")
        parser.add_argument(
            "--jobs", action="store_true", help="the tick's jobs, undone, instead of pages"
        )

    def handle(self, *, keep, beside, only, jobs, **options):
        if connection.vendor != "postgresql":
            raise CommandError("Plans are PostgreSQL's: set PGHOST and PGDATABASE.")
        others = explaining.load(beside.read_text()) if beside else []
        self.small = {page.name: page for page in others}
        self.stdout.write("| page | queries | buffers | of the small one | ms | read whole |")
        self.stdout.write("|---|---|---|---|---|---|")
        with translation.override("fr"):
            # The same pages of the same people as there.
            asked = self.jobs() if jobs else iter(others) if beside else self.pages()
            pages = [self.measure(page) for page in asked if only in page.name]
        if keep:
            keep.write_text(explaining.dump([page for page in pages if page.queries]))

    def pages(self) -> Iterator[PlannedPage]:
        people = {
            person.login: person
            for person in Person.objects.filter(login__in=settings.DEMO_ACCOUNTS)
        }
        for login in settings.DEMO_ACCOUNTS:
            yield PlannedPage(f"first page, {login}", reverse("today:home"), people[login].pk)
        for login, names in NAMED.items():
            for name in names:
                yield PlannedPage(f"{name}, {login}", reverse(name), people[login].pk)
        for name, login, page, pattern in LINKED:
            if address := self.link_on(people[login].pk, reverse(page), pattern):
                yield PlannedPage(name, address, people[login].pk)
            else:
                self.stderr.write(f"{name}: {page} of {login} has no such link")
        for target in [one for answer in hooks.get_hooks(Hook.BENCH) for one in answer()]:
            if target.page and not target.is_asked_again:
                asking = target.people()[0] if target.people else people["prof.demo"]
                yield PlannedPage(
                    target.name, target.page, 0 if target.is_for_visitors else asking.pk
                )

    def jobs(self) -> Iterator[PlannedPage]:
        for hook in hooks.get_hooks(Hook.TICK):
            if hook.__name__ not in LONG:
                yield PlannedPage(hook.__name__)

    def client(self, person: int) -> Client:
        client = Client(headers={"host": "localhost", "cache-control": "no-cache"})
        if person:
            key = session_of(Person.objects.get(pk=person))
            client.cookies[settings.SESSION_COOKIE_NAME] = key
        return client

    def link_on(self, person: int, address: str, pattern: str) -> str:
        text = self.client(person).get(address).content.decode()
        found = re.search(f'href="([^"]*{pattern})"', text)
        return found[1] if found else ""

    def measure(self, page: PlannedPage) -> PlannedPage:
        if page.name in self.small:
            page = PlannedPage(page.name, page.address, page.person)
        if page.address:
            self.ask(page)
        else:
            self.undo(page)
        if page.queries:
            self.write(page)
        return page

    def ask(self, page: PlannedPage) -> None:
        client = self.client(page.person)
        status = client.get(page.address).status_code  # content types, translations, the session
        if status != 200:
            self.stderr.write(f"{page.name}: {page.address} answered {status}")
            return
        caches["pages"].clear()
        caches["default"].clear()
        with explaining.explained(page):
            client.get(page.address)

    def undo(self, page: PlannedPage) -> None:
        """Run a job of the tick, and leave nothing of what it did."""
        hook = next(one for one in hooks.get_hooks(Hook.TICK) if one.__name__ == page.name)
        try:
            with explaining.explained(page, at_most=JOB_SECONDS), transaction.atomic():
                hook(timezone.now())
                transaction.set_rollback(True)
        except explaining.TookTooLong:
            self.stderr.write(f"{page.name}: stopped after {page.seconds:.0f} s")

    def write(self, page: PlannedPage) -> None:
        before = self.small.get(page.name)
        times = f"{page.buffers / max(before.buffers, 1):.2f}" if before else ""
        was = f"{before.buffers} → " if before else ""
        ms = sum(query.ms for query in page.queries)
        whole = ", ".join(sorted(page.whole))
        self.stdout.write(
            f"| {page.name} | {len(page.queries)} | {was}{page.buffers} | {times} | {ms:.1f} | {whole} |"
        )
