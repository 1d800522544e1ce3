"""The database's server is gone with its disk: from the backups alone to a checked site, by one
command. On PostgreSQL only, with pgBackRest.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from wagtail.documents import get_document_model
from wagtail.models import Collection

from cms.management import clusters
from tests.factories.certificates import certificate_of
from tests.factories.continuity import StudentFactory
from tests.factories.handins import bound, handed_in
from tests.factories.homework import given_to_a_class
from tests.factories.people import PersonFactory
from tests.factories.worker import run_worker
from tests.private_postgres import find, run

NEEDS = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a cluster of PostgreSQL's"),
    pytest.mark.skipif(
        not (shutil.which("pgbackrest") or os.environ.get("CI")),
        reason="the Debian package pgbackrest isn't installed",
    ),
]
pytestmark = [pytest.mark.django_db(transaction=True), *NEEDS]
ROOT = Path(__file__).parents[2]


class Machine:
    """A cluster with its archive, and a site's folders, on sockets and paths of their own."""

    def __init__(self, home: Path):
        self.home, self.data, self.sockets = home, home / "data", home / "sockets"
        self.var, self.backup, self.config = home / "var", home / "backup", home / "pgbackrest.conf"
        self.conf = home / "postgresql.conf"
        for folder in (self.sockets, home / "repository", home / "log", home / "lock"):
            folder.mkdir()
            if os.geteuid() == 0:
                shutil.chown(folder, "postgres")
        self.config.write_text(
            f"[global]\nrepo1-path={home}/repository\nlog-path={home}/log\nlock-path={home}/lock\n"
            "start-fast=y\ncompress-type=zst\nrepo1-bundle=y\nrepo1-retention-full=2\n"
            f"[main]\npg1-path={self.data}\npg1-port=6301\npg1-socket-path={self.sockets}\n"
            "pg1-user=postgres\n"
        )

    def begin(self):
        cluster = self.home / "data"
        cluster.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(cluster, "postgres")
        run(find("initdb"), "-D", cluster, "-A", "trust", "-U", "postgres", "--no-sync",
            "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums")  # fmt: skip
        options = (
            f"-p 6301 -k {self.sockets} -c listen_addresses='' -c fsync=off -c archive_mode=on -c"
            f" archive_command='pgbackrest --config={self.config} --stanza=main archive-push %p'"
        )
        log = self.home / "log" / "postgres"
        run(find("pg_ctl"), "-D", cluster, "-w", "-l", log, "-o", options, "start")
        self.pgbackrest("stanza-create")
        self.sql("CREATE DATABASE passerelle", database="postgres")

    def pgbackrest(self, *words):
        run("pgbackrest", f"--config={self.config}", "--stanza=main", *words)

    def sql(self, query, database="passerelle"):
        words = ["-h", self.sockets, "-p", "6301", "-U", "postgres", "-d", database, "-c", query]
        run(find("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", *words)

    def take_over(self):
        """Rows and files of the test."""
        dump = self.home / "log" / "dump"
        test = connection.settings_dict
        run(find("pg_dump"), "-h", test["HOST"], "-p", test["PORT"], "-U", "postgres", "-Fc", "-Z0",
            "-f", dump, test["NAME"])  # fmt: skip
        run(find("pg_restore"), "-h", self.sockets, "-p", "6301", "-U", "postgres",
            "-d", "passerelle", dump)  # fmt: skip
        for name in ("private", "media"):
            if (settings.FILES / name).exists():
                shutil.copytree(settings.FILES / name, self.var / name)

    def destroy(self):
        """Disk and all: nothing but the backups and the list of the erased is left."""
        self.stop()
        shutil.rmtree(self.data)
        shutil.rmtree(self.var)
        self.var.mkdir()

    def stop(self):
        run(find("pg_ctl"), "-D", self.data, "-m", "immediate", "stop")

    def manage(self, *words):
        names = ("PG", "PASSERELLE", "DJANGO", "JITSI")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(names)}
        site = {
            "DJANGO_SETTINGS_MODULE": "cms.settings.production",
            "PASSERELLE_SECRET_KEY": "s" * 50,
            "PASSERELLE_SECOND_FACTOR_KEY": "f" * 64,
            "PASSERELLE_PSEUDONYM_KEY": "p" * 64,
            "PASSERELLE_HOSTS": "passerelle.region.fr",
            "PASSERELLE_SITE_ADDRESS": "https://passerelle.region.fr",
            "PASSERELLE_FROM": "ne-pas-repondre@region.fr",
            "PASSERELLE_CONTACT": "aide@region.fr",
            "PASSERELLE_DPO": "dpd@region.fr",
            "PASSERELLE_VAR": str(self.var),
            "PASSERELLE_BACKUP": str(self.backup),
            "PASSERELLE_ERASED_FILE": str(self.home / "erased.txt"),
            "PGHOST": str(self.sockets),
            "PGPORT": "6301",
            "PGDATABASE": "passerelle",
            "PGUSER": "postgres",
        }
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=ROOT,
            env=kept | site,
            capture_output=True,
            text=True,
            check=False,
        )

    def status(self, kind):
        return json.loads((self.var / "backups.json").read_text())[kind]

    def ask(self, query):
        words = [
            "-h",
            self.sockets,
            "-p",
            "6301",
            "-U",
            "postgres",
            "-d",
            "passerelle",
            "-c",
            query,
        ]
        told = subprocess.run(
            [find("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", *map(str, words)],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return told.stdout.strip()

    def start_restored(self):
        """As the server's own unit starts it: by its data folder alone."""
        options = f"-p 6301 -k {self.sockets} -c listen_addresses='' -c archive_mode=off"
        log = self.home / "log" / "restored"
        run(find("pg_ctl"), "-D", self.data, "-w", "-l", log, "-o", options, "start")

    def restore(self, place, *more):
        """The command's result, and the report that it kept."""
        done = self.manage("restore", place, "--config", self.config, *more)
        report = Path(self.status("last_rehearsal")["report"]).with_suffix(".json")
        return done, json.loads(report.read_text())


@pytest.fixture
def machine():
    home = Path(tempfile.mkdtemp(prefix="passerelle-machine-"))
    home.chmod(0o755)
    machine = Machine(home)
    yield machine
    if (machine.data / "postmaster.pid").exists():
        machine.stop()
    shutil.rmtree(home)


def bytes_of(path: Path) -> int:
    return path.stat().st_size


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_site_is_restored_from_backups_alone_and_a_flipped_byte_is_refused(machine):
    # A certificate, a hand-in and a page's document; an account that was erased after the backup.
    certificate = certificate_of()
    given = given_to_a_class()
    bound(handed_in(given, StudentFactory(in_class=given.teaching.school_class)))
    # Tests that commit leave the database empty, without Wagtail's first collection, too.
    collection = Collection.get_first_root_node() or Collection.add_root(name="Root")
    get_document_model().objects.create(
        title="Guide", file=ContentFile(b"%PDF-1", "guide.pdf"), collection=collection
    )
    erased = PersonFactory(given_name="Ondine")
    run_worker()
    certificate.refresh_from_db()
    machine.begin()
    machine.take_over()
    machine.pgbackrest("--type=full", "backup")
    made = machine.manage("back_up")
    assert made.returncode == 0, made.stderr
    assert machine.status("last_backup")["wal_archived_at"]
    machine.sql("DELETE FROM training_certificate")  # by mistake, after the moment of the manifest
    machine.sql("UPDATE wagtaildocs_document SET file = 'documents/newer.pdf'")
    machine.pgbackrest("check")  # a WAL file is full, and archived
    (machine.home / "erased.txt").write_text(f"{erased.public_id}\n")
    machine.destroy()
    place = machine.home / "place"

    done, report = machine.restore(place)

    assert done.returncode == 0, done.stdout + done.stderr
    assert report["problems"] == []
    assert (report["rows"]["is_exact"], report["rows"]["differences"]) == (True, {})
    assert set(report["keys"].values()) == {True}
    assert report["erased"] == {"listed": 1, "again": 1}
    # The certificate, the photo, its PDF, the document; two mails carry the certificate, no file.
    assert (report["files"]["named"], report["files"]["brought_back"]) == (4, 4)
    assert report["files"]["checked_by_row"] == 1
    restored = place / "var" / "private" / certificate.file.name
    assert hashlib.sha256(restored.read_bytes()).hexdigest() == certificate.sha256
    assert machine.status("last_rehearsal")["is_fine"]
    assert not (place / "postgres" / "postmaster.pid").exists()
    assert (place / "postgres.log").stat().st_mode & 0o777 == 0o600

    later, report = machine.restore(machine.home / "later", "--at", "end", "--no-verify")

    assert later.returncode == 0, later.stdout + later.stderr
    assert (report["files"]["not_copied_yet"], report["problems"]) == (1, [])
    assert "All times: " in later.stdout

    mistyped = [
        machine.manage("restore", machine.home / str(number), "--no-verify", "--config", *words)
        for number, words in enumerate(
            [
                ["/etc/no-such.conf"],
                [machine.config, "--at", "2099-01-01T00:00:00+01:00"],  # the archive ends before
                [machine.config, "--at", "2001-01-01T00:00:00+01:00"],
                [machine.config, "--set", "20010101-000000F"],
            ]
        )
    ]

    for done in mistyped:
        assert "Not noted as a rehearsal" in done.stdout, done.stdout + done.stderr
    assert machine.status("last_rehearsal")["is_fine"]

    bundle = max(machine.home.glob("repository/backup/main/*F/bundle/*"), key=bytes_of)
    flip_a_byte(bundle)
    refused, report = machine.restore(machine.home / "other")

    assert refused.returncode != 0
    assert "checksum invalid: 1" in report["problems"][0]
    assert not (machine.home / "other").exists()
    assert not machine.status("last_rehearsal")["is_fine"]


def test_a_site_is_restored_for_good_up_to_its_last_write_and_takes_writes(machine, client):
    # The lost server had a standby; a person came after the hour's manifest.
    client.force_login(PersonFactory(given_name="Ondine"))
    machine.begin()
    machine.take_over()
    machine.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
    machine.sql("ALTER SYSTEM SET primary_conninfo = 'host=lost.region.example'")
    machine.pgbackrest("--type=full", "backup")
    made = machine.manage("back_up")
    assert made.returncode == 0, made.stderr
    machine.sql(
        "UPDATE courses_person SET given_name = 'Ondine-Rose' WHERE given_name LIKE 'Ondine%'"
    )
    machine.pgbackrest("check")
    (machine.home / "erased.txt").write_text("")
    machine.destroy()

    done = machine.manage(
        "restore", machine.home / "place", "--for-good", machine.data, "--config", machine.config
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "restored to the end of the archive" in done.stdout
    assert "Sessions ended: 1. Everybody has to log in again" in done.stdout
    assert "were reset: primary_conninfo, synchronous_standby_names." in done.stdout
    machine.start_restored()
    assert machine.ask("SHOW synchronous_standby_names") == ""
    assert machine.ask("SHOW primary_conninfo") == ""
    machine.ask("UPDATE courses_person SET family_name = 'Morel' WHERE given_name LIKE 'Ondine%'")
    named = machine.ask(
        "SELECT given_name, family_name FROM courses_person WHERE given_name LIKE 'Ondine%'"
    )
    assert named == "Ondine-Rose|Morel"


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone has processes of other users")
def test_a_restored_cluster_lets_in_postgres_and_the_site_s_user_under_their_own_roles(
    machine, monkeypatch
):
    machine.begin()
    machine.stop()
    monkeypatch.setitem(settings.DATABASES["default"], "USER", "passerelle")
    sockets = clusters.socket_folder()
    cluster = clusters.Cluster(machine.data, sockets, "nobody")
    cluster.start()
    cluster.ask("CREATE ROLE passerelle LOGIN")

    def enters(user, role):
        words = ["-h", sockets, "-p", clusters.SOCKET_PORT, "-U", role, "-d", "postgres"]
        command = ["runuser", "-u", user, "--", find("psql"), *words, "-c", "SELECT 1"]
        done = subprocess.run([*map(str, command)], cwd="/", capture_output=True, check=False)
        return done.returncode == 0

    tried = [(user, role) for user in ("postgres", "nobody") for role in ("postgres", "passerelle")]
    let_in = [(user, role) for user, role in tried if enters(user, role)]
    cluster.stop()
    shutil.rmtree(sockets)

    assert let_in == [("postgres", "postgres"), ("nobody", "passerelle")]
