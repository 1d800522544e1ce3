"""Whatever is posted to the editor's address, the published page has words and safe links, and no
script.
"""

import json
import re

import pytest

from tests.factories.editor import Window
from tests.factories.guidance import block, guidance_page
from tests.factories.people import AdviserFactory

pytestmark = pytest.mark.django_db
ID = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def window():
    fiche = guidance_page(body=[block("text", "<p>Une phrase.</p>", ID)], lead="Un résumé.")
    return Window(AdviserFactory(language="en", is_superuser=True), fiche)


def linked(words: str, kind: str = "LINK", **data) -> str:
    """What Draftail sends for one paragraph that is a link throughout."""
    return json.dumps(
        {
            "entityMap": {"0": {"type": kind, "mutability": "MUTABLE", "data": data}},
            "blocks": [
                {
                    "key": "aaaaa",
                    "text": words,
                    "type": "unstyled",
                    "depth": 0,
                    "inlineStyleRanges": [],
                    "entityRanges": [{"key": 0, "offset": 0, "length": len(words)}],
                    "data": {},
                }
            ],
        }
    )


SENT = {
    "javascript": linked("Un mot", url="javascript:alert(1)"),
    "javascript, encoded": linked("Un mot", url="java&#x09;script&colon;alert(1)"),
    "javascript behind a control character": linked("Un mot", url="\x01javascript:alert(1)"),
    "data": linked("Un mot", url="data:text/html,<script>alert(1)</script>"),
    "an attribute smuggled into a link": linked(
        "Un mot", url='https://x.example/" onmouseover="alert(1)'
    ),
    "another site, as if it were ours": linked("Un mot", url="//evil.example/x"),
    "a page's number that is none": linked("Un mot", id='1" onclick="alert(1)'),
    "tags as words": json.dumps(
        json.loads(linked("<script>alert(1)</script> Un mot", url="https://x.example/"))
    ),
    "raw: a script": "<p>Un mot</p><script>alert(1)</script>",
    "raw: onerror": '<p>Un mot<img src="x" onerror="alert(1)"></p>',
    "raw: a frame": '<p>Un mot</p><iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "raw: a style": '<p style="position:fixed">Un mot</p><style>*{display:none}</style>',
    "raw: a word processor": (
        '<p class="MsoNormal"><o:p></o:p><span style="mso-list:l0">Un mot</span></p>'
    ),
    "raw: a number": "12 Un mot",
    "raw: what only looks like the editor's": '{"blocks": 3} Un mot',
}
BAD = re.compile(
    r"<script(?! src=\"/static)|alert\(1\)(?! Un"
    r" mot)|javascript:|onerror|onclick=|onmouseover=|<iframe|srcdoc"
    r"|<style|style=|Mso|evil\.example|data:text"
)


@pytest.mark.parametrize("name", SENT)
def test_a_reader_gets_it_clean(client, window, name):
    sent = window.form(action="action-publish") | {"body-0-value": SENT[name]}

    assert window.client.post(window.address, sent).status_code == 302

    window.page.refresh_from_db()
    page = client.get(window.page.url).text
    main = page[page.index("<main") : page.index("</main>")].replace(
        "&lt;script&gt;alert(1)&lt;/script&gt; Un mot", "Un mot"
    )
    assert "Un mot" in main
    assert BAD.findall(main) == []


def test_lines_of_words_lose_what_cannot_be_seen(client, window):
    window.save(
        action="action-publish",
        title="Une\u00a0\u00a0\u00a0semaine\u200b",
        lead="\ufeffUn résumé\u00a0: bref.",
    )

    window.page.refresh_from_db()
    assert (window.page.title, window.page.lead) == ("Une semaine", "Un résumé\u00a0: bref.")


def test_a_heading_with_tags_shows_them_as_words(client, window):
    row = {"body-0-type": "heading", "body-0-value": "<b>Titre</b>\u200b <script>alert(1)</script>"}

    window.client.post(window.address, window.form(action="action-publish") | row)

    window.page.refresh_from_db()
    assert window.page.body[0].value == "<b>Titre</b> <script>alert(1)</script>"
    assert "<script>alert(1)" not in client.get(window.page.url).text
