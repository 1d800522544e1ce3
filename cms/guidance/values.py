"""What a page says, passage by passage, apart from how it is stored: plain values, so that meaning
can be compared.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import PurePath
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.text import slugify

from cms.guidance.enums import Tone

# Names, figures and addresses are the same in both languages; a sentence isn't.
WORDS_OF_A_SENTENCE = 4
LONG = 3
ADDRESS_IN_WORDS = re.compile(r" ?\((?:https?|mailto|tel|page|document):[^)]*\)")
SAME_IN_BOTH = {"contact", "live"}
FEW_LINES = 4
# In a short line, what tells French words from a name that both languages write alike.
LITTLE_FRENCH = (
    "a ai au aucun aux avant avec c ce ces d dans de des du elle en est et faut il ils j je l la le"
    " les ma mes mon n ne nos notre ou par pas plus pour qu que qui s sa sans se ses son sur sa un"
    " une vos votre vous y à"
)
LITTLE_FRENCH_WORDS = frozenset(LITTLE_FRENCH.split())
ACCENT = re.compile("[àâçéèêëîïôùûœ]")

# What ends a line of text; other tags stand inside one.
ENDS_A_LINE = {"p", "br", "li", "ul", "ol", "h2", "h3", "h4", "hr", "blockquote"}
SAME_APOSTROPHE = str.maketrans({"’": "'", "ʼ": "'", "‑": "-"})
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


@dataclass(frozen=True)
class Passage:
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
    change: str  # of enums.Change


@dataclass(frozen=True)
class Piece:
    """Some words of a comparison: kept, put in ("ins") or taken out ("del")."""

    does: str
    text: str

    @property
    def short(self) -> str:
        """Of many lines that were kept, the first and the last: they say where the change stands."""
        lines = self.text.split("\n")
        return self.text if self.does or len(lines) <= FEW_LINES else f"{lines[0]}\n…\n{lines[-1]}"


@dataclass(frozen=True)
class Compared:
    """A passage of the source beside the other page's: what became of it since both were in step."""

    id: str
    kind: str
    change: str  # of enums.Change; empty where nothing changed
    pieces: tuple[Piece, ...]
    here: Passage | None  # what the other page says there

    @property
    def is_in_no_word(self) -> bool:
        """What changed isn't read: where a link leads, or a look."""
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


def passages_from(rows: Sequence[dict[str, str]]) -> list[Passage]:
    """Read back what `Passage.as_json` kept."""
    return [Passage(row["id"], row["kind"], row["text"]) for row in rows]


def anchor(block_id: str | None) -> str:
    """Where a block stands in its page: the same in both languages, whatever its words become.

    A block gets its id when saved.
    """
    return f"p-{block_id[:8]}" if block_id else ""


def fingerprint(text: str) -> str:
    """The same for texts that say the same: spaces, line ends, apostrophes and hyphens of every
    kind don't count.
    """
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(SAME_APOSTROPHE)
    return hashlib.sha256(" ".join(plain.split()).encode()).hexdigest()[:32]


def as_read(passage: Passage | None) -> str:
    """The words of a passage without what only the page's machinery reads."""
    if passage is None:
        return ""
    lines = ADDRESS_IN_WORDS.sub("", passage.text).split("\n")
    return "\n".join(line.strip() for line in lines if line not in Tone.values)


def beginning(text: str, most: int = 60) -> str:
    """The first words of a passage, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rsplit(' ', 1)[0]}…"


def untranslated(page: Sequence[Passage], source: Sequence[Passage]) -> list[Passage]:
    """The passages with a line that still says, word for word, what a line of the source says."""
    said = {fingerprint(line) for passage in source for line in passage.text.split("\n")}
    return [
        passage
        for passage in page
        if passage.kind not in SAME_IN_BOTH
        and any(
            is_a_sentence(line) and fingerprint(line) in said for line in passage.text.split("\n")
        )
    ]


def is_a_sentence(line: str) -> bool:
    """Words that somebody would translate, rather than a name or a figure."""
    words = re.findall(r"[^\W\d_]+", ADDRESS_IN_WORDS.sub("", line))
    if sum(len(word) >= LONG for word in words) >= WORDS_OF_A_SENTENCE:
        return True
    is_no_name = any(len(word) >= LONG and word[0].islower() for word in words[1:])
    return is_no_name and any(
        word.lower() in LITTLE_FRENCH_WORDS or ACCENT.search(word) for word in words
    )


def words_of(value: Any) -> str:
    """All the words in a block's stored value, in reading order, a line for each part; links with
    where they lead.
    """
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, dict):
        if value.keys() >= {
            "type",
            "value",
            "id",
        }:  # an item of a list block: its id and type aren't words
            return words_of(value["value"])
        if value.keys() >= TABLE:
            headings, rows = (
                [column["heading"] for column in value["columns"]],
                [row["values"] for row in value["rows"]],
            )
            return words_of([value["caption"], headings, rows])
        return "\n".join(filter(None, (words_of(part) for part in value.values())))
    if isinstance(value, list | tuple):
        return "\n".join(filter(None, (words_of(part) for part in value)))
    return "" if value is None or value is False else str(value)


class _Plain(HTMLParser):
    """Rich text as lines; a link is followed by its target, for where it leads is part of what is
    said.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "a":
            linked = (
                f"{named['linktype']}:{named.get('id')}"
                if "linktype" in named
                else named.get("href")
            )
            self.targets.append(linked or "")
        elif tag in ENDS_A_LINE:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.targets:
            target = self.targets.pop()
            self.parts.append(f" ({target})" if target else "")
        elif tag in ENDS_A_LINE:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(re.sub(r"[ \t\r\n]+", " ", data))


def _plain(html: str) -> str:
    if "<" not in html and "&" not in html:
        return html.strip()
    parser = _Plain()
    parser.feed(html)
    parser.close()
    lines = (line.strip() for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)


TABLE = {"caption", "columns", "rows"}  # of the stored value of a table


def table_value(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    """A table as it is stored, from its plain cells.

    Where a row is longer than the head, columns without a heading are added.
    """
    width = max([len(head), *map(len, rows)])
    return {
        "caption": caption,
        "columns": [
            {"type": "text", "heading": heading} for heading in [*head, *[""] * (width - len(head))]
        ],
        "rows": [{"values": [*row, *[""] * (width - len(row))]} for row in rows],
    }


def stored(kind: str, value: Any) -> Any:
    """The value of a block as it is stored, from how it is written in `content/`."""
    return table_value(**value) if kind == "table" else value


@dataclass(frozen=True)
class Link:
    """A link of a page: what it leads to ("page", "document" or an address) and its words."""

    kind: str  # page, document, address
    target: str
    words: str


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Link] = []
        self.open: list[tuple[str, str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            named = dict(attrs)
            kind = named.get("linktype") or "address"
            self.open.append((kind, named.get("id" if kind != "address" else "href") or "", []))

    def handle_data(self, data: str) -> None:
        for _kind, _target, words in self.open:
            words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.open:
            kind, target, words = self.open.pop()
            self.found.append(Link(kind, target, " ".join("".join(words).split())))


def links_in(value: Any) -> list[Link]:
    """All links in a block's stored value, in reading order: those of rich text, and addresses that
    are a field of their own.
    """
    if isinstance(value, str):
        if "<a " in value:
            parser = _Links()
            parser.feed(value)
            parser.close()
            return parser.found
        return [Link("address", value, "")] if re.fullmatch(r"https?://\S+", value) else []
    parts = (
        value.values()
        if isinstance(value, dict)
        else value
        if isinstance(value, list | tuple)
        else []
    )
    return [link for part in parts for link in links_in(part)]


NAME_OF_A_FILE = re.compile(
    r"\.(?:avif|bmp|gif|heic|jpe?g|pdf|png|svg|tiff?|webp)$|^(?:img|dscn?|image|photo|capture|screenshot|scan)?[\s_-]*\d+$|_",
    re.I,
)
A_RANDOM_ENDING = re.compile(
    r"_[A-Za-z0-9]{7}$"
)  # Django puts it behind the name of a file that is taken


def is_name_of_file(words: str, file: str) -> bool:
    """Is this what the file is called, or what a camera calls its files?

    `file` is the stored name.
    """
    stem = PurePath(file).stem
    names = {slugify(stem), slugify(A_RANDOM_ENDING.sub("", stem))}
    return bool(words.strip()) and (
        bool(NAME_OF_A_FILE.search(words.strip())) or slugify(words) in names
    )


# The fields of a page that hold words, apart from its body.
WORDS = ("title", "lead", "audience", "change_note", "dated")
# The other fields of the editor's form: two versions that differ in them are asked about all at
# once.
SETTINGS = (
    *("slug", "seo_title", "search_description", "show_in_menus", "go_live_at", "expire_at"),
    *("resource", "related_pages", "in_step_with", "minor_edit"),
)
COMMENTS, OF_A_COMMENT = (
    "wagtail_admin_comments",
    ("contentpath", "position", "text", "resolved_at"),
)
DRAWN_ANEW = {"id", "pk", "sort_order"}
PARAGRAPH_KEY = re.compile(r' data-block-key="[^"]*"')


def is_same_version(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Do two stored versions of a page (`Revision.content`, `serializable_data()`) say the same in
    every field of the editor?

    The blocks of the body are compared with their ids and in their order: the other language pairs
    them by id.
    """
    one, other = plain(one), plain(other)
    return (
        all(is_same_value(one.get(name), other.get(name)) for name in (*WORDS, *SETTINGS))
        and list(blocks_of(one)) == list(blocks_of(other))
        and is_same_value(list(blocks_of(one).values()), list(blocks_of(other).values()))
        and _comments_in(one) == _comments_in(other)
    )


def is_same_value(one: Any, other: Any) -> bool:
    """The ids of a list's items, and the keys that the editor gives to paragraphs, are drawn anew
    each time they are sent.
    """
    return _without_ids(one) == _without_ids(other)


def plain(content: dict[str, Any]) -> dict[str, Any]:
    """As it comes back from a JSON field."""
    return json.loads(json.dumps(content, cls=DjangoJSONEncoder))


def blocks_of(content: dict[str, Any]) -> dict[str, dict]:
    """The blocks of a stored version's body by their ids, in order."""
    return {
        block.get("id") or str(place): block
        for place, block in enumerate(json.loads(content.get("body") or "[]"))
    }


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_ids(part) for name, part in value.items() if name not in DRAWN_ANEW}
    if isinstance(value, list):
        return [_without_ids(part) for part in value]
    return PARAGRAPH_KEY.sub("", value) if isinstance(value, str) else value


def _comments_in(content: dict[str, Any]) -> list[tuple]:
    """What was said beside the text, thread by thread, in an order of its own."""
    threads = content.get(COMMENTS) or []
    said = [
        (
            *(str(thread.get(name) or "") for name in OF_A_COMMENT),
            *(r["text"] for r in thread.get("replies", [])),
        )
        for thread in threads
    ]
    return sorted(said)
