"""Identity providers that others have written, started by the tests on this machine, and a pretend one
that lies. Real ones have a real clock: see `real_clock`.
"""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests
import time_machine

PATIENCE = 60  # seconds until a server answers, on a busy machine


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def missing(what: str) -> None:
    """A skip with its reason; where `CI` is set, a failure."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(what)


@contextmanager
def started(
    command: list[str], ready_at: str, log, environment: dict[str, str] | None = None
) -> Iterator[None]:
    """The process, from its first answer with 200 at `ready_at` on; ended by its pid. `log`: a path."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, env=os.environ | (environment or {})
        )
        try:
            _wait_for(lambda: requests.get(ready_at, timeout=20).status_code == 200, process, log)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _wait_for(answers: Callable[[], bool], process: subprocess.Popen, log) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            if answers():
                return
        except requests.RequestException:
            pass
        time.sleep(0.1)
    raise AssertionError(f"No answer: {log.read_text(errors='replace')[-2000:]}")


@contextmanager
def real_clock() -> Iterator[None]:
    """What a server of another process says of time is true now, not at the test's moment."""
    with time_machine.travel(time_machine.escape_hatch.time.time()):
        yield
