"""What is pasted from word processors and web pages comes out clean, and cleaning it again changes
nothing.
"""

import pytest

from cms.guidance.services.pasting import cleaned, tidied, tidied_body
from courses.documents.values import leads_somewhere
from tests.factories.guidance import block, stream

PASTED = {
    "plain words": ("<p>Une semaine.</p>", "<p>Une semaine.</p>"),
    "what our own editor makes": (
        (
            '<h3 data-block-key="a1">Un</h3><p data-block-key="b2">Un <b>mot</b>'
            " <i>ici</i>.<br/>Oui.</p><ul><li>un</li></ul>"
        ),
        (
            '<h3 data-block-key="a1">Un</h3><p data-block-key="b2">Un <b>mot</b>'
            " <i>ici</i>.<br>Oui.</p><ul><li>un</li></ul>"
        ),
    ),
    "a link to a page of ours": (
        '<p><a linktype="page" id="3">Photos</a></p>',
        '<p><a linktype="page" id="3">Photos</a></p>',
    ),
    "a link to a file of ours": (
        '<p><a linktype="document" id="3">Plan</a></p>',
        '<p><a linktype="document" id="3">Plan</a></p>',
    ),
    "French typography": (
        "<p>Que faire\u202f? Ceci\u00a0: « lire ».</p>",
        "<p>Que faire\u202f? Ceci\u00a0: « lire ».</p>",
    ),
    "a script": ("<p>Avant</p><script>alert(1)</script><p>Après</p>", "<p>Avant</p><p>Après</p>"),
    "a script that never ends": ("<p>Avant</p><script>alert(1)", "<p>Avant</p>"),
    "a script in capitals, with an address": (
        '<SCRIPT SRC="https://x.example/a.js"></SCRIPT><p>Mot</p>',
        "<p>Mot</p>",
    ),
    "choices of a form": (
        "<p>Avant</p><select><option>Lundi</option></select><p>Après</p>",
        "<p>Avant</p><p>Après</p>",
    ),
    "a picture with onerror": (
        '<p>Mot <img src=x onerror="alert(1)"> suite</p>',
        "<p>Mot suite</p>",
    ),
    "an attribute that acts": ('<p onclick="alert(1)" onmouseover=alert(1)>Mot</p>', "<p>Mot</p>"),
    "javascript in a link": ('<p><a href="javascript:alert(1)">Mot</a></p>', "<p>Mot</p>"),
    "javascript, written with entities": (
        '<p><a href="&#106;avascript&#58;alert(1)">Mot</a></p>',
        "<p>Mot</p>",
    ),
    "javascript, broken by a tab": (
        '<p><a href="java&#9;script:alert(1)">Mot</a></p>',
        "<p>Mot</p>",
    ),
    "javascript, in capitals behind a space": (
        '<p><a href="  JaVaScRiPt:alert(1)">Mot</a></p>',
        "<p>Mot</p>",
    ),
    "another site behind an entity": (
        '<p><a href="/&#9;/evil.example">Un</a> <a href="/&#47;evil.example">mot</a></p>',
        "<p>Un mot</p>",
    ),
    "vbscript": ('<p><a href="vbscript:msgbox(1)">Mot</a></p>', "<p>Mot</p>"),
    "data in a link": ('<p><a href="data:text/html;base64,PHNjcmlwdD4=">Mot</a></p>', "<p>Mot</p>"),
    "a picture inside its address": (
        '<p><img src="data:image/png;base64,iVBOR">Mot</p>',
        "<p>Mot</p>",
    ),
    "styles": (
        '<p style="font-family:Calibri; color:red">Mot</p><style>p{color:red}</style>',
        "<p>Mot</p>",
    ),
    "a frame": ('<p>Mot</p><iframe src="https://x.example"></iframe>', "<p>Mot</p>"),
    "an object": ('<object data="x.swf"><param name="a"></object><p>Mot</p>', "<p>Mot</p>"),
    "a drawing with a script": (
        '<svg onload="alert(1)"><script>alert(1)</script></svg><p>Mot</p>',
        "<p>Mot</p>",
    ),
    "a form": (
        '<form action="https://x.example"><input name="password"><p>Mot</p></form>',
        "<p>Mot</p>",
    ),
    "a word processor": (
        (
            "<!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]--><p"
            ' class="MsoNormal" style="mso-list:l0"><o:p></o:p><span lang="FR"'
            ' style="mso-fareast-language:EN-US">Une semaine.</span></p>'
        ),
        "<p>Une semaine.</p>",
    ),
    "a web page": (
        (
            '<div class="article"><h1>Titre</h1><section><p>Une <font'
            ' color="red">phrase</font>.</p></section></div>'
        ),
        "Titre\n<p>Une phrase.</p>",
    ),
    "floods of no-break spaces": (
        "<p>Un&nbsp;&nbsp; &nbsp;mot&#160;\u00a0\u00a0puis</p>",
        "<p>Un mot puis</p>",
    ),
    "empty paragraphs": ("<p>&nbsp;</p><p><br/></p><p><b> </b></p><p>Mot</p>", "<p>Mot</p>"),
    "zero width, soft hyphens, turned direction": (
        "<p>M\u200bo\u00adt\u202e tourné\ufeff</p>",
        "<p>Mot tourné</p>",
    ),
    "a comment": ("<p>Mot<!-- secret --></p>", "<p>Mot</p>"),
    "what only looks like a tag": ("<p>2 < 3 &amp; 4 > 3</p>", "<p>2 &lt; 3 &amp; 4 &gt; 3</p>"),
    "an id that isn't a number": ('<p><a linktype="page" id="3 onclick">Mot</a></p>', "<p>Mot</p>"),
    "a kind of link we don't have": (
        '<p><a linktype="javascript" id="3">Mot</a></p>',
        "<p>Mot</p>",
    ),
}


@pytest.mark.parametrize("name", PASTED)
def test_pasted_text_comes_out_clean(name):
    pasted, clean = PASTED[name]

    assert cleaned(pasted) == clean
    assert cleaned(cleaned(pasted)) == cleaned(pasted)


@pytest.mark.parametrize(
    ("address", "stays"),
    [
        ("https://www.education.gouv.fr/", True),
        ("http://ent.example/page?x=1&y=2#z", True),
        ("mailto:aide@passerelle.example", True),
        ("tel:+33231000000", True),
        ("/fr/guidance/", True),
        ("#p-1", True),
        ("", False),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("\\\\evil.example", False),
        ("/\t/evil.example", False),
        ("https:///evil", False),
        ("https://moi:secret@evil.example/", False),
        ("ftp://x.example/", False),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("jAvAsCrIpT:alert(1)", False),
        ("\x01javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("blob:https://x.example/1", False),
        ("relative/page", False),
        ("https://[", False),
        ("mailto:", False),
    ],
)
def test_links_lead_to_the_web_to_mail_to_a_telephone_or_inside(address, stays):
    assert leads_somewhere(address) is stays


@pytest.mark.parametrize(
    ("line", "tidy"),
    [
        ("Une\u00a0\u00a0\u00a0semaine", "Une semaine"),
        ("Que faire\u202f?", "Que faire\u202f?"),
        ("\u200bMot\ufeff", "Mot"),
        ("a\x00b", "ab"),
    ],
)
def test_a_line_of_words_is_tidied(line, tidy):
    assert tidied(line) == tidy


@pytest.mark.django_db
def test_a_picture_block_whose_picture_is_not_chosen_yet_is_saved_as_it_is():
    body = stream(
        [
            block(
                "figure",
                {
                    "image": {"image": None, "alt_text": None, "decorative": False},
                    "caption": "",
                    "credit": "",
                },
            )
        ]
    )

    assert tidied_body(body).raw_data[0]["value"]["image"]["image"] is None
