"""How a search reads words: without accents, capitals, elisions and plurals, with typing errors
allowed. Asks no database.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer
from rapidfuzz.distance import OSA

STEMMERS = {"fr": "french", "en": "english"}
# A run of letters and figures; apostrophes and hyphens hold a compound together.
COMPOUND = re.compile(r"[^\W_]+(?:['’ʼ\-‐‑][^\W_]+)*")
PART = re.compile(r"[^\W_]+")
LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
# Two letters that sound as one and are often written as one: œuvre, encyclopædia, téléphone.
HEARD_AS_ONE = (("ae", "e"), ("oe", "e"), ("ph", "f"))
LONGEST_WORD = 40
ELIDED = {
    "l",
    "d",
    "j",
    "n",
    "s",
    "c",
    "m",
    "t",
    "qu",
    "jusqu",
    "lorsqu",
    "puisqu",
    "quoiqu",
    "quelqu",
}
FRENCH_ROOM = """
a ai au aux avec ce ces cet cette dans de des du elle elles en est et eux il ils je la le les leur leurs lui ma mais me mes mon ne ni
nos notre nous on ont ou par pas pour que qui sa se ses si son sont sur ta te tes toi ton tu un une vos votre vous
"""
ENGLISH_ROOM = """
a an and are as at be been but by can did do does for from had has have he her his how i if in into is it its me my no nor not of on or
our she so than that the their them then there these they this to was we were what when which who will with you your
"""
STOP_WORDS = {"fr": frozenset(FRENCH_ROOM.split()), "en": frozenset(ENGLISH_ROOM.split())}
EVERYWHERE = STOP_WORDS["fr"] | STOP_WORDS["en"]
# Irregular forms.
IRREGULAR = {
    "fr": {"travaux": "travail", "ordis": "ordinateur", "ordi": "ordinateur"},
    "en": {"children": "child", "women": "woman", "men": "man", "people": "person"},
}
# What ends a long word in Latin, in French and in English: encyclopaedia, encyclopédie.
# A feminine without its accent: fermée, fermées and fermé are one word.
FEMININE = re.compile("ees?$")
LONG_STEM, LATIN_ENDING = 8, re.compile("[aeiouy]+$")
FORGIVES_ONE, FORGIVES_TWO = 4, 9
_stemmers = threading.local()  # a stemmer has state, so one per thread


class Word(NamedTuple):
    """A word where it stands in a text: as it is compared, and as it is written."""

    plain: str
    shown: str
    start: int
    end: int
    whole: str = ""  # the compound it is a part of, or is itself, in one piece

    @property
    def is_whole(self) -> bool:
        return self.plain == self.whole


def bare(word: str) -> str:
    """Without accents, capitals and ligatures."""
    folded = "".join(LIGATURES.get(letter, letter) for letter in word.casefold())
    return "".join(
        c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c)
    )[:LONGEST_WORD]


@lru_cache(maxsize=50_000)
def plain(word: str) -> str:
    """Return the word in the form in which words are compared."""
    found = bare(word)
    for two, one in HEARD_AS_ONE:
        found = found.replace(two, one)
    return found


def beginnings(word: str) -> tuple[str, ...]:
    """The prefixes to look for when this one was typed: of two letters that sound as one (œ), the
    second may not be typed yet.
    """
    return (word, *(word[:-1] + one for two, one in HEARD_AS_ONE if word.endswith(two[0])))


def words_in(text: str) -> Iterator[Word]:
    """Every word, in order; a compound gives its parts, then itself in one piece:

    Educ’Arte is educ, arte, and educarte.
    """
    for compound in COMPOUND.finditer(text):
        if compound[0].isalnum():  # no hyphen, no apostrophe: one part
            if len(compound[0]) > 1:
                yield Word(plain(compound[0]), compound[0], *compound.span())
            continue
        parts = list(PART.finditer(compound[0]))
        kept = [
            p for n, p in enumerate(parts) if not (n < len(parts) - 1 and plain(p[0]) in ELIDED)
        ]
        kept = [p for p in kept if len(p[0]) > 1]
        whole = "".join(plain(p[0]) for p in kept)[:LONGEST_WORD] if len(kept) > 1 else ""
        for part in kept:
            yield Word(
                plain(part[0]),
                part[0],
                compound.start() + part.start(),
                compound.start() + part.end(),
                whole,
            )
        if whole:
            begin, end = compound.start() + kept[0].start(), compound.start() + kept[-1].end()
            yield Word(whole, text[begin:end], begin, end, whole)


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """Return the common stem of a plain word, its plural, its feminine and its verb."""
    if word in IRREGULAR[language]:
        word = IRREGULAR[language][word]
    if language == "fr":
        word = FEMININE.sub("e", word)
    stemmers = _stemmers.__dict__
    if language not in stemmers:
        stemmers[language] = snowballstemmer.stemmer(STEMMERS[language])
    found = stemmers[language].stemWord(word) or word
    short = LATIN_ENDING.sub("", found)
    return short if len(short) >= LONG_STEM else found


def stems_of(text: str, language: str) -> list[str]:
    """The stems of all words of a text that say something, in order, each as often as it stands
    there.
    """
    return [
        stem(word.plain, language)
        for word in words_in(text)
        if word.plain not in STOP_WORDS[language]
    ]


def may_be_misspelt(word: str) -> int:
    """How many typing errors are allowed in a word of this length; none if it contains digits."""
    if any(c.isdigit() for c in word) or len(word) < FORGIVES_ONE:
        return 0
    return 2 if len(word) >= FORGIVES_TWO else 1


def nearest(word: str, vocabulary: Iterable[str]) -> list[str]:
    """The known words at the smallest edit distance (a letter too many, missing, wrong, or two
    transposed).
    """
    slips = may_be_misspelt(word)
    if not slips:
        return []
    found = {near: OSA.distance(word, near, score_cutoff=slips) for near in vocabulary}
    least = min(found.values(), default=slips + 1)
    return sorted(near for near, distance in found.items() if distance == least <= slips)
