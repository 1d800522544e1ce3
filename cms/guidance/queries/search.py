"""The search and its order: the same on both databases, in a known number of queries."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from wagtail.search.backends import get_search_backend
from wagtail.search.query import PlainText

from cms.guidance.enums import Kind
from cms.guidance.models import SearchEntry, SearchTerm
from courses.questions import (
    LANGUAGES,
    SHORTEST_BEGINNING,
    AskedWord,
    Term,
    asked_words,
    understood,
)
from courses.words import beginnings, may_be_misspelt, stem

PLACE_OF_KIND = {kind: place for place, kind in enumerate(Kind)}
NEVER = datetime.datetime.max.replace(tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Match:
    """A thing found, by its best row. The least `rank` comes first."""

    key: str
    kind: str
    rank: tuple


@dataclass
class SearchResults:
    """All that was found, best first, before a page of it is read."""

    asked: list[AskedWord]
    matches: list[Match]

    @property
    def meant(self) -> list[AskedWord]:
        return [word for word in self.asked if word.meant]

    @property
    def kinds(self) -> dict[Kind, int]:
        """Number of matches of each kind, in the kinds' own order."""
        counts = Counter(match.kind for match in self.matches)
        return {kind: counts[kind] for kind in Kind if counts[kind]}

    @property
    def stems(self) -> dict[str, set[str]]:
        """Stems to be marked, by language."""
        return {
            language: set().union(*(word.stems[language] for word in self.asked))
            for language in LANGUAGES
        }

    def keys(self, kind: str = "") -> list[str]:
        return [match.key for match in self.matches if not kind or match.kind == kind]


def find(
    asked: str, language: str, *, now: datetime.datetime, typing: bool = False
) -> SearchResults:
    """Things that answer at least half of the words, best first: at most three queries.

    While `typing` the last word may go on.
    """
    words = asked_words(asked)
    if not words:
        return SearchResults([], [])
    question = understood(words, known(words, typing), spelt_like, language, typing=typing)
    stems = {stem for word in question for some in word.stems.values() for stem in some}
    if not stems:
        return SearchResults(question, [])
    entries = SearchEntry.objects.for_ranking()
    rows = get_search_backend().search(
        PlainText(" ".join(sorted(stems)), operator="or"), entries, order_by_relevance=False
    )
    return SearchResults(question, ranked(question, rows, language, now))


def in_memory(now: datetime.datetime) -> Callable[[str, str], bool]:
    """The same for many questions: whether each finds anything, after two queries for all of them."""
    rows = list(SearchEntry.objects.for_ranking())
    terms = read(SearchTerm.objects.all())

    def finds(asked: str, language: str) -> bool:
        question = understood(asked_words(asked), terms, lambda _words: terms, language)
        return bool(ranked(question, rows, language, now))

    return finds


# The words


def read(terms: QuerySet) -> list[Term]:
    """Those that stand there most often first."""
    rows = [Term(*row) for row in terms.values_list("language", "word", "stem", "shown", "count")]
    return sorted(rows, key=lambda term: (-term.times, term.word, term.language))


def known(words: dict[str, str], typing: bool) -> list[Term]:
    """The known words of these stems; while typing, those that begin as the last one does."""
    wanted = Q()
    for language in LANGUAGES:
        stems = {stem(word, language) for pair in words.items() for word in pair if word}
        wanted |= Q(language=language, stem__in=stems)
    last = list(words)[-1]
    if typing and len(last) >= SHORTEST_BEGINNING:
        wanted |= begins_like(last)
    return read(SearchTerm.objects.filter(wanted))


def begins_like(word: str) -> Q:
    wanted = Q()
    for letters in beginnings(word):
        wanted |= Q(word__startswith=letters)
    return wanted


def spelt_like(words: list[str]) -> list[Term]:
    """The known words about as long as one of these, and those that begin so: what was misspelt or
    isn't finished.
    """
    wanted = Q()
    for word in words:
        slips = may_be_misspelt(word)
        wanted |= Q(length__range=(len(word) - slips, len(word) + slips)) | begins_like(word)
    return read(SearchTerm.objects.annotate(length=Length("word")).filter(wanted))


# The order


def ranked(
    question: list[AskedWord], rows: Iterable[SearchEntry], language: str, now: datetime.datetime
) -> list[Match]:
    """The best row of each thing. All words go above some, the reader's own language above the
    other, title above summary above text; then what says it in fewer words, or more often; kinds in
    their order, sessions by date, titles by letter.
    """
    best: dict[str, Match] = {}
    for row in rows:
        if row.ends_at and row.ends_at <= now:
            continue
        match = matched(question, row, language)
        if match and (row.key not in best or match.rank < best[row.key].rank):
            best[row.key] = match
    return sorted(best.values(), key=lambda match: match.rank)


def matched(question: list[AskedWord], row: SearchEntry, language: str) -> Match | None:
    title, summary, terms = (
        f" {words} " for words in (row.title_terms, row.summary_terms, row.terms)
    )
    missing = places = guessed = often = 0
    for asked in question:
        stems = [f" {stem} " for stem in asked.stems[row.language]]
        times = sum(terms.count(stem) for stem in stems)
        if not times:
            missing += 1
            continue
        places += (
            0
            if any(stem in title for stem in stems)
            else 1
            if any(stem in summary for stem in stems)
            else 2
        )
        guessed += not asked.is_exact
        often += times
    if not question or missing > len(question) // 2 or missing == len(question):
        return None
    brevity = (0, title.count(" ")) if not places else (1, -often)
    rank = (
        missing, row.language != language, places, guessed, *brevity,
        PLACE_OF_KIND[Kind(row.kind)], row.starts_at or NEVER, row.title, row.key,
    )  # fmt: skip
    return Match(row.key, row.kind, rank)
