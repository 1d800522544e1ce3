"""A private PostgreSQL for `pytest --postgres`: on a Unix socket, as nobody else's server, gone
afterwards.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c jit=off"


def find(name: str) -> str:
    """The newest server's program of that name."""
    hits = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    path = shutil.which(name) or (str(hits[0]) if hits else None)
    return path or sys.exit(
        f"--postgres: no '{name}' found; install the Debian package 'postgresql'"
    )


def run(*command) -> None:
    """Run as the user postgres when we are root: the server refuses to be root."""
    prefix = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
    subprocess.run([*prefix, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")


def maybe_start() -> None:
    """Start the cluster if it is asked for; workers of pytest-xdist inherit PGHOST and share it."""
    if "--postgres" not in sys.argv or "PGHOST" in os.environ:
        return
    home = Path(tempfile.mkdtemp(prefix="passerelle-pg-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    run(
        find("initdb"),
        "-D",
        home / "data",
        "-A",
        "trust",
        "-U",
        "postgres",
        "--no-sync",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    )
    options = f"-p 5501 -k {home} -c listen_addresses='' -c max_connections=300 {FAST}"
    run(find("pg_ctl"), "-D", home / "data", "-w", "-l", home / "log", "-o", options, "start")
    os.environ |= {"PGHOST": str(home), "PGPORT": "5501", "PGUSER": "postgres"}

    @atexit.register
    def stop() -> None:
        run(find("pg_ctl"), "-D", home / "data", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)
