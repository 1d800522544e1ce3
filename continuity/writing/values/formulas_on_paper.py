"""Formulas for WeasyPrint, which draws no MathML: the same tree in letters, raised and lowered,
with bars drawn by borders.

Classes are those of `formulas.css` beside the documents' style sheet. A screen reader of the PDF
gets the words in order.
"""

import re
from html import escape
from xml.etree.ElementTree import Element

from continuity.writing.values.formulas import STRETCHING_BAR, Formula, text_of

FENCES = set("()[]{}|‖⟨⟩")
RELATIONS = set("=<>≤≥≠≈∼≡∈∉⊂⊆∪∩+−±×÷⋅∗*→⇒⇔↦∧∨⟹⟸⟺∥⊥|:")


def as_letters(made: Element, formula: Formula) -> str:
    tag = "formula formula--block" if formula.is_block else "formula"
    return f'<span class="{tag}">{_row(made)}</span>'


def _row(element: Element) -> str:
    children = list(element)
    tallest = max((len(child) for child in children if child.tag == "mtable"), default=0)
    if tallest > 1:
        return "".join(
            (
                _fence(child, tallest)
                if child.tag == "mo" and text_of(child) in FENCES
                else _one(child)
            )
            for child in children
        )
    return "".join(
        _one(child, alone=len(children) == 1 or not n) for n, child in enumerate(children)
    )


def _one(element: Element, *, alone: bool = False) -> str:
    text = escape(text_of(element), quote=False)
    match element.tag, list(element):
        case "mi", _:
            upright = len(text) > 1 or element.get("mathvariant") == "normal"
            return text if upright else f"<i>{text}</i>"
        case "mn" | "mtext", _:
            return text
        case "mo", _:
            return (
                f" {text} "
                if text_of(element) in RELATIONS and not alone and not element.get("fence")
                else text
            )
        case "mspace", _:
            return _space(element.get("width", ""))
        case "msup", [base, over]:
            return f"{_one(base)}<sup>{_one(over, alone=True)}</sup>"
        case "msub", [base, under]:
            return f"{_one(base)}<sub>{_one(under, alone=True)}</sub>"
        case "msubsup", [base, under, over]:
            return (
                f"{_one(base)}{_stack(_one(over, alone=True), _one(under, alone=True), 'scripts')}"
            )
        case "mfrac", [above, below]:
            kind = "binomial" if element.get("linethickness", "").startswith("0") else "fraction"
            return _stack(_one(above), _one(below), kind)
        case "msqrt", _:
            return f'√<span class="formula__root">{_row(element)}</span>'
        case "mroot", [inside, degree]:
            return f'<sup>{_one(degree)}</sup>√<span class="formula__root">{_one(inside)}</span>'
        case "mover", [base, over]:
            return _over(base, over)
        case "munder", [base, under]:
            return _stack(_one(base), _one(under, alone=True), "limit")
        case "munderover", [base, under, over]:
            return (
                "<span"
                f' class="formula__limits"><span>{_one(over)}</span>'
                f"<span>{_one(base)}</span><span>{_one(under)}</span></span>"
            )
        case "mtable", rows:
            return f'<span class="formula__table">{"".join(_table_row(row) for row in rows)}</span>'
        case "menclose", _:
            return f'<span class="formula__struck">{_row(element)}</span>'
        case "mphantom" | "none" | "mprescripts", _:
            return ""
    return text + _row(element)


def _fence(sign: Element, rows: int) -> str:
    """A bracket as tall as the table beside it, within reason."""
    return (
        '<span class="formula__fence'
        f' formula__fence--{min(rows, 3)}">{escape(text_of(sign), quote=False)}</span>'
    )


def _over(base: Element, over: Element) -> str:
    sign = text_of(over) if over.tag == "mo" else ""
    if sign == STRETCHING_BAR:
        return f'<span class="formula__root">{_one(base)}</span>'
    return _stack(_one(over, alone=True), _one(base), "accent" if sign else "limit")


def _space(width: str) -> str:
    """A space of as many wide spaces as it is em wide; a narrow one is a space, a negative one
    nothing.
    """
    wide = re.fullmatch(r"(\d+)(?:\.\d*)?em", width)
    return (
        ("\N{EM SPACE}" * min(int(wide[1]), 8) or " ")
        if wide
        else " "
        if width[:1].isdigit()
        else ""
    )


def _stack(above: str, below: str, kind: str) -> str:
    return f'<span class="formula__{kind}"><span>{above}</span><span>{below}</span></span>'


def _table_row(row: Element) -> str:
    cells = "".join(
        f'<span class="is-{cell.get("columnalign", "center")}">{_row(cell)}</span>' for cell in row
    )
    return f'<span class="formula__row">{cells}</span>'
