"""`manage.py register`: the records of processing (GDPR, article 30) and the impact assessment
(article 35), from the code.

Each in English and in French. `--write` puts them into docs/.
"""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from cms.register.documents import PAPERS, paper


class Command(BaseCommand):
    help = (
        "The register of personal data and the impact assessment, from the code. --write: into"
        " docs/."
    )

    def add_arguments(self, parser):
        parser.add_argument("--write", action="store_true")

    def handle(self, *, write, **options):
        for name in PAPERS:
            text = paper(name)
            if write:
                (Path(settings.BASE_DIR) / "docs" / f"{name}.md").write_text(text)
            else:
                self.stdout.write(text)
