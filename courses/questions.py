"""Meaning of a question among known words: its own, those that begin so, else the nearest. Asks no
database; the whole site's search and the catalogue's filter share it.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.conf import settings

from courses.words import EVERYWHERE, Word, beginnings, nearest, stem, words_in

LONGEST, MOST_WORDS = 200, 12
SHORTEST_BEGINNING, MOST_ENDINGS = 2, 40
MOST_MEANT = 3
LANGUAGES = [code for code, _name in settings.LANGUAGES]


class Term(NamedTuple):
    """A known word: in which language, as it is compared, its stem, as it is written, how often it
    stands there.
    """

    language: str
    word: str
    stem: str
    shown: str
    times: int


@dataclass
class AskedWord:
    """A word of the question, and the stems that answer it in each language."""

    word: str
    stems: dict[str, set[str]] = field(
        default_factory=lambda: {language: set() for language in LANGUAGES}
    )
    is_exact: bool = True
    meant: str = ""  # the known word that was taken for it

    def take(self, terms: Iterable[Term]) -> None:
        for term in terms:
            self.stems[term.language].add(term.stem)


def words_of_question(asked: str) -> list[Word]:
    """Those that say something, once each, within bounds; a compound by its parts."""
    words = words_in(unicodedata.normalize("NFC", asked[:LONGEST]))
    said = {
        word.plain: word for word in words if not word.is_whole and word.plain not in EVERYWHERE
    }
    return list(said.values())[:MOST_WORDS]


def asked_words(asked: str) -> dict[str, str]:
    """The words as they are compared, each with the compound it is a part of."""
    return {word.plain: word.whole for word in words_of_question(asked)}


def understood(
    words: dict[str, str],
    terms: list[Term],
    more: Callable[[list[str]], list[Term]],
    language: str,
    *,
    typing: bool = False,
) -> list[AskedWord]:
    """Return the answers to each word: its own stems; for an unknown word, words that begin so;
    else the nearest ones.
    """
    question = [AskedWord(word) for word in words]
    for asked, whole in zip(question, words.values(), strict=True):
        asked.take(
            term
            for term in terms
            if term.stem in {stem(word, term.language) for word in (asked.word, whole) if word}
        )
    if typing:
        question[-1].take(beginning_so(question[-1].word, terms))
    unknown = [asked for asked in question if not any(asked.stems.values())]
    if unknown:
        near = more([asked.word for asked in unknown])
        for asked in unknown:
            guess(asked, near, language)
    return question


def beginning_so(word: str, terms: list[Term]) -> list[Term]:
    if len(word) < SHORTEST_BEGINNING:
        return []
    return [term for term in terms if term.word.startswith(beginnings(word))][:MOST_ENDINGS]


def guess(asked: AskedWord, terms: list[Term], language: str) -> None:
    asked.is_exact = False
    if longer := beginning_so(asked.word, terms):
        asked.take(longer)
        return
    near = set(nearest(asked.word, {term.word for term in terms}))
    meant = sorted(
        (term for term in terms if term.word in near), key=lambda term: term.language != language
    )[:MOST_MEANT]
    if meant:
        asked.take(meant)
        asked.meant = meant[0].shown
