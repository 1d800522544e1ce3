"""Runs a fenced program over a file that somebody sent, and keeps such files from taking the whole
machine.

Two files in all are opened at the same time for people who wait for a page, one of them per person;
these are locks on files (flock), so that they hold across processes and go with a killed one. Few
may wait for a place, for some seconds; whoever finds even the places to wait taken is told to try
again at once, so that threads stay free for pages.
"""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from courses.documents.exceptions import TooManyFilesAtOnce

ROOT = Path(__file__).resolve().parents[3]
# Our folder stands last on the path, so that no module of ours hides one of Python's. `-I` hears
# neither environment nor user.
START = (
    "import sys; sys.path.append(sys.argv[1]); from courses.documents.fenced import {program};"
    " {program}.main(*sys.argv[2:])"
)
# One heap for all threads of a library: each heap of its own would take 64 MB of address space.
ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}
SECONDS = 20
AT_ONCE, WAITING, PATIENCE = 2, 4, 5  # files, files, seconds
PEOPLE = 509  # files of locks, over which people are spread
LOOKS_EVERY = 0.05  # seconds


class FenceBroken(Exception):
    """The program was stopped by its limits, or didn't answer."""


def run(program: str, *arguments: object, content: bytes) -> tuple[dict, bytes]:
    """Return the answer of the fenced program `picture`, `pdf` or `page`: a dictionary and a
    content.

    Raises `FenceBroken`.
    """
    command = [
        sys.executable,
        "-I",
        "-c",
        START.format(program=program),
        str(ROOT),
        *map(str, arguments),
    ]
    try:
        ran = subprocess.run(  # noqa: S603
            command,
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env=ENVIRONMENT,
        )
        told, _line, answer = ran.stdout.partition(b"\n")
        return json.loads(told), answer
    except (subprocess.SubprocessError, ValueError) as error:
        raise FenceBroken from error


@contextlib.contextmanager
def place(person_id: int | None) -> Iterator[None]:
    """Hold one of the two places while a file is opened for a person.

    Raises `TooManyFilesAtOnce`.
    """
    with contextlib.ExitStack() as held:
        if not _taken(held, person_id):
            with contextlib.ExitStack() as waiting:
                _wait_in_line(waiting, person_id)
                until = time.monotonic() + PATIENCE
                while not _taken(held, person_id):
                    if time.monotonic() > until:
                        raise TooManyFilesAtOnce
                    time.sleep(LOOKS_EVERY)
        yield


def _taken(held: contextlib.ExitStack, person_id: int | None) -> bool:
    """Whether the person's own lock and one of the two places are held now; else neither is."""
    with contextlib.ExitStack() as tried:
        is_alone = person_id is None or _locked(tried, f"person-{person_id % PEOPLE}")
        if is_alone and any(_locked(tried, f"place-{number}") for number in range(AT_ONCE)):
            held.enter_context(tried.pop_all())
            return True
    return False


def _wait_in_line(waiting: contextlib.ExitStack, person_id: int | None) -> None:
    """One file of a person, and few in all. Raises `TooManyFilesAtOnce`."""
    is_alone = person_id is None or _locked(waiting, f"person-{person_id % PEOPLE}-waits")
    if not (is_alone and any(_locked(waiting, f"waits-{number}") for number in range(WAITING))):
        raise TooManyFilesAtOnce


def _locked(held: contextlib.ExitStack, name: str) -> bool:
    folder = Path(settings.LOCKS_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return False
    held.callback(os.close, lock)
    return True
