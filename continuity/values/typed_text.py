"""Rich text in a plain box: what a browser without script shows and sends. A few signs, both ways.

A blank line begins a paragraph; `#` a heading, `##` a smaller one, `>` a quotation, `- ` or `1. ` an item, deeper by two spaces;
three backticks fence code; `**strong**`, `*emphasis*`, `[words](address)`. Formulas are left alone.
"""

import re
from html import escape
from html.parser import HTMLParser

FORMULA = re.compile(r"\\\(.*?\\\)|\\\[.*?\\\]|\$\$.*?\$\$", re.S)
STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.S)
EMPHASIS = re.compile(r"(?<![*\w])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![*\w])")
LINK = re.compile(r"\[([^\[\]\n]+)\]\(([^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)\)")
ITEM = re.compile(r"^( *)(-|\*|\d{1,3}[.)]) +(.*)$")
FENCE = "```"


def as_html(text: str) -> str:
    """What was typed, as HTML for `clean`."""
    blocks: list[str] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.strip() == FENCE:
            end = next((n for n in range(at + 1, len(lines)) if lines[n].strip() == FENCE), len(lines))
            blocks.append(f"<pre>{escape('\n'.join(lines[at + 1 : end]), quote=False)}</pre>")
            at = end + 1
        elif heading := re.match(r"^(#{1,2}) +(.+)$", line):
            blocks.append(f"<h{2 + len(heading[1])}>{_inline(heading[2])}</h{2 + len(heading[1])}>")
            at += 1
        elif not line.strip():
            at += 1
        else:
            end = at + 1
            while end < len(lines) and _goes_on(lines[at], lines[end]):
                end += 1
            blocks.append(_block(lines[at:end]))
            at = end
    return "".join(blocks)


def _goes_on(first: str, line: str) -> bool:
    if not line.strip() or line.strip() == FENCE or re.match(r"^#{1,2} +\S", line):
        return False
    if ITEM.match(first):
        return bool(ITEM.match(line) or line.startswith("  "))
    return bool(ITEM.match(line)) is False and line.startswith(">") == first.startswith(">")


def _block(lines: list[str]) -> str:
    if lines[0].startswith(">"):
        return f"<blockquote>{'<br>'.join(_inline(line.lstrip('>').strip()) for line in lines)}</blockquote>"
    if ITEM.match(lines[0]):
        return _list(lines)
    return f"<p>{_inline('\n'.join(lines)).replace('\n', '<br>')}</p>"


def _list(lines: list[str]) -> str:
    """Items of one list; what is set further in belongs to the item above it."""
    begun = ITEM.match(lines[0])
    assert begun  # noqa: S101  a list begins with an item
    depth, tag = len(begun[1]), "ol" if begun[2][0].isdigit() else "ul"
    items: list[list[str]] = []
    for n, line in enumerate(lines):
        item = ITEM.match(line)
        if item and len(item[1]) <= depth:
            if ("ol" if item[2][0].isdigit() else "ul") != tag:
                return f"<{tag}>{_items(items)}</{tag}>{_list([line, *lines[n + 1 :]])}"
            items.append([item[3]])
        else:
            items[-1].append(line)
    return f"<{tag}>{_items(items)}</{tag}>"


def _items(items: list[list[str]]) -> str:
    return "".join(f"<li>{_item(item)}</li>" for item in items)


def _item(lines: list[str]) -> str:
    deeper = next((n for n, line in enumerate(lines) if n and ITEM.match(line)), len(lines))
    words = "<br>".join(_inline(line.strip()) for line in lines[:deeper])
    return words + (_list(lines[deeper:]) if deeper < len(lines) else "")


def _inline(text: str) -> str:
    parts, end = [], 0
    for formula in FORMULA.finditer(text):
        parts += [_marked(text[end : formula.start()]), escape(formula[0], quote=False)]
        end = formula.end()
    return "".join([*parts, _marked(text[end:])])


def _marked(text: str) -> str:
    text = LINK.sub(lambda found: f'<a href="{found[2]}">{found[1]}</a>', escape(text))
    return EMPHASIS.sub(r"<em>\1</em>", STRONG.sub(r"<strong>\1</strong>", text))


def as_typed(html: str) -> str:
    """Cleaned HTML as one would type it in a plain box."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(writer.written)).strip("\n")


class _Writer(HTMLParser):
    SIGNS = {"strong": "**", "em": "*"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.lists: list[list] = []  # [tag, how many items so far]
        self.hrefs: list[str] = []
        self.before = ""  # what a line break is followed by in a quotation

    def handle_starttag(self, tag, attrs):
        if tag in {"p", "h3", "h4", "pre", "blockquote"}:
            self.before = "> " if tag == "blockquote" else ""
            self.written.append("\n\n" + {"h3": "# ", "h4": "## ", "pre": f"{FENCE}\n", "blockquote": "> "}.get(tag, ""))
        elif tag in {"ul", "ol"}:
            self.written.append("" if self.lists else "\n")
            self.lists.append([tag, 0])
        elif tag == "li" and self.lists:
            self.lists[-1][1] += 1
            sign = "-" if self.lists[-1][0] == "ul" else f"{self.lists[-1][1]}."
            self.written.append("\n" + "  " * (len(self.lists) - 1) + f"{sign} ")
        elif tag == "br":
            self.written.append("\n" + ("  " * len(self.lists) if self.lists else self.before))
        elif tag == "a":
            self.hrefs.append(dict(attrs).get("href") or "")
            self.written.append("[")
        else:
            self.written.append(self.SIGNS.get(tag, ""))

    def handle_endtag(self, tag):
        if tag == "pre":
            self.written.append(f"\n{FENCE}")
        elif tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
            self.written.append("" if self.lists else "\n\n")
        elif tag == "a" and self.hrefs:
            self.written.append(f"]({self.hrefs.pop()})")
        else:
            self.written.append(self.SIGNS.get(tag, ""))

    def handle_data(self, data):
        self.written.append(data)
