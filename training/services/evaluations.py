"""Evaluations of a session: answered, changed, closed; a comment that names somebody is hidden.

`now` is aware.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.mail.models import Letter
from courses.mail.services import post
from courses.people.models import Person
from training import rules
from training.enums import Letters, SessionState
from training.models import Certificate, Enrolment, Evaluation
from training.queries.evaluations import (
    OpenEvaluation,
    attended_of,
    evaluation_of,
    is_final,
    letter_key,
    participants,
)
from training.values import EVALUATION_ASKED_AFTER, HIDDEN_KEPT, Answers


def answer(*, enrolment: Enrolment, answers: Answers, now: datetime | None = None) -> Evaluation:
    """Keep a participant's answers, or put them in the place of the earlier ones.

    Holds the enrolment's row until commit, so that two forms at once are one evaluation. A hidden
    comment stays hidden unless its words change. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        enrolment = (
            Enrolment.objects.select_for_update(of=("self",))
            .select_related("session")
            .get(pk=enrolment.pk)
        )
        attended = attended_of(enrolment)
        refusal = rules.why_not_evaluate(
            enrolment.session, attended=attended, is_final=is_final(enrolment), now=now
        )
        if refusal:
            raise refusal
        evaluation = evaluation_of(enrolment) or Evaluation(
            enrolment=enrolment, session=enrolment.session
        )
        for question, mark in answers.marks.items():
            setattr(evaluation, question, mark)
        comment = answers.comment.strip()
        if comment != evaluation.comment:
            evaluation.comment = comment
            evaluation.hidden_at = evaluation.hidden_by = None
            evaluation.hidden_reason = ""
        evaluation.closes_on = rules.evaluated_until(enrolment.session, attended)
        evaluation.save()
        if not enrolment.has_evaluated:
            enrolment.has_evaluated = True
            enrolment.save(update_fields=["has_evaluated"])
    return evaluation


def hide(
    *, evaluation: Evaluation, digest: str, reason: str, by: Person, now: datetime | None = None
) -> Evaluation:
    """Hide a comment, with a reason; after 14 days its text is erased.

    `digest` is that of the words that were read. Idempotent for the same person. Raises a
    `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        evaluation = _held(evaluation)
        if evaluation.is_hidden and evaluation.hidden_by_id == by.pk:
            return evaluation
        number = Evaluation.objects.filter(session=evaluation.session_id).count()
        if refusal := rules.why_not_hide(evaluation, digest=digest, number=number, reason=reason):
            raise refusal
        evaluation.hidden_at, evaluation.hidden_by = now, by
        evaluation.hidden_reason = reason.strip()
        evaluation.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
        _trace(evaluation, "training.hide_comment", by)
    return evaluation


def show_again(*, evaluation: Evaluation, by: Person) -> Evaluation:
    """Undo it, while the text is there. Raises a `Refusal`."""
    with transaction.atomic():
        evaluation = _held(evaluation)
        if refusal := rules.why_not_show_again(evaluation):
            raise refusal
        evaluation.hidden_at = evaluation.hidden_by = None
        evaluation.hidden_reason = ""
        evaluation.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
        _trace(evaluation, "training.show_comment", by)
    return evaluation


def _held(evaluation: Evaluation) -> Evaluation:
    return (
        Evaluation.objects.select_for_update(of=("self",))
        .select_related("session__training")
        .get(pk=evaluation.pk)
    )


def _trace(evaluation: Evaluation, action: str, by: Person) -> None:
    data = {"reason": evaluation.hidden_reason} if evaluation.hidden_reason else None
    log(instance=evaluation.session, action=action, user=by, data=data)


def close(now: datetime) -> None:
    """The sweep: evaluations that can't be changed any more lose the link to their enrolment, and
    comments hidden long ago their text.
    """
    today = timezone.localdate(now)
    Evaluation.objects.filter(enrolment__isnull=False, closes_on__lt=today).update(enrolment=None)
    hidden = Evaluation.objects.filter(hidden_at__lte=now - HIDDEN_KEPT).exclude(comment="")
    hidden.update(comment="")


def ask(now: datetime) -> int:
    """Post one letter to each participant who hasn't answered and gets no certificate, whose letter
    asks already: once the sheets are closed, or three days after the session. Gives their number.
    """
    unanswered = rules.open_evaluations(participants(now, unanswered=True), now=now)
    waiting = [one for one in unanswered if _is_to_ask(one, now)]
    with_certificate = set(
        Certificate.objects.filter(enrolment__in=[one.enrolment.pk for one in waiting]).values_list(
            "enrolment", flat=True
        )
    )
    due = {
        letter_key(one.enrolment): one.enrolment
        for one in waiting
        if one.enrolment.pk not in with_certificate
    }
    known = set(Letter.objects.filter(key__in=due).values_list("key", flat=True))
    new = {key: enrolment for key, enrolment in due.items() if key not in known}
    for key, enrolment in new.items():
        post(Letters.EVALUATION_OPEN, about=enrolment, to=enrolment.teacher, key=key)
    return len(new)


def _is_to_ask(one: OpenEvaluation, now: datetime) -> bool:
    is_closed = one.session.state == SessionState.CLOSED
    return is_closed or now >= one.session.ends_at + EVALUATION_ASKED_AFTER
