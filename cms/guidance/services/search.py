"""Keeps what the search looks into as the rooms tell it, and counts what was looked for in vain."""

import dataclasses
import datetime
import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail import hooks
from wagtail.search.backends import get_search_backend

from cms.guidance.models import MissedSearch, SearchEntry, SearchTerm
from cms.guidance.queries import search as queries
from courses.digest.enums import Hook
from courses.digest.values import SearchHit
from courses.questions import words_of_question
from courses.words import STOP_WORDS, bare, stem, stems_of, words_in

# Raised when words are read in another way: every row is then made again by the next sweep.
READING = 1
# What a row keeps of an answer; how a thing stands at this moment is asked when it is shown.
KEPT = ("kind", "under", "title", "summary", "text", "url", "url_elsewhere", "starts_at", "ends_at")
MADE = [*KEPT, "title_terms", "summary_terms", "terms", "fingerprint"]
AT_ONCE = 200
MOST_MISSED_LOOKED_AT = 200
FORGOTTEN_AFTER = datetime.timedelta(days=365)
# Words that may name somebody: the whole search isn't counted.
ADDRESS = re.compile(r"@|https?:|www\.", re.IGNORECASE)
LONG_NUMBER = re.compile(r"(?:\d[\s./-]*){7,}")

type Words = Counter[tuple[str, str, str]]  # language, word, as written


def follow(keys: Iterable[str], now: datetime.datetime | None = None) -> int:
    """Update or delete the rows of these things after a change, and those of what belongs to them.

    May run twice.
    """
    return bring_up_to_date(frozenset(keys), now or timezone.now())


def sweep(now: datetime.datetime | None = None) -> int:
    """Compare all rows with what the rooms answer, write what differs, and forget searches that
    find something by now.
    """
    now = now or timezone.now()
    changed = bring_up_to_date(None, now)
    forget_what_is_found(now)
    return changed


def bring_up_to_date(keys: frozenset[str] | None, now: datetime.datetime) -> int:
    answered = [hit for answer in hooks.get_hooks(Hook.SEARCHABLE) for hit in answer(keys, now)]
    hits = {(hit.key, hit.language): hit for hit in answered}
    gone, past, new = difference(keys, hits)
    if not (gone or new):
        return 0
    made = {
        (hit.key, hit.language): entry_of(hit) for hit in new
    }  # before the transaction: SQLite has one writer at a time
    with transaction.atomic():
        gone, past, new = difference(keys, hits)
        entries = [made.get((hit.key, hit.language)) or entry_of(hit) for hit in new]
        before = words_of_rows(SearchEntry.objects.filter(pk__in=[*gone, *past]))
        SearchEntry.objects.filter(pk__in=gone).delete()
        write(entries)
        count_words(before, words_of_rows(entries))
    return len(gone) + len(new)


def difference(
    keys: frozenset[str] | None, hits: dict[tuple[str, str], SearchHit]
) -> tuple[list[int], list[int], list[SearchHit]]:
    """Rows that nothing answers any more, rows to be written over, and the answers to write.

    One query.
    """
    rows = (
        SearchEntry.objects.all()
        if keys is None
        else SearchEntry.objects.about({*keys, *(key for key, _language in hits)})
    )
    known = {
        (key, language): (pk, print_)
        for pk, key, language, print_ in rows.values_list("pk", "key", "language", "fingerprint")
    }
    gone = [pk for name, (pk, _print) in known.items() if name not in hits]
    new = [
        hit for name, hit in hits.items() if name not in known or known[name][1] != fingerprint(hit)
    ]
    past = [known[hit.key, hit.language][0] for hit in new if (hit.key, hit.language) in known]
    return gone, past, new


def fingerprint(hit: SearchHit) -> str:
    kept = [READING, hit.key, hit.language, *(getattr(hit, name) for name in KEPT)]
    return hashlib.sha256(repr(kept).encode()).hexdigest()[:32]


def entry_of(hit: SearchHit) -> SearchEntry:
    kept = {name: value for name, value in dataclasses.asdict(hit).items() if name in KEPT}
    title, summary, text = (
        stems_of(words, hit.language) for words in (hit.title, hit.summary, hit.text)
    )
    return SearchEntry(
        key=hit.key,
        language=hit.language,
        title_terms=" ".join(title),
        summary_terms=" ".join(summary),
        terms=" ".join([*title, *summary, *text]),
        fingerprint=fingerprint(hit),
        **kept,
    )


def write(entries: list[SearchEntry]) -> None:
    """The rows, then Wagtail's index of them; a row that somebody else has just written is written
    over.
    """
    if not entries:
        return
    SearchEntry.objects.bulk_create(
        entries,
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["key", "language"],
        update_fields=MADE,
    )
    rows = SearchEntry.objects.filter(key__in={entry.key for entry in entries})
    get_search_backend().get_index_for_model(SearchEntry).add_items(SearchEntry, list(rows))


# Words as people write them


def words_of_rows(entries: Iterable[SearchEntry]) -> Words:
    return Counter(
        (entry.language, word.plain, word.shown)
        for entry in entries
        for text in (entry.title, entry.summary, entry.text)
        for word in words_in(text)
        if word.plain not in STOP_WORDS[entry.language]
    )


def count_words(before: Words, after: Words) -> None:
    """Add the difference of the words to the known terms. A term that occurs nowhere any more is
    deleted.
    """
    change: Counter[tuple[str, str]] = Counter()
    shown: dict[tuple[str, str], str] = {}
    for words, sign in ((before, -1), (after, 1)):
        for (language, word, written), times in sorted(words.items()):
            change[language, word] += sign * times
            shown[language, word] = written  # the last in order: small letters where there are any
    change = Counter({name: times for name, times in change.items() if times})
    known = known_terms(sorted({word for _language, word in change}))
    kept: list[SearchTerm] = []
    gone: list[SearchTerm] = []
    new: list[SearchTerm] = []
    for name, times in change.items():
        if term := known.get(name):
            term.count = max(term.count + times, 0)
            (kept if term.count else gone).append(term)
        elif times > 0:
            language, word = name
            new.append(
                SearchTerm(
                    language=language,
                    word=word,
                    stem=stem(word, language),
                    shown=shown[name][:60],
                    count=times,
                )
            )
    SearchTerm.objects.bulk_update(kept, ["count"], batch_size=AT_ONCE)
    SearchTerm.objects.filter(pk__in=[term.pk for term in gone]).delete()
    SearchTerm.objects.bulk_create(new, batch_size=AT_ONCE, ignore_conflicts=True)


def known_terms(words: list[str]) -> dict[tuple[str, str], SearchTerm]:
    """Held until commit, some hundred at a time: a database takes so many values in one question."""
    known = {}
    for first in range(0, len(words), AT_ONCE):
        rows = (
            SearchTerm.objects.select_for_update()
            .filter(word__in=words[first : first + AT_ONCE])
            .order_by("pk")
        )
        known.update({(term.language, term.word): term for term in rows})
    return known


def recount() -> None:
    """All the words from all the rows: what two at once may have miscounted is put right."""
    words = words_of_rows(SearchEntry.objects.iterator(AT_ONCE))
    with transaction.atomic():
        SearchTerm.objects.all().delete()
        count_words(Counter(), words)


# What was looked for in vain


def miss(asked: str, language: str, today: datetime.date | None = None) -> None:
    """Count a search that found nothing: its words and the day.

    Never who asked, and nothing that may name a person.
    """
    words = " ".join(bare(word.shown) for word in words_of_question(asked))
    if not words or ADDRESS.search(asked) or LONG_NUMBER.search(asked):
        return
    today = today or timezone.localdate()
    with transaction.atomic():
        missed, made = MissedSearch.objects.get_or_create(
            words=words, language=language, defaults={"last_on": today}
        )
        if not made:
            MissedSearch.objects.filter(pk=missed.pk).update(count=F("count") + 1, last_on=today)


def forget_what_is_found(now: datetime.datetime) -> int:
    """Searches that an entry answers by now, and those that nobody made for a year."""
    MissedSearch.objects.long_ago(timezone.localdate(now) - FORGOTTEN_AFTER).delete()
    missed = list(MissedSearch.objects.most_asked_first()[:MOST_MISSED_LOOKED_AT])
    if not missed:
        return 0
    look = queries.in_memory(now)
    found = [search.pk for search in missed if look(search.words, search.language)]
    MissedSearch.objects.filter(pk__in=found).delete()
    return len(found)
