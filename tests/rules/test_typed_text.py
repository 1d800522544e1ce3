"""Where there is no script, a text is typed with a few signs, and comes back as it was typed."""

import random
import time

import pytest

from continuity.writing.values.rich_text import clean
from continuity.writing.values.typed_text import as_html, as_typed

TYPED = {
    "paragraphs and lines": ("Un\ndeux\n\ntrois", "<p>Un<br>deux</p><p>trois</p>"),
    "Windows' line ends": ("Un\r\n\r\ndeux", "<p>Un</p><p>deux</p>"),
    "strong and emphasis": (
        "**Lire** *tout*, 2 * 3 * 4",
        "<p><strong>Lire</strong> <em>tout</em>, 2 * 3 * 4</p>",
    ),
    "headings": ("# But\n\nUn mot\n\n## Suite", "<h3>But</h3><p>Un mot</p><h4>Suite</h4>"),
    "a list after a line": (
        "À lire :\n- un\n- deux",
        "<p>À lire :</p><ul><li>un</li><li>deux</li></ul>",
    ),
    "numbers": ("1. un\n2. deux", "<ol><li>un</li><li>deux</li></ol>"),
    "a list in a list": (
        "- un\n  - a\n  - b\n- deux",
        "<ul><li>un<ul><li>a</li><li>b</li></ul></li><li>deux</li></ul>",
    ),
    "a list of another kind": ("- un\n1. deux", "<ul><li>un</li></ul><ol><li>deux</li></ol>"),
    "a quotation": ("> un\n> deux", "<blockquote>un<br>deux</blockquote>"),
    "code": ("```\nif a < b:\n    a\n```", "<pre>if a &lt; b:\n    a</pre>"),
    "code that never ends": ("```\na", "<pre>a</pre>"),
    "a link": (
        "[Le site](https://a.example/x_(y))",
        '<p><a href="https://a.example/x_(y)">Le site</a></p>',
    ),
    "a link that leads nowhere honest": ("[Le site](javascript:ran())", "<p>Le site</p>"),
    "tags are words": ("<b>gras</b> & co", "<p>&lt;b&gt;gras&lt;/b&gt; &amp; co</p>"),
    "a formula keeps its stars": (
        r"\( a*b*c \) et $$x**2**$$",
        r"<p>\( a*b*c \) et $$x**2**$$</p>",
    ),
    "a dialogue's dash at the end of a list": ("- un\n\nsuite", "<ul><li>un</li></ul><p>suite</p>"),
    "a minus is no item": ("-5 degrés", "<p>-5 degrés</p>"),
    "powers and indices": ("x^2^ + H~2~O", "<p>x<sup>2</sup> + H<sub>2</sub>O</p>"),
    "two powers are no word between them": (
        "2^3 et 4^5, environ 5~6 ou 7~8",
        "<p>2^3 et 4^5, environ 5~6 ou 7~8</p>",
    ),
    "code among words, and what is struck": (
        "`a*b*c` et ~~faux~~",
        "<p><code>a*b*c</code> et <s>faux</s></p>",
    ),
    "strong over two lines": ("**un\ndeux**", "<p><strong>un<br>deux</strong></p>"),
    "nothing": ("  \n\n ", ""),
}


@pytest.mark.parametrize("name", TYPED)
def test_what_is_typed_becomes_clean_html(name):
    typed, html = TYPED[name]

    assert clean(as_html(typed), "lesson") == html


@pytest.mark.parametrize("name", TYPED)
def test_what_was_saved_comes_back_to_be_typed_on_without_a_change(name):
    _typed, html = TYPED[name]

    assert clean(as_html(as_typed(html)), "lesson") == html


WRITTEN = {
    "what the finding saw": (
        "<p>f(x) = x<sup>2</sup> + 3, H<sub>2</sub>O, <code>print(1)</code>, <s>faux</s></p><p>- 5"
        " °C le matin</p>"
    ),
    "a minus, a number, a cross, an arrow at the beginning": (
        "<p>- 5 °C<br>1. avril<br># dièse<br>&gt; 3<br>```</p>"
    ),
    "stars and other signs that are words": (
        "<p>**a** et *b*, c_d, ~~e~~, x^2^, `f`, [g](h), a*b*c</p>"
    ),
    "signs that touch words and each other": (
        "<p>x<em>y</em>z<strong>a</strong><strong>b</strong><em><strong>c</strong></em></p>"
    ),
    "spaces inside": "<p>mot<strong> gras </strong>suite, x<sup>n + 1</sup></p>",
    "a line break in a title": "<h3>But<br>de la leçon</h3>",
    "code with empty lines and a fence": "<pre>a\n\n\n    b\n```\nc</pre>",
    "signs in code": "<p><code>a*b*c ** 2 `x</code></p>",
    "two lists of a kind": "<ul><li>a<ul><li>b</li></ul><ul><li>c</li></ul></li></ul>",
    "words behind a list": (
        "<ul><li>a<ol><li>b<br>c</li></ol>d<br>- e</li><li><ul><li>f</li></ul></li></ul>"
    ),
    "a list in a quotation": "<blockquote>un<br>deux<ul><li>a</li></ul>trois</blockquote>",
    "an empty line in an item": "<ul><li>a<br><br>b</li></ul>",
    "an address with brackets": (
        '<p><a href="https://a.example/y)z">un [mot]</a>, <a href="tel:+33 2 31">appeler</a></p>'
    ),
    "signs in an address": (
        '<p><em><a href="https://a.example/a*b*?x=1&amp;y=2">un <strong>lien</strong></a></em></p>'
    ),
    "half a formula": r"<p>\( <em>x</em> \) et $$<br>y, 5 $ et 6 $, C:\dossier\</p>",
    "a whole formula": r"<p>\( a*b*c^2 \), $$\frac{1}{2}$$</p>",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_the_editor_wrote_comes_back_from_the_plain_box_as_it_was(name):
    html = WRITTEN[name]
    assert clean(html, "lesson") == html

    assert clean(as_html(as_typed(html)), "lesson") == html


SCRAPS = [
    "mot",
    " ",
    "x",
    "2",
    "- ",
    "1. ",
    "# ",
    "> ",
    "`",
    "```",
    "~",
    "^",
    "*",
    "**",
    "[a](b)",
    "]",
    "(",
    "\\(",
]
SCRAPS += ["\\)", "$", "\\", "&lt;", "é", " * "]


def any_words(rng: random.Random, depth: int = 0) -> str:
    written = ""
    for _n in range(rng.randint(1, 4)):
        tag = rng.choice(["", "", "", "strong", "em", "s", "sub", "sup", "code", "a"])
        if not tag or depth > 1:
            written += "".join(rng.choices(SCRAPS, k=3))
        else:
            begin = '<a href="https://a.example/x_(y)">' if tag == "a" else f"<{tag}>"
            written += f"{begin}{any_words(rng, depth + 1)}</{tag}>"
    return written


def any_list(rng: random.Random, depth: int = 0) -> str:
    tag = rng.choice(["ul", "ol"])
    inside = [
        any_list(rng, depth + 1) if depth < 3 and rng.random() < 0.3 else any_words(rng)
        for _n in range(rng.randint(1, 3))
    ]
    return (
        f"<{tag}>{''.join(f'<li>{one}</li>' for one in inside)}<li>{''.join(inside)}</li></{tag}>"
    )


def any_text(seed: int) -> str:
    rng = random.Random(seed)
    inside = {
        tag: f"<{tag}>{any_words(rng)}<br>{any_words(rng)}</{tag}>" for tag in ("p", "h3", "h4")
    }
    others = [
        f"<blockquote>{any_words(rng)}{any_list(rng)}</blockquote>",
        f"<pre>{any_words(rng)}</pre>",
        any_list(rng),
    ]
    return "".join(rng.sample([*inside.values(), *others], k=3))


@pytest.mark.parametrize("purpose", ["lesson", "comment"])
def test_any_text_comes_back_as_it_was(purpose):
    texts = [clean(any_text(seed), purpose) for seed in range(300)]

    assert [text for text in texts if clean(as_html(as_typed(text)), purpose) != text] == []


@pytest.mark.parametrize(
    "typed",
    [
        "\n".join("1. a" if n % 2 else "- b" for n in range(900)),
        "\n".join(" " * 2 * n + "- a" for n in range(300)),
        "*a " * 30_000,
        "[a](" * 20_000,
        "\\(" * 20_000,
        "`" * 90_000,
    ],
    ids=[
        "alternating lists",
        "a list of 300 floors",
        "stars without a partner",
        "links without an end",
        "formulas without an end",
        "fences",
    ],
)
def test_what_nobody_types_takes_seconds_at_most(typed):
    began = time.monotonic()

    clean(as_html(typed), "lesson")

    assert time.monotonic() - began < 10
