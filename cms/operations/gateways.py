"""Prometheus: counters of this machine's requests, and the text format of both addresses.

Labels are names of views, statuses, queues and jobs: bounded, and never of a person.
"""

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from cms.operations.values import Figure

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # of the environment; the name is prometheus-client's

# Not the library's own registry: that one holds figures of the process that happens to answer.
OF_THIS_MACHINE = CollectorRegistry()
REQUESTS = Counter("passerelle_requests", "Answers.", ["view", "status"], registry=OF_THIS_MACHINE)
SECONDS = Histogram(
    "passerelle_request_seconds",
    "Time from the request to the head of its answer.",
    ["view"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=OF_THIS_MACHINE,
)
PAGE_CACHE = Counter(
    "passerelle_page_cache",
    "Pages for visitors: answered from the cache (hit) or made (miss).",
    ["result"],
    registry=OF_THIS_MACHINE,
)


class ProcessNumbers:
    """The number under which a process writes its counters: the lowest whose lock is free.

    The library's own choice is the process id. gunicorn replaces each worker after some thousand
    requests, so the folder would hold two more files each time, all read at each question. Here the
    next worker goes on in the files of the one before.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.of_process: int | None = None
        self.number = 0
        self.held: list[TextIO] = []  # the lock lives as long as the open file

    def __call__(self) -> int:
        if self.of_process != os.getpid():  # the first time, and after a fork
            self.number, self.of_process = self._take(), os.getpid()
        return self.number

    def _take(self) -> int:
        number = 0
        while not self._is_ours(number):
            number += 1
        return number

    def _is_ours(self, number: int) -> bool:
        lock = (self.folder / f"{number}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self.held.append(lock)
        return True


def count_in_folder() -> None:
    """Before the first request of a process: share the counters with the machine's other processes,
    where the environment names a folder. Without one each process has its own.
    """
    if folder := os.environ.get(FOLDER):
        Path(folder).mkdir(parents=True, exist_ok=True)
        values.ValueClass = values.MultiProcessValue(ProcessNumbers(Path(folder)))


def requests_text() -> bytes:
    """What all processes of this machine have counted."""
    if not (folder := os.environ.get(FOLDER)):
        return generate_latest(OF_THIS_MACHINE)
    together = CollectorRegistry()
    MultiProcessCollector(together, path=folder)
    return generate_latest(together)


def figures_text(figures: Iterable[Figure]) -> bytes:
    """Gauges as they stand."""
    registry = CollectorRegistry()
    registry.register(_FigureCollector(figures))
    return generate_latest(registry)


class _FigureCollector:
    """A collector for the registry."""

    def __init__(self, figures: Iterable[Figure]):
        self.families: dict[str, GaugeMetricFamily] = {}
        for one in figures:
            family = self.families.setdefault(
                one.name, GaugeMetricFamily(one.name, one.help, labels=list(one.labels))
            )
            family.add_metric(list(one.labels.values()), one.value)

    def collect(self) -> Iterable[Metric]:
        return self.families.values()
