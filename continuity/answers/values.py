"""An answer as it is written, before it is a row; and what a queue is narrowed to."""

import datetime
from dataclasses import dataclass

from continuity.enums import QueueState, Verdict

MOST_PINS = 60


@dataclass(frozen=True)
class PinDraft:
    """A text at a place of a page, in thousandths. `key` is the pin's public id once it is kept."""

    page: int
    x: int
    y: int
    text: str
    key: str = ""

    @property
    def place(self) -> tuple[int, int, int, str]:
        return (self.page, self.y, self.x, self.text)


@dataclass(frozen=True)
class Answer:
    """A teacher's answer to a hand-in: comment, verdict and pins."""

    comment: str = ""
    verdict: str = Verdict.NONE
    pins: tuple[PinDraft, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.comment or self.verdict or self.pins)


@dataclass(frozen=True)
class QueueFilter:
    """Filter of the queue: state, one class or one assignment (`work`) by its public id, a student
    by words.
    """

    state: str = QueueState.TO_ANSWER
    school_class: str = ""
    words: str = ""
    work: str = ""


class EntryKind:
    """Kinds of entries of the queue. Their order decides between entries of one instant."""

    HANDIN = "handin"
    HELP = "help"
    PART = "part"
    TALK = "talk"


@dataclass(frozen=True)
class Cursor:
    """A place in the queue, whether something stands there or not."""

    rank: int
    at: datetime.datetime
    kind: str
    ident: int
