"""Start an independent server on a free port of this machine, and end it by its pid."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

SECONDS = 60


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def running(script: str, port: int, *args: str, log: Path, **environ: str) -> Iterator[str]:
    """Yield its address once it answers, whatever it answers. What it says goes to `log`."""
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, str(Path(__file__).with_name(script)), str(port), *args]
    with log.open("w") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | environ)
        try:
            wait_for(address, server, log)
            yield address
        finally:
            server.terminate()
            server.wait(10)


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"{address} ended: {log.read_text()[-2000:]}")
        try:
            requests.get(address, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{address} doesn't answer: {log.read_text()[-2000:]}")
