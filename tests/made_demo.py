"""The demo as its command makes it: once, in a clone without compiled messages, kept for all tests.

It takes a minute of CPU, so the runs of one tree share it. It lies in `var/test-demos` under a hash
of what it is made from and of its day.
"""

import datetime
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings

from tests.databases import one_at_a_time

MADE_FROM = ("cms", "courses", "training", "continuity", "templates", "locale")
NOT_IN_A_CLONE = shutil.ignore_patterns(
    ".venv", "node_modules", ".git", "var", "*.mo", "__pycache__", "*.sqlite3*"
)


def fingerprint() -> str:
    """Hash of the files that the demo is made from, and of today."""
    digest = hashlib.sha256(datetime.date.today().isoformat().encode())
    for path in sorted(
        file for part in MADE_FROM for file in (settings.BASE_DIR / part).rglob("*")
    ):
        if path.is_file() and path.suffix != ".mo" and path.parent.name != "__pycache__":
            digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def clone_in(folder: Path) -> Path:
    """A copy of the project without what a fresh clone hasn't."""
    return Path(shutil.copytree(settings.BASE_DIR, folder / "passerelle", ignore=NOT_IN_A_CLONE))


def run(clone: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    """`manage.py` in the clone, in a process of its own, with its data in `folder`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "DJANGO_SETTINGS"))
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=clone,
        env={**kept, "PASSERELLE_VAR": str(folder)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def copy_to(folder: Path) -> str:
    """Fill the new `folder` with the demo's data. Returns what the command said."""
    demos = Path(settings.VAR_DIR) / "test-demos"
    kept = demos / fingerprint()
    with one_at_a_time(demos / "lock"):
        if not kept.exists():
            make(kept)
    shutil.copytree(kept / "var", folder)
    return (kept / "said.txt").read_text()


def make(kept: Path) -> None:
    """Earlier demos go. Raises `CalledProcessError` if the command fails."""
    for earlier in kept.parent.iterdir():
        if earlier.is_dir():
            shutil.rmtree(earlier)
    aside = kept.with_suffix(".new")
    with tempfile.TemporaryDirectory() as folder:
        done = run(clone_in(Path(folder)), aside / "var", "demo", "--no-serve")
    sys.stderr.write(done.stderr)
    done.check_returncode()
    (aside / "said.txt").write_text(done.stdout)
    aside.rename(kept)
