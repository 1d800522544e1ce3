"""`manage.py tick`: what falls due this minute, asked of every product. Run each minute by cron or a timer, or kept going.

Each answer stands alone: one that fails is logged and the others still run. All of them may run twice, and what a missed
minute left is taken up by the next.
"""

import logging
import signal
import threading
import time

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connections
from django.utils import timezone
from wagtail import hooks

from cms.management.locks import TICK, only_one
from cms.today import services
from courses.digest.enums import Hook

MINUTE = 60

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do what falls due this minute: reminders, sweeps, closing of offers."

    def add_arguments(self, parser):
        parser.add_argument("--keep-going", action="store_true", help="again each minute, until SIGTERM or Ctrl-C")

    def handle(self, **options):
        if not options["keep_going"]:
            self.tick()
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            try:
                self.tick()
            except (OperationalError, InterfaceError) as error:
                log.warning("The database can't be reached (%s): the next minute tries again", type(error).__name__)
                connections.close_all()
            stop.wait(MINUTE - time.time() % MINUTE)

    def tick(self) -> None:
        with only_one("tick", TICK) as ours:
            if not ours:
                self.stdout.write("another tick is still at work")
                return
            for answer in hooks.get_hooks(Hook.TICK):
                self.ask(answer)
            services.beat("tick", timezone.now())

    def ask(self, answer) -> None:
        name = f"{answer.__module__}.{answer.__name__}"
        began = time.monotonic()
        try:
            said = answer(timezone.now())
        except Exception:  # a sweep: the others must still run
            log.exception("%s failed in the tick", name)
            self.stderr.write(f"{name}: failed")
        else:
            self.stdout.write(f"{name}: {said or 'done'} ({time.monotonic() - began:.2f} s)")
