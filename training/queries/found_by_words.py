"""Trainings found by words: what is typed beside what their texts say."""

import unicodedata
from collections import Counter
from functools import lru_cache

from django.utils.translation import get_language

from courses.questions import AskedWord, Term, asked_words, understood
from courses.words import STOP_WORDS, stem, words_in
from training.models import Training


def plain(text: str) -> str:
    """Return the text as a search compares it: without accents, case and ligatures, apostrophes all
    alike.
    """
    text = text.casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


APOSTROPHES = ("'", "’", "ʼ")

type OfTrainings = dict[tuple[int, str], frozenset[str]]  # by training and language
type Texts = tuple[tuple[int, str, str], ...]  # training, all that it says in French, in English


def trainings_that_say(words: str) -> tuple[set[int], list[AskedWord]]:
    """Published trainings that say every word in one of the languages, read as the whole site's
    search reads words; and the words as they were understood. One query.

    A known word stands for an unknown one that is its beginning or nearly spelt so. Where each word
    is one that stands everywhere ("AI", "est"), or none is a word ("C++"), it is looked for as it
    is written.
    """
    texts = _texts_of_trainings()
    terms, stems, every = _read_words(texts)
    question = understood(asked_words(words), terms, lambda _words: terms, get_language() or "fr")
    if not question:
        if typed := {word.plain for word in words_in(words)}:
            return {key[0] for key, there in every.items() if _says(typed, there, key[1])}, []
        signs = _signs(words)
        return {pk for pk, *both in texts if signs and signs <= _signs(" ".join(both))}, []
    found = {
        training
        for (training, language), there in stems.items()
        if all(not asked.stems[language].isdisjoint(there) for asked in question)
    }
    return found, question


def _says(typed: set[str], there: frozenset[str], language: str) -> bool:
    """Every word that says something in this language, or all where none does: "with AI" is AI in
    English.
    """
    return (typed - STOP_WORDS[language] or typed) <= there


def _signs(text: str) -> set[str]:
    """Return the parts between spaces, compared as written, without punctuation around them."""
    return {plain(part).strip('.,;:!?()"«»“”') for part in text.split()} - {""}


def _as_written(text: str) -> frozenset[str]:
    """Its words. After an apostrophe one that stands everywhere is part of a verb ("J’ai"), unless
    it is written in capitals ("l’AI Act").
    """
    return frozenset(
        word.plain
        for word in words_in(text)
        if word.plain not in STOP_WORDS["fr"]
        or text[word.start - 1 : word.start] not in APOSTROPHES
        or word.shown.isupper()
    )


def _texts_of_trainings() -> Texts:
    """Title, summary, goals, preparation, resource and subjects of each published training."""
    texts: dict[int, tuple[dict[str, None], dict[str, None]]] = {}
    said = ("title", "summary", "goals", "preparation", "subjects__title")
    rows = Training.objects.published().values_list(
        "pk",
        "resource__name",
        *(f"{name}_{language}" for language in ("fr", "en") for name in said),
    )
    for pk, resource, *words in rows.order_by("pk"):  # a row for each of its subjects
        for text, part in zip(
            texts.setdefault(pk, ({}, {})),
            (words[: len(said)], words[len(said) :]),
            strict=True,
        ):
            text.update(dict.fromkeys([resource, *(words for words in part if words)]))
    return tuple(
        (pk, "\n".join(french), "\n".join(english)) for pk, (french, english) in texts.items()
    )


@lru_cache(maxsize=4)
def _read_words(texts: Texts) -> tuple[list[Term], OfTrainings, OfTrainings]:
    """The known words, the stems of each training in each language, and all its words as they are
    written. The texts are the key: what is written otherwise is read anew.
    """
    times: Counter[tuple[str, str]] = Counter()
    shown: dict[tuple[str, str], str] = {}
    stems: OfTrainings = {}
    every: OfTrainings = {}
    for training, *both in texts:
        for language, text in zip(("fr", "en"), both, strict=True):
            every[training, language] = _as_written(text)
            words = [w for w in words_in(text) if w.plain not in STOP_WORDS[language]]
            stems[training, language] = frozenset(stem(word.plain, language) for word in words)
            for word in words:
                times[language, word.plain] += 1
                shown.setdefault((language, word.plain), word.shown.lower())
    terms = [
        Term(language, word, stem(word, language), shown[language, word], count)
        for (language, word), count in times.items()
    ]
    return sorted(terms, key=lambda term: (-term.times, term.word, term.language)), stems, every
