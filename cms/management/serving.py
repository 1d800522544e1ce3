"""The demo's processes: the server, the worker, the tick. They start together and end together."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from django.conf import settings

HOST = "127.0.0.1"
THREADS = 8
SECONDS_TO_START = 180  # a loaded machine takes a minute and more
SECONDS_TO_STOP = 10
SECONDS_TO_WORK = 600


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def environment(address: str, settings_module: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings_module or os.environ["DJANGO_SETTINGS_MODULE"],
        "PASSERELLE_SITE_ADDRESS": address,
        "PYTHONUNBUFFERED": "1",
    }


def server_command(port: int, *, workers: int = 1, threads: int = THREADS) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "cms.wsgi:application"),
        *("--bind", f"{HOST}:{port}", "--workers", str(workers), "--threads", str(threads)),
        *(
            "--worker-class",
            "gthread",
            "--log-level",
            "warning",
            "--no-control-socket",
            "--graceful-timeout",
            "5",
        ),
    ]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]


class Processes:
    """Started one by one, stopped all together, whatever ends first."""

    def __init__(self, address: str):
        self.address = address
        self.running: list[subprocess.Popen] = []

    def start(
        self, command: list[str], *, quiet: bool = False, settings_module: str = ""
    ) -> subprocess.Popen:
        # In a session of its own: Ctrl-C reaches us alone, and we end the others in order.
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=settings.BASE_DIR,
            env=environment(self.address, settings_module),
            start_new_session=True,
            stdout=subprocess.DEVNULL if quiet else None,
        )
        self.running.append(process)
        return process

    def run(self, command: list[str]) -> None:
        """Run a command until it ends by itself."""
        subprocess.run(  # noqa: S603
            command,
            cwd=settings.BASE_DIR,
            env=environment(self.address, ""),
            check=True,
            timeout=SECONDS_TO_WORK,
        )

    def wait_until_up(self, port: int) -> bool:
        end = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < end and self.all_run():
            try:
                with urllib.request.urlopen(f"http://{HOST}:{port}/health/", timeout=5):
                    return True
            except urllib.error.HTTPError:
                return True  # it answers: what it says is for the page to tell
            except OSError:
                time.sleep(0.1)
        return False

    def all_run(self) -> bool:
        return all(process.poll() is None for process in self.running)

    def wait(self) -> None:
        """Wait until somebody stops us, or one of our processes ends."""
        while self.all_run():
            time.sleep(0.5)

    def stop(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.terminate()
        end = time.monotonic() + SECONDS_TO_STOP
        for process in self.running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(end - time.monotonic(), 0.1))
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


class Stopped(Exception):
    """Somebody asked us to end: SIGTERM, or Ctrl-C."""


def end_on_signals() -> None:
    def stop(*_):
        # Another one, even at the same instant, must not leave half of our processes behind.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
