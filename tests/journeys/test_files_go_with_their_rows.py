"""A file of a person lies in the private storage once, as long as a row names it, and no longer."""

import datetime
import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cms.register.services import rows
from cms.register.services.accounts import erase_account
from continuity.models import Attachment, HandIn, HandInPart, Lesson
from continuity.plans.services import library
from continuity.writing import services as attachments
from continuity.writing.values.files import Files
from courses.documents import services as documents
from courses.wagtail_hooks import ticks
from tests.factories import answers, handins
from tests.factories.continuity import StudentFactory, homework_item, lesson_item, part_of, teaching
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db(transaction=True)  # files go after the commit


def stored(folder: str = "attachments") -> set[str]:
    root = Path(storages["private"].location)
    return {str(path.relative_to(root)) for path in (root / folder).rglob("*") if path.is_file()}


@pytest.fixture
def lesson():
    return lesson_item(part_of(teaching())).lesson


def add(to, name: str = "a.txt") -> Attachment:
    return attachments.add(to=to, sent=SimpleUploadedFile(name, b"Lire la page 12."), by=to.author)


def test_an_attachment_is_stored_once(lesson):
    before = stored()

    kept = add(lesson)

    assert stored() - before == {kept.file.name}


def test_a_removed_attachment_is_deleted_from_the_storage(lesson):
    before = stored()
    kept = add(lesson)

    attachments.change(
        of=lesson,
        files=Files(new=[], alts={}, removed=frozenset({kept.public_id})),
        by=lesson.author,
    )

    assert (lesson.attachments.count(), stored() - before) == (0, set())


def test_the_file_of_a_copied_lesson_stays_until_the_last_copy_lets_it_go(lesson):
    before = stored()
    first = add(lesson)
    second = Attachment.objects.get(pk=first.pk)
    second.pk, second.public_id, second._state.adding = None, "copy", True
    second.save()

    attachments.remove(first)
    assert stored() - before == {second.file.name}
    attachments.remove(second)

    assert stored() - before == set()


def test_a_colleagues_copy_keeps_its_file_when_the_author_is_erased(lesson):
    author, colleague = TeacherFactory(), TeacherFactory()
    lesson = Lesson.objects.create(author=author, subject=lesson.subject, title="Les volcans")
    add(lesson)
    copy = library.copy_lesson(lesson=lesson, by=colleague)

    erase_account(person=author)

    assert not Lesson.objects.filter(pk=lesson.pk).exists()
    with copy.attachments.get().file.open() as file:
        assert file.read() == b"Lire la page 12."


def test_what_cannot_be_added_any_more_leaves_no_file(lesson, monkeypatch):
    monkeypatch.setattr(attachments, "MOST", 0)
    before = stored()

    with pytest.raises(attachments.TooManyAttachments):
        add(lesson)

    assert stored() == before


def test_files_that_no_row_names_go_after_a_day_and_all_others_stay(lesson):
    now = timezone.now()
    given = homework_item(part_of(teaching())).assignment
    part = handins.add(given, StudentFactory(in_class=given.teaching.school_class))
    storage = storages["private"]
    orphan, young = (
        storage.save(f"handin-parts/{name}.jpg", ContentFile(b"x")) for name in ("orphan", "young")
    )
    elsewhere = storage.save("not-ours/orphan.jpg", ContentFile(b"x"))
    long_ago = (now - datetime.timedelta(hours=25)).timestamp()
    for name in (orphan, elsewhere, part.file.name, kept := add(lesson).file.name):
        os.utime(storage.path(name), (long_ago, long_ago))
    within_the_day = (now - datetime.timedelta(hours=23)).timestamp()
    os.utime(storage.path(young), (within_the_day, within_the_day))

    removed = documents.remove_orphans(now)

    assert removed >= 1
    assert [storage.exists(name) for name in (orphan, young, elsewhere, part.file.name, kept)] == [
        False,
        True,
        True,
        True,
        True,
    ]
    assert HandInPart.objects.get().file.open().read()


def test_a_row_whose_file_is_lost_is_reported_and_stays(lesson, caplog):
    there, lost = add(lesson), add(lesson, "b.txt")
    assert documents.report_lost_files() == 0
    lost.file.storage.delete(lost.file.name)

    count = documents.report_lost_files()

    assert count == 1
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        f"lost file: continuity.Attachment {lost.pk} names {lost.file.name},"
        " which isn't in the private storage"
    ]
    assert set(lesson.attachments.all()) == {there, lost}


def test_a_file_stored_elsewhere_than_its_field_says_is_not_lost(lesson):
    kept = add(lesson)
    elsewhere = kept.file.storage.save("not-ours/a.txt", ContentFile(b"x"))
    Attachment.objects.filter(pk=kept.pk).update(file=elsewhere)

    assert documents.report_lost_files() == 0


def test_the_tick_says_what_it_removed_and_what_is_lost(lesson):
    lost = add(lesson)
    lost.file.storage.delete(lost.file.name)
    storage, now = storages["private"], timezone.now()
    documents.remove_orphans(now + datetime.timedelta(days=2))  # of other tests
    orphan = storage.save("attachments/orphan.txt", ContentFile(b"x"))
    long_ago = (now - datetime.timedelta(hours=25)).timestamp()
    os.utime(storage.path(orphan), (long_ago, long_ago))

    assert ticks.remove_orphan_files(now) == "1 orphan files removed, 1 files lost"


def test_the_tick_looks_for_them_once_a_night():
    night = datetime.datetime(2026, 11, 25, 2, 20, tzinfo=datetime.UTC)

    period = ticks.remove_orphan_files.period

    assert period.due_at(night - datetime.timedelta(minutes=1)) == night - datetime.timedelta(
        days=1
    )
    assert period.due_at(night) == period.due_at(night + datetime.timedelta(hours=9)) == night


def test_pages_that_were_drawn_go_with_their_hand_in():
    """Django deletes them without reading them (`fast_deletes`); their files are found all the
    same.
    """
    before = stored(".")
    handin = answers.waiting(teaching(), StudentFactory())
    answers.drawn(handin.parts.get())
    made = stored(".") - before

    gone = rows.delete(HandIn.objects.filter(pk=handin.pk))

    assert (len(made), gone, stored(".") - before) == (2, (1, 2), set())
