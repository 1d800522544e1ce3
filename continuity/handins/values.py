"""Limits of a hand-in, shown before sending and enforced; what became of files sent at once."""

from dataclasses import dataclass, field

from courses.documents.exceptions import FileRefused
from courses.documents.values import PHOTO_BYTES

PDF_BYTES = 10_000_000
SOUND_BYTES = 20_000_000
MOST_MINUTES = 10  # of a recording
MOST_PARTS = 20
MOST_PAGES = 20
TEXT_CHARACTERS = 20_000

LIMITS = {  # as a page shows them
    "photo_bytes": PHOTO_BYTES,
    "photo_megabytes": PHOTO_BYTES // 1_000_000,
    "pdf_bytes": PDF_BYTES,
    "pdf_megabytes": PDF_BYTES // 1_000_000,
    "sound_bytes": SOUND_BYTES,
    "sound_megabytes": SOUND_BYTES // 1_000_000,
    "minutes": MOST_MINUTES,
    "parts": MOST_PARTS,
    "pages": MOST_PAGES,
}


@dataclass
class SentFiles:
    """What became of files that one form brought, by their names on the device."""

    arrived: list[str] = field(default_factory=list)
    refused: list[tuple[str, FileRefused]] = field(default_factory=list)
