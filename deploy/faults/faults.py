"""The faults: each breaks a part of the shape that runs, waits, and mends it as the runbook says.

A fault is a generator: what stands before its `yield` breaks, what stands behind mends. People use the
site before, meanwhile and after. What has to be made ready before they come is its `around`.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = 4096
ROOM = 24 * 1024 * 1024  # on a disk that is about to be full


class Parts:
    """The parts of the shape, to be broken and mended."""

    def __init__(self, folder: Path, shapes: Any, *, mail_seconds: float):
        self.folder, self.shapes, self.mail_seconds = folder, shapes, mail_seconds
        self.notes: list[str] = []
        self.crowd: Any = None

    @property
    def shape(self) -> Any:
        return self.shapes.Shape(self.folder)  # as it is now: a command may have changed it

    def pid(self, name: str) -> int:
        return self.shape.state.processes[name][0]

    def kill(self, name: str) -> None:
        """SIGKILL, to the part and to its own children."""
        os.killpg(self.pid(name), signal.SIGKILL)

    def silence(self, name: str) -> None:
        os.killpg(self.pid(name), signal.SIGSTOP)

    def wake(self, name: str) -> None:
        os.killpg(self.pid(name), signal.SIGCONT)

    def read_settings_anew(self, name: str) -> None:
        os.kill(self.pid(name), signal.SIGHUP)

    def mend(self) -> None:
        """`start` again: what doesn't run is started."""
        with contextlib.redirect_stdout(None):
            self.shape.start(base=self.shape.state.base, demo=None)

    def stop(self) -> None:
        with contextlib.redirect_stdout(None):
            self.shape.stop(wipe=False)

    def wait_for_a_parcel(self) -> None:
        """Until somebody has sent something and waits for the answer: a node is at work on it."""
        end = time.monotonic() + 30
        while not self.crowd.sending and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(0.05)

    def binds_a_pdf(self) -> bool:
        found = self.shape.sql(
            "SELECT count(*) FROM django_tasks_database_dbtaskresult"
            " WHERE status = 'RUNNING' AND task_path LIKE '%.bind_photos'",
            database="passerelle",
        )
        return found != "0"

    def command(self, word: str) -> None:
        """The documented command, as whoever is on duty types it."""
        subprocess.run(
            [self.shapes.sys.executable, str(Path(self.shapes.__file__)), word, str(self.folder)],
            check=True,
            capture_output=True,
        )

    def inside(self, word: str, asked: dict | None = None) -> dict:
        """Ask the site's own database: see inside.py."""
        done = subprocess.run(
            [self.shapes.sys.executable, str(Path(__file__).with_name("inside.py")), word],
            input=json.dumps(asked or {}),
            env=self.shape.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"inside.py {word}: {done.stderr[-2000:]}")
        return json.loads(done.stdout)


type Around = Callable[["Parts"], contextlib.AbstractContextManager]


@dataclass(frozen=True)
class Fault:
    title: str
    breaks: Callable[[Parts], Iterator[None]]
    around: Around
    heavy: bool = False  # photos as a telephone takes them, larger than what stays in memory


FAULTS: dict[str, Fault] = {}


def fault(
    name: str,
    title: str,
    around: Around = lambda _parts: contextlib.nullcontext(),
    *,
    heavy: bool = False,
):
    def add(breaks: Callable[[Parts], Iterator[None]]):
        FAULTS[name] = Fault(title, breaks, around, heavy)
        return breaks

    return add


@fault("pgbouncer", "pgbouncer killed, started again after 2 s")
def pgbouncer(parts: Parts) -> Iterator[None]:
    parts.kill("pgbouncer")
    time.sleep(2)
    yield
    parts.mend()


@fault("web", "A web node killed while photos come in, back after 3 s; four times, by turns")
def web(parts: Parts) -> Iterator[None]:
    for name in ("web1", "web2", "web1", "web2"):
        parts.wait_for_a_parcel()
        parts.kill(name)
        time.sleep(3)
        parts.mend()
    parts.notes.append("the seconds count from the first of four kills")
    yield


@fault("worker", "The worker killed while it binds a PDF")
def worker(parts: Parts) -> Iterator[None]:
    """worker1 has mail and `default` alone: the PDFs are worker2's."""
    end = time.monotonic() + 60
    while not parts.binds_a_pdf() and time.monotonic() < end:
        pass
    parts.kill("worker2")
    time.sleep(6)
    yield
    parts.mend()


@fault("primary", "The primary killed, the standby promoted")
def primary(parts: Parts) -> Iterator[None]:
    parts.kill(parts.shape.state.leader)
    time.sleep(3)  # until somebody is there
    parts.command("promote")
    yield
    time.sleep(5)
    parts.mend()  # a new standby
    parts.notes.append("promoted by `deploy/shape promote` after 3 s")


@fault("valkey", "Valkey killed, back after 8 s")
def valkey(parts: Parts) -> Iterator[None]:
    parts.kill("valkey")
    time.sleep(8)
    yield
    parts.mend()


@fault("valkey-silent", "Valkey silent for 8 s")
def valkey_silent(parts: Parts) -> Iterator[None]:
    parts.silence("valkey")
    time.sleep(8)
    yield
    parts.wake("valkey")


@fault("s3-slow", "S3 slow: it works 0.15 of each second, for 20 s")
def s3_slow(parts: Parts) -> Iterator[None]:
    is_over = threading.Event()

    def brake() -> None:
        while not is_over.is_set():
            parts.silence("s3")
            is_over.wait(0.85)
            parts.wake("s3")
            is_over.wait(0.15)

    thread = threading.Thread(target=brake)
    thread.start()
    time.sleep(20)
    yield
    is_over.set()
    thread.join()


@fault("s3-refuses", "S3 refuses to write, for 12 s")
def s3_refuses(parts: Parts) -> Iterator[None]:
    """By SIGHUP SeaweedFS reads its permissions anew. It isn't started again: `start` waits for healthy
    nodes, and without a place to write to they aren't.
    """
    config = parts.folder / "s3.json"
    allowed = config.read_text()
    with_less = json.loads(allowed)
    with_less["identities"][0]["actions"] = ["Read", "List"]
    try:
        config.write_text(json.dumps(with_less))
        parts.read_settings_anew("s3")
        time.sleep(12)
        yield
    finally:
        config.write_text(allowed)
        parts.read_settings_anew("s3")


@fault("s3", "S3 killed, back after 12 s")
def s3(parts: Parts) -> Iterator[None]:
    parts.kill("s3")
    time.sleep(12)
    yield
    parts.mend()


@fault("s3-silent", "S3 silent for 20 s")
def s3_silent(parts: Parts) -> Iterator[None]:
    parts.silence("s3")
    time.sleep(20)
    yield
    parts.wake("s3")


@fault("smtp", "The mail server gone")
def smtp(parts: Parts) -> Iterator[None]:
    parts.kill("mail")
    time.sleep(parts.mail_seconds)
    yield
    parts.mend()
    time.sleep(2)
    moved = parts.inside("hurry")
    parts.notes.append(
        f"away for {parts.mail_seconds:.0f} s; {moved['due']} letters made due at once"
    )


@fault("tick", "The tick dead for three hours")
def tick(parts: Parts) -> Iterator[None]:
    parts.kill("tick")
    parts.kill("worker2")  # so that there are PDFs whose job is lost
    time.sleep(8)
    moved = parts.inside("three_hours")
    yield
    parts.mend()
    mended = time.monotonic()
    while time.monotonic() < mended + 90:
        left = parts.inside("ticked", moved)
        if not left["late"] and not left["unbound"]:
            break
        time.sleep(3)
    parts.notes.append(
        f"moments of the last runs moved back three hours, {moved['removed']} jobs of PDFs removed; "
        f"of {left['due']} periodic jobs that fell due {left['due'] - len(left['late'])} done within"
        f" {time.monotonic() - mended:.0f} s"
        + (f" (not: {', '.join(left['late'])})" if left["late"] else "")
    )


def small_disk(folder_of: Callable[[Parts], str]) -> Around:
    """Around: a folder of the shape lies on a file system in memory with little room; back afterwards."""

    @contextlib.contextmanager
    def around(parts: Parts) -> Iterator[None]:
        name = folder_of(parts)
        place, aside = parts.folder / name, parts.folder / f"{name}.aside"
        parts.stop()
        sizes = [path.stat().st_size for path in place.rglob("*") if path.is_file()]
        room = sum(-(-size // PAGE) * PAGE for size in sizes) + ROOM
        place.rename(aside)
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", place]
        subprocess.run(mount, check=True)
        try:
            subprocess.run(["cp", "-a", f"{aside}/.", place], check=True)
            parts.mend()
            yield
        finally:
            parts.stop()
            shutil.rmtree(aside)
            subprocess.run(["cp", "-a", place, aside], check=True)
            subprocess.run(["umount", place], check=True)
            place.rmdir()
            aside.rename(place)
            parts.mend()

    return around


def fill(disk: Path) -> Path:
    """Write until there is no room."""
    ballast = disk / "ballast"
    with open(ballast, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(PAGE))
    return ballast


def data_of_the_primary(parts: Parts) -> str:
    return f"postgres/{parts.shape.state.leader}"


@fault("disk-database", "The primary's disk full for 15 s", small_disk(data_of_the_primary))
def disk_database(parts: Parts) -> Iterator[None]:
    ballast = fill(parts.folder / data_of_the_primary(parts))
    time.sleep(15)
    yield
    is_up = parts.shape.runs(parts.shape.state.leader)
    ballast.unlink()
    parts.mend()
    parts.notes.append("PostgreSQL went on" if is_up else "PostgreSQL had ended, and was started")


@fault(
    "disk-node",
    "The disk of both web nodes full for 15 s",
    small_disk(lambda _parts: "var"),
    heavy=True,
)
def disk_node(parts: Parts) -> Iterator[None]:
    ballast = fill(parts.folder / "var")
    time.sleep(15)
    yield
    ballast.unlink()
