"""Answering “I need help”."""

from django.db import transaction
from django.utils import timezone

from continuity.exceptions.feedback import HelpAlreadyAnswered
from continuity.models import HelpRequest
from courses.people.models import Person


def answer(*, asked: HelpRequest, text: str, by: Person, now=None) -> HelpRequest:
    """Say what helps; the student sees it at once. Holds the question's row.

    The same answer sent twice is one. Raises `HelpAlreadyAnswered` where somebody else was first.
    """
    with transaction.atomic():
        held = HelpRequest.objects.select_for_update().get(pk=asked.pk)  # alone: a joined name would be from before the wait
        if held.answered_at:
            if held.answered_by_id == by.pk and held.answer == text:
                return held
            raise HelpAlreadyAnswered(name=held.answered_by.display_name)
        held.answer, held.answered_by, held.answered_at = text, by, now or timezone.now()
        held.save(update_fields=["answer", "answered_by", "answered_at"])
    return held


def read(*, student: Person, now=None) -> None:
    """The student has the answers before them. Only the first time counts."""
    answered = HelpRequest.objects.filter(student=student, answered_at__isnull=False, read_at__isnull=True)
    answered.update(read_at=now or timezone.now())
