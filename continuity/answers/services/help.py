"""“I need help”: a student's question, and its answer."""

import datetime

from django.db import transaction
from django.utils import timezone

from continuity.answers.exceptions import HelpAlreadyAnswered, NobodyTeaches
from continuity.models import HelpRequest, PlanItem
from continuity.plans.queries.taught import who_answers
from courses.people.models import Person, Teaching
from courses.required import required


def ask_for_help(
    *,
    student: Person,
    teaching: Teaching,
    item: PlanItem | None = None,
    text: str = "",
    now: datetime.datetime | None = None,
) -> HelpRequest:
    """Put a question into the teacher's queue. A text other than those that wait there is another
    question.

    Idempotent: holds the student's row until commit, so a form sent twice makes one question.
    Raises `NobodyTeaches`.
    """
    if not who_answers(teaching, timezone.localdate(now)):
        raise NobodyTeaches(subject=teaching.subject)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=student.pk)
        waiting = HelpRequest.objects.filter(
            student=student, teaching=teaching, item=item, answered_at=None
        )
        same = waiting.filter(text=text) if text else waiting
        if already := same.first():
            return already
        return HelpRequest.objects.create(
            student=student, teaching=teaching, item=item, text=text, asked_at=now or timezone.now()
        )


def answer(
    *, asked: HelpRequest, text: str, by: Person, now: datetime.datetime | None = None
) -> HelpRequest:
    """Answer a question; the student sees it at once. Holds the question's row.

    Idempotent for the same text. Raises `HelpAlreadyAnswered` where somebody else was first.
    """
    with transaction.atomic():
        held = HelpRequest.objects.select_for_update().get(
            pk=asked.pk
        )  # alone: a joined name would be from before the wait
        if held.answered_at:
            if held.answered_by_id == by.pk and held.answer == text:
                return held
            raise HelpAlreadyAnswered(name=required(held.answered_by).display_name)
        held.answer, held.answered_by, held.answered_at = text, by, now or timezone.now()
        held.save(update_fields=["answer", "answered_by", "answered_at"])
    return held


def read(*, by: Person, now: datetime.datetime | None = None) -> None:
    """The student has the answers to their own questions before them. Only the first time counts."""
    answered = HelpRequest.objects.filter(
        student=by, answered_at__isnull=False, read_at__isnull=True
    )
    answered.update(read_at=now or timezone.now())
