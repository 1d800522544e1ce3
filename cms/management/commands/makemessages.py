"""`manage.py makemessages`: Django's, with this project's options, so that a diff shows the strings
that changed and nothing else.

French, sorted, in unbroken lines, without places in the code, obsolete entries and guesses from
similar messages (`--no-fuzzy-matching` of msgmerge), and without the time of the run, which would
conflict in each merge.
"""

import subprocess
from pathlib import Path

from django.core.management.commands import makemessages

TIME_OF_RUN = '"POT-Creation-Date:'


class Command(makemessages.Command):
    help = "Gather the messages into the French catalogue."
    msgmerge_options = ["-q", "--backup=none", "--no-fuzzy-matching", "--update"]

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(
            locale=["fr"],
            no_location=True,
            no_obsolete=True,
            no_wrap=True,
            ignore_patterns=["tests", ".venv", "node_modules", "var"],
        )

    def write_po_file(self, potfile, locale):
        super().write_po_file(potfile, locale)
        catalogue = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        clean = ["msgattrib", "--sort-output", "--no-wrap", "--clear-previous"]
        subprocess.run([*clean, "-o", catalogue, catalogue], check=True)  # noqa: S603
        lines = catalogue.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(TIME_OF_RUN)]
        catalogue.write_text("".join(kept), "utf-8")
