"""`manage.py compile_translations`: what Django's compilemessages does, without gettext's tools."""

from django.core.management.base import BaseCommand

from cms.management.translations import compile_all


class Command(BaseCommand):
    help = "Compile the messages that changed; needs no tool but Python."

    # Root runs it: a check of the caches would make PASSERELLE_VAR/cache, which the site couldn't write.
    requires_system_checks = []

    def handle(self, **options):
        for target in compile_all():
            self.stdout.write(f"compiled {target.parents[1].name}/{target.name}")
