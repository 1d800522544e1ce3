r"""Formulas in a text: drawn as MathML, kept as they were typed when they can't be read, and never
more than mathematics.
"""

import re
import time
from xml.etree.ElementTree import Element, SubElement

import pytest

from continuity.templatetags.rich_text import rich, rich_on_paper
from continuity.writing.values.formulas import (
    ATTRIBUTES,
    ELEMENTS,
    MOST_IN_A_TEXT,
    Formula,
    as_mathml,
    unreadable,
)

MATH = re.compile(r"<math.*?</math>", re.S)


def drawn(html: str) -> str:
    return rich(html, "lesson")


def test_in_a_line_and_on_its_own():
    shown = drawn(r"<p>On a \( \frac{a}{b} \) puis $$x^2$$ et \[y_1\].</p>")

    assert re.findall(r'<math( display="block" tabindex="0")? alttext="([^"]*)">', shown) == [
        ("", r"\frac{a}{b}"), (' display="block" tabindex="0"', "x^2"), (' display="block" tabindex="0"', "y_1"),
    ]  # fmt: skip
    assert "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>" in shown


def test_one_may_go_over_several_lines():
    assert "<mtable" in drawn(
        r"<p>$$\begin{cases}<br>x &amp; y \\<br>1 &amp; 2<br>\end{cases}$$</p>"
    )


@pytest.mark.parametrize(
    "text",
    [
        r"<pre>\( x^2 \)</pre>",
        r"<p><code>\( x^2 \)</code></p>",
        r"<p>Ceci coûte 5 $ ou 6 $.</p>",
        r"<p>\\( pas une formule \\)</p>",
        r"<p>\( ouverte</p><p>ailleurs \)</p>",
        r"<p>$$ $$</p>",
    ],
)
def test_what_is_no_formula_stays_as_it_is(text):
    assert "<math" not in drawn(text)


BROKEN = {
    r"\frac{1}": "a brace, an argument or an end is missing",
    r"\frac{": "a brace, an argument or an end is missing",
    r"}{": "a brace, an argument or an end is missing",
    r"x^": "a brace, an argument or an end is missing",
    r"\left( x": "a brace, an argument or an end is missing",
    r"\begin{matrix} a": "a brace, an argument or an end is missing",
    r"\fraction{1}{2}": r"\fraction isn’t known",
    r"\href{javascript:ran()}{x}": r"\href can’t be used here",
    r"\style{background:url(https://outer.example/)}{x}": r"\style can’t be used here",
    r"\class{button}{x}": r"\class can’t be used here",
    r"\newcommand{\a}{\b\b}\newcommand{\b}{\c\c}\a": r"\newcommand can’t be used here",
    r"\def\a{\a\a}\a": r"\def can’t be used here",
    r"\includegraphics{https://outer.example/a.png}": r"\includegraphics can’t be used here",
    "{" * 40 + "x" + "}" * 40: "its braces go too deep",
    "\\sqrt{" * 200 + "x" + "}" * 200: "its braces go too deep",
    "\\left(" * 60 + "x" + "\\right)" * 60: "its braces go too deep",
    "a" * 3_000: "it is longer than 2,000 characters",
    "ab" * 999: "it is too large",
}


@pytest.mark.parametrize("latex", BROKEN, ids=lambda latex: latex[:24])
def test_one_that_cant_be_read_stays_as_typed_and_its_author_is_told_why(latex):
    text = f"<p>Soit \\( {latex} \\).</p>"

    assert "<math" not in drawn(text)
    assert (
        f'Soit <code class="formula-source">\\( {latex.replace("&", "&amp;")} \\)</code>.'
        in drawn(text)
    )
    assert [(source, str(why)) for source, why in unreadable(text)] == [
        (f"\\( {latex} \\)", BROKEN[latex])
    ]


HOSTILE = {
    "a script in words": r"\text{&lt;script&gt;ran()&lt;/script&gt;}",
    "a picture in words": r"\mathrm{&lt;img src=x onerror=ran()&gt;}",
    "a tag as a tag": r"x \tag{&lt;img src=x onerror=ran()&gt;}",
    "the end of the formula": r"\text{&lt;/mtext&gt;&lt;/math&gt;&lt;img src=x onerror=ran()&gt;}",
    "angles as signs": r"&lt;img src=x onerror=ran()&gt;",
    "a colour with more in it": r'\color{red" onclick="ran()}{x}',
    "a colour from elsewhere": r"\color{url(https://outer.example/)}{x}",
    "a space with more in it": r'\hspace{1cm" onclick="ran()}x',
    "a quote in its name": r'x" onclick="ran()',
    "a reference in words": r"\text{&amp;lt;script&amp;gt;ran()&amp;lt;/script&amp;gt;}",
    "an environment": r"\begin{&lt;img src=x&gt;}x\end{&lt;img src=x&gt;}",
    "an array with more in it": r'\begin{array}{c" onclick="ran()}x\end{array}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_formula_holds_mathematics_and_nothing_else(name):
    shown = drawn(f"<p>\\( {HOSTILE[name]} \\)</p>")
    on_paper = rich_on_paper(f"<p>\\( {HOSTILE[name]} \\)</p>", "lesson")

    for tag, attributes in re.findall(r"<([a-z0-9]+)((?: [^<>]*)?)>", shown):
        names = re.findall(r' ([a-zA-Z]+)="[^"]*"', attributes)
        assert tag in ELEMENTS | {"p", "code"}
        assert set(names) <= ATTRIBUTES | {"alttext", "class"}
    assert set(re.findall(r"<([a-z0-9]+)", on_paper)) <= {"p", "span", "i", "sup", "sub", "code"}
    assert not re.search(
        r"<[^>]*(?:onclick=|onerror=|outer)[^>]*=\"", re.sub(r' alttext="[^"]*"', "", shown)
    )


@pytest.mark.parametrize(
    "latex",
    [
        "{" * 2_000,
        "\\frac" * 400,
        "x^{" * 600,
        "\\begin{matrix}" * 140,
        "\\left." * 330,
        "_" * 2_000,
        "\\\\" * 1_000,
        "&amp;" * 390,
    ],
)
def test_what_is_built_to_cost_costs_little(latex):
    began = time.process_time()

    drawn(f"<p>\\( {latex} \\)</p>")

    assert time.process_time() - began < 1


def test_a_text_of_very_many_formulas_draws_so_many_and_no_more():
    assert len(MATH.findall(drawn(r"<p>\(x\)</p>" * 400))) == MOST_IN_A_TEXT


def test_usual_formulas_of_a_lycee_are_all_read():
    text = "".join(
        f"<p>\\( {latex} \\)</p>"
        for latex in (
            r"\overrightarrow{AB} + \vec{u}", r"\sum_{k=0}^{n} k^2", r"\int_0^1 f(x)\,\mathrm{d}x", r"\lim_{x \to +\infty} f(x)",
            r"\sqrt[3]{8}", r"\mathbb{R}", r"3{,}14 \times 10^{-2}", r"\left\{ x \in \mathbb{N} \mid x \leq 3 \right\}",
            r"\begin{pmatrix} 1 &amp; 2 \\ 3 &amp; 4 \end{pmatrix}", r"\widehat{ABC} = 45^\circ", r"\overline{AB}",
            r"A \cap B \neq \emptyset",
            r"\Delta = b^2 - 4ac", r"u_{n+1} = q \cdot u_n", r"\cos\left(\frac{\pi}{3}\right)", r"\binom{n}{k}", r"|x| \geq 0",
            r"\mathrm{H_2O} \rightleftharpoons \mathrm{H^+} + \mathrm{OH^-}", r"20\,\%", r"\text{si } x \text{ est pair}",
        )
    )  # fmt: skip

    assert list(unreadable(text)) == []
    assert len(MATH.findall(drawn(text))) == 20


def test_on_paper_letters_say_the_same():
    shown = rich_on_paper(r"<p>\( \frac{a}{b} = x^2_1 \)</p>", "lesson")

    assert re.sub(r"<[^>]+>", "", shown) == "ab = x21"
    assert shown.count("formula__fraction") == 1


def test_an_element_that_is_no_mathematics_is_its_words():
    made = Element("math")
    SubElement(made, "script", {"src": "https://outer.example/"}).text = "ran()"
    SubElement(
        made, "mi", {"href": "javascript:ran()", "onclick": "ran()", "mathvariant": "normal"}
    ).text = "x"

    assert (
        as_mathml(made, Formula("x", "x", is_block=False))
        == '<math alttext="x">ran()<mi mathvariant="normal">x</mi></math>'
    )
