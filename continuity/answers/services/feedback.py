"""Answering what was handed in.

The hand-in's row is the parent, held first: two teachers, or two taps, come one after the other.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail.log_actions import log

from continuity.answers import rules
from continuity.answers.exceptions import NotReturnedYet
from continuity.answers.values import Answer, PinDraft
from continuity.models import BankComment, Feedback, HandIn, Pin, Reply
from courses.documents.values import keys_of_form
from courses.exceptions import Refusal
from courses.locks import lock_then_read
from courses.people.models import Person


def answer_of(feedback: Feedback | None) -> Answer:
    """Return the saved answer as an `Answer`, an empty one without a row."""
    if feedback is None:
        return Answer()
    pins = tuple(
        PinDraft(pin.page, pin.x, pin.y, pin.text, pin.public_id) for pin in feedback.pins.all()
    )
    return Answer(feedback.comment, feedback.verdict, pins)


def write(
    *, handin: HandIn, answer: Answer, revision: int, by: Person, now: datetime | None = None
) -> Feedback:
    """Save the answer as a draft; the student sees nothing of it. Idempotent.

    `revision` is the one that was on the page, 0 where nothing was saved. Holds the hand-in's row.
    Raises a `Refusal`: `StaleAnswer` where another saved in the meantime, `AnswerReturned` where it
    was returned.
    """
    with transaction.atomic():
        handin, feedback = _held(handin)
        if (
            feedback
            and not feedback.returned_at
            and _was_just_written(feedback, answer, revision=revision, by=by)
        ):
            return feedback
        if refusal := rules.why_not_write(feedback, revision=revision):
            raise refusal
        return _written(handin, feedback, answer, by=by, now=now or timezone.now())


def return_(
    *,
    handin: HandIn,
    revision: int,
    by: Person,
    answer: Answer | None = None,
    now: datetime | None = None,
) -> Feedback:
    """Return the answer to the student: what is in the form, else the saved draft. Idempotent.

    Holds the hand-in's row. Raises a `Refusal`, see `rules`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        handin, feedback = _held(handin)
        if (
            feedback
            and feedback.returned_at
            and feedback.returned_by_id == by.pk
            and _says(feedback, answer)
        ):
            return feedback
        if refusal := rules.why_not_write(feedback, revision=revision) or rules.why_not_return(
            handin, answer or answer_of(feedback)
        ):
            raise refusal
        if feedback is None or not _says(feedback, answer):
            feedback = _written(handin, feedback, answer or Answer(), by=by, now=now)
        feedback.returned_at, feedback.returned_by = now, by
        feedback.save(update_fields=["returned_at", "returned_by"])
        log(instance=feedback, action="continuity.return_answer", user=by)
    return feedback


def return_several(
    *, chosen: Iterable[tuple[HandIn, int]], by: Person, now: datetime | None = None
) -> tuple[list[Feedback], list[tuple[HandIn, Refusal]]]:
    """Give several kept answers back, each with the revision that was on the page.

    What can't leave stays, with its reason.
    """
    returned, refused = [], []
    with transaction.atomic():
        for handin, revision in sorted(chosen, key=lambda one: one[0].pk):
            try:
                with transaction.atomic():
                    returned.append(return_(handin=handin, revision=revision, by=by, now=now))
            except Refusal as refusal:
                refused.append((handin, refusal))
    return returned, refused


def take_back(*, handin: HandIn, by: Person) -> Feedback:
    """A returned answer that nobody has read is a draft again.

    Holds the hand-in's row. Raises a `Refusal`.
    """
    with transaction.atomic():
        handin, feedback = _held(handin)
        if feedback is None:
            raise NotReturnedYet
        if refusal := rules.why_not_take_back(handin, feedback):
            raise refusal
        feedback.returned_at = feedback.returned_by = None
        feedback.revision += 1
        feedback.save(update_fields=["returned_at", "returned_by", "revision"])
        log(instance=feedback, action="continuity.take_back_answer", user=by)
    return feedback


def opened(*, feedback: Feedback, by: Person, now: datetime | None = None) -> None:
    """The student has the answer before them: it is read, and so is what the teacher said since.

    Only the first time counts.
    """
    now = now or timezone.now()
    with transaction.atomic():
        _held(feedback.handin)
        Feedback.objects.filter(
            pk=feedback.pk, returned_at__isnull=False, read_at__isnull=True
        ).update(read_at=now)
        feedback.replies.filter(read_at__isnull=True).exclude(author=by).update(read_at=now)


def heard(*, feedback: Feedback, now: datetime | None = None) -> None:
    """A teacher has the student's words before them."""
    student = feedback.handin.student_id
    feedback.replies.filter(author=student, read_at__isnull=True).update(
        read_at=now or timezone.now()
    )


def reply(
    *, feedback: Feedback, by: Person, text: str, key: uuid.UUID, now: datetime | None = None
) -> Reply:
    """Add a reply to a returned answer, by the student or a teacher.

    Idempotent by key: another text under the same key is a new reply. Raises a `Refusal`.
    """
    with transaction.atomic():
        handin, held = _held(feedback.handin)
        keys = keys_of_form(key, feedback.pk, by.pk, content=text)
        of_form = Reply.objects.filter(feedback=feedback, author=by, key__in=keys)
        if already := of_form.filter(text=text).first():
            return already
        key = keys.changed if of_form.exists() else keys.own
        if refusal := rules.why_not_reply(held, handin.assignment.homework):
            raise refusal
        return Reply.objects.create(
            key=key, feedback=feedback, author=by, text=text, said_at=now or timezone.now()
        )


def _held(handin: HandIn) -> tuple[HandIn, Feedback | None]:
    held = (
        lock_then_read(HandIn.objects.filter(pk=handin.pk))
        .select_related("student", "assignment__homework")
        .get()
    )
    feedback = (
        Feedback.objects.filter(handin=held).select_related("written_by", "returned_by").first()
    )
    return held, feedback


def _says(feedback: Feedback, answer: Answer | None) -> bool:
    """Whether this is the saved answer; None always is."""
    if answer is None:
        return True
    kept = answer_of(feedback)
    return (kept.comment, kept.verdict, _places(kept)) == (
        answer.comment,
        answer.verdict,
        _places(answer),
    )


def _was_just_written(feedback: Feedback, answer: Answer, *, revision: int, by: Person) -> bool:
    return (
        feedback.written_by_id == by.pk
        and feedback.revision == revision + 1
        and _says(feedback, answer)
    )


def _places(answer: Answer) -> list:
    return sorted(pin.place for pin in answer.pins)


def _written(
    handin: HandIn, feedback: Feedback | None, answer: Answer, *, by: Person, now: datetime
) -> Feedback:
    """The row and its pins as the form has them. A kept pin stays its author's."""
    if feedback is None:
        feedback = Feedback(handin=handin, revision=0)
    before = feedback.comment
    feedback.comment, feedback.verdict = answer.comment, answer.verdict
    feedback.written_by, feedback.saved_at = by, now
    feedback.revision += 1
    feedback.save()
    _pin(feedback, answer.pins, by=by)
    _count_what_was_used(answer, before, by=by)
    return feedback


def _pin(feedback: Feedback, drafts: Iterable[PinDraft], *, by: Person) -> None:
    kept = {pin.public_id: pin for pin in feedback.pins.all()}
    for draft in drafts:
        pin = kept.pop(draft.key, None) or Pin(feedback=feedback, author=by)
        pin.page, pin.x, pin.y, pin.text = draft.page, draft.x, draft.y, draft.text
        pin.save()
    feedback.pins.filter(pk__in=[pin.pk for pin in kept.values()]).delete()


def _count_what_was_used(answer: Answer, before: str, *, by: Person) -> None:
    """Count the bank sentences that were added to this answer. The bank lists the most used
    first.
    """
    written = "\n".join([answer.comment, *(pin.text for pin in answer.pins if not pin.key)])
    bank = BankComment.objects.filter(teacher=by)
    used = [one.pk for one in bank if one.text in written and one.text not in before]
    if used:
        bank.filter(pk__in=used).update(used=F("used") + 1)
