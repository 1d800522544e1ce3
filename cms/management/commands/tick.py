"""`manage.py tick`: what falls due this minute, asked of every product. Run each minute by cron or
a timer, or kept going.

Each answer stands alone: one that fails is logged and the others still run. Each has a period
(`courses.jobs`), and a row that says when it ran: two ticks at once do no harm, and what a missed
minute or night left is taken up by the next.
"""

import logging
import signal
import threading
import time

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections, connections
from django.utils import timezone
from wagtail import hooks

from cms.today import services
from courses.digest.enums import Hook
from courses.jobs import services as jobs
from courses.writable import database_is_away

MINUTE = 60

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do what falls due this minute: reminders, sweeps, closing of offers."

    def add_arguments(self, parser):
        parser.add_argument(
            "--keep-going", action="store_true", help="again each minute, until SIGTERM or Ctrl-C"
        )

    def handle(self, **options):
        self.stop = threading.Event()
        if not options["keep_going"]:
            self.tick()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())
        while not self.stop.is_set():
            close_old_connections()
            try:
                self.tick()
            except Error as error:
                if not database_is_away(error):
                    raise
                log.warning(
                    "The database is away or takes no writes (%s): the next minute tries again",
                    type(error).__name__,
                )
                connections.close_all()
            self.stop.wait(MINUTE - time.time() % MINUTE)

    def tick(self) -> None:
        """One round. SIGTERM ends it after the job at hand: systemd and containers kill a process
        that is still there after 90 or 10 seconds, and a killed job's row is claimed for 10 minutes.
        """
        for answer in hooks.get_hooks(Hook.TICK):
            if self.stop.is_set():
                return
            now = timezone.now()
            if jobs.claim(answer, now):
                self.ask(answer, now)
        services.beat("tick", timezone.now())

    def ask(self, answer, now) -> None:
        name = jobs.name_of(answer)  # as the metric and its alert name it
        began = time.monotonic()
        try:
            said = answer(now)
        except Exception:  # a sweep: the others must still run
            log.exception("%s failed in the tick", name)
            if not settings.LOG_IS_JSON:
                self.stderr.write(f"{name}: failed")
            jobs.ended(answer, now, succeeded=False)
        else:
            jobs.ended(answer, now, succeeded=True)
            self.report(f"{name}: {said or 'done'} ({time.monotonic() - began:.2f} s)")

    def report(self, line: str) -> None:
        """To a terminal; or, where the log is JSON, as a line of the log."""
        if settings.LOG_IS_JSON:
            log.info(line)
        else:
            self.stdout.write(line)
