"""`manage.py send_failed_letters`: after a long outage of the mail server, what was given up goes
once more.
"""

import datetime

from django.core.management.base import BaseCommand
from django.utils import timezone

from courses.mail import services as outbox


class Command(BaseCommand):
    help = (
        "Send letters again that were given up, because the mail server was down for more than a"
        " day."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--days", type=int, default=3, help="those given up in the last DAYS days (3)"
        )

    def handle(self, *, days: int, **options):
        number = outbox.send_failed_again(timezone.now() - datetime.timedelta(days=days))
        self.stdout.write(f"{number} letters are on their way again.")
