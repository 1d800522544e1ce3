"""Who can say what they think of a session, and until when."""

import datetime

import pytest

from courses.agenda.values import PARIS
from tests.factories.training import SessionFactory
from training import rules
from training.enums import SessionState
from training.exceptions import (
    EvaluatedAlready,
    EvaluationClosed,
    EvaluationNotOpen,
    NoCommentToHide,
    NotSeenPresent,
    ReasonMissing,
    SessionIsCancelled,
    TooFewAnswers,
)
from training.models import Evaluation
from training.values import Attended

DAY = datetime.timedelta(days=1)


def paris(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime.datetime:
    return datetime.datetime(2026, month, day, hour, minute, tzinfo=PARIS)


def session(state=SessionState.OPEN):
    """On 10 November, from 17:00 to 18:30."""
    return SessionFactory.build(
        resource=None, training=None, starts_at=paris(10, 17), minutes=90, state=state
    )


SEEN = Attended(is_present=True, is_seen=True)
SAID = Attended(is_present=True, known_at=paris(12, 9))
SAID_LATE = Attended(is_present=True, known_at=paris(23, 9))
SAID_AFTERWARDS = Attended(is_present=True, known_at=paris(30, 23))
NOT_THERE = Attended()


@pytest.mark.parametrize(
    ("attended", "now", "refusal"),
    [
        (SEEN, paris(10, 18, 19), EvaluationNotOpen),
        (SEEN, paris(10, 18, 20), None),
        (SEEN, paris(24, 23, 59), None),
        (SEEN, paris(25, 0), EvaluationClosed),
        (NOT_THERE, paris(11, 9), NotSeenPresent),
        (SAID, paris(24, 23, 59), None),
        (SAID, paris(25, 0), EvaluationClosed),
        (SAID_LATE, paris(26, 23, 59), None),
        (SAID_LATE, paris(27, 0), EvaluationClosed),
        (SAID_AFTERWARDS, paris(3, 23, 59, month=12), None),
        (SAID_AFTERWARDS, paris(4, 0, month=12), EvaluationClosed),
    ],
    ids=[
        "eleven minutes before the end",
        "ten minutes before the end",
        "the fourteenth day until midnight in Paris",
        "after it",
        "to check, or absent",
        "attested present soon: the days that are left",
        "and no more",
        "attested present near the end: three days",
        "and no more",
        "attested present after the end: three days",
        "and no more",
    ],
)
def test_those_present_answer_from_the_last_minutes_on_for_fourteen_days(attended, now, refusal):
    assert _kind(_why_not(session(), attended, now)) is refusal


def test_however_late_somebody_is_attested_present_it_ends_after_ninety_days():
    late = Attended(is_present=True, known_at=paris(10, 9) + 400 * DAY)

    assert rules.evaluated_until(session(), late) == datetime.date(2027, 2, 8)


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (SessionState.OPEN, None),
        (SessionState.CLOSED, None),
        (SessionState.CANCELLED, SessionIsCancelled),
        (SessionState.DRAFT, EvaluationNotOpen),
    ],
)
def test_only_a_session_that_was_held_is_evaluated(state, refusal):
    assert _kind(_why_not(session(state), SEEN, paris(11, 9))) is refusal


def test_answers_whose_link_is_cut_stay():
    refusal = rules.why_not_evaluate(
        session(), attended=SAID_LATE, is_final=True, now=paris(26, 12)
    )

    assert _kind(refusal) is EvaluatedAlready


@pytest.mark.parametrize(
    ("number", "refusal"), [(0, TooFewAnswers), (4, TooFewAnswers), (5, None), (40, None)]
)
def test_results_are_shown_from_five_answers_on(number, refusal):
    assert _kind(rules.why_no_results(number)) is refusal


READ = Evaluation(comment="Anne was late.")


@pytest.mark.parametrize(
    ("evaluation", "digest", "number", "reason", "refusal"),
    [
        (READ, READ.comment_digest, 5, "A name", None),
        (READ, READ.comment_digest, 4, "A name", TooFewAnswers),
        (READ, READ.comment_digest, 5, " ", ReasonMissing),
        (Evaluation(comment="Good."), READ.comment_digest, 5, "A name", NoCommentToHide),
        (Evaluation(), Evaluation().comment_digest, 5, "A name", NoCommentToHide),
        (
            Evaluation(comment=READ.comment, hidden_at=paris(11, 9)),
            READ.comment_digest,
            5,
            "A name",
            NoCommentToHide,
        ),
    ],
    ids=[
        "as it was read",
        "nobody could have read it",
        "without a reason",
        "changed meanwhile",
        "no comment",
        "hidden already",
    ],
)
def test_a_comment_is_hidden_as_it_was_read_with_a_reason(
    evaluation, digest, number, reason, refusal
):
    found = rules.why_not_hide(evaluation, digest=digest, number=number, reason=reason)

    assert _kind(found) is refusal


def _why_not(one, attended, now):
    return rules.why_not_evaluate(one, attended=attended, is_final=False, now=now)


def _kind(refusal):
    return type(refusal) if refusal else None
