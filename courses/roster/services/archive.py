"""The zip archive of a set: checked before anything in it is read, never unpacked to a disk."""

import datetime
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Self, cast

from courses.roster.exceptions import (
    ArchiveHasFolders,
    ArchiveHoldsTooMuch,
    ArchiveIsBroken,
    ArchiveIsLocked,
    ArchiveTooLarge,
    FileTwice,
    NotAnArchive,
)
from courses.roster.services.records import DirectoryRecord, records
from courses.roster.values import LONGEST_SHOWN, MOST_BYTES, MOST_FILES, MOST_UNPACKED

LOCKED = 0x1
NO_YEAR = 1980  # what a zip writes where its maker gave no day


class Archive:
    """Files of a zip that may be opened: no folder, no password, no name twice, not too much.

    Raises a `Refusal` for what isn't such a zip.
    """

    def __init__(self, content: bytes):
        if len(content) > MOST_BYTES:
            raise ArchiveTooLarge(most=MOST_BYTES // 1024**2)
        self._open(io.BytesIO(content))
        if self.holds_more(MOST_FILES, MOST_UNPACKED):
            raise ArchiveHoldsTooMuch(files=MOST_FILES, most=MOST_UNPACKED // 1024**2)
        check(self._zip.infolist())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._zip.close()

    def _open(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise NotAnArchive from error
        self.names = self._zip.namelist()

    def holds_more(self, files: int, unpacked: int) -> bool:
        """`unpacked`: bytes of all files together. zipfile reads no more of one than its list says."""
        members = self._zip.infolist()
        return len(members) > files or sum(one.file_size for one in members) > unpacked

    def records(self, name: str, wanted: set[str]) -> Iterator[DirectoryRecord]:
        """Those of one XML file of the directory, with the values of `wanted` alone."""
        with self.opened(name) as file:
            yield from records(file, name, wanted)

    @contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """Raises `ArchiveIsBroken` where its bytes aren't what was packed."""
        try:
            with self._member(name) as file:
                # `readline` with a limit is slow without it
                yield io.BufferedReader(cast(zipfile.ZipExtFile, file))
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise ArchiveIsBroken(name=name) from error

    def _member(self, name: str) -> IO[bytes]:
        """Raises `BadZipFile` also where bytes of the archive are missing, so that its members would
        begin before it: zipfile says `ValueError` there (Python 3.13).
        """
        try:
            return self._zip.open(name)
        except ValueError as error:
            raise zipfile.BadZipFile from error

    def newest_day(self) -> datetime.date | None:
        """The latest day on which one of its files was written; None where the zip says none."""
        days = []
        for one in self._zip.infolist():
            with suppress(ValueError):  # month 0: the field is empty
                days.append(datetime.date(*one.date_time[:3]))
        return max((day for day in days if day.year > NO_YEAR), default=None)


def check(members: list[zipfile.ZipInfo]) -> None:
    seen = set()
    for one in members:
        shown = one.filename[:LONGEST_SHOWN]
        if "/" in one.filename or "\\" in one.orig_filename:
            raise ArchiveHasFolders(name=shown)
        if one.flag_bits & LOCKED:
            raise ArchiveIsLocked
        if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArchiveIsBroken(name=shown)
        if one.filename.casefold() in seen:
            raise FileTwice(name=shown)
        seen.add(one.filename.casefold())
