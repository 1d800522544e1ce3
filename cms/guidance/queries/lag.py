"""The notice on a page that is behind: passages that are newer in the other language."""

import datetime
import re
from dataclasses import dataclass

from django.utils import timezone

from cms.guidance.enums import SOURCE_LANGUAGE, PassageChange, State, Tone
from cms.guidance.models import BilingualPage
from cms.guidance.values.passages import anchor

BEGINNING = 80  # characters of a passage that stand for it in a list
WHERE_A_LINK_LEADS = re.compile(r" \((?:https?|mailto|tel|page|document):[^)]*\)")
A_WORD = re.compile(r"[^\W\d_]{2}")
FIELDS = {"title", "lead", "audience"}


@dataclass(frozen=True)
class LatePassage:
    """A passage that the source says otherwise since this page was in step with it."""

    change: str
    kind: str
    here: str  # its anchor on this page, where it stands there
    there: str  # its address in the source, where it still stands there
    words: str  # how it begins
    language: str  # of those words


@dataclass(frozen=True)
class Lag:
    """The notice to readers of a page that is behind."""

    passages: list[LatePassage]
    since: datetime.datetime
    on_one_day: bool
    source: str  # the address of the source

    @property
    def by_anchor(self) -> dict[str, LatePassage]:
        return {late.here: late for late in self.passages if late.here}


def lag_of(page: BilingualPage) -> Lag | None:
    """Passages that are newer in the source, or None.

    Only the language that follows is ever behind, and only while both are live.
    """
    pair = page.pair
    if (
        pair is None
        or pair.english_id != page.pk
        or pair.english_state != State.BEHIND
        or pair.french is None
        or pair.lag_since is None
    ):
        return None
    here = {passage.id: passage.text for passage in page.passages if passage.id not in FIELDS}
    source = {passage.id: passage.text for passage in pair.source_passages}
    address = pair.french.url
    passages = [late_from(row, here, source, address) for row in pair.lag]
    days = {timezone.localdate(datetime.datetime.fromisoformat(row["since"])) for row in pair.lag}
    return Lag(passages, pair.lag_since, len(days) == 1, address)


def late_from(row: dict, here: dict[str, str], source: dict[str, str], address: str) -> LatePassage:
    id, field = row["id"], row["id"] in FIELDS
    stands_here = id in here
    words = here.get(id) or source.get(id, "")
    return LatePassage(
        change=row["change"],
        kind=row["kind"],
        here=anchor(id) if stands_here else "",
        there=(
            address
            if field
            else f"{address}#{anchor(id)}"
            if row["change"] != PassageChange.REMOVED
            else ""
        ),
        words=beginning(words) if not field else "",
        language="" if stands_here else SOURCE_LANGUAGE,
    )


def beginning(text: str) -> str:
    """The first words that a reader would know the passage by; none for one without words, such as
    a live block.
    """
    lines = (
        WHERE_A_LINK_LEADS.sub("", line) for line in text.split("\n") if line not in Tone.values
    )
    first = next((line for line in lines if A_WORD.search(line)), "")
    return first if len(first) <= BEGINNING else f"{first[:BEGINNING].rpartition(' ')[0]}…"
