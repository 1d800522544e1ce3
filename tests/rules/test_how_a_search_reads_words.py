"""Words as a search compares them: accents, capitals, elisions, compounds, plurals, slips."""

import pytest

from cms.guidance.models import SearchEntry
from cms.guidance.queries.hits import around, excerpt, marked
from courses.questions import LONGEST, MOST_WORDS, asked_words
from courses.words import nearest, plain, stem, words_in


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Évaluation", "evaluation"),
        ("ÉLÈVES", "eleves"),
        ("Encyclopædia", "encyclopedia"),
        ("Encyclopaedia", "encyclopedia"),
        ("œuvre", "euvre"),
        ("oeuvre", "euvre"),
        ("téléphone", "telefone"),
        ("Straße", "strasse"),
        ("e\N{COMBINING ACUTE ACCENT}cole", "ecole"),
    ],
)
def test_accents_capitals_and_ligatures_do_not_count(written, compared):
    assert plain(written) == compared


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("l’évaluation d’un élève", ["evaluation", "un", "eleve"]),
        ("qu'il s'agisse", ["il", "agisse"]),
        ("Educ’Arte", ["educ", "arte", "educarte"]),
        ("une visio-conférence", ["une", "visio", "conference", "visioconference"]),
        ("the teacher's phone", ["the", "teacher", "fone"]),
        ("a 6e, 1 200 h!", ["6e", "200"]),
        ("« \x00 » 😀 -- '\" * ()", []),
        ("שלום עולם", ["שלום", "עולם"]),
    ],
)
def test_a_text_is_read_word_by_word(text, words):
    assert [word.plain for word in words_in(text)] == words


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("fr", "evaluations", "evaluation"),
        ("fr", "eleves", "eleve"),
        ("fr", "travaux", "travail"),
        ("fr", "journaux", "journal"),
        ("fr", "fermees", "ferme"),
        ("fr", "fermee", "ferme"),
        ("fr", "encyclopedie", "encyclopedia"),
        ("en", "lending", "lend"),
        ("en", "phones", "phone"),
        ("en", "children", "child"),
        ("en", "classes", "class"),
    ],
)
def test_forms_of_a_word_have_one_stem(language, one, other):
    assert stem(one, language) == stem(other, language)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("evaluatoin", ["evaluation"]),
        ("evaluaton", ["evaluation"]),
        ("evalluation", ["evaluation"]),
        ("evaluotion", ["evaluation"]),
        ("pret", ["prets"]),
        ("prte", []),  # two slips in four letters
        ("ent", []),  # too short to be misspelt
        ("2021", []),
    ],
)
def test_a_slip_is_forgiven_more_in_a_long_word(typed, found):
    assert nearest(typed, ["evaluation", "prets", "ents", "2020"]) == found


def test_what_is_nearer_goes_before_what_is_near():
    assert nearest("questoins", ["question", "questions"]) == ["questions"]


def test_a_question_is_read_within_bounds():
    assert list(asked_words("le la les des the")) == []
    assert len(asked_words(" ".join(f"word{n}" for n in range(90)))) == MOST_WORDS
    assert list(asked_words("x" * (LONGEST + 50))) == ["x" * 40]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Des élèves & des <b>", "Des <mark>élèves</mark> &amp; des &lt;b&gt;"),
        ("<script>élève</script>", "&lt;script&gt;<mark>élève</mark>&lt;/script&gt;"),
        ("L’élève", "L’<mark>élève</mark>"),
        ("Rien", "Rien"),
    ],
)
def test_matched_words_are_marked_and_all_else_is_escaped(text, shown):
    assert marked(text, "fr", {stem("eleve", "fr")}) == shown


def test_an_excerpt_is_the_sentence_that_says_it():
    entry = SearchEntry(
        language="fr",
        summary="Un résumé.",
        text="Les téléphones\nDans cette phrase, un téléphone suffit pour rendre son travail.",
    )

    assert (
        excerpt(entry, {stem("telefone", "fr")})
        == "Dans cette phrase, un <mark>téléphone</mark> suffit pour rendre son travail."
    )
    assert excerpt(entry, {"absent"}) == "Un résumé."


def test_a_long_line_is_cut_between_words_around_what_was_found():
    line = "avant " * 60 + "ici " + "après " * 60

    said = around(line, line.index("ici"))

    assert said.startswith("… avant ")
    assert " ici " in said
    assert said.endswith(" après …")
    assert len(said) < 240
