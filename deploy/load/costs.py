"""CPU seconds of each part of a shape, as the kernel accounts them."""

import json
import time
from pathlib import Path

import psycopg

from tests.development.measuring import cpu_seconds

PARTS = {
    "web1": "web",
    "web2": "web",
    "primary": "database",
    "replica": "replica",
    "pgbouncer": "pgbouncer",
    "nginx": "proxy",
    "s3": "S3",
    "valkey": "Valkey",
    "worker1": "workers",
    "worker2": "workers",
    "tick": "tick",
    "mail": "mail server",
}


def numbers(shape: Path) -> dict[str, int]:
    """Process numbers of the parts that run, by name."""
    found = {path.stem: int(path.read_text()) for path in (shape / "run").glob("*.pid")}
    return {name: pid for name, pid in found.items() if name in PARTS and is_running(pid)}


def is_running(pid: int) -> bool:
    """Not one that has ended and whose parent hasn't asked yet how (a zombie)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def transactions(shape: Path) -> int:
    """Transactions of the primary so far: a statement outside one is one of its own. pgbouncer
    lends a connection for each.
    """
    state = json.loads((shape / "state.json").read_text())
    with psycopg.connect(
        host="127.0.0.1",
        port=state["base"] + 1,
        user="postgres",
        dbname="postgres",
        password=state["passwords"]["postgres"],
    ) as connection:
        row = connection.execute(
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'passerelle'"
        ).fetchone()
    return int(row[0]) if row else 0


class PartCosts:
    """CPU seconds of the parts since it was made."""

    def __init__(self, shape: Path):
        self.numbers = numbers(shape)
        self.began, self.before = time.monotonic(), self.now()

    def now(self) -> dict[str, float]:
        total: dict[str, float] = {}
        for name, pid in self.numbers.items():
            total[PARTS[name]] = total.get(PARTS[name], 0) + cpu_seconds(pid)
        return total

    @property
    def took(self) -> float:
        """Seconds until now."""
        return time.monotonic() - self.began

    def since(self) -> dict[str, float]:
        return {part: seconds - self.before[part] for part, seconds in self.now().items()}
