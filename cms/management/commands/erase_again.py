"""`manage.py erase_again [FILE]`: after a backup was restored, erase the accounts that had been
erased since.
"""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.register.services import accounts


class Command(BaseCommand):
    help = (
        "After a backup was restored: erase the accounts again that had been erased since it was"
        " made."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "file",
            nargs="?",
            default=settings.ERASED_FILE,
            help="the list that the tick keeps (PASSERELLE_ERASED_FILE)",
        )

    def handle(self, *, file, **options):
        path = Path(file)
        if not path.exists():
            raise CommandError(
                f"{path} isn't there: the tick writes it beside the database, or where"
                " PASSERELLE_ERASED_FILE says."
            )
        erased, failed = accounts.erase_again(path.read_text().split())
        self.stdout.write(f"{erased} accounts erased again")
        if failed:
            raise CommandError(f"These can't be erased, the log says why: {', '.join(failed)}")
