"""`manage.py start_site`: the pages that a new installation needs, in French and in English."""

from django.core.management.base import BaseCommand

from cms.guidance import services as guidance


class Command(BaseCommand):
    help = "Make the pages that are missing: home, about, resources, help, personal data, accessibility. Run twice, it changes nothing."

    def handle(self, **options):
        made = guidance.plant_trees()
        self.stdout.write(f"{made} pages made" if made else "every page was there")
