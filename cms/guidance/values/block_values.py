"""The stored values of blocks: their words, and a table's form."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

# What ends a line of text; other tags stand inside one.
ENDS_A_LINE = {"p", "br", "li", "ul", "ol", "h2", "h3", "h4", "hr", "blockquote"}


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
