"""The shell commands of docs/operations.md do what the text around them says.

They run as they stand there, in a folder that takes the place of /opt, /etc and /srv. The programs
`uv` (but for `uv venv`), `runuser` and the release's `python` only print how they were called.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

OPERATIONS = Path(settings.BASE_DIR) / "docs" / "operations.md"
PRINTS = """#!/bin/sh
echo "$(basename "$0") $* [$PWD] PGHOST=$PGHOST PGOPTIONS=$PGOPTIONS"
case "$*" in *"${FAILS:-nothing fails}"*) exit 1;; esac
"""


def steps_after(beginning: str) -> str:
    """The first block of shell behind these words."""
    return re.search(
        r"^```\n(.*?)^```$", OPERATIONS.read_text().partition(beginning)[2], re.M | re.S
    )[1]


@pytest.fixture
def machine(tmp_path):
    """Run a block of shell with both releases unpacked; returns what was printed, by line."""
    programs = tmp_path / "bin"
    places = [tmp_path / "opt" / f"passerelle-{release}" for release in ("0.2.0", "0.3.0")]
    for program in (
        *(programs / name for name in ("uv", "runuser")),
        *(place / ".venv" / "bin" / "python" for place in places),
    ):
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(PRINTS)
        program.chmod(0o755)
    (tmp_path / "etc" / "passerelle").mkdir(parents=True)
    (tmp_path / "etc" / "passerelle" / "env").write_text("PGHOST=socket\n")
    environment = {"PATH": f"{programs}:{os.environ['PATH']}"}

    def run(steps: str, *, and_then: str = "", fails: str = "") -> list[str]:
        text = re.sub(r"/(opt|etc)/passerelle", rf"{tmp_path}/\1/passerelle", steps)
        done = subprocess.run(
            ["/bin/bash", "-c", f"{text}\n{and_then}"],  # as a shell into which they are pasted
            capture_output=True,
            text=True,
            env=environment | {"FAILS": fails},
            cwd=tmp_path,
            check=False,
        )
        assert (done.returncode == 0) == (not fails), done.stderr
        return done.stdout.replace(str(tmp_path), "").splitlines()

    return run


def test_the_link_leads_to_the_release_that_is_installed_last(machine, tmp_path):
    link = tmp_path / "opt" / "passerelle"

    machine(steps_after("2. **Code.**"))
    assert link.readlink().name == "passerelle-0.2.0"

    printed = machine(steps_after("## A new release"))
    assert link.readlink().name == "passerelle-0.3.0"
    assert printed[-1] == "/opt/passerelle-0.3.0"


@pytest.mark.parametrize(
    "step", ["pip install", "compile_translations", "check", "migrate", "collectstatic"]
)
def test_the_link_stays_where_a_step_before_it_fails(machine, tmp_path, step):
    machine(steps_after("2. **Code.**"))

    printed = machine(steps_after("## A new release"), fails=step)

    assert step in printed[-1]
    assert (tmp_path / "opt" / "passerelle").readlink().name == "passerelle-0.2.0"


@pytest.mark.parametrize("beginning", ["2. **Code.**", "## A new release"])
def test_the_environment_is_made_again_where_the_steps_are_done_again(tmp_path, beginning):
    """Of a folder that is there uv asks, and without a terminal it ends with 2: the chain stopped at once."""
    [command] = re.findall(r"uv venv [^&]*", steps_after(beginning))

    for _ in range(2):
        done = subprocess.run(
            shlex.split(command),
            cwd=tmp_path,
            env=os.environ | {"UV_OFFLINE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert (tmp_path / ".venv" / "bin" / "python").exists()
        # a broken one, of a step that was ended
        (tmp_path / ".venv" / "pyvenv.cfg").write_text("broken")


def test_migrate_of_a_release_waits_five_seconds_for_a_table(machine):
    """Each question that comes after an ALTER TABLE waits behind it: PostgreSQL's own limit is none."""
    printed = machine(steps_after("## A new release"))

    [migrate] = [line for line in printed if "manage.py migrate" in line]
    assert migrate.endswith("PGOPTIONS=-c lock_timeout=5s")
    [collect] = [line for line in printed if "manage.py collectstatic" in line]
    assert collect.endswith("PGOPTIONS=")


def test_a_release_is_made_by_root_and_touches_database_and_files_as_the_site_s_user(machine):
    printed = machine(steps_after("## A new release"), and_then='echo "shell PGHOST=$PGHOST"')

    commands = [line for line in printed if "manage.py" in line]
    by_root = [line for line in commands if line.startswith("python ")]
    assert [line.split()[2] for line in by_root] == ["compile_translations"]
    assert [line.split("manage.py ")[1].split()[0] for line in commands if line not in by_root] == [
        "check",
        "migrate",
        "collectstatic",
    ]
    assert all("[/opt/passerelle-0.3.0] PGHOST=socket" in line for line in commands)
    assert "shell PGHOST=" in printed


def test_the_release_before_finds_its_files_after_collectstatic_of_the_next(tmp_path):
    """Its code in a folder of its own, `PASSERELLE_STATIC` shared."""
    ask = (
        "from django.core.management import call_command\n"
        "from django.templatetags.static import static\n"
        "if {collects}: call_command('collectstatic', interactive=False, verbosity=0)\n"
        "print(static('courses/app.css'))"
    )

    def address(release: str, *, collects: bool) -> str:
        place = tmp_path / release
        place.mkdir(exist_ok=True)
        settings_text = (
            "from cms.settings.base import *\n"
            f"BASE_DIR = __import__('pathlib').Path({str(place)!r})\n"
            "STATICFILES_FINDERS = ['django.contrib.staticfiles.finders.FileSystemFinder']\n"
            "STATICFILES_DIRS = [BASE_DIR / 'static']\n"
        )
        (place / "settings_of_release.py").write_text(settings_text)
        (place / "static" / "courses").mkdir(parents=True, exist_ok=True)
        (place / "static" / "courses" / "app.css").write_text(f"/* {release} */")
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                f"import django; django.setup()\n{ask.format(collects=collects)}",
            ],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {
                "PYTHONPATH": f"{place}:{settings.BASE_DIR}",
                "DJANGO_SETTINGS_MODULE": "settings_of_release",
                "PASSERELLE_STATIC": str(tmp_path / "shared"),
                "PASSERELLE_VAR": str(tmp_path / "var"),
            },
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    before, after = (address(name, collects=True) for name in ("release-1", "release-2"))

    assert before != after
    assert address("release-1", collects=False) == before
    assert (tmp_path / "shared" / before.removeprefix("/static/")).exists()


def test_a_process_stays_with_the_packages_of_its_release(tmp_path):
    """Of `uv venv`, a program such as gunicorn names the folder in its first line by itself."""
    link = tmp_path / "opt" / "passerelle"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", tmp_path / "1" / ".venv"], check=True
    )
    link.parent.mkdir()
    link.symlink_to(tmp_path / "1")
    units = [
        unit
        for unit in sorted((Path(settings.BASE_DIR) / "deploy").rglob("*.service"))
        if "manage.py" in unit.read_text()
    ]

    began = {}
    for unit in units:
        [command] = re.search(
            r"^WorkingDirectory=/opt/passerelle\n.*^ExecStart=(.*) manage.py",
            unit.read_text(),
            re.M | re.S,
        ).groups()
        words = command.replace("/opt/passerelle", str(link)).split()
        began[unit.name] = subprocess.run(
            [*words, "-c", "import sys; print(sys.prefix)"],
            cwd=link,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    assert len(units) == 3
    assert set(began.values()) == {str(tmp_path / "1" / ".venv")}


def test_a_migration_past_pgbouncer_goes_to_the_primary(machine):
    printed = machine(
        "RELEASE=/opt/passerelle-0.3.0\n" + steps_after("`migrate` goes to the primary itself")
    )

    assert printed == [
        "runuser -u passerelle -- .venv/bin/python manage.py migrate"
        " [/opt/passerelle-0.3.0] PGHOST=primary PGOPTIONS=-c statement_timeout=0 -c lock_timeout=5s"
    ]


def test_what_root_runs_leaves_nothing_in_the_folder_of_the_site(tmp_path):
    subprocess.run(
        [sys.executable, "manage.py", "compile_translations"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"PASSERELLE_VAR": str(tmp_path / "var")},
        check=True,
    )

    assert list((tmp_path / "var").iterdir()) == []  # the settings of development make it
