"""Puts a running shape into one of the forms that the simulation is checked against: one or two web
nodes, each on a core of its own, with Valkey or without.

`deploy/shape start` starts again what was ended here.
"""

import contextlib
import os
import signal
import time
from pathlib import Path

from deploy.load.costs import is_running, numbers
from tests.development.measuring import family_of

CORES = sorted(os.sched_getaffinity(0))


def pin(shape: Path, *, nodes: int, has_cache: bool) -> None:
    """One node: on the first core, all else on the others. Two: each on one, all else on any."""
    if nodes == 1:
        end(shape, "web2")
    if not has_cache:
        end(shape, "valkey")
    rest = set(CORES[1:]) if nodes == 1 else set(CORES)
    for name, pid in numbers(shape).items():
        own = {"web1": {CORES[0]}, "web2": {CORES[1]}}.get(name, rest)
        keep_to(pid, own)
    (shape / "load/pinned").write_text(" ".join(map(str, sorted(rest))))


def free(shape: Path) -> None:
    for pid in numbers(shape).values():
        keep_to(pid, set(CORES))
    (shape / "load/pinned").unlink(missing_ok=True)


def keep_to(pid: int, cores: set[int]) -> None:
    """The process and all below it, each of their threads; those to come inherit it."""
    for one in family_of(pid):
        for task in Path(f"/proc/{one}/task").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # ended since
                os.sched_setaffinity(int(task.name), cores)


def end(shape: Path, name: str) -> None:
    pid = numbers(shape).get(name)
    if pid:
        os.kill(pid, signal.SIGTERM)
        while is_running(pid):
            time.sleep(0.1)


def form_of(shape: Path) -> dict:
    """How the shape stands now, as `deploy.simulation` reads it: a list of cores for each web
    process, those of all else.
    """
    running = numbers(shape)
    web = []
    for name in ("web1", "web2"):
        if name in running:
            # The first is gunicorn's master; those below it compute.
            web += [sorted(os.sched_getaffinity(pid)) for pid in family_of(running[name])[1:]]
    pinned = shape / "load/pinned"
    others = [int(core) for core in pinned.read_text().split()] if pinned.exists() else CORES
    return {"web": web, "others": others, "is_cached": "valkey" in running}
