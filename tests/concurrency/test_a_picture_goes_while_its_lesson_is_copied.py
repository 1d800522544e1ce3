"""A file that is removed from a text while a colleague copies the text stays in the copy."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from continuity.models import Attachment, Homework, Lesson
from continuity.plans.services import library
from continuity.writing import services as attachments
from tests.concurrency.threads import meanwhile
from tests.factories.continuity import homework_item, lesson_item, part_of, teaching
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db(transaction=True)


def copied(of: Lesson | Homework, by) -> None:
    if isinstance(of, Lesson):
        library.copy_lesson(lesson=of, by=by)
    else:
        library.copy_homework(homework=of, by=by)


@pytest.mark.parametrize("kind", ["lesson", "homework"])
def test_the_copy_that_is_not_committed_yet_keeps_its_file(kind):
    part = part_of(teaching())
    of = lesson_item(part).lesson if kind == "lesson" else homework_item(part).assignment.homework
    sent = SimpleUploadedFile("a.txt", b"Lire la page 12.")
    first = attachments.add(to=of, sent=sent, by=of.author)
    colleague = TeacherFactory()

    meanwhile(lambda: copied(of, colleague), lambda: attachments.remove(first))

    [left] = Attachment.objects.all()
    assert left.owner == colleague
    assert left.file.storage.exists(left.file.name)
