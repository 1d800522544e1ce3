"""`manage.py back_up`: copy the files that rows name into PASSERELLE_BACKUP, and write a manifest.

The database itself is pgBackRest's. Each hour by a timer (deploy/passerelle-files.timer).
"""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.management import backups, databases


class Command(BaseCommand):
    help = "Copy the files of people and pages into the backup, with a manifest of rows and files."

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", nargs="?", default=settings.BACKUP_FOLDER, help="unless PASSERELLE_BACKUP"
        )
        parser.add_argument(
            "--count", action="store_true", default=None, help="count rows, whenever it was done"
        )

        parser.add_argument(
            "--verify",
            action="store_true",
            help="read every copy again, and copy anew what isn't as it was",
        )

    def handle(self, *, folder, count, verify, **options):
        if not folder:
            raise CommandError("Where to? Set PASSERELLE_BACKUP, or name a folder.")
        try:
            manifest = backups.back_up(Path(folder), count=count, verify=verify)
        except BlockingIOError:
            raise CommandError("Another back_up is at work in this folder.") from None
        except Exception as error:  # the operator's page tells of each that failed
            backups.note_backup({"is_fine": False, "error": in_words(error)})
            if isinstance(error, backups.BackupBroken):
                raise CommandError(f"{error} Begin another folder: docs/runbook.md") from error
            raise
        archived_at, archive_problem = databases.archive_status()
        problems = [*manifest["lost"], *manifest["damaged"], *filter(None, [archive_problem])]
        entry = {
            "is_fine": not problems,
            "files": manifest["files"],
            "copied": manifest["copied"],
            "copied_bytes": manifest["copied_bytes"],
            "lost": len(manifest["lost"]),
            "damaged": len(manifest["damaged"]),
            "wal_archived_at": archived_at,
            "archive_problem": archive_problem,
        }
        backups.note_backup(entry)
        self.stdout.write(
            f"{manifest['files']} files named by rows, {manifest['copied']} of them copied now"
            f" ({manifest['copied_bytes']} bytes)"
        )
        for path, row in manifest["lost"].items():
            self.stderr.write(f"lost file: {row} names {path}, which isn't in the storage")
        for path, row in manifest["damaged"].items():
            self.stderr.write(f"damaged file: {path} isn't what {row} says")
        if archive_problem:
            self.stderr.write(archive_problem)
        if problems:
            raise CommandError("Files are copied, and not all is in order: see above.")


def in_words(error: Exception) -> str:
    """Of a database's error its class alone: its words may quote a row."""
    if isinstance(error, backups.BackupBroken):
        return str(error)
    cause = getattr(error, "strerror", None)
    return f"{type(error).__name__}: {cause}" if cause else type(error).__name__
