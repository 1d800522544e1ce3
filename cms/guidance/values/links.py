"""The links in a block's stored value."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any


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
