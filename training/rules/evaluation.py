"""Evaluation of a session."""

from datetime import UTC, date, datetime

from django.utils import timezone

from courses.exceptions import Refusal
from training.enums import NOT_HELD
from training.exceptions import (
    CommentNotHidden,
    EvaluatedAlready,
    EvaluationClosed,
    EvaluationNotOpen,
    NoCommentToHide,
    NotSeenPresent,
    ReasonMissing,
    SessionIsCancelled,
    TooFewAnswers,
)
from training.models import Evaluation, Session
from training.queries.evaluations import EvaluationSeat, OpenEvaluation, is_final
from training.values import (
    EVALUATION_AT_LEAST,
    EVALUATION_AT_THE_LATEST,
    EVALUATION_OPENS,
    EVALUATION_STAYS_OPEN,
    FEWEST_ANSWERS,
    Attended,
    enough_answers,
)


def evaluated_from(session: Session) -> datetime:
    """Return when the evaluation opens: in the last minutes of the last meeting."""
    return session.ends_at.astimezone(UTC) - EVALUATION_OPENS


def evaluated_until(session: Session, attended: Attended) -> date:
    """The last day on which a participant can answer: 14 days after the end of the session. Who was
    attested present later has at least three days from then on.
    """
    ends_on = timezone.localdate(session.ends_at)
    until = ends_on + EVALUATION_STAYS_OPEN
    if attended.known_at is None or attended.is_seen:
        return until
    known_on = timezone.localdate(attended.known_at)
    return min(max(until, known_on + EVALUATION_AT_LEAST), ends_on + EVALUATION_AT_THE_LATEST)


def why_not_evaluate(
    session: Session, *, attended: Attended, is_final: bool, now: datetime
) -> Refusal | None:
    """`is_final`: answers were given, and the link to the person is cut."""
    if session.is_cancelled:
        return SessionIsCancelled(reason=session.cancel_reason)
    if session.state in NOT_HELD or now < evaluated_from(session):
        return EvaluationNotOpen(opens_at=evaluated_from(session))
    if is_final:
        return EvaluatedAlready()
    if not attended.is_present:
        return NotSeenPresent()
    until = evaluated_until(session, attended)
    return EvaluationClosed(day=until) if timezone.localdate(now) > until else None


def open_evaluations(participants: list[EvaluationSeat], *, now: datetime) -> list[OpenEvaluation]:
    """Return the evaluations that can be answered or changed now."""
    return [
        OpenEvaluation(
            one.enrolment,
            evaluated_until(one.session, one.attended),
            one.enrolment.has_evaluated,
        )
        for one in participants
        if why_not_evaluate(
            one.session, attended=one.attended, is_final=is_final(one.enrolment), now=now
        )
        is None
    ]


def why_no_results(number: int) -> Refusal | None:
    return None if enough_answers(number) else TooFewAnswers(fewest=FEWEST_ANSWERS)


def why_not_hide(
    evaluation: Evaluation, *, digest: str, number: int, reason: str
) -> Refusal | None:
    """`digest` is that of the comment that the planner has read, `number` counts all answers."""
    if refusal := why_no_results(number):
        return refusal
    if evaluation.is_hidden or not evaluation.comment or evaluation.comment_digest != digest:
        return NoCommentToHide()
    return None if reason.strip() else ReasonMissing()


def why_not_show_again(evaluation: Evaluation) -> Refusal | None:
    return None if evaluation.is_hidden and evaluation.comment else CommentNotHidden()
