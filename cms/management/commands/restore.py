"""`manage.py restore PLACE`: from the backups alone to a checked site, in an empty folder.

A rehearsal by default: PLACE gets the database (PLACE/postgres) and the files (PLACE/var), is
checked, and the cluster is stopped. With `--for-good DATA` the cluster is restored into the server's
own data folder, and files that are missing go into the site's own storage. docs/runbook.md has the
steps.
"""

import contextlib
import datetime
import json
import os
import pwd
import shutil
import subprocess
import sys
import time
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cms.management import backup_notes, backup_reading, clusters, databases, restoring
from cms.management.backup_reading import BackupBroken, WrongChoice

END = "end"  # as far as the archive goes
# What the site's user gets of root's environment.
OF_THE_SITE = (
    *("PASSERELLE_", "DJANGO_", "JITSI_", "PG", "PROMETHEUS_", "PYTHON", "LANG", "LC_", "TZ"),
    *("PATH", "TMPDIR", "HTTPS_PROXY", "NO_PROXY"),
    *("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "AWS_CA_BUNDLE"),  # an authority of one's own
)
LARGEST_REPORT = 64 << 20  # bytes, of the restored site's own process
# How pgBackRest, PostgreSQL and `finish_restore` answer to a moment, backup set or timeline that was chosen wrongly.
WRONG_CHOICE = (
    "[075]",  # no backup set of that label, or none before that moment
    "[058]",  # the timeline leaves out the backup or the moment
    "before configured recovery target",
    "of another release than this code",
)
# A rehearsal must reach nothing of the site that serves.
ONLY_FOR_GOOD = ("PASSERELLE_S3_BUCKET", "PASSERELLE_S3_PAGES_BUCKET", "PASSERELLE_REDIS")


class Command(BaseCommand):
    help = "Restore the backups into an empty place, check the result and keep a report."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("place", type=Path, help="an empty folder, or one that isn't there yet")
        parser.add_argument(
            "--at",
            type=moment_or_end,
            help="to which moment: 2026-11-30T21:00:00+01:00; end: as far as the archive goes. Unless"
            " said, the newest moment with counted rows, with which they are compared; for good, the end",
        )
        parser.add_argument(
            "--for-good", type=Path, metavar="DATA", help="the server's data folder"
        )
        parser.add_argument("--keep", action="store_true", help="leave the cluster running")
        parser.add_argument("--backup", type=Path, help="unless PASSERELLE_BACKUP")
        parser.add_argument("--config", type=Path, default=Path("/etc/pgbackrest.conf"))
        parser.add_argument("--stanza", default="main")
        parser.add_argument("--set", default="", dest="label", help="label of a backup set")
        parser.add_argument(
            "--timeline", default="", help="current: that of the backup set, not the latest one"
        )
        parser.add_argument(
            "--no-verify", action="store_true", help="don't read all backups before"
        )

    def handle(self, *, place, at, for_good, keep, backup, config, stanza, label, **options):
        folder = backup or (Path(settings.BACKUP_FOLDER) if settings.BACKUP_FOLDER else None)
        if folder is None:
            raise CommandError("Which backup? Set PASSERELLE_BACKUP, or name it by --backup.")
        place = place.absolute()
        data = (for_good or place / "postgres").absolute()
        for empty in (place, data):
            if empty.exists() and not empty.is_dir():
                raise CommandError(f"{empty} is a file, no folder: nothing was restored.")
            if empty.exists() and any(empty.iterdir()):
                raise CommandError(f"{empty} isn't empty: nothing was restored.")
        repository = clusters.Repository(config.absolute(), stanza, label, options["timeline"])
        is_chosen = bool(at not in (None, END) or label or options["timeline"])
        self.user, is_noted = site_user(), True
        report: dict[str, Any] = {"made_at": timezone.now().isoformat(), "problems": []}
        try:
            if backup and not backup_reading.manifests_in(backup):
                raise WrongChoice(f"{backup} has no manifest: is it the folder of `back_up`?")
            backup_reading.read_backup(folder)  # raises before anything is restored
            if not repository.is_described():
                raise WrongChoice(f"{repository.config} isn't there, or has no [{stanza}].")
            if at is None:
                at = END if for_good else self.newest_moment(folder)
            report["restored_to"] = in_words(at)
            if not options["no_verify"]:
                self.stdout.write("pgBackRest reads its repository …")
                clusters.verify(repository)
            self.restore(report, repository, place, data, folder, at, for_good, keep)
        except BackupBroken as error:
            report["problems"].append(str(error))
            is_wrong_choice = is_chosen and any(words in str(error) for words in WRONG_CHOICE)
            is_noted = not (isinstance(error, WrongChoice) or is_wrong_choice)
        except OSError as error:  # a disk that is full, what never answers
            report["problems"].append(f"The restore broke off: {error}")
        report["is_fine"] = not report["problems"]
        self.stdout.write(restoring.in_words(report))
        try:
            with clusters.as_user(self.user):
                kept = self.keep_report(report)
                if for_good or is_noted:
                    note(report, kept, "last_restore" if for_good else "last_rehearsal")
        except OSError as error:
            raise CommandError(f"The report couldn't be kept in PASSERELLE_VAR: {error}") from error
        self.stdout.write(f"Report: {kept}")
        if not (for_good or is_noted):
            self.stdout.write(
                "Not noted as a rehearsal: what was typed says nothing about the backups."
            )
        if not report["is_fine"]:
            raise CommandError("Not everything is in order: see above.")

    def newest_moment(self, folder: Path) -> datetime.datetime:
        """That of the newest manifest with rows by table."""
        manifest = restoring.counted_manifest(folder, None)
        if manifest is None:
            raise BackupBroken(f"{folder} has no manifest with rows by table.")
        if manifest.get("migrations") != databases.migrations_of_code():
            raise WrongChoice(
                f"The newest manifest with rows by table ({manifest['moment']}) is of another release"
                " than this code. Right after an upgrade `manage.py back_up --count` makes one of its own;"
                " otherwise rehearse with the code of the release that made it. Nothing was restored."
            )
        return datetime.datetime.fromisoformat(manifest["moment"])

    def restore(self, report, repository, place, data, folder, at, for_good, keep) -> None:
        """Add to the report what became of the cluster, then that of `finish_restore`.

        Raises `BackupBroken`, with the former in the report once the cluster has opened.
        """
        began = time.monotonic()
        me = pwd.getpwuid(os.geteuid()).pw_name
        clusters.claim_empty_folder(place, me, 0o755)  # its folders are shut, each for its own user
        self.stdout.write(f"Restoring to {in_words(at)} into {data} …")
        clusters.restore(repository, data, target=None if at == END else as_target(at))
        sockets = clusters.socket_folder()
        cluster = clusters.Cluster(data, sockets, self.user, is_for_good=bool(for_good))
        stays = False
        try:
            try:
                cluster.start()
            except clusters.CommandFailed as error:
                raise BackupBroken(
                    f"{error}\nIf the archive doesn't reach the moment yet, wait for the next WAL"
                    " file (archive_timeout), or choose an earlier one by --at."
                ) from error
            seconds = round(time.monotonic() - began, 1)
            last = cluster.ask("SELECT pg_last_xact_replay_timestamp()")
            reset = cluster.forget_past() if for_good else []
            report["cluster"] = {
                "seconds": seconds,
                "last_transaction": last,
                "data": str(data),
                "reset": reset,
            }
            report |= self.finish(place, sockets, folder, at, for_good)
            report["restored_to"] = in_words(at)
            stays = keep
        finally:
            if not stays:
                if cluster.is_running():
                    cluster.stop()
                log = cluster.full_log()
                shutil.rmtree(sockets)
                self.keep_log(log, place / "postgres.log")
        if stays:
            self.stdout.write(f"The cluster runs: PGHOST={sockets} PGPORT={clusters.SOCKET_PORT}")
        return report

    def finish(self, place, sockets, folder, at, for_good) -> dict[str, Any]:
        """Run `finish_restore` as the site's user on the restored database."""
        work = place / "check"
        work.mkdir()
        ours = {name: word for name, word in os.environ.items() if name.startswith(OF_THE_SITE)}
        environment = {**ours, "PGHOST": str(sockets), "PGPORT": str(clusters.SOCKET_PORT)}
        environment.pop("PGPASSWORD", None)
        # The list of the erased is the site's of today, wherever the files go.
        environment["PASSERELLE_ERASED_FILE"] = str(settings.ERASED_FILE)
        if not for_good:
            environment["PASSERELLE_VAR"] = str(place / "var")
            (place / "var").mkdir()
            for name in ONLY_FOR_GOOD:
                environment.pop(name, None)
        if os.geteuid() == 0:
            for one in (place / "var", work):
                if one.exists():
                    shutil.chown(one, self.user)
                    one.chmod(0o750)
        path = work / "report.json"
        moment = [] if at == END else ["--at", at.isoformat()]
        kind = "--for-good" if for_good else "--rehearsal"
        words = [str(folder.absolute()), *moment, kind, "--report", str(path)]
        command = [sys.executable, "manage.py", "finish_restore", *words]
        prefix = ["runuser", "-u", self.user, "--"] if os.geteuid() == 0 else []
        done = subprocess.run(  # noqa: S603 (words of ours)
            [*prefix, *command],
            cwd=settings.BASE_DIR,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        with (
            clusters.as_user(self.user),
            contextlib.suppress(FileNotFoundError, ValueError),
            backup_reading.open_file(path, largest=LARGEST_REPORT) as file,
        ):
            return json.loads(file.read(LARGEST_REPORT))
        last = "\n".join(done.stdout.splitlines()[-clusters.LAST_LINES :])
        raise BackupBroken(f"The restored site couldn't be looked at:\n{last}")

    def keep_log(self, log: str, to: Path) -> None:
        """For the operator alone: PostgreSQL's log holds values of rows."""
        to.touch(mode=0o600, exist_ok=False)
        to.write_text(log)

    def keep_report(self, report: dict[str, Any]) -> Path:
        """Write it to PASSERELLE_VAR of the site that serves."""
        folder = Path(settings.VAR_DIR) / "rehearsals"
        name = timezone.now().astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.txt"
        path.write_text(restoring.in_words(report))
        path.with_suffix(".json").write_text(json.dumps(report, indent=1, ensure_ascii=False))
        return path


def note(report: dict[str, Any], kept: Path, kind: str) -> None:
    """With its date in backups.json, which alerts and the operator's page read."""
    entry = {
        "at": report["made_at"],
        "is_fine": report["is_fine"],
        "restored_to": report.get("restored_to"),
        "problems": len(report["problems"]),
        "report": str(kept),
    }
    backup_notes.note(kind, entry)


def moment_or_end(text: str) -> datetime.datetime | str:
    """For `--at`."""
    if text == END:
        return END
    with contextlib.suppress(ValueError):
        at = datetime.datetime.fromisoformat(text)
        if at.tzinfo:
            return at
    raise ArgumentTypeError(
        f"a moment with its distance from UTC (2026-11-30T21:00:00+01:00), or {END}"
    )


def in_words(at: datetime.datetime | str) -> str:
    return "the end of the archive" if isinstance(at, str) else at.isoformat()


def as_target(at: datetime.datetime) -> str:
    """As PostgreSQL reads it, with microseconds."""
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00")


def site_user() -> str:
    """The owner of PASSERELLE_VAR; without such a folder, whoever runs this."""
    var = Path(settings.VAR_DIR)
    return var.owner() if var.exists() else pwd.getpwuid(os.geteuid()).pw_name
