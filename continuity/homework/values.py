"""The text of a homework, and the differences between two texts."""

import difflib
from dataclasses import dataclass, field
from datetime import date, datetime

from continuity.enums import Returns
from continuity.writing.values.rich_text import words

CONTEXT = 6  # words that stay readable on either side of a change


@dataclass(frozen=True)
class HomeworkText:
    """The text of a homework, the same for all classes, with its minutes, what to return, the
    correction.
    """

    title: str
    body: str
    minutes: int
    returns: str = Returns.PHOTOS
    correction: str = ""
    in_library: bool = False
    tiles: list[str] = field(default_factory=list)  # slugs of resources


@dataclass(frozen=True)
class DueDate:
    """One class's dates.

    `day`: when it stands in the plan, for a class that doesn't have it yet.
    """

    due_at: datetime
    correction_at: datetime | None = None
    day: date | None = None


@dataclass(frozen=True)
class TextPassage:
    """Some words: the same in both texts, taken out, or put in."""

    kind: str  # "same", "was" or "now"
    text: str


def differences(was: str, now: str) -> list[TextPassage]:
    """Word by word, what a text said and says, with a few words around each change.

    HTML is read as its words.
    """
    before, after = words(was).split(), words(now).split()
    passages: list[TextPassage] = []
    for kind, first, last, new_first, new_last in difflib.SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if kind == "equal":
            passages.append(
                TextPassage(
                    "same",
                    _shortened(
                        before[first:last], is_first=first == 0, is_last=last == len(before)
                    ),
                )
            )
            continue
        if last > first:
            passages.append(TextPassage("was", " ".join(before[first:last])))
        if new_last > new_first:
            passages.append(TextPassage("now", " ".join(after[new_first:new_last])))
    return passages


def _shortened(same: list[str], *, is_first: bool, is_last: bool) -> str:
    head, tail = ([] if is_first else same[:CONTEXT]), ([] if is_last else same[-CONTEXT:])
    if len(same) <= len(head) + len(tail):
        return " ".join(same)
    return " ".join([*head, "…", *tail])


@dataclass(frozen=True, order=True)
class HomeworkClaim:
    """What speaks for one class's assignment, where a student is given a homework in several: the
    greatest claim counts, and the homework is asked once.
    """

    is_in: bool  # it was done for this class
    is_current: bool  # the student is still in the class when it is due
    due_at: datetime  # the later date wins: nobody is late who has until then
    given_first: int  # minus the pk
