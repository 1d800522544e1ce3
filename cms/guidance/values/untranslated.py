"""Passages that still are in the source's language."""

import re
from collections.abc import Sequence

from cms.guidance.values.passages import ADDRESS_IN_WORDS, PagePassage, fingerprint

# Names, figures and addresses are the same in both languages; a sentence isn't.
WORDS_OF_A_SENTENCE = 4
LONG = 3
SAME_IN_BOTH = {"contact", "live", "resource"}

# In a short line, what tells French words from a name that both languages write alike.
LITTLE_FRENCH = (
    "a ai au aucun aux avant avec c ce ces d dans de des du elle en est et faut il ils j je l la le"
    " les ma mes mon n ne nos notre ou par pas plus pour qu que qui s sa sans se ses son sur sa un"
    " une vos votre vous y à"
)
LITTLE_FRENCH_WORDS = frozenset(LITTLE_FRENCH.split())
ACCENT = re.compile("[àâçéèêëîïôùûœ]")


def untranslated(page: Sequence[PagePassage], source: Sequence[PagePassage]) -> list[PagePassage]:
    """The passages with a line that still says, word for word, what a line of the source says."""
    said = {fingerprint(line) for passage in source for line in passage.text.split("\n")}
    return [
        passage
        for passage in page
        if passage.kind not in SAME_IN_BOTH
        and any(
            is_a_sentence(line) and fingerprint(line) in said for line in passage.text.split("\n")
        )
    ]


def is_a_sentence(line: str) -> bool:
    """Words that somebody would translate, rather than a name or a figure."""
    words = re.findall(r"[^\W\d_]+", ADDRESS_IN_WORDS.sub("", line))
    if sum(len(word) >= LONG for word in words) >= WORDS_OF_A_SENTENCE:
        return True
    is_no_name = any(len(word) >= LONG and word[0].islower() for word in words[1:])
    return is_no_name and any(
        word.lower() in LITTLE_FRENCH_WORDS or ACCENT.search(word) for word in words
    )
