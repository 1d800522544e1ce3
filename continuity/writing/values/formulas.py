r"""Formulas typed as LaTeX in a text, `\( … \)` in a line and `$$ … $$` or `\[ … \]` on its own, as
MathML.

Runs after cleaning, on text that is cleaned. What latex2mathml makes is not trusted: it lets
addresses, styles and tags of the text pass, so its tree is written anew from the elements and
attributes below. A formula that can't be read stays its source.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from latex2mathml.converter import Converter

MOST_CHARACTERS, MOST_ELEMENTS, MOST_IN_A_TEXT, DEEPEST = 2_000, 1_500, 300, 30

# Commands that define, load, name or style: none of them is mathematics.
REFUSED = re.compile(
    r"\\(?:re|provide)?newcommand\b|\\(?:[gex]?def|let|DeclareMathOperator|newenvironment|href|url|style|class|cssId|id|data|require|input"
    r"|include|includegraphics|html\w*|unicode|csname|catcode|toggle|mmlToken|bbox)(?![a-zA-Z])"
)
ELEMENTS = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot", "mover", "munder",
    "munderover", "mtable", "mtr", "mtd", "mstyle", "menclose", "mpadded", "mphantom", "mmultiscripts", "mprescripts", "none", "merror",
}  # fmt: skip
ATTRIBUTES = {
    "display", "mathvariant", "stretchy", "fence", "form", "separator", "accent", "accentunder", "movablelimits", "symmetric", "largeop",
    "lspace", "rspace", "minsize", "maxsize", "width", "height", "depth", "voffset", "columnalign", "rowspacing", "columnspacing",
    "columnlines", "rowlines", "displaystyle", "scriptlevel", "linethickness", "notation", "mathcolor", "mathsize",
}  # fmt: skip
PARTS = {
    "mfrac": 2,
    "mroot": 2,
    "msup": 2,
    "msub": 2,
    "msubsup": 3,
    "mover": 2,
    "munder": 2,
    "munderover": 3,
}
PLAIN = re.compile(r"[\w.+\-% #]{1,60}")
BAR = "\u2015"  # how latex2mathml writes an overline; browsers stretch the other one
STRETCHING_BAR = "\u203e"
IN_TEXT = re.compile(
    r"(?<!\\)\\\((?P<inline>.+?)\\\)|\$\$(?P<block>.+?)\$\$|(?<!\\)\\\[(?P<bracketed>.+?)\\\]", re.S
)
TAG = re.compile(r"(<[^>]+>)")


class Unreadable(Exception):
    def __init__(self, reason: str | Promise):
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Formula:
    """One formula of a text, its source as it was typed."""

    source: str  # with its delimiters
    latex: str
    is_block: bool


def with_formulas(html: str, write: Callable[[Element, Formula], str]) -> str:
    """Cleaned HTML with each formula as `write` writes its tree; one that can't be read stays as
    its source, marked as such.
    """

    def written(formula: Formula) -> str:
        try:
            return write(tree(formula.latex, is_block=formula.is_block), formula)
        except Unreadable:
            return f'<code class="formula-source">{escape(formula.source, quote=False)}</code>'

    return _replaced(html, written)


def unreadable(html: str) -> Iterator[tuple[str, str | Promise]]:
    """The formulas of a cleaned text that can't be read, each with the reason: for its author."""
    found: list[tuple[str, str | Promise]] = []

    def look(formula: Formula) -> str:
        try:
            tree(formula.latex, is_block=formula.is_block)
        except Unreadable as wrong:
            found.append((formula.source, wrong.reason))
        return ""

    _replaced(html, look)
    return iter(found)


def _replaced(html: str, write: Callable[[Formula], str]) -> str:
    """Formulas are looked for in words, never in tags or code; one on its own may go over several
    lines.
    """
    if "\\" not in html and "$$" not in html:
        return html
    left = MOST_IN_A_TEXT

    def one(found: re.Match) -> str:
        nonlocal left
        left -= 1
        inside = next(part for part in found.groups() if part is not None)
        if left < 0 or not inside.replace("<br>", "").strip():
            return found[0]
        plain = unescape(inside.replace("<br>", "\n")).strip()
        return write(
            Formula(
                unescape(found[0].replace("<br>", "\n")), plain, is_block=found["inline"] is None
            )
        )

    parts, run, in_code = [], "", 0
    for part in TAG.split(html):
        if part == "<br>" or not part.startswith("<"):
            run += part
            continue
        parts += [run if in_code else IN_TEXT.sub(one, run), part]
        run = ""
        if part in {"<pre>", "<code>"}:
            in_code += 1
        elif part in {"</pre>", "</code>"}:
            in_code -= 1
    return "".join([*parts, IN_TEXT.sub(one, run)])


@lru_cache(maxsize=2_000)
def tree(latex: str, *, is_block: bool = False) -> Element:
    """The formula as a tree of MathML that only holds what is listed above.

    Raises `Unreadable`. Not to be changed: it is kept.
    """
    if len(latex) > MOST_CHARACTERS:
        raise Unreadable(_("it is longer than 2,000 characters"))
    if refused := REFUSED.search(latex):
        raise Unreadable(_("%(command)s can’t be used here") % {"command": refused[0]})
    if _depth(latex) > DEEPEST:
        raise Unreadable(_("its braces go too deep"))
    try:
        made = Converter(display="block" if is_block else "inline").convert_to_element(latex)
    except RecursionError:
        raise Unreadable(_("its braces go too deep")) from None
    except Exception:
        raise Unreadable(_("a brace, an argument or an end is missing")) from None
    if sum(1 for _each in made.iter()) > MOST_ELEMENTS:
        raise Unreadable(_("it is too large"))
    for element in made.iter():
        if (
            (text := element.text or "").startswith("\\")
            and len(text) > 1
            and element.tag in {"mi", "mo"}
        ):
            raise Unreadable(_("%(command)s isn’t known") % {"command": text})
        if (element.tag == "mi" and text in {"{", "}"}) or len(element) != PARTS.get(
            element.tag, len(element)
        ):
            raise Unreadable(_("a brace, an argument or an end is missing"))
    return made


def _depth(latex: str) -> int:
    depth = deepest = 0
    for sign in re.findall(
        r"\\.|[{}]|\\left|\\right",
        latex.replace("\\left", "{").replace("\\right", "}").replace("\\begin", "{"),
    ):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        deepest = max(deepest, depth)
    return deepest


def as_mathml(made: Element, formula: Formula) -> str:
    """MathML for browsers. The source is its name where MathML isn't read aloud."""
    inside = "".join(_written(child) for child in made)
    display = (
        ' display="block" tabindex="0"' if formula.is_block else ""
    )  # a wide one is scrolled, by keyboard too
    return f'<math{display} alttext="{escape(formula.latex)}">{inside}</math>'


def _written(element: Element) -> str:
    inside = escape(text_of(element), quote=False) + "".join(_written(child) for child in element)
    if element.tag not in ELEMENTS:
        return inside
    attributes = "".join(
        f' {name}="{value}"'
        for name, value in element.attrib.items()
        if name in ATTRIBUTES and PLAIN.fullmatch(value)
    )
    if element.tag == "mover" and text_of(element[1]) == STRETCHING_BAR:
        # by a border: few devices have a font that stretches bars
        return f'<mrow class="overlined">{_written(element[0])}</mrow>'
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


def text_of(element: Element) -> str:
    """latex2mathml writes signs as references."""
    text = unescape(element.text or "")
    return STRETCHING_BAR if text == BAR else text
