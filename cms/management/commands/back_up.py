"""`manage.py back_up`: copy the files that rows name into PASSERELLE_BACKUP, and write a manifest.

The database itself is pgBackRest's. Each hour by a timer (deploy/backup/passerelle-files.timer).
"""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.management import away, backup_notes, backup_reading, backups, databases
from cms.management.stored_files import UnreadableFile
from cms.register.services import accounts


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
            help="read every stored file and every copy, and copy anew what isn't as it was",
        )
        parser.add_argument(
            "--take",
            action="append",
            default=[],
            metavar="PATH",
            help="copy this file as it is stored, whatever its copy was",
        )
        parser.add_argument(
            "--first", action="store_true", help="begin in an empty folder, after earlier backups"
        )

    def handle(self, *, folder, count, verify, take, first, **options):
        if not folder:
            raise CommandError("Where to? Set PASSERELLE_BACKUP, or name a folder.")
        self.note(backup_notes.note_database_backup)
        try:
            if not first:
                refuse_to_begin_anew(Path(folder))
            manifest = backups.back_up(Path(folder), count=count, verify=verify, take=take)
        except BlockingIOError:
            raise CommandError("Another back_up is at work in this folder.") from None
        except backup_reading.WrongChoice as error:  # what was typed is no failure of backups
            raise CommandError(str(error)) from error
        except Exception as error:  # the operator's page tells of each that failed
            self.note(backup_notes.note_backup, {"is_fine": False, "error": in_words(error)})
            if isinstance(error, backup_reading.BackupBroken):
                raise CommandError(str(error)) from error
            if isinstance(error, OSError):  # no room, a disk that is read alone, a missing right
                raise CommandError(
                    f"The backup broke off, the ones before it count: {error.strerror or error}"
                    f" ({error.filename or folder})"
                ) from error
            if isinstance(error, UnreadableFile):
                raise CommandError(
                    f"The backup broke off, the ones before it count: {away.UNREADABLE_IN_A_ROW}"
                    f" files one after the other couldn't be read, the last with: {error}. Is their"
                    " storage away?"
                ) from error
            raise
        archived_at, archive_problem = databases.archive_status()
        files = [*manifest["lost"], *manifest["damaged"], *manifest["unreadable"]]
        files += manifest["broken_copies"]
        problems = [*files, *filter(None, [archive_problem])]
        entry = {
            "is_fine": not problems,
            "files": manifest["files"],
            "copied": manifest["copied"],
            "copied_bytes": manifest["copied_bytes"],
            "lost": len(manifest["lost"]),
            "damaged": len(manifest["damaged"]),
            "unreadable": len(manifest["unreadable"]),
            "broken_copies": len(manifest["broken_copies"]),
            "wal_archived_at": archived_at,
            "archive_problem": archive_problem,
        }
        is_noted = self.note(backup_notes.note_backup, entry)
        self.stdout.write(
            f"{manifest['files']} files named by rows, {manifest['copied']} of them copied now"
            f" ({manifest['copied_bytes']} bytes)"
        )
        for path, row in manifest["lost"].items():
            self.stderr.write(f"lost file: {row} names {path}, which isn't in the storage")
        for path, row in manifest["damaged"].items():
            self.stderr.write(
                f"damaged file: {row} names {path}, which isn't what its copy or its row says"
            )
        for path in manifest["mended"]:
            self.stderr.write(f"damaged copy, made anew: {path}")
        for path, since in manifest["broken_copies"].items():
            self.stderr.write(
                f"damaged copy: {path}, which no row names since {since}: a restore to an earlier"
                " moment lacks it"
            )
        for path, row in manifest["unreadable"].items():
            self.stderr.write(f"unreadable file: {row} names {path}; the log says why")
        if archive_problem:
            self.stderr.write(archive_problem)
        self.begin_list_of_the_erased()
        if problems or not is_noted:
            raise CommandError("Files are copied, and not all is in order: see above.")

    def note(self, write, *words) -> bool:
        """Files are copied whether or not the notes have room. False where they don't."""
        try:
            write(*words)
        except OSError as error:
            self.stderr.write(
                f"The notes of backups can't be written ({settings.BACKUPS_FILE}): {error.strerror or error}"
            )
            return False
        return True

    def begin_list_of_the_erased(self) -> None:
        """Where PASSERELLE_ERASED_FILE leads to another place since `start_site`, a rehearsal right
        after the first backup asks for it there.
        """
        try:
            accounts.begin_list_of_the_erased()
        except OSError as error:
            self.stderr.write(f"The list of the erased can't be written: {error}")


def refuse_to_begin_anew(folder: Path) -> None:
    """Raises `BackupBroken` for a folder without a manifest if there were backups before: where the
    disk isn't mounted, its mount point is such a folder.
    """
    good = backup_notes.last_good_backup()
    if good and not backup_reading.manifests_in(folder):
        raise backup_reading.BackupBroken(
            f"{folder} has no manifest, and a backup ended well at {good}. Is its disk mounted? To"
            " begin in this folder: --first."
        )


def in_words(error: Exception) -> str:
    """Of a database's error its class alone: its words may quote a row."""
    if isinstance(error, backup_reading.BackupBroken):
        return str(error)
    cause = getattr(error, "strerror", None)
    return f"{type(error).__name__}: {cause}" if cause else type(error).__name__
