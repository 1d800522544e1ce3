"""`manage.py bounces`: the mail server hands over an email that came back, on standard input."""

import logging
import sys

from django.core.management.base import BaseCommand
from django.db import DatabaseError
from django.utils import timezone

from courses.mail.exceptions import NotADeliveryReport, NotSentYet
from courses.mail.gateways.delivery_reports import REPORT_BYTES
from courses.people.services import returned_mail

logger = logging.getLogger(__name__)

TRY_LATER = 75  # EX_TEMPFAIL of sysexits.h: Postfix keeps the mail in its queue


class Command(BaseCommand):
    help = (
        "Read one delivery report (RFC 3464) from standard input, as a mail server's pipe gives it."
    )

    def handle(self, **options):
        """Exits with 0 for input that isn't a report: else the mail server would return it as a new
        bounce.
        """
        try:
            letter = returned_mail.take_report(
                sys.stdin.buffer.read(REPORT_BYTES + 1), now=timezone.now()
            )
        except NotADeliveryReport as error:
            logger.info("nothing changed by an email to the sender: %s", error)
            self.stdout.write(f"Nothing changed: {error}.")
        except (NotSentYet, DatabaseError) as error:
            logger.warning("a delivery report is to come again: %r", error)
            sys.exit(TRY_LATER)
        else:
            status = letter.return_status if letter.came_back else "delayed"
            logger.info("letter %s: %s", letter.public_id, status)
            self.stdout.write(f"Letter {letter.public_id}: {status}.")
