"""Evaluation of a session."""

import datetime
from dataclasses import dataclass

EVALUATION_OPENS = datetime.timedelta(minutes=10)  # before the end of the last meeting
EVALUATION_STAYS_OPEN = datetime.timedelta(days=14)  # after the day of the last meeting
EVALUATION_AT_LEAST = datetime.timedelta(days=3)  # for who is attested present later
EVALUATION_AT_THE_LATEST = datetime.timedelta(days=90)  # after the last meeting, however late
EVALUATION_ASKED_AFTER = datetime.timedelta(days=3)  # by then most sheets are closed
FEWEST_ANSWERS = 5  # below it nothing is shown but their number
HIDDEN_KEPT = datetime.timedelta(days=14)  # until then hiding a comment can be undone


def enough_answers(number: int) -> bool:
    """Below five nothing but their number is shown, to nobody."""
    return number >= FEWEST_ANSWERS


@dataclass(frozen=True)
class Attended:
    """Whether the sheets of a session say that a participant was there.

    `is_seen`: a room saw it while it lasted. `known_at`: when somebody said so afterwards.
    """

    is_present: bool = False
    is_seen: bool = False
    known_at: datetime.datetime | None = None


@dataclass(frozen=True)
class Answers:
    """`marks` by the question's name, 1 to 4."""

    marks: dict[str, int]
    comment: str = ""
