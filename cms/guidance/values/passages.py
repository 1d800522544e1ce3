"""Text of a page, passage by passage, apart from how it is stored, and changes of a passage since
both languages were in step.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from cms.guidance.enums import Tone

ADDRESS_IN_WORDS = re.compile(r" ?\((?:https?|mailto|tel|page|document):[^)]*\)")
FEW_LINES = 4
SAME_APOSTROPHE = str.maketrans({"’": "'", "ʼ": "'", "‑": "-"})
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


@dataclass(frozen=True)
class PagePassage:
    """One block of a page, or its title, summary or audience, as words.

    Blocks of a pair share their id.
    """

    id: str
    kind: str
    text: str

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.text)

    def as_json(self) -> dict[str, str]:
        return {
            "id": self.id,
            "kind": self.kind,
            "text": self.text,
            "fingerprint": self.fingerprint,
        }


@dataclass(frozen=True)
class Behind:
    """A passage of the source that the other language hasn't followed yet."""

    id: str
    kind: str
    change: str  # of enums.PassageChange


@dataclass(frozen=True)
class Piece:
    """Some words of a comparison: kept, put in ("ins") or taken out ("del")."""

    does: str
    text: str

    @property
    def short(self) -> str:
        """The text shortened: of many unchanged lines, the first and the last, which say where the
        change stands.
        """
        lines = self.text.split("\n")
        return self.text if self.does or len(lines) <= FEW_LINES else f"{lines[0]}\n…\n{lines[-1]}"


@dataclass(frozen=True)
class Compared:
    """A passage of the source beside the other page's: what became of it since both were in step."""

    id: str
    kind: str
    change: str  # of enums.PassageChange; empty where nothing changed
    pieces: tuple[Piece, ...]
    here: PagePassage | None  # what the other page says there

    @property
    def is_in_no_word(self) -> bool:
        """Whether the change isn't in the words: a link's address, or a look."""
        return bool(self.change) and not any(piece.does for piece in self.pieces)

    @property
    def is_here_only(self) -> bool:
        return not self.pieces and self.here is not None


@dataclass(frozen=True)
class Remark:
    """A hint to who writes: at which block or field, what, and the words that it is about."""

    id: str
    what: str  # of enums.Improvement
    found: str = ""
    number: int = 0


def passages_from(rows: Sequence[dict[str, str]]) -> list[PagePassage]:
    """Read back what `PagePassage.as_json` kept."""
    return [PagePassage(row["id"], row["kind"], row["text"]) for row in rows]


def anchor(block_id: str | None) -> str:
    """Anchor of a block in its page: the same in both languages, whatever its words become.

    A block gets its id when saved.
    """
    return f"p-{block_id[:8]}" if block_id else ""


def fingerprint(text: str) -> str:
    """The same for texts that say the same: spaces, line ends, apostrophes and hyphens of every
    kind don't count.
    """
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(SAME_APOSTROPHE)
    return hashlib.sha256(" ".join(plain.split()).encode()).hexdigest()[:32]


def as_read(passage: PagePassage | None) -> str:
    """The words of a passage without what only the page's machinery reads."""
    if passage is None:
        return ""
    lines = ADDRESS_IN_WORDS.sub("", passage.text).split("\n")
    return "\n".join(line.strip() for line in lines if line not in Tone.values)


def beginning(text: str, most: int = 60) -> str:
    """The first words of a passage, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rsplit(' ', 1)[0]}…"
