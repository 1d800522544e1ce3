"""The name of a worker is held by one process at a time, over all machines: two of one name would
take each other's jobs.

The row of `Heartbeat` is the claim and its fence: a process has the name for as long as the row has
the moment that this process wrote last. Times are compared for equality, so that clocks of machines
needn't agree. PostgreSQL's advisory locks don't outlive a transaction behind pgbouncer.
"""

import datetime
import hashlib
import logging
import threading
import time
from collections.abc import Callable

from django.db import Error, IntegrityError, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from cms.today.models import Heartbeat
from courses.writable import database_is_away

BEATS_EVERY = 5  # seconds
# A row that nobody has written for so long is that of a killed process.
STALE_AFTER = 20  # seconds
# Older by the clock: it was killed long ago, and a start needn't watch the row. Far more than
# clocks of machines differ.
LONG_STALE = datetime.timedelta(minutes=5)
LOOKS_EVERY = 0.5  # seconds

logger = logging.getLogger(__name__)


class WorkerNameTaken(Exception):
    """Another process works under the name."""


class WorkerName:
    """`stop`: set when the worker is to end. `lost` is called when another has taken the name."""

    def __init__(self, name: str, *, stop: threading.Event, lost: Callable[[], None]):
        self.name, self.stop, self.lost = name, stop, lost
        # The key's column has 20 characters, and a host's name up to 64.
        self.key = f"worker {hashlib.blake2s(name.encode(), digest_size=6).hexdigest()}"
        # What the row may have: two, where the answer to a write was lost with the connection.
        self.written: list[datetime.datetime] = []
        self.released = threading.Event()
        self.thread = threading.Thread(target=self._go_on, name=f"name of {name}", daemon=True)

    def claim(self) -> bool:
        """Take the name and go on beating in a thread. After a killed process it takes
        `STALE_AFTER`. False if `stop` was set meanwhile. Raises `WorkerNameTaken`.
        """
        first, since, was_away = None, 0.0, False
        while not self.stop.is_set():
            try:
                at = self._row().values_list("at", flat=True).first()
                if first is None and at:
                    first, since = at, time.monotonic()
                if at and at != first:
                    raise WorkerNameTaken
                if at is None:
                    self._create()
                elif time.monotonic() - since >= STALE_AFTER or (
                    not was_away and timezone.now() - at > LONG_STALE
                ):
                    self._take(at)
                if self.written:
                    self.thread.start()
                    return True
            except Error as error:
                if not database_is_away(error):
                    raise
                logger.warning(
                    "The database is away or takes no writes (%s): trying again",
                    type(error).__name__,
                )
                connections.close_all()
                # Nobody could write the row meanwhile; it may have what this process wrote, too.
                first, was_away = None, True
            self.stop.wait(LOOKS_EVERY)
        return False

    def release(self) -> None:
        self.released.set()
        if self.thread.ident:
            self.thread.join()
        try:
            self._row().filter(at__in=self.written).delete()
        except Error as error:
            if not database_is_away(error):
                raise
            connections.close_all()  # it grows stale

    def _row(self) -> QuerySet[Heartbeat]:
        return Heartbeat.objects.filter(name=self.key)

    def _create(self) -> None:
        now = timezone.now()
        try:
            with transaction.atomic():
                Heartbeat.objects.create(name=self.key, at=now)
        except IntegrityError as error:
            raise WorkerNameTaken from error
        self.written = [now]

    def _take(self, at: datetime.datetime) -> None:
        now = timezone.now()
        if not self._row().filter(at=at).update(at=now):
            raise WorkerNameTaken
        self.written = [now]

    def _go_on(self) -> None:
        try:
            while not self.released.wait(BEATS_EVERY):
                now = timezone.now()
                try:
                    is_ours = self._row().filter(at__in=self.written).update(at=now)
                except Error as error:
                    if not database_is_away(error):
                        raise
                    self.written.append(now)
                    connections.close_all()
                    continue
                if not is_ours:
                    logger.error("another process works as %s: this one ends", self.name)
                    self.lost()
                    return
                self.written = [now]
        finally:
            connections.close_all()
