"""`manage.py restore` runs as root, and keeps its report in a folder of the site's user."""

import fcntl
import hashlib
import json
import os
import pwd
import shutil
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from cms.management import backup_reading, backups, clusters
from cms.management.backup_reading import BackupBroken
from cms.management.commands.restore import END, Command
from tests.factories.backups import manifest_of

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="root alone has rights to lose")
SITE_USER = "nobody"
AUTHORITIES = {"REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "AWS_CA_BUNDLE"}


@pytest.fixture
def home(settings):
    """The site's folder, `var`, and one of root's; both can be read by everybody."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-home-"))
    home.chmod(0o755)
    settings.VAR_DIR = home / "var"
    settings.BACKUPS_FILE = settings.VAR_DIR / "backups.json"
    for name in ("var", "of-root", "backup", "backup/manifests"):
        (home / name).mkdir(mode=0o755)
    (home / "backup" / "manifests" / "20261124.json").write_text("without its sum")
    shutil.chown(settings.VAR_DIR, SITE_USER)
    yield home
    shutil.rmtree(home)


def restore(home) -> str:
    """From a backup whose manifest is damaged: nothing but the report is written. Returns the error."""
    with pytest.raises(CommandError) as refused:
        call_command("restore", home / "place", backup=home / "backup")
    return str(refused.value)


def test_a_report_belongs_to_the_site_s_user(home):
    assert "Not everything is in order" in restore(home)

    var = home / "var"
    written = [var / "backups.json", var / "rehearsals", *(var / "rehearsals").iterdir()]
    assert {path.owner() for path in written} == {SITE_USER}
    assert len(written) == 4
    assert not json.loads((var / "backups.json").read_text())["last_rehearsal"]["is_fine"]
    assert (os.geteuid(), os.getegid()) == (0, os.getgid())


def test_a_link_of_the_site_s_user_opens_no_folder_of_root(home):
    (home / "var" / "rehearsals").symlink_to(home / "of-root")

    assert "couldn't be kept" in restore(home)

    assert list((home / "of-root").iterdir()) == []
    assert (home / "of-root").owner() == "root"


def test_a_link_of_the_site_s_user_overwrites_no_file_of_root(home):
    file = home / "of-root" / "shadow"
    file.write_text("root's")
    (home / "var" / "backups.json.part").symlink_to(file)

    assert "couldn't be kept" in restore(home)

    assert (file.read_text(), file.owner()) == ("root's", "root")


@pytest.mark.parametrize("how", ["FIFOs for the notes", "a lock"])
def test_what_never_answers_in_a_folder_of_the_site_s_user_ends_after_a_while(
    home, how, monkeypatch
):
    monkeypatch.setattr(clusters, "LONGEST_WAIT", 0.5)
    locked = os.open(home / "var", os.O_RDONLY)
    match how:
        case "FIFOs for the notes":
            for name in ("backups.json", "backups.json.part"):
                os.mkfifo(home / "var" / name)
                shutil.chown(home / "var" / name, SITE_USER)
            # Who waits for ever is let go after a while, so that the story ends.
            let_go = threading.Timer(5, (home / "var" / "backups.json.part").read_bytes)
            let_go.start()
        case "a lock":
            fcntl.flock(locked, fcntl.LOCK_EX)

    refused = restore(home)
    os.close(locked)

    if how == "FIFOs for the notes":
        let_go.cancel()
    assert "couldn't be kept in PASSERELLE_VAR: nothing came within" in refused
    assert os.geteuid() == 0


@pytest.mark.parametrize("which", ["20261125.json", "20261125.json.sha256", "x.sha256"])
def test_a_fifo_in_the_backup_is_no_file(home, which):
    """However long a real list takes: no limit of time cuts it off."""
    (home / "backup" / "lists").mkdir()
    backups._write_manifest(home / "backup", "20261125.json", manifest_of())
    fifo = home / "backup" / ("lists" if which == "x.sha256" else "manifests") / which
    fifo.unlink(missing_ok=True)
    os.mkfifo(fifo)

    assert "Not everything is in order" in restore(home)

    (report,) = (home / "var" / "rehearsals").glob("*.txt")
    assert f"{fifo} is no file." in report.read_text()


def test_what_is_no_file_is_not_even_opened(home):
    """`/dev/watchdog` starts as soon as root opens it. Who opens a socket gets an error of another kind."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(home / "backup" / "manifests" / "20261125.json"))

    restore(home)

    (report,) = (home / "var" / "rehearsals").glob("*.txt")
    assert "20261125.json is no file." in report.read_text()


@pytest.mark.parametrize("linked", ["a manifest", "its sum", "the list", "lists", "manifests"])
def test_a_link_in_the_backup_leads_root_to_no_other_file(home, linked):
    backup = home / "backup"
    (backup / "lists").mkdir()
    (backup / "lists" / "x.sha256").write_text("")
    empty = hashlib.sha256().hexdigest()
    backups._write_manifest(backup, "20261125.json", manifest_of(list_sha256=empty))
    assert backup_reading.read_backup(backup).manifest["list"] == "x.sha256"
    moved = {
        "a manifest": backup / "manifests" / "20261125.json",
        "its sum": backup / "manifests" / "20261125.json.sha256",
        "the list": backup / "lists" / "x.sha256",
        "lists": backup / "lists",
        "manifests": backup / "manifests",
    }[linked]
    moved.rename(home / "of-root" / "moved")
    moved.symlink_to(home / "of-root" / "moved")

    restore(home)

    (report,) = (home / "var" / "rehearsals").glob("*.txt")
    assert " is no file." in report.read_text()


@pytest.mark.parametrize("name", ["../manifests/20261124.json", "/etc/hostname", "..", ""])
def test_a_manifest_names_no_list_of_another_folder(home, name):
    (home / "backup" / "lists").mkdir()
    backups._write_manifest(
        home / "backup",
        "20261125.json",
        manifest_of(list=name, list_sha256=hashlib.sha256(b"without its sum").hexdigest()),
    )

    with pytest.raises(BackupBroken, match=" is no file"):
        backup_reading.read_backup(home / "backup")


@pytest.mark.parametrize("sparse", ["a manifest", "the list"])
def test_a_sparse_file_is_not_read_to_its_end(home, sparse):
    """Of terabytes that take no room a SHA-256 takes days."""
    (home / "backup" / "lists").mkdir()
    (home / "backup" / "lists" / "x.sha256").touch()
    backups._write_manifest(home / "backup", "20261125.json", manifest_of())
    path = "lists/x.sha256" if sparse == "the list" else "manifests/20261125.json"
    os.truncate(home / "backup" / path, 1 << 36)
    began = time.monotonic()

    restore(home)

    assert time.monotonic() - began < 10
    (report,) = (home / "var" / "rehearsals").glob("*.txt")
    assert f"it has {1 << 36} bytes" in report.read_text()


@pytest.mark.parametrize("made", ["mkfifo", "ln -s /etc/hostname", "mkdir"])
def test_the_report_of_the_restored_site_s_process_is_a_file(home, monkeypatch, made):
    (home / "place").mkdir()
    python = home / "python"
    python.write_text(f"#!/bin/sh\n{made} {home / 'place' / 'check' / 'report.json'}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    command = Command()
    command.user = SITE_USER

    with pytest.raises(BackupBroken, match="json is no file"):
        command.finish(home / "place", home, home / "backup", END, None)


def test_a_fifo_for_the_version_of_the_restored_cluster_is_no_file(home):
    os.mkfifo(home / "PG_VERSION")

    with pytest.raises(BackupBroken, match="PG_VERSION is no file"):
        clusters.Cluster(home, home, SITE_USER).program("pg_ctl")


def test_the_site_s_user_gets_nothing_of_root_s_environment_but_settings(home, monkeypatch):
    """The restored site's own process; what a secret of root's shell is, it can't know."""
    given = {"PASSERELLE_FROM", "TMPDIR", "HTTPS_PROXY", "NO_PROXY"} | AUTHORITIES
    told = home / "place" / "check" / "told"
    (home / "place").mkdir()
    python = home / "python"
    python.write_text(f"#!/bin/sh\nenv >{told}\necho '{{}}' >{told.with_name('report.json')}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    for name in {*given, *("SECRET_OF_ROOT", "PGPASSWORD")}:
        monkeypatch.setenv(name, "xyz")
    command = Command()
    command.user = SITE_USER

    command.finish(home / "place", home, home / "backup", END, None)

    names = {line.partition("=")[0] for line in told.read_text().splitlines()}
    assert given | {"PASSERELLE_VAR", "PGHOST", "PATH"} <= names
    assert names & {"SECRET_OF_ROOT", "PGPASSWORD"} == set()  # it logs in by the socket


def test_root_s_own_groups_are_not_those_of_the_site_s_user():
    user, before = pwd.getpwnam(SITE_USER), os.getgroups()
    os.setgroups([0, 4])
    try:
        with clusters.as_user(SITE_USER):
            assert os.getgroups() == os.getgrouplist(SITE_USER, user.pw_gid)
        assert os.getgroups() == [0, 4]
    finally:
        os.setgroups(before)


@pytest.mark.parametrize("linked", ["data", "the folder above"])
def test_a_link_in_place_of_the_data_folder_gives_postgres_no_folder_of_root(home, linked):
    """It was put there after the command had seen that the folder is empty or isn't there."""
    of_postgres = home / "17"
    if linked == "data":
        of_postgres.mkdir()
        shutil.chown(of_postgres, "postgres")
        (of_postgres / "main").symlink_to(home / "of-root")
    else:
        (home / "of-root" / "main").mkdir(mode=0o755)
        of_postgres.symlink_to(home / "of-root")
    target = (of_postgres / "main").resolve()

    with pytest.raises(BackupBroken, match="symbolic link"):
        clusters.restore(
            clusters.Repository(home / "none", "main"), of_postgres / "main", target=None
        )

    assert (target.owner(), target.stat().st_mode & 0o777) == ("root", 0o755)


def test_a_data_folder_that_was_filled_since_is_left_alone(home):
    data = home / "main"
    data.mkdir(mode=0o755)
    (data / "PG_VERSION").write_text("17")

    with pytest.raises(BackupBroken, match="isn't empty"):
        clusters.restore(clusters.Repository(home / "none", "main"), data, target=None)

    assert (data.owner(), data.stat().st_mode & 0o777) == ("root", 0o755)


def test_postgres_gets_an_empty_data_folder_of_its_own(home):
    with pytest.raises(BackupBroken, match="pgbackrest"):  # there is no such repository
        clusters.restore(
            clusters.Repository(home / "none", "main"), home / "new" / "main", target=None
        )

    data = home / "new" / "main"
    assert (data.owner(), data.stat().st_mode & 0o777) == ("postgres", 0o700)
    assert data.parent.owner() == "root"


def test_a_place_that_the_site_s_user_made_becomes_root_s(home):
    """Else it could replace what root makes and gives away in it."""
    place = home / "place"
    place.mkdir(mode=0o777)
    shutil.chown(place, SITE_USER)

    clusters.claim_empty_folder(place, "root", 0o755)

    assert (place.owner(), place.stat().st_mode & 0o777) == ("root", 0o755)


def test_postgres_enters_the_folder_of_the_socket_once_root_has_written_into_it(home):
    """A link that it put there before would have root overwrite another file."""
    sockets = clusters.socket_folder()
    before = (sockets.owner(), sockets.stat().st_mode & 0o777)

    with pytest.raises(FileNotFoundError):  # there is no data folder, so no server starts
        clusters.Cluster(home / "data", sockets, SITE_USER).start()

    assert before == ("root", 0o700)
    assert (sockets.owner(), sockets.stat().st_mode & 0o777) == ("postgres", 0o750)
    assert {path.owner() for path in sockets.iterdir()} == {"root"}
    assert len(list(sockets.iterdir())) == 3
    shutil.rmtree(sockets)


def test_a_link_in_place_of_the_server_s_log_shows_no_file_of_root(home):
    file = home / "of-root" / "shadow"
    file.touch(mode=0o600)
    file.write_text("root's")
    sockets = clusters.socket_folder()
    cluster = clusters.Cluster(home / "data", sockets, SITE_USER)
    cluster.open_sockets()
    cluster.log.symlink_to(file)

    assert cluster.full_log() == ""

    cluster.log.unlink()
    cluster.log.write_text("its own")
    assert cluster.full_log() == "its own"
    shutil.rmtree(sockets)
