"""Which words somebody would have translated, and what two versions of a passage have between them."""

import pytest

from cms.guidance.enums import PassageChange
from cms.guidance.rules import compared, why_not_publish, word_by_word
from cms.guidance.values.passages import PagePassage, Piece
from cms.guidance.values.untranslated import is_a_sentence, untranslated


def text(id: str, words: str, kind: str = "text") -> PagePassage:
    return PagePassage(id, kind, words)


@pytest.mark.parametrize(
    "line",
    [
        "Écrivez la semaine entière.",
        "Avant de commencer",
        "Je ne reçois aucun courriel",
        "Faut-il faire l’appel ?",
        "La vidéo",
        "Rendre à l’heure",
    ],
)
def test_words_that_somebody_would_translate(line):
    assert is_a_sentence(line)


@pytest.mark.parametrize(
    "line",
    [
        "Encyclopaedia Universalis",
        "Educ’Arte",
        "Lycée Jules Verne",
        "La Ferté-Macé",
        "6,8",
        "https://ent.example/",
        "Flora Tristan",
        "SMS",
    ],
)
def test_names_and_figures_are_the_same_in_both_languages(line):
    assert not is_a_sentence(line)


def test_one_line_of_french_among_english_ones_is_found():
    source = [text("a", "Écrivez la semaine entière.\nDonnez les minutes de chaque travail.")]
    page = [
        text("a", "Write the whole week.\nDonnez les minutes de chaque travail."),
        text("b", "All in English, this one."),
    ]

    assert untranslated(page, source) == page[:1]


def test_french_that_was_copied_into_another_block_is_found():
    assert untranslated(
        [text("new", "Écrivez la semaine entière.")], [text("a", "Écrivez la semaine entière.")]
    )


def test_a_contact_is_the_same_in_both_languages():
    said = text("a", "Direction des systèmes d’information", kind="contact")

    assert untranslated([said], [said]) == []


def test_the_refusal_says_how_many_and_where_first():
    source = [text("a", "Écrivez la semaine entière."), text("b", "Donnez les minutes.")]

    refusal = why_not_publish(source, source, title="A bearable week")

    assert refusal.values == {
        "title": "A bearable week",
        "passages": 2,
        "first": "Écrivez la semaine entière.",
    }
    assert (
        why_not_publish([text("a", "Write the whole week.")], source, title="A bearable week")
        is None
    )


def test_what_changed_is_told_word_by_word_and_spaces_of_any_kind_are_one():
    assert word_by_word("Donnez les minutes\u00a0!", "Donnez les heures !") == [
        Piece("", "Donnez les "),
        Piece("del", "minutes"),
        Piece("ins", "heures"),
        Piece("", " !"),
    ]


def test_passages_are_compared_in_the_order_of_the_source_then_what_is_gone_then_what_only_english_has():
    seen = [text("gone", "Ancien."), text("same", "Pareil."), text("new words", "Un pas.")]
    source = [text("new words", "Deux pas."), text("same", "Pareil."), text("added", "Nouveau.")]
    page = [text("same", "The same."), text("only here", "For readers in English.")]

    rows = compared(source, seen, page)

    assert [(row.id, row.change, row.here.text if row.here else None) for row in rows] == [
        ("new words", PassageChange.CHANGED, None),
        ("same", "", "The same."),
        ("added", PassageChange.ADDED, None),
        ("gone", PassageChange.REMOVED, None),
        ("only here", "", "For readers in English."),
    ]
    assert [row.is_here_only for row in rows] == [False, False, False, False, True]


def test_a_link_that_leads_elsewhere_is_a_change_that_no_word_shows():
    (row,) = compared(
        [text("a", "Voir la fiche (page:12).")], [text("a", "Voir la fiche (page:9).")], []
    )

    assert (row.change, row.is_in_no_word) == (PassageChange.CHANGED, True)
    assert row.pieces == (Piece("", "Voir la fiche."),)


def test_of_many_lines_that_were_kept_the_first_and_the_last_are_shown():
    assert Piece("", "one\ntwo\nthree\nfour\nfive").short == "one\n…\nfive"
    assert Piece("ins", "one\ntwo\nthree\nfour\nfive").short == "one\ntwo\nthree\nfour\nfive"
