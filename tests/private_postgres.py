"""A private PostgreSQL for `pytest --postgres`: on a Unix socket, as nobody else's server, gone
afterwards. With `--pgbouncer` the tests reach it through a pooler with the settings of
`deploy/pgbouncer.ini`.
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

POOLER, POOLER_PORT = "PASSERELLE_TEST_POOLER", "5502"
EXAMPLE = Path(__file__).resolve().parents[1] / "deploy" / "pgbouncer.ini"
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
    """Start what is asked for; workers of pytest-xdist inherit the variables and share it.

    A cluster that PGHOST names is taken as it is.
    """
    if "--postgres" in sys.argv and "PGHOST" not in os.environ:
        start_cluster()
    if "--pgbouncer" in sys.argv and POOLER not in os.environ:
        start_pooler()


def new_home() -> Path:
    home = Path(tempfile.mkdtemp(prefix="passerelle-pg-"))
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    return home


def start_cluster() -> None:
    home = new_home()
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


def start_pooler() -> None:
    """pgbouncer in front of the cluster; `POOLER` is the folder of its socket."""
    if "PGHOST" not in os.environ:
        sys.exit("--pgbouncer wants --postgres beside it.")
    home = new_home()
    port = os.environ.get("PGPORT", "5432")
    changes = {
        "passerelle = host=127.0.0.1 port=5432 dbname=passerelle": (
            f"* = host={os.environ['PGHOST']} port={port}"
        ),
        "listen_addr = 127.0.0.1": "listen_addr =",
        "listen_port = 6432": f"listen_port = {POOLER_PORT}",
        "unix_socket_dir = /run/postgresql": f"unix_socket_dir = {home}",
        "auth_type = scram-sha-256": "auth_type = trust",
        "/etc/pgbouncer/userlist.txt": str(home / "users"),
        "/run/postgresql/pgbouncer.pid": str(home / "pid"),
    }
    text = EXAMPLE.read_text()
    for old, new in changes.items():
        if old not in text:
            sys.exit(f"{EXAMPLE} has no '{old}' any more: change {__file__} with it.")
        text = text.replace(old, new)
    config = home / "pgbouncer.ini"
    config.write_text(f"{text}logfile = {home / 'log'}\n")
    (home / "users").write_text(f'"{os.environ.get("PGUSER", "postgres")}" ""\n')
    run("pgbouncer", "-d", "-q", config)
    os.environ[POOLER] = str(home)

    @atexit.register
    def stop() -> None:
        os.kill(int((home / "pid").read_text()), signal.SIGINT)
        shutil.rmtree(home, ignore_errors=True)
