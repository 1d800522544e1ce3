"""`manage.py check_jitsi`: looks at the configured video server and says what is wrong with it, and
what to do.
"""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courses.live.gateways.inspection import examine


class Command(BaseCommand):
    help = (
        "Checks the configured Jitsi: settings, token, DNS, HTTPS, config.js, clock. Ends with 1"
        " where something is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--base", default="", help="look at this address instead of https://JITSI_DOMAIN"
        )

    def handle(self, *args, **options):
        if not settings.JITSI["domain"]:
            raise CommandError(
                "JITSI_DOMAIN is not set: the practice room stands in for a video server. See"
                " docs/jitsi.md."
            )
        wrong = 0
        for finding in examine(
            settings.JITSI, now=timezone.now(), base=options["base"].rstrip("/")
        ):
            wrong += not finding.is_well
            mark = self.style.SUCCESS("ok   ") if finding.is_well else self.style.ERROR("WRONG")
            self.stdout.write(f"{mark} {finding.what}")
            if not finding.is_well:
                self.stdout.write(f"      {finding.advice}")
        if wrong:
            raise CommandError(f"{wrong} of these need a look: docs/jitsi.md says how each is set.")
        self.stdout.write(
            "All is well from here. What only a meeting shows: docs/jitsi.md, “A first meeting”."
        )
