"""Why not hand in, replace or add: the first thing in the way, or None."""

import datetime

from continuity.enums import Returns
from continuity.handins.exceptions import (
    FilesNotAsked,
    NothingInIt,
    NothingToReturn,
    ReplacedUntilDue,
    StillMissing,
    TextIsAsked,
    TooManyPages,
    WorkAnsweredAlready,
)
from continuity.handins.values import MOST_PAGES, MOST_PARTS
from continuity.homework.rules import is_asked_again
from continuity.models import Feedback, HandIn
from courses.exceptions import Refusal


def why_not_begin(
    returns: str,
    standing: HandIn | None,
    answer: Feedback | None,
    *,
    due_at: datetime.datetime,
    now: datetime.datetime,
) -> Refusal | None:
    """Why no version can be begun, or None. `standing` is the hand-in, `answer` its answer.

    Late work is taken. Work handed in until it was due is replaced until then; later work, late or
    because the teacher wanted it done again, until it is answered; and whatever the teacher wants
    done again, at any time.
    """
    if returns == Returns.NOTHING:
        return NothingToReturn()
    if standing is None or now <= due_at:
        return None
    if is_asked_again(answer):
        return None
    if answer is not None and answer.returned_at:
        return WorkAnsweredAlready()
    is_after = standing.is_late or (standing.handed_in_at or now) > due_at
    return None if is_after else ReplacedUntilDue(due=due_at)


def why_not_add(returns: str, *, parts: int, pages: int) -> Refusal | None:
    """Why the hand-in can't have `parts` photos and files of `pages` pages, or None."""
    if returns == Returns.TEXT:
        return FilesNotAsked()
    if parts > MOST_PARTS or pages > MOST_PAGES:
        return TooManyPages(most=MOST_PAGES)
    return None


def why_not_hand_in(returns: str, *, parts: int, text: str, expected: int | None) -> Refusal | None:
    if returns == Returns.TEXT and not text:
        return TextIsAsked()
    if not parts and not text:
        return NothingInIt()
    if expected and parts < expected:
        return StillMissing(arrived=parts, expected=expected)
    return None
