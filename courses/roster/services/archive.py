"""The zip archive of a set: checked before anything in it is read, never unpacked to a disk."""

import datetime
import io
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from courses.roster.exceptions import (
    ArchiveHasFolders,
    ArchiveHoldsTooMuch,
    ArchiveIsBroken,
    ArchiveIsLocked,
    ArchiveTooLarge,
    DeltaNotRead,
    FileMissing,
    FileTwice,
    NoSuchDay,
    NotAnArchive,
    TwoSets,
)
from courses.roster.values import MOST_BYTES, MOST_FILES, MOST_UNPACKED

NAME = re.compile(r"([\w-]{1,40})_(Complet|Delta)_(\d{8})_([A-Za-z]{1,20})_(\d{4})\.xml", re.ASCII)
SCHOOLS, STUDENTS = "EtabEducNat", "Eleve"
LOCKED = 0x1


@dataclass(frozen=True)
class DirectoryArchive:
    """A complete set: its day, and its files by kind, in the order of their numbers."""

    packed: zipfile.ZipFile
    day: datetime.date
    files: dict[str, list[str]]

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """Raises `ArchiveIsBroken` where its bytes aren't what was packed."""
        try:
            with self.packed.open(name) as file:
                yield file
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise ArchiveIsBroken(name=name) from error


def open_archive(data: bytes) -> DirectoryArchive:
    """Raises a `Refusal` for what isn't one whole complete set."""
    if len(data) > MOST_BYTES:
        raise ArchiveTooLarge(most=MOST_BYTES // 1024**2)
    try:
        packed = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise NotAnArchive from error
    _check(packed.infolist())
    found: dict[str, dict[int, str]] = defaultdict(dict)
    sets = set()
    for name in packed.namelist():
        if match := NAME.fullmatch(name):
            prefix, form, day, kind, number = match.groups()
            if form == "Delta":
                raise DeltaNotRead
            sets.add((prefix, day))
            if int(number) in found[kind]:
                raise FileTwice(name=name)
            found[kind][int(number)] = name
    for kind in (SCHOOLS, STUDENTS):
        _whole(kind, found[kind])
    if len(sets) > 1:
        raise TwoSets
    _prefix, day = sets.pop()
    try:
        of_day = datetime.date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError as error:
        raise NoSuchDay from error
    return DirectoryArchive(
        packed, of_day, {kind: [files[n] for n in sorted(files)] for kind, files in found.items()}
    )


def _check(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_FILES or sum(one.file_size for one in members) > MOST_UNPACKED:
        raise ArchiveHoldsTooMuch(files=MOST_FILES, most=MOST_UNPACKED // 1024**2)
    seen = set()
    for one in members:
        if "/" in one.filename or "\\" in one.orig_filename:
            raise ArchiveHasFolders(name=one.filename)
        if one.flag_bits & LOCKED:
            raise ArchiveIsLocked
        if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArchiveIsBroken(name=one.filename)
        if one.filename.casefold() in seen:
            raise FileTwice(name=one.filename)
        seen.add(one.filename.casefold())


def _whole(kind: str, files: dict[int, str]) -> None:
    """Numbers begin at 0 or 1, without a gap."""
    first = min(files, default=0)
    for number in range(min(first, 1), min(first, 1) + max(len(files), 1)):
        if number not in files:
            raise FileMissing(name=f"{kind}_{number:04}.xml")
