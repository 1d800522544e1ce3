"""`manage.py finish_restore`: after the database was restored, before the site is opened.

Compares rows with the backup's manifest, erases the erased again, brings back files that are
missing, opens every file, compares keys; for good, ends sessions. `manage.py restore` runs it; alone it looks at a site
whose database was restored by other means. It may run again.
"""

import datetime
import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.management import backup_reading, restoring


class Command(BaseCommand):
    help = "After the database was restored: files, the erased, checks, and a report."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", nargs="?", default=settings.BACKUP_FOLDER, help="unless PASSERELLE_BACKUP"
        )
        parser.add_argument(
            "--at",
            type=datetime.datetime.fromisoformat,
            help="the moment that the database was restored to, 2026-11-30T21:00:00+01:00",
        )
        parser.add_argument(
            "--for-good",
            action="store_true",
            help="the database went back in time: log everybody out, and empty the cache of pages",
        )
        parser.add_argument(
            "--rehearsal",
            action="store_true",
            help="files go into an empty place: those newer than the backup are counted, not lost",
        )
        parser.add_argument("--report", type=Path, help="write the report (JSON) there, too")

    def handle(self, *, folder, at, for_good, rehearsal, report, **options):
        if not folder:
            raise CommandError("Which backup? Set PASSERELLE_BACKUP, or name its folder.")
        if at and at.tzinfo is None:
            raise CommandError("--at needs its distance from UTC: 2026-11-30T21:00:00+01:00")
        try:
            found = restoring.finish(
                Path(folder), restored_to=at, for_good=for_good, rehearsal=rehearsal
            )
        except backup_reading.BackupBroken as error:
            raise CommandError(str(error)) from error
        if report:
            report.write_text(json.dumps(found, indent=1, ensure_ascii=False))
        self.stdout.write(restoring.in_words(found))
        if not found["is_fine"]:
            raise CommandError("Not everything is in order: see above.")
