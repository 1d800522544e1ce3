"""Certificates and their school years."""

import datetime
import re
import unicodedata
from dataclasses import asdict, dataclass

from courses.agenda.values import PARIS
from courses.dates import SCHOOL_YEAR_BEGINS, school_year_begun
from training.values.attendance import Interval


def certificate_year(day: datetime.date) -> int:
    """The year in which the school year of that day began: certificates are numbered in it."""
    return school_year_begun(day)


@dataclass(frozen=True)
class CertificateFilter:
    """Which certificates a planner asks for, in plain values: they are kept with an archive.

    What is empty filters nothing. `year` is the one in which a school year began; `provider`,
    `training` and `session` are public ids; `school` is its UAI or words of its name.
    """

    q: str = ""
    year: int | None = None
    provider: str = ""
    training: str = ""
    session: str = ""
    school: str = ""
    state: str = ""

    @property
    def filled(self) -> dict[str, str | int]:
        return {name: value for name, value in asdict(self).items() if value}


def school_year_bounds(year: int) -> Interval:
    """Return the first instant of the school year and that of the next, in Paris."""
    first, last = (datetime.date(one, SCHOOL_YEAR_BEGINS, 1) for one in (year, year + 1))
    return (
        datetime.datetime.combine(first, datetime.time(), tzinfo=PARIS),
        datetime.datetime.combine(last, datetime.time(), tzinfo=PARIS),
    )


MOST_IN_AN_ARCHIVE = 3_000  # certificates: about 75 MB
ARCHIVE_KEPT = datetime.timedelta(days=2)
LONGEST_FILE_WORDS = 80


def file_words(text: str) -> str:
    """A name as part of a file's name: its letters as they are written, hyphens between them."""
    words = re.sub(r"[^\w’']+", "-", unicodedata.normalize("NFC", text)).strip("-_")
    return words[:LONGEST_FILE_WORDS].rstrip("-_")


@dataclass(frozen=True)
class CertificateChange:
    """Correction of a certificate: the printed name, or the attended minutes."""

    name: str = ""
    minutes: int | None = None


def next_version(number: str) -> str:
    """The number of the version that replaces it: 2026-000012, 2026-000012-2, 2026-000012-3."""
    year, serial, *version = number.split("-")
    return f"{year}-{serial}-{int(version[0]) + 1 if version else 2}"


def initials(name: str) -> str:
    """« C. M… »: what the public page shows of a name."""
    words = [word for word in name.split() if word[:1].isalpha()]
    if not words:
        return ""
    return (
        f"{words[0][0]}." if len(words) == 1 else f"{words[0][0]}.\N{NO-BREAK SPACE}{words[-1][0]}…"
    )
