"""What a page says, passage by passage, apart from how it is stored: plain values, so that meaning can be compared."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

# What ends a line of text; other tags stand inside one.
ENDS_A_LINE = {"p", "br", "li", "ul", "ol", "h2", "h3", "h4", "hr", "blockquote"}
SAME_APOSTROPHE = str.maketrans({"’": "'", "ʼ": "'", "‑": "-"})
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


@dataclass(frozen=True)
class Passage:
    """One block of a page, or its title, summary or audience, as words. Blocks of a pair share their id."""

    id: str
    kind: str
    text: str

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.text)

    def as_json(self) -> dict[str, str]:
        return {"id": self.id, "kind": self.kind, "text": self.text, "fingerprint": self.fingerprint}


@dataclass(frozen=True)
class Behind:
    """A passage of the source that the other language hasn't followed yet."""

    id: str
    kind: str
    change: str  # of enums.Change


def passages_from(rows: Sequence[dict[str, str]]) -> list[Passage]:
    """Read back what `Passage.as_json` kept."""
    return [Passage(row["id"], row["kind"], row["text"]) for row in rows]


def fingerprint(text: str) -> str:
    """The same for texts that say the same: spaces, line ends, apostrophes and hyphens of every kind don't count."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(SAME_APOSTROPHE)
    return hashlib.sha256(" ".join(plain.split()).encode()).hexdigest()[:32]


def words_of(value: Any) -> str:
    """All the words in a block's stored value, in reading order, a line for each part; links with where they lead."""
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, dict):
        if value.keys() >= {"type", "value", "id"}:  # an item of a list block: its id and type aren't words
            return words_of(value["value"])
        return "\n".join(filter(None, (words_of(part) for part in value.values())))
    if isinstance(value, list | tuple):
        return "\n".join(filter(None, (words_of(part) for part in value)))
    return "" if value is None or value is False else str(value)


class _Plain(HTMLParser):
    """Rich text as lines; a link is followed by its target, for where it leads is part of what is said."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "a":
            linked = f"{named['linktype']}:{named.get('id')}" if "linktype" in named else named.get("href")
            self.targets.append(linked or "")
        elif tag in ENDS_A_LINE:
            self.parts.append("\n")

    def handle_endtag(self, tag):
        if tag == "a" and self.targets:
            target = self.targets.pop()
            self.parts.append(f" ({target})" if target else "")
        elif tag in ENDS_A_LINE:
            self.parts.append("\n")

    def handle_data(self, data):
        self.parts.append(re.sub(r"[ \t\r\n]+", " ", data))


def _plain(html: str) -> str:
    if "<" not in html and "&" not in html:
        return html.strip()
    parser = _Plain()
    parser.feed(html)
    parser.close()
    lines = (line.strip() for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)
