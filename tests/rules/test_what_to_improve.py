"""Hints to who writes: a table of texts in both languages, and what is said of each."""

import pytest

from cms.guidance.enums import Improvement
from cms.guidance.rules import what_to_improve

WORDS_30 = "Nous avons " + "mot " * 27 + "fin."
WORDS_31 = "Nous avons " + "mot " * 28 + "fin."
WORDS_25 = "We have " + "word " * 22 + "end."
WORDS_26 = "We have " + "word " * 23 + "end."


def said(*blocks, language="fr", lead="Un résumé.", audience="Tout le monde.") -> list[tuple]:
    rows = [(f"b{n}", kind, value) for n, (kind, value) in enumerate(blocks)]
    found = what_to_improve(language=language, lead=lead, audience=audience, blocks=rows)
    return [(remark.id, remark.what, remark.found) for remark in found]


def text(words: str):
    return ("text", f"<p>{words}</p>")


def link(words: str, href="https://www.education.gouv.fr/"):
    return text(f'Voir <a href="{href}">{words}</a>.')


def picture(alt: str, decorative=False):
    return (
        "figure",
        {
            "image": {"image": 3, "decorative": decorative, "alt_text": alt},
            "caption": "",
            "credit": "",
        },
    )


def test_a_good_page_is_left_alone():
    page = [
        ("heading", "La semaine"),
        text("Une phrase courte. Une autre."),
        link("le site du ministère"),
        picture("Un tableau et un vidéoprojecteur"),
    ]

    assert said(*page) == []


def test_summary_and_readers_are_missed_where_the_page_has_such_fields():
    assert said(lead=" ", audience="") == [
        ("lead", Improvement.SUMMARY, ""),
        ("audience", Improvement.AUDIENCE, ""),
    ]
    assert said(lead="Un résumé.", audience=None) == []


@pytest.mark.parametrize(
    "words",
    [
        "ici",
        "Ici",
        "cliquez ici",
        "Cliquez ici.",
        "ce lien",
        "lire la suite",
        "En savoir plus",
        "here",
        "click here",
        "Read more…",
    ],
)
def test_a_link_says_where_it_leads(words):
    assert said(link(words)) == [("b0", Improvement.VAGUE_LINK, words)]


@pytest.mark.parametrize(
    "words",
    ["ici, le plan de la semaine", "here are the forms", "le document de rentrée", "plus de temps"],
)
def test_a_link_with_words_of_its_own_is_left_alone(words):
    assert said(link(words)) == []


def test_an_address_is_no_words():
    assert said(link("https://www.education.gouv.fr/")) == [
        ("b0", Improvement.BARE_ADDRESS, "https://www.education.gouv.fr/")
    ]
    assert said(link("www.education.gouv.fr")) == [
        ("b0", Improvement.BARE_ADDRESS, "www.education.gouv.fr")
    ]


def test_links_in_steps_and_answers_are_looked_at_too():
    steps = (
        "steps",
        [
            {
                "type": "item",
                "id": "x",
                "value": {"title": "Ouvrir", "text": '<p><a linktype="page" id="3">ici</a></p>'},
            }
        ],
    )

    assert said(steps) == [("b0", Improvement.VAGUE_LINK, "ici")]


@pytest.mark.parametrize(
    ("language", "sentence", "is_long"),
    [
        ("fr", WORDS_30, False),
        ("fr", WORDS_31, True),
        ("en", WORDS_25, False),
        ("en", WORDS_26, True),
        ("fr", WORDS_26, False),
    ],
)
def test_sentences_are_counted_by_the_measure_of_their_language(language, sentence, is_long):
    assert [what for _id, what, _found in said(text(sentence), language=language)] == [
        Improvement.LONG_SENTENCE
    ] * is_long


def test_lines_of_a_list_and_addresses_of_links_make_no_sentence_long():
    items = "".join(f"<li>Un point de la liste, le numéro {n}</li>" for n in range(9))

    assert said(("text", f"<ul>{items}</ul>")) == []
    assert said(link("le site du ministère", href="https://x.example/" + "mot/" * 40)) == []


def test_a_sentence_ends_where_the_next_begins():
    assert said(text("À 14 h 30, M. Martin lit. " * 10)) == []


def test_a_heading_under_no_heading():
    under = ("text", "<h3>Le matériel</h3><p>Un stylo.</p>")

    assert said(under) == [("b0", Improvement.HEADING_ORDER, "Le matériel")]
    assert said(("heading", "La semaine"), under) == []
    assert said(("heading", " ")) == [("b0", Improvement.EMPTY_HEADING, "")]


@pytest.mark.parametrize(
    "alt", ["IMG_2043.JPG", "photo.png", "DSC 0042", "capture 3", "tableau_noir", "20260311"]
)
def test_the_name_of_a_file_describes_no_picture(alt):
    assert said(picture(alt)) == [("b0", Improvement.FILE_NAME, alt)]


def test_a_picture_is_described_or_decorative():
    assert said(picture("")) == [("b0", Improvement.NO_ALTERNATIVE, "")]
    assert said(picture("", decorative=True)) == []
    assert said(picture("Le tableau de la salle 12")) == []


def test_capitals():
    assert said(text("ATTENTION : NE PAS OUVRIR LA PORTE avant l’appel.")) == [
        ("b0", Improvement.CAPITALS, "NE PAS OUVRIR LA PORTE")
    ]
    assert said(text("L’ENT, le CNED et la DRAAF.")) == []


def test_a_hint_of_the_template_is_still_there():
    page = [
        (
            "steps",
            [
                {
                    "type": "item",
                    "id": "x",
                    "value": {"title": "[Une action]", "text": "<p>[Ce que l’on fait]</p>"},
                }
            ],
        )
    ]

    assert said(*page, lead="[En une phrase]") == [
        ("lead", Improvement.HINT, "En une phrase"),
        ("b0", Improvement.HINT, "Une action"),
        ("b0", Improvement.HINT, "Ce que l’on fait"),
    ]
    assert said(text("Le mot [sic] est de l’auteur.")) == []
