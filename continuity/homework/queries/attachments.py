"""Pictures and files of lessons and homework that a person may have."""

import datetime

from continuity.homework.queries.due import due_dates_of
from continuity.models import Assignment, Attachment, Homework, Lesson
from courses.people.models import Person
from courses.required import required


def attachment_for(person: Person, public_id: str, now: datetime.datetime) -> Attachment | None:
    """A picture or file that a person may have; None where there is none for them."""
    attachment = Attachment.objects.select_related("homework").filter(public_id=public_id).first()
    if attachment is None:
        return None
    if attachment.lesson_id:
        return (
            attachment
            if Lesson.objects.visible_to(person).filter(pk=attachment.lesson_id).exists()
            else None
        )
    if attachment.homework_id:
        return attachment if _may_have(person, attachment, now) else None
    return None


def _may_have(person: Person, attachment: Attachment, now: datetime.datetime) -> bool:
    """Whether the person may have a homework's attachment: staff have all, a student the correction
    once it is shown to them (case C13).
    """
    homework = required(attachment.homework)
    kept = Homework.objects.kept_by(person).filter(pk=homework.pk)
    if (
        homework.author_id == person.pk
        or kept.exists()
        or Assignment.objects.looked_after_by(person).filter(homework=homework).exists()
    ):
        return True
    given = Assignment.objects.given_to(person).filter(homework=homework).select_related("teaching")
    if not attachment.is_correction:
        return given.exists()
    due = due_dates_of(person)
    return any(max(assignment.corrected_from, due.of(assignment)) <= now for assignment in given)
