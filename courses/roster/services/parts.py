"""What a set of a whole académie says of one school, kept packed in memory while it is read: nothing
of it reaches a disk.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator

from courses.roster.services.records import DirectoryRecord

CHUNK = 16 * 1024  # characters that are packed together
FAST = 1  # of zlib's levels


class RecordSpool:
    """Records of one file, packed."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._lines: list[str] = []
        self._waiting = 0

    def add(self, record: DirectoryRecord) -> int:
        """How many bytes more are held."""
        fields = {name: value for name, value in vars(record).items() if name != "file"}
        self._lines.append(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))
        self._waiting += len(self._lines[-1])
        return self.pack() if self._waiting > CHUNK else 0

    def pack(self) -> int:
        """What waits is packed; how many bytes more are held."""
        if not self._lines:
            return 0
        self._chunks.append(zlib.compress("\n".join(self._lines).encode(), FAST))
        self._lines, self._waiting = [], 0
        return len(self._chunks[-1])

    def records(self, file: str) -> Iterator[DirectoryRecord]:
        self.pack()
        for chunk in self._chunks:
            for line in zlib.decompress(chunk).decode().split("\n"):
                yield DirectoryRecord(file, **json.loads(line))


class SchoolPart:
    """One school's records in a set of a whole académie, by the files and lines of that set: it is
    read as the archive of that school alone. `digest`: of the whole archive.
    """

    def __init__(self, digest: str, files: dict[str, RecordSpool], *, has_guardians: bool = False):
        self.digest, self._files, self.has_guardians = digest, files, has_guardians

    @property
    def names(self) -> list[str]:
        return list(self._files)

    def spool(self, name: str) -> RecordSpool:
        return self._files[name]

    def records(self, name: str, wanted: set[str]) -> Iterator[DirectoryRecord]:
        """As `Archive.records`; the values of `wanted` are all that was kept."""
        return self._files[name].records(name)


def digest_of(content: bytes | SchoolPart) -> str:
    """Of an archive, as an import keeps it."""
    if isinstance(content, SchoolPart):
        return content.digest
    return hashlib.sha256(content).hexdigest()
