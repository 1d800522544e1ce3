"""One way in for every kind of set: the archive says by its files what it is."""

import datetime

from courses.roster.exceptions import DeltaWithoutBase, NeitherKind, SchoolWithoutUai
from courses.roster.services.aaf import read_set
from courses.roster.services.aaf_delta import DeltaSet, read_delta
from courses.roster.services.aaf_files import GUARDIANS, directory_set, is_directory_set
from courses.roster.services.archive import Archive
from courses.roster.services.oneroster import read_bundle
from courses.roster.services.oneroster_manifest import MANIFEST
from courses.roster.services.parts import SchoolPart
from courses.roster.values import DeltaBase, SchoolRoster


def read_school(
    content: bytes | SchoolPart,
    *,
    uai: str | None,
    school: str,
    today: datetime.date,
    with_guardians: bool = False,
    base: DeltaBase | None = None,
) -> SchoolRoster | DeltaSet:
    """What the archive says of the school with that UAI; `base`: from which a delta set goes on.
    Raises a `Refusal`; nothing is stored.
    """
    if not uai:
        raise SchoolWithoutUai
    if isinstance(content, SchoolPart):
        also = {GUARDIANS} if with_guardians else ()
        return read_set(
            content,
            directory_set(content.names, also),
            uai=uai.upper(),
            school=school,
            today=today,
            with_guardians=with_guardians,
        )
    archive = Archive(content)
    if MANIFEST in archive.names:
        return read_bundle(
            archive,
            uai=uai.upper(),
            school=school,
            today=today,
            with_guardians=with_guardians,
        )
    if is_directory_set(archive.names):
        one = directory_set(archive.names, {GUARDIANS} if with_guardians else ())
        if not one.is_delta:
            return read_set(
                archive,
                one,
                uai=uai.upper(),
                school=school,
                today=today,
                with_guardians=with_guardians,
            )
        if base is None:
            raise DeltaWithoutBase
        return read_delta(archive, one, base, with_guardians=with_guardians)
    raise NeitherKind


def is_delta_set(content: bytes) -> bool:
    """Of AAF. Raises a `Refusal` where it isn't an archive of one set."""
    names = Archive(content).names
    return MANIFEST not in names and is_directory_set(names) and directory_set(names).is_delta
