"""Compiles messages without gettext's tools, which aren't on every machine."""

from pathlib import Path

import polib
from django.conf import settings


def compile_all() -> list[Path]:
    """Make the .mo beside each .po that is newer, and say which were made."""
    made = []
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                # Written aside first: a server that starts meanwhile never reads half a file.
                aside = target.with_suffix(".mo.new")
                polib.pofile(str(source)).save_as_mofile(str(aside))
                aside.replace(target)
                made.append(target)
    return made
