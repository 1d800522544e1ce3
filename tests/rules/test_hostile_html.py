"""Of what wishes us ill only words remain, in tags of ours; cleaning again changes nothing, and no
purpose lets more through.
"""

import re

import pytest

from continuity.templatetags.rich_text import rich, text_on_paper
from continuity.writing.values import rich_text
from continuity.writing.values.rich_text import ALWAYS, KEPT, MOST_CHARACTERS, clean, words
from tests.factories.hostile import fragments

FRAGMENTS = fragments()
TAG = re.compile(r"<(/?)([a-z0-9]+)([^<>]*)>")
ATTRIBUTES = re.compile(r'|( href="(https?://|mailto:|tel:|/[^/]|#)[^"<>]*")')


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda fragment: fragment.name)
def test_what_remains_of_a_hostile_fragment(fragment):
    assert clean(fragment.html, "lesson") == fragment.kept
    assert clean(fragment.kept, "lesson") == fragment.kept


@pytest.mark.parametrize("purpose", KEPT)
def test_no_purpose_lets_another_tag_or_attribute_through(purpose):
    for fragment in FRAGMENTS:
        for _end, tag, attributes in TAG.findall(clean(fragment.html, purpose)):
            assert (tag in KEPT[purpose] | ALWAYS, bool(ATTRIBUTES.fullmatch(attributes))) == (
                True,
                True,
            ), fragment.name


def test_what_lies_in_the_database_uncleaned_is_cleaned_when_it_is_printed():
    assert {fragment.name: rich(fragment.html, "lesson") for fragment in FRAGMENTS} == {
        fragment.name: fragment.kept for fragment in FRAGMENTS
    }


@pytest.mark.parametrize("asleep", ["_is_safe_link", "_flow"])
def test_each_of_the_two_passes_holds_alone(monkeypatch, asleep):
    """No address that leads nowhere honest gets past either: bleach's own list, and the tree that
    is written anew.
    """
    if asleep == "_is_safe_link":
        monkeypatch.setattr(rich_text, "_is_safe_link", lambda tag, name, value: True)
    else:
        monkeypatch.setattr(rich_text, "tree", lambda html: rich_text.Node("", children=[html]))
        monkeypatch.setattr(rich_text, "_flow", lambda nodes, kept, finish: nodes)

    for fragment in FRAGMENTS:
        kept = rich_text.clean(fragment.html, "lesson")
        assert not re.search(
            r"<(?:script|img|iframe|style|svg|math|object|embed|form|input)|<[^>]*"
            r" on\w+=|href=\"\s*(?:javascript|data|vbscript):",
            kept,
        ), fragment.name


def test_there_are_enough_of_them():
    assert len({fragment.html for fragment in FRAGMENTS}) >= 150


def test_a_flood_is_cut_and_costs_little():
    assert len(clean("<p>" + "a " * MOST_CHARACTERS, "lesson")) <= MOST_CHARACTERS + len("</p>")


def test_the_words_alone():
    assert words("<p>Un <strong>mot</strong></p><ul><li>a &lt; b</li></ul>") == "Un mot a < b"


EDITORS = {
    "what our editor sends": (
        (
            "<div><strong>Un</strong>"
            " mot<br><br>deux</div><ul><li>a<ul><li>b</li></ul></li></ul><pre>x = 1\n  y</pre>"
        ),
        (
            "<p><strong>Un</strong> mot</p><p>deux</p><ul><li>a<ul><li>b</li></ul></li></ul><pre>x"
            " = 1\n  y</pre>"
        ),
    ),
    "headings are two steps below the page's": (
        "<h1>Un</h1><h2>Deux</h2><h6>Six</h6>",
        "<h3>Un</h3><h3>Deux</h3><h4>Six</h4>",
    ),
    "words without a paragraph": ("Un mot", "<p>Un mot</p>"),
    "an item of several paragraphs": (
        "<ol><li><p>un</p><p>deux</p></li></ol>",
        "<ol><li>un<br>deux</li></ol>",
    ),
    "a quotation of several lines": (
        "<blockquote><p>un</p>deux</blockquote>",
        "<blockquote>un<br>deux</blockquote>",
    ),
    "a formula with an angle": (r"<p>\( a &lt; b \)</p>", r"<p>\( a &lt; b \)</p>"),
    "chemistry": ("<p>H<sub>2</sub>O, m<sup>2</sup></p>", "<p>H<sub>2</sub>O, m<sup>2</sup></p>"),
    "French typography": (
        "<p>Que faire\u202f? « Lire\u00a0: tout »</p>",
        "<p>Que faire\u202f? « Lire\u00a0: tout »</p>",
    ),
    "nothing": ("<p> </p><ul><li></li></ul><div><br></div>", ""),
}


@pytest.mark.parametrize("name", EDITORS)
def test_what_was_meant_stays(name):
    sent, kept = EDITORS[name]

    assert clean(sent, "lesson") == kept
    assert clean(kept, "lesson") == kept


def test_a_comment_has_no_headings_and_no_code_block():
    assert (
        clean("<h3>Bien</h3><pre>x = 1</pre><p>H<sub>2</sub>O</p>", "comment")
        == "<p>Bien</p><p>x = 1</p><p>H<sub>2</sub>O</p>"
    )


def test_a_description_that_names_a_picture_stays_within_its_attribute():
    pictures = [(1, "/a", "see [image 2]"), (2, "/b", "")]

    drawn = text_on_paper("<p>[image 1]</p><p>Or [image 2].</p>", "lesson", pictures)

    assert '<img src="/a" alt="see [image 2]">' in drawn
    assert '<p>Or <a href="#picture-2">' in drawn
