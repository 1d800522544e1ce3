"""One way in for every kind of set: the archive says by its files what it is."""

import datetime

from courses.roster.exceptions import NeitherKind, SchoolWithoutUai
from courses.roster.services.aaf import read_set
from courses.roster.services.aaf_files import is_directory_set
from courses.roster.services.archive import Archive
from courses.roster.services.oneroster import read_bundle
from courses.roster.services.oneroster_manifest import MANIFEST
from courses.roster.values import SchoolRoster


def read_school(
    content: bytes, *, uai: str | None, school: str, today: datetime.date
) -> SchoolRoster:
    """What the archive says of the school with that UAI. Raises a `Refusal`; nothing is stored."""
    if not uai:
        raise SchoolWithoutUai
    archive = Archive(content)
    if MANIFEST in archive.names:
        return read_bundle(archive, uai=uai.upper(), school=school, today=today)
    if is_directory_set(archive.names):
        return read_set(archive, uai=uai.upper(), school=school)
    raise NeitherKind
