"""Compiles messages without gettext's tools, which aren't on every machine."""

from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.reloader import translation_file_changed


def compile_all() -> list[Path]:
    """Compile each .po that is newer than its .mo, and return the compiled files.

    Django's loaded catalogues are dropped afterwards: a process that has read French without its
    .mo (any command's start does) would write English into everything that it freezes in French,
    certificates among it.
    """
    made = []
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                # Written aside first: a server that starts meanwhile never reads half a file.
                aside = target.with_suffix(".mo.new")
                polib.pofile(str(source)).save_as_mofile(str(aside))
                aside.replace(target)
                translation_file_changed(None, target)
                made.append(target)
    return made
