"""Rich text in a plain box: what a browser without script shows and sends. A few signs, both ways.

A blank line begins a paragraph; `#` a heading, `##` a smaller one, `>` a quotation, `- ` or `1. `
an item, deeper by two spaces; three backticks fence code; `**strong**`, `*emphasis*`, `~~struck~~`,
`^up^`, `~down~`, a backtick on either side of code, `[words](address)`. Formulas are left alone.

The way there and back changes nothing: `clean(as_html(as_typed(x))) == x`. Where a sign stands in
the text itself, or signs meet words, `as_typed` writes a character that isn't seen and that `clean`
takes out: `LITERAL` says that the next character is no sign, `MARK` parts a sign from what stands
beside it, `NEW_LIST` a list from one of the same kind before it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from continuity.writing.values.rich_text import DEEPEST, Node, tree

LITERAL, MARK, NEW_LIST = "\u2063", "\u2060", "\u2061"
FORMULA = re.compile(r"\\\(.{0,2000}?\\\)|\\\[.{0,2000}?\\\]|\$\$.{0,2000}?\$\$", re.S)
LINK = re.compile(
    r"\[((?:\u2063.|[^\[\]\u2063])+)\]\((?:<([^<>\n]+)>|([^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*))\)",
    re.S,
)
CODE = re.compile(r"`(?!\u2060)([^`\n]+)`")
SIGN = re.compile(r"\*\*|\*|~~|~|\^|`")
PLAIN = re.compile(r"[^\\$\[`*~^\u2063]+")
ITEM = re.compile(r"^( *)(-|\*|\d{1,3}[.)])(\u2061?) +(.*)$", re.S)
HEADING = re.compile(r"^(#{1,2}) +(.+)$")
FENCE = "```"
TAGS = {"**": "strong", "*": "em", "~~": "s", "^": "sup", "~": "sub", "`": "code"}
OF_ONE_WORD = {"^", "~"}  # 2^3 and 4^5 are no raised "3 and 4"
LINE_IN_A_HEADING = "\u2028"


# From signs to HTML


def as_html(text: str) -> str:
    """Convert typed text to HTML for `clean`."""
    blocks: list[str] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.strip() == FENCE:
            end = next(
                (n for n in range(at + 1, len(lines)) if lines[n].strip() == FENCE), len(lines)
            )
            blocks.append(f"<pre>{escape('\n'.join(lines[at + 1 : end]), quote=False)}</pre>")
            at = end + 1
        elif heading := HEADING.match(line):
            blocks.append(f"<h{2 + len(heading[1])}>{_inline(heading[2])}</h{2 + len(heading[1])}>")
            at += 1
        elif not line.strip(" \t"):
            at += 1
        else:
            end = at + 1
            while end < len(lines) and _goes_on(lines[at], lines[end]):
                end += 1
            blocks.append(_block(lines[at:end]))
            at = end
    return "".join(blocks)


def _goes_on(first: str, line: str) -> bool:
    if not line.strip(" \t") or line.strip() == FENCE or HEADING.match(line):
        return False
    if ITEM.match(first):
        return bool(ITEM.match(line) or line.startswith("  "))
    if first.startswith(">"):
        return line.startswith(">")
    return not ITEM.match(line) and not line.startswith(">")


def _block(lines: list[str]) -> str:
    if lines[0].startswith(">"):
        quoted = [line.removeprefix(">").removeprefix(" ") for line in lines]
        return f"<blockquote>{_lines_and_lists(quoted)}</blockquote>"
    if ITEM.match(lines[0]):
        return _lines_and_lists(lines)
    return f"<p>{_inline('\n'.join(lines))}</p>"


@dataclass
class _List:
    depth: int  # spaces before its sign
    tag: str


def _lines_and_lists(lines: list[str]) -> str:
    """Lines, and lists among them; what is set further in belongs to the item above it."""
    written: list[str] = []
    words: list[str] = []  # lines of the item, or of what holds the lists, that is being read
    lists: list[_List] = []

    def flush() -> None:
        if words:
            written.append(_inline("\n".join(words)))
            words.clear()

    def leave_lists(depth: int) -> None:
        """Those that stand deeper."""
        while lists and lists[-1].depth > depth:
            written.append(f"</li></{lists.pop().tag}>")

    for line in lines:
        item = ITEM.match(line)
        if item is None:
            indent = len(line) - len(line.lstrip(" "))
            if lists and line.lstrip(" ").startswith(MARK) and indent < lists[-1].depth + 2:
                flush()
                leave_lists(indent - 1)  # words of an outer item, behind its list
            words.append(line.strip(" "))
            continue
        flush()
        depth, tag = len(item[1]), "ol" if item[2][0].isdigit() else "ul"
        if len(lists) >= DEEPEST:
            depth = min(depth, lists[-1].depth)
        leave_lists(depth)
        if lists and lists[-1].depth == depth and lists[-1].tag == tag and not item[3]:
            written.append("</li><li>")
        else:
            if lists and lists[-1].depth == depth:
                written.append(f"</li></{lists.pop().tag}>")
            lists.append(_List(depth, tag))
            written.append(f"<{tag}><li>")
        words.append(item[4].strip(" "))
    flush()
    leave_lists(-1)
    return "".join(written)


@dataclass
class _Token:
    html: str
    sign: str = ""
    opens: bool = False
    closes: bool = False
    is_marked: bool = False


def _inline(text: str) -> str:
    """Words of one paragraph. Signs that find no partner are words."""
    tokens = list(_tokens(text))
    opened: list[int] = []  # places of the signs that wait for their partner
    for at, token in enumerate(tokens):
        if not token.sign:
            if any(letter.isspace() for letter in token.html):
                opened = [
                    one
                    for one in opened
                    if tokens[one].sign not in OF_ONE_WORD or tokens[one].is_marked
                ]
            continue
        begun = next((n for n, one in enumerate(opened) if tokens[one].sign == token.sign), None)
        if token.closes and begun is not None:
            tag = TAGS[token.sign]
            tokens[opened[begun]].html, token.html = f"<{tag}>", f"</{tag}>"
            del opened[begun:]
        elif token.opens and begun is None:
            opened.append(at)
    return (
        "".join(token.html for token in tokens)
        .replace("\n", "<br>")
        .replace(LINE_IN_A_HEADING, "<br>")
    )


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        if text[at] == LITERAL:
            yield _Token(escape(text[at + 1 : at + 2], quote=False))
            at += 2
        elif found := FORMULA.match(text, at):
            yield _Token(escape(found[0], quote=False))
            at = found.end()
        elif found := LINK.match(text, at):
            yield _Token(f'<a href="{escape(found[2] or found[3])}">{_inline(found[1])}</a>')
            at = found.end()
        elif found := CODE.match(text, at):
            yield _Token(f"<code>{escape(found[1], quote=False)}</code>")
            at = found.end()
        elif found := SIGN.match(text, at):
            yield _sign(text, found)
            at = found.end()
        else:
            found = PLAIN.match(text, at)
            end = found.end() if found else at + 1
            yield _Token(escape(text[at:end], quote=False))
            at = end


def _sign(text: str, found: re.Match) -> _Token:
    sign, before, after = found[0], text[: found.start()][-1:], text[found.end() :][:1]
    opens, closes = bool(after.strip()), bool(before.strip())
    if sign == "*":
        opens = opens and after != "*" and not re.match(r"[*\w]", before)
        closes = closes and before != "*" and not re.match(r"[*\w]", after)
    return _Token(sign, sign, opens, closes, is_marked=after == MARK)


# From HTML to signs

SIGNS = {tag: sign for sign, tag in TAGS.items()}
IN_WORDS = re.compile(r"[*~^`\\$\[]|\](?=\()")
BEGINS_LIKE_A_SIGN = re.compile(r"^(?=(?:#{1,2}|-|\*|\d{1,3}[.)])\u2061? |>|```)")


def as_typed(html: str) -> str:
    """Cleaned HTML as one would type it in a plain box."""
    return "\n\n".join(_typed_block(node) for node in tree(html).children if isinstance(node, Node))


def _typed_block(node: Node) -> str:
    if node.tag == "pre":
        lines = "".join(child for child in node.children if isinstance(child, str)).split("\n")
        return "\n".join(
            [FENCE, *(LITERAL + line if line.strip() == FENCE else line for line in lines), FENCE]
        )
    if node.tag in {"ul", "ol"}:
        return "\n".join(_typed_list(node, 0, is_new=False))
    if node.tag == "blockquote":
        return "\n".join(f"> {line}" for line in _typed_lines(node.children, 0))
    words = _typed_words(node.children)
    if node.tag in {"h3", "h4"}:
        return ("# " if node.tag == "h3" else "## ") + words.replace("\n", LINE_IN_A_HEADING)
    return "\n".join(_guarded(line) for line in words.split("\n"))


def _typed_lines(nodes: list, depth: int) -> list[str]:
    """Lines and lists, as they stand in a quotation or in an item whose words begin `depth` spaces
    in.
    """
    lines: list[str] = []
    loose: list = []
    before = ""  # the tag of the list that stands directly before

    def flush() -> None:
        nonlocal before
        if loose:
            typed = [_guarded(line) or MARK for line in _typed_words(loose).split("\n")]
            if lines:
                typed[0] = MARK + typed[0].removeprefix(MARK)
            lines.extend(typed)
            loose.clear()
            before = ""

    for node in nodes:
        if isinstance(node, Node) and node.tag in {"ul", "ol"}:
            flush()
            lines.extend(_typed_list(node, depth, is_new=before == node.tag))
            before = node.tag
        else:
            loose.append(node)
    flush()
    return lines


def _typed_list(node: Node, depth: int, *, is_new: bool) -> list[str]:
    """`is_new`: a list of the same kind stands directly before it."""
    lines: list[str] = []
    for number, item in enumerate((one for one in node.children if isinstance(one, Node)), 1):
        sign = "-" if node.tag == "ul" else f"{min(number, 999)}."
        inside = _typed_lines(item.children, 2)
        first = inside.pop(0) if inside and not ITEM.match(inside[0]) else ""
        lines.append(f"{sign}{NEW_LIST if is_new and number == 1 else ''} {first}")
        lines += [
            line if ITEM.match(line) or line.startswith("  ") else f"  {line}" for line in inside
        ]
    return [" " * depth + line for line in lines]


def _guarded(line: str) -> str:
    return BEGINS_LIKE_A_SIGN.sub(LITERAL, line)


def _typed_words(nodes: list) -> str:
    written = ""
    for node in nodes:
        typed = _typed_one(node)
        is_beside_a_sign = _is_marked_up(node) or (written and written[-1] in SIGNS_END)
        if (
            written
            and typed
            and is_beside_a_sign
            and not written[-1].isspace()
            and not typed[0].isspace()
        ):
            written += MARK
        written += typed
    return written


SIGNS_END = set("*~^`")
MARKED = {"^", "~", "`"}  # may hold spaces, and other signs


def _is_marked_up(node: Node | str) -> bool:
    return isinstance(node, Node) and node.tag in SIGNS


def _typed_one(node: Node | str) -> str:
    if isinstance(node, str):
        return _typed_text(node)
    if node.tag == "br":
        return "\n"
    inside = _typed_words(node.children)
    if node.tag == "a":
        address = (
            node.href
            if re.fullmatch(r"[^\s()<>]+", node.href)
            else f"<{node.href.replace('<', '%3C').replace('>', '%3E')}>"
        )
        return f"[{re.sub(r'(?<!\u2063)([\[\]])', LITERAL + r'\1', inside)}]({address})"
    sign = SIGNS.get(node.tag, "")
    first = MARK if sign in MARKED or _needs_a_mark(inside[:1]) else ""
    last = MARK if _needs_a_mark(inside[-1:]) else ""
    # else code might begin where it ends
    return f"{sign}{first}{inside}{last}{sign}{MARK if sign == '`' else ''}"


def _needs_a_mark(beside: str) -> bool:
    """Whether a sign beside this character wouldn't be one, or another one."""
    return beside.isspace() or beside in SIGNS_END


def _typed_text(text: str) -> str:
    """Words, of which none is a sign. A whole formula stays as it is."""
    parts, end = [], 0
    for formula in FORMULA.finditer(text):
        parts += [_without_signs(text[end : formula.start()]), formula[0]]
        end = formula.end()
    return "".join([*parts, _without_signs(text[end:])])


def _without_signs(text: str) -> str:
    return IN_WORDS.sub(
        lambda found: found[0] if _stands_apart(text, found) else LITERAL + found[0], text
    )


def _stands_apart(text: str, found: re.Match) -> bool:
    """A sign with a space on either side, as in 2 * 3, or an amount of money: no sign."""
    before, after = text[: found.start()][-1:], text[found.end() :][:1]
    if found[0] == "$":
        return before != "$" and after not in ("", "$")
    if found[0] == "\\":
        return after not in ("", *"([])")
    return before == " " == after and found[0] != "`"
