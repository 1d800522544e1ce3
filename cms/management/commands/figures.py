"""`manage.py figures`: what each measure counts, in English and in French. `--write` puts it into
docs/.
"""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from cms.indicators.queries.paper import FIGURE_PAPERS, figures_paper


class Command(BaseCommand):
    help = "The definitions of all measures, from the code. --write: into docs/."

    def add_arguments(self, parser):
        parser.add_argument("--write", action="store_true")

    def handle(self, *, write, **options):
        for name in FIGURE_PAPERS:
            text = figures_paper(name)
            if write:
                (Path(settings.BASE_DIR) / "docs" / f"{name}.md").write_text(text)
            else:
                self.stdout.write(text)
