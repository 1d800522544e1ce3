"""What keeps two languages in step, and what may not be published yet. Pure: asks the database nothing."""

import re
from collections.abc import Sequence

from cms.guidance.enums import Change
from cms.guidance.exceptions import StillInTheOtherLanguage
from cms.guidance.values import Behind, Passage, fingerprint

# Names, figures and addresses are the same in both languages; a sentence isn't.
WORDS_OF_A_SENTENCE = 4
WORD = re.compile(r"[^\W\d_]{3,}")
ADDRESS_IN_WORDS = re.compile(r"\((?:https?|mailto|tel|page|document):[^)]*\)")
SAME_IN_BOTH = {"contact", "live"}


def behind(source: Sequence[Passage], seen: Sequence[Passage] | None) -> list[Behind]:
    """The passages of the source, as it is now, that differ from what was seen when both were last in step.

    None was seen: all of them. A passage that exists in the other language only isn't in either list, so it never counts.
    """
    known = {passage.id: passage for passage in seen or []}
    now = {passage.id for passage in source}
    found = [
        Behind(passage.id, passage.kind, Change.CHANGED if passage.id in known else Change.ADDED)
        for passage in source
        if passage.id not in known or known[passage.id].fingerprint != passage.fingerprint
    ]
    return found + [Behind(passage.id, passage.kind, Change.REMOVED) for passage in known.values() if passage.id not in now]


def untranslated(page: Sequence[Passage], source: Sequence[Passage]) -> list[Passage]:
    """The passages that still say, word for word, what the source says."""
    said = {passage.id: passage.fingerprint for passage in source}
    return [p for p in page if p.kind not in SAME_IN_BOTH and said.get(p.id) == p.fingerprint and is_a_sentence(p.text)]


def is_a_sentence(text: str) -> bool:
    return len(WORD.findall(ADDRESS_IN_WORDS.sub("", text))) >= WORDS_OF_A_SENTENCE


def why_not_publish(page: Sequence[Passage], source: Sequence[Passage]) -> StillInTheOtherLanguage | None:
    """Nothing in the source language is ever published in the target tree."""
    if still := untranslated(page, source):
        return StillInTheOtherLanguage(passages=len(still), first=still[0].text[:60])
    return None


def renewed(seen: Sequence[Passage], before: Sequence[Passage], after: Sequence[Passage]) -> list[Passage]:
    """What was seen, after a minor edit of the source: passages that were in step before it stay in step.

    One that was behind already stays behind: a comma doesn't translate a paragraph.
    """
    old = {passage.id: passage for passage in before}
    new = {passage.id: passage for passage in after}
    was_in_step = {p.id for p in seen if p.id in old and old[p.id].fingerprint == p.fingerprint}
    kept = [new.get(p.id) if p.id in was_in_step else p for p in seen]
    added = [p for p in after if p.id not in old and p.id not in {s.id for s in seen}]
    return [p for p in kept if p is not None] + added


def says_the_same(one: Sequence[Passage], other: Sequence[Passage]) -> bool:
    return {(p.id, fingerprint(p.text)) for p in one} == {(p.id, fingerprint(p.text)) for p in other}
