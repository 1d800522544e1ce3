"""Page views of this process that no flush has written so far."""

import atexit
import logging
import os
import threading
from collections import Counter

from django.conf import settings
from django.db import connection

from cms.indicators.services import flushing

# Different entries: a peak of 267 schools makes some thousand in ten seconds. Beyond it a database
# that has been away for long would fill the memory.
MOST_ENTRIES = 100_000

log = logging.getLogger(__name__)


class Memory:
    """Counts, and a daemon thread that writes them; one in a process.

    The thread starts at the first count: gunicorn forks before, and a thread doesn't survive a
    fork.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew: in the child of a fork, whose parent writes its own counts."""
        self.views: Counter[flushing.View] = Counter()
        self.lock = threading.Lock()  # of `views`
        self.flushes = threading.Lock()  # one flush at a time
        self.thread: threading.Thread | None = None
        self.stopped = threading.Event()

    def add(self, view: flushing.View) -> None:
        with self.lock:
            self.views[view] += 1
        if self.thread is None and settings.INDICATORS_FLUSH_SECONDS:
            self.start()

    def start(self) -> None:
        with self.lock:
            if self.thread is not None:
                return
            self.thread = threading.Thread(target=self.run, name="counting", daemon=True)
        self.thread.start()

    def run(self) -> None:
        while not self.stopped.wait(settings.INDICATORS_FLUSH_SECONDS):
            try:
                self.flush()
            finally:
                connection.close()  # this thread's own: none is held between two flushes

    def flush(self) -> int:
        """Write what was counted so far, and return the number of pages. A batch that the database
        doesn't take is counted on, up to `MOST_ENTRIES`.
        """
        with self.flushes:
            with self.lock:
                batch, self.views = self.views, Counter()
            try:
                return flushing.write(batch) if batch else 0
            except Exception as error:  # a thread without a caller: whatever failed, it goes on
                self.take_back(batch)
                log.warning("Page views can't be written (%s)", type(error).__name__)
                return 0

    def take_back(self, batch: "Counter[flushing.View]") -> None:
        with self.lock:
            if len(self.views) + len(batch) <= MOST_ENTRIES:
                self.views.update(batch)
                return
        log.error("%s page views dropped: the database has been away too long", batch.total())


MEMORY = Memory()


def flush() -> int:
    """Write what this process has counted; returns the number of pages."""
    return MEMORY.flush()


@atexit.register
def _last_flush() -> None:
    if settings.INDICATORS_FLUSH_SECONDS:
        MEMORY.flush()


os.register_at_fork(after_in_child=MEMORY.forget)
