"""The manifest of a OneRoster bundle: version, the software that made it, which files are whole."""

from dataclasses import dataclass

from courses.roster.exceptions import (
    DeltaNotRead,
    FileMissing,
    ManifestDisagrees,
    TooManyRows,
    VersionNotRead,
)
from courses.roster.services.archive import Archive
from courses.roster.services.oneroster_files import bundle_rows
from courses.roster.values import LONGEST_SHOWN, MOST_FILES

MANIFEST, OLD, NEW = "manifest.csv", "1.1", "1.2"
NEEDED = ("academicSessions", "classes", "courses", "enrollments", "orgs", "users")
ROLES = "roles"  # of 1.2: what a user is, and where
VERSION, FILE = "oneroster.version", "file."
ABSENT, BULK, DELTA = "absent", "bulk", "delta"


@dataclass(frozen=True)
class BundleManifest:
    system: str  # empty where the manifest doesn't name the software
    has_roles: bool


def read_manifest(archive: Archive) -> BundleManifest:
    """Raises a `Refusal` unless the archive is one whole bulk set of a version that is read."""
    said: dict[str, str] = {}
    for row in bundle_rows(archive, MANIFEST, ("propertyName", "value")):
        said[row["propertyName"]] = row["value"]
        if len(said) > MOST_FILES:
            raise TooManyRows(name=MANIFEST, most=MOST_FILES)
    if said.get(VERSION) not in (OLD, NEW):
        raise VersionNotRead
    needed = {*NEEDED, ROLES} if said[VERSION] == NEW else set(NEEDED)
    listed = {name.removeprefix(FILE) for name in said if name.startswith(FILE)}
    packed = {name.removesuffix(".csv") for name in archive.names if name.endswith(".csv")}
    for name in sorted((needed | listed | packed) - {"manifest"}):
        mode = said.get(f"{FILE}{name}", ABSENT)
        _check(f"{name}.csv", mode, archive, is_needed=name in needed)
    system = said.get("source.systemCode") or said.get("source.systemName", "")
    return BundleManifest(system, has_roles=ROLES in needed)


def _check(name: str, mode: str, archive: Archive, *, is_needed: bool) -> None:
    is_here, shown = name in archive.names, name[:LONGEST_SHOWN]
    if mode == DELTA and is_needed:
        raise DeltaNotRead
    if not is_here and (is_needed or mode != ABSENT):
        raise FileMissing(name=shown)
    if mode not in (ABSENT, BULK, DELTA) or (mode == ABSENT and is_here):
        raise ManifestDisagrees(name=shown)
