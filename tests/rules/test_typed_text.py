"""Where there is no script, a text is typed with a few signs, and comes back as it was typed."""

import pytest

from continuity.values.rich_text import clean
from continuity.values.typed_text import as_html, as_typed

TYPED = {
    "paragraphs and lines": ("Un\ndeux\n\ntrois", "<p>Un<br>deux</p><p>trois</p>"),
    "Windows' line ends": ("Un\r\n\r\ndeux", "<p>Un</p><p>deux</p>"),
    "strong and emphasis": ("**Lire** *tout*, 2 * 3 * 4", "<p><strong>Lire</strong> <em>tout</em>, 2 * 3 * 4</p>"),
    "headings": ("# But\n\nUn mot\n\n## Suite", "<h3>But</h3><p>Un mot</p><h4>Suite</h4>"),
    "a list after a line": ("À lire :\n- un\n- deux", "<p>À lire :</p><ul><li>un</li><li>deux</li></ul>"),
    "numbers": ("1. un\n2. deux", "<ol><li>un</li><li>deux</li></ol>"),
    "a list in a list": ("- un\n  - a\n  - b\n- deux", "<ul><li>un<ul><li>a</li><li>b</li></ul></li><li>deux</li></ul>"),
    "a list of another kind": ("- un\n1. deux", "<ul><li>un</li></ul><ol><li>deux</li></ol>"),
    "a quotation": ("> un\n> deux", "<blockquote>un<br>deux</blockquote>"),
    "code": ("```\nif a < b:\n    a\n```", "<pre>if a &lt; b:\n    a</pre>"),
    "code that never ends": ("```\na", "<pre>a</pre>"),
    "a link": ("[Le site](https://a.example/x_(y))", '<p><a href="https://a.example/x_(y)">Le site</a></p>'),
    "a link that leads nowhere honest": ("[Le site](javascript:ran())", "<p>Le site</p>"),
    "tags are words": ("<b>gras</b> & co", "<p>&lt;b&gt;gras&lt;/b&gt; &amp; co</p>"),
    "a formula keeps its stars": (r"\( a*b*c \) et $$x**2**$$", r"<p>\( a*b*c \) et $$x**2**$$</p>"),
    "a dialogue's dash at the end of a list": ("- un\n\nsuite", "<ul><li>un</li></ul><p>suite</p>"),
    "a minus is no item": ("-5 degrés", "<p>-5 degrés</p>"),
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
