"""Records of a directory's XML file, one at a time: no tree is built, no DTD and no entity is read.

What a file holds that its grammar doesn't know, or a record longer than any is, ends the reading:
memory doesn't grow with the file.
"""

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import IO
from xml.parsers import expat

from courses.people.models.identities import LONGEST_KEY
from courses.roster.enums import RecordFault
from courses.roster.exceptions import FileHasEntities, NotADirectoryFile, NotXml
from courses.roster.values import BadRecord

ROOT, DTD, VALUE = "ficAlimMENESR", "ficAlimMENESR.dtd", "value"
HOME = "ENTPersonStructRattach"
VERBS = {"addRequest", "modifyRequest", "deleteRequest"}
NAMED, IDENTIFIER = {"attr", "modification"}, "id"
INSIDE = {
    "operationalAttributes", "identifier", IDENTIFIER, "attributes", "modifications", VALUE, *NAMED,
}  # fmt: skip
KNOWN_ATTRIBUTES, REPLACE = {"name", "operation"}, "replace"
CHUNK = 64 * 1024
MOST_WAITING = 1024 * 1024  # bytes of one tag or comment that isn't over
DEEPEST = 5
MOST_ELEMENTS, MOST_CHARACTERS = 5_000, 100_000  # of one record; real ones have 100, and 5,000


@dataclass
class DirectoryRecord:
    """One record, its wanted values; lines as an editor counts."""

    file: str
    line: int
    verb: str
    identifier: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    hidden: str = ""  # the field in which an entity hides text

    def first(self, name: str) -> str:
        return next(iter(self.values.get(name, [])), "")

    def without(self, name: str) -> "DirectoryRecord":
        """The same where this field isn't read."""
        values = {key: value for key, value in self.values.items() if key != name}
        lines = {key: line for key, line in self.lines.items() if key != name}
        return replace(self, values=values, lines=lines)

    def bad(self, fault: RecordFault, name: str) -> BadRecord:
        """`key` is whole or empty: one that was cut would be another student's."""
        line, key = self.lines.get(name, self.line), self.first("ENTPersonJointure")
        return BadRecord(self.file, line, name, fault.value, key if len(key) <= LONGEST_KEY else "")


def schools_of(record: DirectoryRecord, names: Iterable[str]) -> set[str]:
    """Keys in the directory of the schools that a record names: whose it is, and in the values
    `school$…` of these fields.
    """
    values = [value for name in names for value in record.values.get(name, [])]
    return {
        record.first(HOME),
        *(where for where, sign, _ in (v.partition("$") for v in values) if sign),
    }


def records(file: IO[bytes], name: str, wanted: set[str]) -> Iterator[DirectoryRecord]:
    """Those of one file, with the values of `wanted` alone. Raises a `Refusal`."""
    reader = DirectoryReader(name, wanted)
    while chunk := file.read(CHUNK):
        yield from reader.feed(chunk)
    yield from reader.feed(b"", is_last=True)


class DirectoryReader:
    def __init__(self, name: str, wanted: set[str]):
        self.name, self.wanted = name, wanted
        self.fed = self.depth = self.elements = self.characters = 0
        self.found: list[DirectoryRecord] = []
        self.record: DirectoryRecord | None = None
        self.said = ""  # the wanted field that is open
        self.text: list[str] | None = None
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.SkippedEntityHandler = self._skipped

    def feed(self, chunk: bytes, *, is_last: bool = False) -> list[DirectoryRecord]:
        self.fed += len(chunk)
        try:
            self.parser.Parse(chunk, is_last)
        except expat.ExpatError as error:
            raise NotXml(name=self.name, line=error.lineno) from error
        except (LookupError, ValueError) as error:  # an encoding that nobody knows
            raise NotXml(name=self.name, line=1) from error
        if self.fed - self.parser.CurrentByteIndex > MOST_WAITING:
            raise self._wrong()
        found, self.found = self.found, []
        return found

    def _wrong(self) -> NotADirectoryFile:
        return NotADirectoryFile(name=self.name, line=self.parser.CurrentLineNumber)

    def _doctype(self, _root: str, system: str | None, public: str | None, inside: int) -> None:
        """A set names its own DTD and declares nothing: an entity would leave a hole in a name."""
        if inside or public or system not in (None, DTD):
            raise FileHasEntities(name=self.name)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1:
            if tag != ROOT:
                raise self._wrong()
            return
        known = VERBS if self.depth == 2 else INSIDE
        if tag not in known or self.depth > DEEPEST or attributes.keys() - KNOWN_ATTRIBUTES:
            raise self._wrong()
        if attributes.get("operation", REPLACE) != REPLACE:
            raise self._wrong()
        if self.record is None:
            self.record = DirectoryRecord(self.name, self.parser.CurrentLineNumber, tag)
            self.elements = self.characters = 0
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise self._wrong()
        if tag in NAMED:
            named = attributes.get("name", "")
            self.said = named if named in self.wanted else ""
            if self.said:
                self.record.lines[self.said] = self.parser.CurrentLineNumber
                self.record.values[self.said] = []
        elif tag == IDENTIFIER or (tag == VALUE and self.said):
            self.text = []

    def _end(self, tag: str) -> None:
        self.depth -= 1
        if self.record is None:
            return
        if tag in (VALUE, IDENTIFIER) and self.text is not None:
            said, self.text = html.unescape("".join(self.text)).strip(), None
            if tag == IDENTIFIER:
                self.record.identifier = said
            elif said:
                self.record.values[self.said].append(said)
        elif tag in NAMED:
            self.said = ""
        elif tag in VERBS:
            self.found.append(self.record)
            self.record = None

    def _data(self, text: str) -> None:
        if self.text is not None:
            self.characters += len(text)
            if self.characters > MOST_CHARACTERS:
                raise self._wrong()
            self.text.append(text)

    def _skipped(self, _name: str, _is_parameter: int) -> None:
        if self.record is not None and (self.said or self.text is not None):
            self.record.hidden = self.said or IDENTIFIER
