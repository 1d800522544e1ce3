"""The sentences that a teacher keeps for answers."""

from django.db import transaction

from continuity.models import BankComment
from courses.people.models import Person


def keep(*, teacher: Person, text: str) -> BankComment:
    """Save a sentence in the teacher's bank. Idempotent."""
    return BankComment.objects.get_or_create(teacher=teacher, text=text)[0]


def reword(*, comment: BankComment, text: str) -> BankComment:
    """Say it otherwise. Where that sentence is kept already, the two become one."""
    with transaction.atomic():
        comment = BankComment.objects.select_for_update().get(pk=comment.pk)
        twin = (
            BankComment.objects.filter(teacher=comment.teacher, text=text)
            .exclude(pk=comment.pk)
            .first()
        )
        if twin:
            twin.used += comment.used
            twin.save(update_fields=["used"])
            comment.delete()
            return twin
        comment.text = text
        comment.save(update_fields=["text"])
    return comment


def forget(*, comment: BankComment) -> None:
    comment.delete()
