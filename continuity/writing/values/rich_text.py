"""Rich text by teachers and students, in a few tags: cleaned when it comes in, and again when it is
printed.

Two passes that trust nothing: bleach keeps allowed tags and safe links, then the text is built anew
from its tree, in tags that are written here. The result has one form only, so cleaning is
idempotent.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from html import escape, unescape
from html.parser import HTMLParser

import bleach

from courses.documents.values import INVISIBLE, LINK_SCHEMES, NEVER_WORDS, leads_somewhere

# Which tags each purpose keeps, beside paragraphs, line breaks and lists.
INLINE = {"strong", "em", "s", "sub", "sup", "code", "a"}
KEPT = {
    "lesson": INLINE | {"h3", "h4", "blockquote", "pre"},
    "homework": INLINE | {"h3", "h4", "blockquote", "pre"},
    "comment": INLINE,
}
ALWAYS = {"p", "br", "ul", "ol", "li"}
# How other editors say the same.
SAME = {
    "b": "strong", "i": "em", "del": "s", "strike": "s",
    "h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4", "div": "p", "tt": "code",
    "section": "p", "article": "p", "dt": "p", "dd": "p", "tr": "p", "figcaption": "p",
}  # fmt: skip
READ = (
    INLINE | KEPT["lesson"] | ALWAYS | set(SAME)
)  # even where it isn't kept, a heading is a line of its own
BLOCKS = {"p", "h3", "h4", "blockquote", "pre", "ul", "ol", "li"}
MOST_CHARACTERS, MOST_TAGS, DEEPEST = 200_000, 6_000, 16

SPACES = re.compile(r"[ \t\r\n\f\u2028\u2029]+")
TWO_BREAKS = re.compile(r"(?:\s*<br>\s*){2,}")


def clean(html: str, purpose: str) -> str:
    """Return the text as it may be stored.

    `purpose` is lesson, homework or comment. Idempotent.
    """
    written = NEVER_WORDS.sub("", INVISIBLE.sub("", html[:MOST_CHARACTERS]))
    if written.count("<") > MOST_TAGS:  # nobody writes so; an attack on the parser does
        written = re.sub(r"<[^>]*>?", " ", written)
    kept = bleach.clean(
        written, tags=READ, attributes=_is_safe_link, protocols=LINK_SCHEMES, strip=True
    )
    return "".join(_flow(tree(kept).children, KEPT[purpose], partial(_each_wrapped, "p")))


def words(html: str) -> str:
    """The words alone, for a line in a list or a letter's text part."""
    return SPACES.sub(" ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def reads_the_same(was: str, now: str) -> bool:
    """Whether a reader finds the same words, links, indices and exponents, whatever the markup
    around them: editors rewrite it.
    """
    return _reading_of(was) == _reading_of(now)


def _reading_of(html: str) -> tuple:
    marked = re.findall(r"<(sup|sub|s|del)>(.*?)</\1>", html, re.S)
    inside_words = re.sub(r"</?(?:a|b|code|em|i|s|del|span|strong|sub|sup|u)\b[^>]*>", "", html)
    return words(inside_words).split(), re.findall(r'\b(?:href|src)="([^"]*)"', html), marked


def _is_safe_link(tag: str, name: str, value: str) -> bool:
    """bleach passes the value as written; a browser decodes entities first, and so does this check."""
    return tag == "a" and name == "href" and leads_somewhere(unescape(value).strip())


@dataclass
class Node:
    tag: str
    href: str = ""
    children: list["Node | str"] = field(default_factory=list)

    @property
    def holds_blocks(self) -> bool:
        return any(
            isinstance(child, Node) and (child.tag in BLOCKS or child.holds_blocks)
            for child in self.children
        )


class _Reader(HTMLParser):
    """Builds the tree. bleach's output is balanced, so closing tags need no repair; of an element
    nested too deep only the text is kept.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(
            SAME.get(tag, tag), href=INVISIBLE.sub("", dict(attrs).get("href") or "").strip()
        )
        if len(self.open) <= DEEPEST:
            self.open[-1].children.append(node)
        if tag != "br":
            self.open.append(node if len(self.open) <= DEEPEST else self.open[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag != "br" and len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(INVISIBLE.sub("", data))


def tree(html: str) -> Node:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


def _flow(
    nodes: Iterable[Node | str], kept: set[str], finish: Callable[[str], list[str]]
) -> list[str]:
    """Blocks in their order; words that stand between blocks become what `finish` makes of them."""
    blocks: list[str] = []
    loose: list[Node | str] = []

    def flush() -> None:
        blocks.extend(finish(_inline(loose, kept)))
        loose.clear()

    for node in nodes:
        if isinstance(node, str) or (node.tag not in BLOCKS and not node.holds_blocks):
            loose.append(node)
            continue
        flush()
        blocks.extend(_block(node, kept, finish))
    flush()
    return blocks


def _block(node: Node, kept: set[str], finish: Callable[[str], list[str]]) -> list[str]:
    if node.tag in {"ul", "ol"}:
        items = [
            child if isinstance(child, Node) and child.tag == "li" else Node("li", children=[child])
            for child in node.children
        ]
        written = [
            f"<li>{inside}</li>" for item in items if (inside := _together(item.children, kept))
        ]
        return [f"<{node.tag}>{''.join(written)}</{node.tag}>"] if written else []
    if node.tag == "pre" and "pre" in kept:
        code = _text_of(node).strip("\r\n").rstrip()
        return [f"<pre>{_escaped(code)}</pre>"] if code.strip() else []
    if node.tag == "blockquote" and "blockquote" in kept:
        inside = _together(node.children, kept)
        return [f"<blockquote>{inside}</blockquote>"] if inside else []
    if node.tag in {"h3", "h4"} and node.tag in kept and not node.holds_blocks:
        return list(_each_wrapped(node.tag, _inline(node.children, kept)))
    return _flow(
        node.children, kept, finish
    )  # a paragraph, or a tag that this purpose doesn't keep


def _together(nodes: Iterable[Node | str], kept: set[str]) -> str:
    """HTML inside an item or a quotation: lines, and lists between them."""
    lines: list[str] = []
    for part in _flow(
        nodes, kept - {"pre", "blockquote", "h3", "h4"}, lambda inside: [inside] if inside else []
    ):
        if (
            lines
            and not part.startswith(("<ul>", "<ol>"))
            and not lines[-1].endswith(("</ul>", "</ol>"))
        ):
            lines.append("<br>")
        lines.append(part)
    return "".join(lines)


def _each_wrapped(tag: str, inside: str) -> list[str]:
    """Two line breaks are two paragraphs."""
    return [f"<{tag}>{part.strip()}</{tag}>" for part in TWO_BREAKS.split(inside) if part.strip()]


def _inline(nodes: Iterable[Node | str], kept: set[str]) -> str:
    written = SPACES.sub(" ", "".join(_inline_one(node, kept & INLINE) for node in nodes))
    written = re.sub(r" ?<br> ?", "<br>", written)
    return re.sub(r"^(?:<br>|\s)+|(?:<br>|\s)+$", "", written)


def _inline_one(node: Node | str, kept: set[str]) -> str:
    if isinstance(node, str):
        return _escaped(node)
    if node.tag == "br":
        return "<br>"
    inside = "".join(
        _inline_one(child, kept - {node.tag}) for child in node.children
    )  # strong within strong is strong
    if not inside.replace("<br>", "").strip() or node.tag not in kept:
        return inside
    if node.tag == "a":
        return (
            f'<a href="{escape(node.href)}">{inside}</a>' if leads_somewhere(node.href) else inside
        )
    return f"<{node.tag}>{inside}</{node.tag}>"


def _text_of(node: Node) -> str:
    def lines(child: Node | str) -> str:
        return child if isinstance(child, str) else "\n" if child.tag == "br" else _text_of(child)

    return "".join(lines(child) for child in node.children)


def _escaped(text: str) -> str:
    return escape(text, quote=False)
