"""`manage.py mutants`: what our tests miss.

Draws small faults, and runs the tests near each in a scratch copy.
"""

import difflib
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tests.development.mutating import Mutant, mutants_of
from tests.development.nearness import HOUSE, nearest_files

LAYERS = {"rules", "services", "permissions"}
KILLED, SURVIVED, UNDECIDED = "killed", "SURVIVED", "UNDECIDED"


class Command(BaseCommand):
    help = (
        "Draw mutants of rules, services and permissions, and say which ones the tests near them"
        " don't see."
    )

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, help="the same draw again; a new one is printed")
        parser.add_argument("--number", type=int, default=20)
        parser.add_argument("--begin", type=int, default=1, help="begin with this one of the draw")
        parser.add_argument(
            "--only",
            default="",
            help="of the paths and functions, those with this in them: services/logins.py:end_",
        )
        parser.add_argument(
            "--files", type=int, default=8, help="test files for each mutant, the nearest first"
        )
        parser.add_argument("--seconds", type=int, default=240, help="for one mutant's tests")
        parser.add_argument("--list", action="store_true", help="only say what would be drawn")

    def handle(self, **options):
        seed = options["seed"] if options["seed"] is not None else random.randrange(10_000)
        with scratch_copy() as copy:
            os.chdir(copy)
            everything = [
                one for path in modules() for one in mutants_of(str(path), path.read_text())
            ]
            fitting = [one for one in everything if options["only"] in f"{one.path}:{one.name}"]
            drawn = random.Random(seed).sample(fitting, min(options["number"], len(fitting)))
            self.stdout.write(
                f"Seed {seed}: {len(drawn)} of {len(fitting)} mutants ({len(everything)} in all)"
            )
            if options["list"]:
                for number, mutant in enumerate(drawn, 1):
                    self.stdout.write(
                        f"{number}. {mutant.path}:{mutant.line} {mutant.name}:"
                        f" {mutant.fault}\n{difference(mutant)}"
                    )
            else:
                self.try_out(drawn, options)

    def try_out(self, drawn: list[Mutant], options: dict) -> None:
        verdicts, killers = Counter(), set()
        for number, mutant in list(enumerate(drawn, 1))[options["begin"] - 1 :]:
            files = nearest_files(mutant.path, mutant.name)[: options["files"]]
            verdict, killer = outcome(mutant, files, options["seconds"])
            verdicts[verdict] += 1
            killers |= {killer} - {""}
            self.stdout.write(
                f"{number}. {verdict}: {mutant.path}:{mutant.line} {mutant.name}: {mutant.fault} "
                f" {killer}"
            )
            if verdict != KILLED:
                self.stdout.write(
                    difference(mutant) + "   tried: " + " ".join(file.name for file in files)
                )
            self.stdout.flush()
        self.stdout.write(
            ", ".join(f"{verdict} {count}" for verdict, count in sorted(verdicts.items()))
        )
        if killers and (broken := failed(run(sorted(killers), 1800))):
            raise CommandError(f"These killed, and fail without a mutant, too: {' '.join(broken)}")


def modules() -> list[Path]:
    paths = sorted(path for package in HOUSE for path in Path(package).rglob("*.py"))
    return [path for path in paths if LAYERS & {*path.parent.parts, path.stem}]


def difference(mutant: Mutant) -> str:
    source = Path(mutant.path).read_text()
    lines = difflib.unified_diff(
        source.splitlines(), mutant.applied_to(source).splitlines(), n=0, lineterm=""
    )
    return "".join(f"   {line}\n" for line in list(lines)[3:])


@contextmanager
def scratch_copy():
    """A worktree of what is committed or staged, and of changes to tracked files; it shares the
    migrated test databases.
    """

    def git(*words) -> str:
        return subprocess.run(
            ["git", *words], cwd=settings.BASE_DIR, check=True, capture_output=True, text=True
        ).stdout.strip()

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        git("worktree", "add", "--detach", copy, git("stash", "create") or "HEAD")
        try:
            kept = settings.VAR_DIR / "test-databases"
            kept.mkdir(parents=True, exist_ok=True)
            (copy / "var").mkdir(exist_ok=True)
            (copy / "var/test-databases").symlink_to(kept.resolve())
            yield copy
        finally:
            os.chdir(settings.BASE_DIR)
            git("worktree", "remove", "--force", copy)


def outcome(mutant: Mutant, files: list[Path], seconds: int) -> tuple[str, str]:
    """(verdict, the test that failed). Undecided: all that ran within the time passed."""
    if not files:
        return SURVIVED, ""
    place = Path(mutant.path)
    source = place.read_text()
    place.write_text(mutant.applied_to(source))
    try:
        answer = run([str(file) for file in files], seconds)
    except subprocess.TimeoutExpired:
        return UNDECIDED, ""
    finally:
        place.write_text(source)
    if answer.returncode in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        return SURVIVED, ""
    return KILLED, next(iter(failed(answer)), "")


def failed(answer: subprocess.CompletedProcess) -> list[str]:
    return re.findall(r"^(?:FAILED|ERROR) ([^\s\[]+)", answer.stdout, re.MULTILINE)


def run(tests: list[str], seconds: int) -> subprocess.CompletedProcess:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "--tb=no",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-m",
        "not browser",
        *tests,
    ]
    variables = {
        name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"
    }
    return subprocess.run(
        command, env=variables, capture_output=True, text=True, timeout=seconds, check=False
    )
