"""A homework is deleted, and brought back within thirty days."""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from continuity.homework.exceptions import StaleHomework
from continuity.homework.rules import why_not_restore
from continuity.homework.services import homework as homeworks
from continuity.models import Attachment, HandIn, Homework, ItemChange, PlanItem
from tests.factories.continuity import StudentFactory, at, handed_in
from tests.factories.homework import DAY, MONDAY, given_to_a_class, page_of, text_of

pytestmark = pytest.mark.django_db
NOW = at(MONDAY, 7)


@pytest.fixture(autouse=True)
def _on_a_monday(monkeypatch):
    """It is Monday 30 November 2026, 7:00."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def test_a_homework_deleted_by_mistake_comes_back_with_what_was_handed_in(client):
    """Case C17."""
    given = given_to_a_class()
    student = StudentFactory(in_class=given.teaching.school_class)
    handin = handed_in(given, student)
    given.items.get().ticks.create(student=student)
    teacher = given.teaching.teacher
    listed = reverse("continuity:class_homework", args=[given.teaching.school_class.public_id])
    address = reverse("continuity:homework", args=[given.public_id])
    client.force_login(teacher)

    asked = client.get(
        reverse("continuity:delete_homework", args=[given.homework.public_id])
    ).content.decode()
    client.post(reverse("continuity:delete_homework", args=[given.homework.public_id]))

    assert "1 student has handed in." in asked
    assert "with 1 hand-in" in client.get(listed).content.decode()
    assert client.get(address).status_code == 404
    client.force_login(student)
    assert client.get(address).status_code == 410
    assert list(PlanItem.objects.shown()) == []

    client.force_login(teacher)
    client.post(reverse("continuity:restore_homework", args=[given.homework.public_id]))

    assert "Handed in" in page_of(client, given, student)
    assert list(given.handins.all()) == [handin]
    assert given.items.get().ticks.count() == 1
    assert not ItemChange.objects.filter(field="removed").exists()


@pytest.mark.parametrize(
    ("before_the_end", "comes_back"),
    [(datetime.timedelta(seconds=1), True), (datetime.timedelta(), False)],
)
def test_the_thirty_days_end_at_one_instant_for_the_list_the_button_and_the_tick(
    before_the_end, comes_back
):
    homework = given_to_a_class().homework
    homeworks.delete(homework=homework, by=homework.author, now=NOW)
    then = NOW + 30 * DAY - before_the_end

    assert Homework.objects.deleted(then).exists() == comes_back
    assert (why_not_restore(NOW, then) is None) == comes_back
    assert homeworks.forget_deleted(then) == (0 if comes_back else 1)


def test_after_thirty_days_it_is_too_late_and_what_was_handed_in_is_kept(
    client, monkeypatch, django_capture_on_commit_callbacks
):
    """Case C17: the tick forgets those for which nothing came, with their files; no student's work
    goes with a teacher's text.
    """
    empty, full = given_to_a_class(title="Vide"), given_to_a_class(title="Rendu")
    handin = handed_in(full, StudentFactory(in_class=full.teaching.school_class))
    stored = Attachment.objects.create(
        homework=empty.homework, owner=empty.homework.author, name="a.pdf", media_type="application/pdf", size_bytes=4,
        file=ContentFile(b"%PDF", name="a.pdf"),
    ).file  # fmt: skip
    for given in (empty, full):
        homeworks.delete(homework=given.homework, by=given.homework.author, now=NOW)

    homeworks.forget_deleted(NOW + 29 * DAY)
    assert Homework.objects.count() == 2
    monkeypatch.setattr(timezone, "now", lambda: NOW + 31 * DAY)
    client.force_login(full.homework.author)
    refused = client.post(
        reverse("continuity:restore_homework", args=[full.homework.public_id]), follow=True
    ).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        homeworks.forget_deleted(NOW + 31 * DAY)

    assert not stored.storage.exists(stored.name)
    assert "deleted more than thirty days ago" in refused
    assert list(Homework.objects.values_list("title", flat=True)) == ["Rendu"]
    assert list(HandIn.objects.all()) == [handin]


def test_deleting_twice_is_once_and_students_read_that_it_was_taken_out():
    given = given_to_a_class()
    for _time in range(2):
        homeworks.delete(homework=given.homework, by=given.homework.author, now=NOW)

    assert list(ItemChange.objects.values_list("field", "item_title")) == [
        ("removed", "Un travail")
    ]


def test_an_edit_of_what_was_deleted_meanwhile_is_refused():
    given = given_to_a_class()
    homeworks.delete(homework=given.homework, by=given.homework.author, now=NOW)

    with pytest.raises(StaleHomework):
        homeworks.edit(
            homework=given.homework,
            revision=1,
            by=given.homework.author,
            text=text_of(given.homework, title="Autre"),
            now=NOW,
        )
