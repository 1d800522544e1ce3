"""`manage.py bench`: what our pages cost beside a bare Django page, in one run. Prints a table in
Markdown; stops by itself.

Runs on a database of its own, with the demo's data. The machine's other work disturbs it less than
one might think: what counts is CPU time, and all targets take turns in every round.
"""

import os
import platform
import resource
import sys
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail import hooks

from cms.management import loading, serving
from courses.digest.enums import Hook
from courses.digest.values import BenchTarget, Rush
from courses.people.enums import Role
from courses.people.models import Person
from tests.development import academy, directory, measuring, ringing, rushing
from tests.development.bare import models as bare
from tests.development.visitors import session_of

OWN_FOLDER = "bench"
BARE_SETTINGS = "tests.development.bare.settings"
WORKERS, THREADS = 2, 4
RUSH_THREADS = 16
BARE_QUERIES = 8  # six of the page, the session's, the person's
CLIENTS = 4
NODE_WORKERS, NODE_SETTINGS = 4, "deploy/gunicorn.conf.py"
MEMORY_TURN = 20  # requests for one page before the next


class Command(BaseCommand):
    help = "Measure pages, certificates and the rush against a bare Django page; prints Markdown."

    def add_arguments(self, parser):
        parser.add_argument("--rounds", type=int, default=5)
        parser.add_argument(
            "--pages", type=int, default=200, help="pages of each target in each round"
        )
        parser.add_argument(
            "--only", default="", help="of our targets, those whose name has this in it"
        )
        parser.add_argument(
            "--port", type=int, default=8078, help="this one and the two after it are used"
        )

        parser.add_argument(
            "--again", action="store_true", help="with the data of the run before, not new ones"
        )
        parser.add_argument(
            "--memory",
            type=int,
            default=0,
            metavar="REQUESTS",
            help="only this: PSS of a web node's workers after so many mixed requests",
        )

    def handle(self, **options):
        if settings.VAR_DIR.name != OWN_FOLDER:
            # The database is chosen before any command runs: begin again with our own.
            os.environ["PASSERELLE_VAR"] = str(settings.VAR_DIR / OWN_FOLDER)
            os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606
        if connection.vendor != "sqlite":
            raise CommandError(
                "The bench keeps its own SQLite database: unset PGHOST and PGDATABASE first."
            )
        self.options = options
        teachers = self.prepare().teachers if not options["again"] else self.teachers_there()
        cookies = [f"{settings.SESSION_COOKIE_NAME}={session_of(person)}" for person in teachers]
        with translation.override("fr"):
            asked = [target for answer in hooks.get_hooks(Hook.BENCH) for target in answer()]
        asked += [*directory.TARGETS, *academy.TARGETS]
        asked = [target for target in asked if options["only"] in target.name]
        pages = [target for target in asked if target.page]
        if options["memory"]:
            self.measure_memory(pages, cookies, teachers[0])
            return
        self.begin_table()
        self.measure_pages(pages, cookies, teachers[0])
        for target in asked:
            if target.chore:
                self.measure_chore(target)
            if target.rush:
                self.measure_rush(target)
            if target.bell:
                self.measure_bell(target)

    def prepare(self):
        say = loading.LoadingProgress(self.stderr.write)
        loading.empty()
        loading.prepare(say)
        world = loading.load(say, address=self.address(0))
        with connection.schema_editor() as editor:
            for model in bare.MODELS:
                editor.create_model(model)
        bare.fill()
        say(f"{bare.STUDENTS} students of the bare page")
        return world

    def teachers_there(self) -> list[Person]:
        """Those of the data of the run before, migrated."""
        loading.prepare(loading.LoadingProgress(self.stderr.write))
        found = Person.objects.filter(memberships__role=Role.TEACHER, is_active=True)
        teachers = list(found.order_by("pk").distinct())
        if not teachers:
            raise CommandError("There are no data of a run before: leave out --again.")
        return teachers

    def address(self, place: int) -> str:
        return f"http://localhost:{self.options['port'] + place}"

    def begin_table(self) -> None:
        self.stdout.write(
            f"Python {platform.python_version()}, {os.cpu_count()} cores, SQLite, gunicorn with"
            f" {WORKERS} workers of {THREADS} threads, {self.options['rounds']} interleaved rounds"
            f" of {self.options['pages']} pages from {CLIENTS} connections.\n"
        )

    # Pages

    def measure_pages(self, asked: list[BenchTarget], cookies: list[str], person) -> None:
        processes = serving.Processes(self.address(0))
        port = self.options["port"]
        try:
            ours = processes.start(serving.server_command(port, workers=WORKERS, threads=THREADS))
            plain = processes.start(
                serving.server_command(port + 1, workers=WORKERS, threads=THREADS),
                settings_module=BARE_SETTINGS,
            )
            if not (processes.wait_until_up(port) and processes.wait_until_up(port + 1)):
                raise CommandError("A server didn't start; its last words are above.")
            floor = measuring.Target(
                "bare page", port + 1, plain.pid, "/", cookies=cookies, queries=BARE_QUERIES
            )
            targets = [floor]
            with translation.override("fr"):
                first = BenchTarget("first page", goal="≥ 0.4", page=reverse("today:home"))
            for target in [*asked, first]:
                targets += both(target, cookies, person, port, ours.pid)
            for target in targets:
                measuring.weigh(target)
                measuring.ask(target, CLIENTS * 10, CLIENTS)  # warm
                target.forget()
            for _ in range(self.options["rounds"]):
                for target in targets:
                    measuring.ask(target, self.options["pages"], CLIENTS)
        finally:
            processes.stop()
        self.write_pages(targets, floor)

    def write_pages(self, targets, floor) -> None:
        self.stdout.write(
            "| page | CPU ms a page: median (min to max) | of the bare page | goal | pages/s | p50"
            " ms | p95 ms | queries | kB, gzipped |"
        )
        self.stdout.write("|---|---|---|---|---|---|---|---|---|")
        for it in targets:
            low, high = min(it.cpu_ms), max(it.cpu_ms)
            self.stdout.write(
                f"| {it.name} | {it.median:.1f} ({low:.1f} to {high:.1f}) |"
                f" {floor.median / it.median:.2f} | {it.goal} | {max(it.per_second):.0f} |"
                f" {it.wait(50):.0f} | {it.wait(95):.0f} | {it.queries} |"
                f" {it.bytes_raw / 1000:.1f}, {it.bytes_gzip / 1000:.1f} |"
            )
        self.stdout.write("")

    # Memory

    def measure_memory(self, asked: list[BenchTarget], cookies: list[str], person) -> None:
        """A web node as `deploy/gunicorn.conf.py` starts it, with `NODE_WORKERS`; all pages in turn.
        A line for each round, so that one sees whether it grows.
        """
        port, requests = self.options["port"], self.options["memory"]
        os.environ |= {
            "PASSERELLE_BIND": f"{serving.HOST}:{port}",
            "WEB_CONCURRENCY": str(NODE_WORKERS),
            "MALLOC_ARENA_MAX": "2",  # as in deploy/passerelle-web.service
        }
        processes = serving.Processes(self.address(0))
        try:
            node = processes.start(
                [sys.executable, "-m", "gunicorn", "--config", NODE_SETTINGS, "cms.wsgi"]
            )
            if not processes.wait_until_up(port):
                raise CommandError("The server didn't start; its last words are above.")
            targets = []
            for target in asked:
                targets += both(target, cookies, person, port, node.pid)
            self.stdout.write("| requests | MB (PSS): master | workers | together |")
            self.stdout.write("|---|---|---|---|")
            self.write_memory(0, node.pid)
            done = 0
            while done < requests:
                for target in targets:
                    measuring.ask(target, MEMORY_TURN, CLIENTS)
                done += MEMORY_TURN * len(targets)
                self.write_memory(done, node.pid)
        finally:
            processes.stop()
        self.stdout.write(f"\n{len(targets)} pages in turn (goal: a worker at most 90 MB).\n")

    def write_memory(self, done: int, pid: int) -> None:
        master, *workers = measuring.shared_out_mb(pid)
        each = ", ".join(f"{size:.0f}" for size in workers)
        self.stdout.write(f"| {done} | {master:.0f} | {each} | {master + sum(workers):.0f} |")

    # Chores and the rush

    def measure_chore(self, target: BenchTarget) -> None:
        target.chore()  # warm
        began, used, before = time.perf_counter(), time.process_time(), _peak_megabytes()
        made = target.chore()
        each = (time.process_time() - used) * 1000 / made
        self.stdout.write(
            f"{target.name}: {each:.2f} ms of CPU each, {made} in {time.perf_counter() - began:.1f}"
            f" s, the process {_peak_megabytes() - before} MB larger at its height than {before} (goal:"
            f" {target.goal}).\n"
        )

    def measure_bell(self, target: BenchTarget) -> None:
        bell = target.bell()
        cookies = {
            one.pk: f"{settings.SESSION_COOKIE_NAME}={session_of(one)}; csrftoken={rushing.CSRF}"
            for one in bell.people
        }
        port = self.options["port"] + 2
        processes = serving.Processes(self.address(2))
        try:
            processes.start(serving.server_command(port, workers=WORKERS, threads=RUSH_THREADS))
            if not processes.wait_until_up(port):
                raise CommandError("The server didn't start; its last words are above.")
            rung = ringing.ring(bell, port, cookies)
        finally:
            processes.stop()
        self.stdout.write(f"{target.name}: {rung.in_words(bell)} (goal: {target.goal}).\n")

    def measure_rush(self, target: BenchTarget) -> None:
        rush = target.rush()
        seconds = rushing.of_the_service(rush)
        self.stdout.write(
            f"{target.name}, the service from {rushing.THREADS} threads:"
            f" {len(rush.people) / seconds:.0f} decisions/s, {outcome(rush)}.\n"
        )
        rush = target.rush()
        cookies = [f"{settings.SESSION_COOKIE_NAME}={session_of(person)}" for person in rush.people]
        port = self.options["port"] + 2
        processes = serving.Processes(self.address(2))
        try:
            processes.start(serving.server_command(port, workers=WORKERS, threads=RUSH_THREADS))
            if not processes.wait_until_up(port):
                raise CommandError("The server didn't start; its last words are above.")
            seconds, statuses = rushing.over_http(rush, port, cookies)
        finally:
            processes.stop()
        answers = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
        self.stdout.write(
            f"{target.name}, over HTTP from {rushing.THREADS} connections:"
            f" {len(rush.people) / seconds:.0f}/s, {outcome(rush)} (answers: {answers}; goal:"
            f" {target.goal}).\n"
        )


def both(
    asked: BenchTarget, cookies: list[str], person, port: int, pid: int
) -> list[measuring.Target]:
    """The page as it is, and as browsers get it."""
    people = asked.people() if asked.people else []
    found = []
    for gzip in (False, True):
        target = measuring.Target(
            f"{asked.name}, gzipped" if gzip else asked.name,
            port,
            pid,
            asked.page,
            "" if gzip else asked.goal,
            gzip=gzip,
            is_for_visitors=asked.is_for_visitors,
            cookies=[
                f"{settings.SESSION_COOKIE_NAME}={session_of(one)}; csrftoken={rushing.CSRF}"
                for one in people
            ]
            or cookies,
            more_headers=dict(asked.headers),
            queries=queries_of(asked, people[0] if people else person),
        )
        if asked.is_asked_again:
            measuring.learn_tags(target)
        found.append(target)
    return found


def outcome(rush: Rush) -> str:
    taken = rush.taken()
    return (
        f"{len(rush.people)} for {rush.seats} seats: {taken}"
        f" taken{'' if taken == rush.seats else ', WRONG'}"
    )


def queries_of(target: BenchTarget, person) -> int:
    client = Client(headers={"host": "localhost"})
    if not target.is_for_visitors:
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(person)
    sent = dict(target.headers)
    answer = client.get(target.page, headers=sent)
    if target.is_asked_again:  # the first answer made the token's cookie
        sent["If-None-Match"] = client.get(target.page, headers=sent).headers["ETag"]
    elif answer.status_code != 200:
        raise CommandError(f"{target.page} answered {answer.status_code}")
    with CaptureQueriesContext(connection) as captured:
        client.get(target.page, headers=sent)
    return len(captured)


def _peak_megabytes() -> int:
    """MB of this process at its largest so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
