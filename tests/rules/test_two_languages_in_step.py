"""Meaning, not dates: what makes a page behind, and what doesn't."""

import pytest
from django.utils import timezone

from cms.guidance.enums import State
from tests.factories.guidance import guidance_page, in_english, pair_of, paragraph, rewrite, topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(db):
    french = guidance_page(
        body=[
            paragraph("Écrivez la semaine entière, pas la séance.", "a" * 8),
            paragraph("Donnez les minutes.", "b" * 8),
        ]
    )
    return french, in_english(french)


def behind_by(page) -> list[tuple[str, str]]:
    return [(row["id"], row["change"]) for row in pair_of(page).lag]


def test_one_word_makes_exactly_one_block_behind_and_undone_it_is_in_step_again(pages):
    french, _english = pages
    assert pair_of(french).english_state == State.IN_STEP

    rewrite(french, ("a" * 8, "Écrivez la semaine complète, pas la séance."))

    pair = pair_of(french)
    assert (pair.english_state, pair.lag_blocks, behind_by(french)) == (
        State.BEHIND,
        1,
        [("a" * 8, "changed")],
    )

    rewrite(french, ("a" * 8, "Écrivez la semaine entière, pas la séance."))

    assert (pair_of(french).english_state, behind_by(french), pair_of(french).lag_since) == (
        State.IN_STEP,
        [],
        None,
    )


@pytest.mark.parametrize(
    "words",
    [
        "Écrivez la semaine entière, pas la séance.",
        "Écrivez la<br/>semaine entière, pas la séance.",
        "Écrivez  la semaine\u00a0entière, pas la séance. ",
        "<b>Écrivez</b> la semaine entière, pas la séance.",
    ],
    ids=["republished", "a line break", "spaces", "bold"],
)
def test_what_says_the_same_leaves_everybody_in_step(pages, words):
    french, _english = pages

    rewrite(french, ("a" * 8, words))

    assert pair_of(french).english_state == State.IN_STEP


def test_moving_the_page_or_its_blocks_leaves_english_in_step(pages):
    french, _english = pages

    french.move(topic("Ailleurs", "Elsewhere"), pos="last-child")
    french.refresh_from_db()
    french.body = type(french.body)(
        french.body.stream_block, list(reversed(french.body.raw_data)), is_lazy=True
    )
    french.save_revision().publish()

    assert pair_of(french).english_state == State.IN_STEP


def test_a_minor_edit_keeps_in_step_what_was_and_nothing_more(pages):
    french, _english = pages
    rewrite(french, ("b" * 8, "Donnez les heures."))

    rewrite(french, ("a" * 8, "Écrivez toute la semaine, pas la séance."), minor_edit=True)

    assert behind_by(french) == [("b" * 8, "changed")]
    french.refresh_from_db()
    assert french.minor_edit is False

    rewrite(french, ("a" * 8, "Écrivez le mois, pas la séance."))

    assert behind_by(french) == [("a" * 8, "changed"), ("b" * 8, "changed")]


def test_a_block_that_only_english_has_never_counts(pages):
    french, english = pages
    english.body.append(("text", "<p>Only for readers in English.</p>"))
    english.save_revision().publish()

    rewrite(french)

    assert pair_of(french).english_state == State.IN_STEP


def test_a_passage_keeps_the_date_since_when_it_is_behind(pages):
    french, _english = pages
    rewrite(french, ("a" * 8, "Écrivez le mois."))
    since = pair_of(french).lag_since

    rewrite(french, ("b" * 8, "Donnez les heures."))

    assert pair_of(french).lag_since == since
    assert pair_of(french).lag_since < timezone.now()


def test_a_copy_for_translation_was_never_in_step(pages):
    french = guidance_page(title="Prêter un ordinateur")
    draft = french.copy_for_translation(pages[1].locale)

    assert (draft.get_latest_revision_as_object().in_step_with, pair_of(french).english_state) == (
        None,
        State.DRAFT,
    )
