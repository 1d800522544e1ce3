"""When minutes can be contested, what a claim must say, and who answers."""

import datetime

import pytest
from django.utils import timezone

from courses.people.models import Person
from training import rules
from training.enums import ContestAnswer, ContestReason, SheetState
from training.exceptions import (
    ContestAnswered,
    ContestAnsweredAlready,
    ContestTooLate,
    ContestWaits,
    MinutesBeyondItsLength,
    OwnContest,
    PresenceNotClosed,
    ReasonMissing,
    SameMinutes,
    WordsMissing,
)
from training.models import PresenceContest, Sheet, SheetLine
from training.values import Claim

CLOSED = datetime.datetime(2026, 11, 25, 22, 30, tzinfo=datetime.UTC)  # 23:30 in Paris
OPEN = Sheet(state=SheetState.OPEN)
SHEET = Sheet(state=SheetState.CLOSED, closed_at=CLOSED, real_minutes=83)
WAITS = PresenceContest(why=ContestReason.LINE_CUT)
ANSWERED = PresenceContest(answer=ContestAnswer.KEPT, answered_at=CLOSED)
DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("sheet", "contests", "now", "refusal"),
    [
        (OPEN, [], CLOSED, PresenceNotClosed),
        (SHEET, [], CLOSED, None),
        (SHEET, [], datetime.datetime(2026, 12, 9, 22, 59, tzinfo=datetime.UTC), None),
        (SHEET, [], datetime.datetime(2026, 12, 9, 23, 0, tzinfo=datetime.UTC), ContestTooLate),
        (SHEET, [WAITS], CLOSED, ContestWaits),
        (SHEET, [ANSWERED], CLOSED, ContestAnswered),
        (SHEET, [ANSWERED], CLOSED + 30 * DAY, ContestAnswered),
    ],
    ids=[
        "not closed yet",
        "closed just now",
        "the fourteenth day until midnight in Paris",
        "after it",
        "one waits",
        "one was answered",
        "one was answered long ago",
    ],
)
def test_minutes_are_contested_once_within_fourteen_days(sheet, contests, now, refusal):
    assert _kind(rules.why_not_contest(sheet, contests=contests, now=now)) is refusal


@pytest.mark.parametrize(
    ("claim", "refusal"),
    [
        (Claim(ContestReason.LINE_CUT, 69), None),
        (Claim(ContestReason.LINE_CUT, 83), None),
        (Claim(ContestReason.LINE_CUT, 84), MinutesBeyondItsLength),
        (Claim(ContestReason.LINE_CUT, -1), MinutesBeyondItsLength),
        (Claim(ContestReason.LINE_CUT, 59), SameMinutes),
        (Claim(ContestReason.OTHER, 69), WordsMissing),
        (Claim(ContestReason.OTHER, 69, "  "), WordsMissing),
        (Claim(ContestReason.OTHER, 69, "Seen by all."), None),
    ],
    ids=[
        "more",
        "the whole",
        "more than the whole",
        "less than nothing",
        "the same",
        "something else without words",
        "something else with spaces",
        "something else in words",
    ],
)
def test_a_claim_gives_other_minutes_within_the_real_length(claim, refusal):
    assert _kind(rules.why_not_claim(claim, counted_minutes=59, real_minutes=83)) is refusal


@pytest.mark.parametrize(
    ("by", "minutes", "words", "answered", "refusal"),
    [
        (2, None, "Nobody heard you.", False, None),
        (2, 69, "So it was.", False, None),
        (2, None, "Again.", True, ContestAnsweredAlready),
        (1, 69, "I was there.", False, OwnContest),
        (2, None, " ", False, ReasonMissing),
        (2, 84, "More.", False, MinutesBeyondItsLength),
        (2, 59, "The same.", False, SameMinutes),
    ],
    ids=["kept", "changed", "twice", "one’s own", "no words", "beyond", "the same minutes"],
)
def test_another_planner_answers_once_in_words(by, minutes, words, answered, refusal):
    contest = PresenceContest(
        line=SheetLine(sheet=SHEET), answered_at=timezone.now() if answered else None
    )

    found = rules.why_not_answer_contest(
        contest, by=Person(pk=by), teacher_id=1, minutes=minutes, counted_minutes=59, words=words
    )

    assert _kind(found) is refusal


def _kind(refusal):
    return type(refusal) if refusal else None
