"""A page of what a search found, as it is shown: in the reader's language where it is written in
it, the matched words marked.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail import hooks

from cms.guidance.enums import KIND_WORDS, SIGNS_OF_KINDS, Kind
from cms.guidance.models import SearchEntry
from courses.digest.enums import Hook
from courses.digest.values import SearchHit
from courses.words import stem, words_in

LONGEST_EXCERPT = 220
BEFORE_THE_WORD = 60
SHORTEST_SENTENCE = 40  # less is a heading or a name: it says nothing more than the title


@dataclass(frozen=True)
class ShownHit:
    """A row of results. `state` is as it is now."""

    entry: SearchEntry
    is_foreign: bool  # written in the other language only
    title: SafeString
    excerpt: SafeString
    live: SearchHit | None = None

    @property
    def url(self) -> str:
        return (self.is_foreign and self.entry.url_elsewhere) or self.entry.url

    @property
    def kind_word(self) -> str:
        return str(KIND_WORDS[Kind(self.entry.kind)])

    @property
    def is_one_day(self) -> bool:
        return timezone.localdate(self.entry.starts_at) == timezone.localdate(self.entry.ends_at)

    @property
    def sign(self) -> str:
        return SIGNS_OF_KINDS[Kind(self.entry.kind)]


def shown(
    keys: Iterable[str], stems: dict[str, set[str]], language: str, now: datetime.datetime
) -> list[ShownHit]:
    """These things in this order; a dated one as its product tells it now, or not at all.

    One query, and those of the products.
    """
    keys = list(keys)
    rows: dict[str, dict[str, SearchEntry]] = defaultdict(dict)
    for entry in SearchEntry.objects.filter(key__in=keys):
        rows[entry.key][entry.language] = entry
    dated = {entry.key for both in rows.values() for entry in both.values() if entry.starts_at}
    live = as_they_are_now(dated, language, now)
    found = [
        (key, rows[key].get(language) or next(iter(rows[key].values())))
        for key in keys
        if key in rows
    ]
    return [
        row_of(entry, stems, language, live.get(key))
        for key, entry in found
        if key not in dated or key in live
    ]


def as_they_are_now(keys: set[str], language: str, now: datetime.datetime) -> dict[str, SearchHit]:
    if not keys:
        return {}
    hits = [
        hit for answer in hooks.get_hooks(Hook.SEARCHABLE) for hit in answer(frozenset(keys), now)
    ]
    return {hit.key: hit for hit in hits if hit.language == language}


def row_of(
    entry: SearchEntry, stems: dict[str, set[str]], language: str, live: SearchHit | None
) -> ShownHit:
    own = stems[entry.language]
    return ShownHit(
        entry,
        entry.language != language,
        marked(entry.title, entry.language, own),
        excerpt(entry, own),
        live,
    )


def excerpt(entry: SearchEntry, stems: set[str]) -> SafeString:
    """The summary where the title or it says one of the words, else the first sentence that does,
    from a little before it on.
    """
    if not (entry.summary and matches_in(f"{entry.title}\n{entry.summary}", entry.language, stems)):
        for line in entry.text.split("\n"):
            if len(line) >= SHORTEST_SENTENCE and (
                spans := matches_in(line, entry.language, stems)
            ):
                return marked(around(line, spans[0][0]), entry.language, stems)
    spans = matches_in(entry.summary, entry.language, stems)
    return marked(around(entry.summary, spans[0][0] if spans else 0), entry.language, stems)


def around(line: str, start: int) -> str:
    """The part of a line that a row holds, cut between words."""
    begin = (
        0
        if len(line) <= LONGEST_EXCERPT or start <= BEFORE_THE_WORD
        else line.rfind(" ", 0, start - BEFORE_THE_WORD) + 1
    )
    end = (
        len(line)
        if len(line) - begin <= LONGEST_EXCERPT
        else line.rfind(" ", begin, begin + LONGEST_EXCERPT)
    )
    end = begin + LONGEST_EXCERPT if end <= begin else end
    return ("… " if begin else "") + line[begin:end] + (" …" if end < len(line) else "")


def matches_in(text: str, language: str, stems: set[str]) -> list[tuple[int, int]]:
    """Begin and end of the words of these stems, in order, none within another."""
    spans: list[tuple[int, int]] = []
    found = (
        (word.start, word.end) for word in words_in(text) if stem(word.plain, language) in stems
    )
    for begin, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not spans or begin >= spans[-1][1]:
            spans.append((begin, end))
    return spans


def marked(text: str, language: str, stems: set[str]) -> SafeString:
    """The text, safe to show, each matched word in a `mark`."""
    parts, last = [], 0
    for begin, end in matches_in(text, language, stems):
        parts += [escape(text[last:begin]), format_html("<mark>{}</mark>", text[begin:end])]
        last = end
    return mark_safe("".join([*parts, escape(text[last:])]))  # noqa: S308  every part is escaped
