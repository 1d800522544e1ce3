"""Taps, telephones and workers at once: one photo, one hand-in, one number, one PDF.

On both databases.
"""

import contextlib
import datetime
import threading
import time
import uuid

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, connection, transaction

from continuity.enums import HandInState, Returns
from continuity.handins import tasks
from continuity.handins.services.handins import WrittenSince
from continuity.homework.services import homework
from continuity.homework.values import DueDate
from continuity.models import HandIn, HandInPart
from courses.people.enums import ClassKind
from tests.concurrency.threads import at_once
from tests.factories import handins
from tests.factories.continuity import (
    SchoolClassFactory,
    StudentFactory,
    assignment,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def given():
    return homework_item(part_of(teaching())).assignment


@pytest.fixture
def student(given):
    return StudentFactory(in_class=given.teaching.school_class)


def files(folder: str) -> set[str]:
    storage = HandInPart._meta.get_field("file").storage
    return set(storage.listdir(folder)[1]) if storage.exists(folder) else set()


def of_server(code: str) -> OperationalError:
    """As Django hands on what PostgreSQL says with this SQLSTATE."""
    said = psycopg.errors.lookup(code)("said by the server")
    error = OperationalError(*said.args)
    error.__cause__ = said
    return error


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("the server closed the connection"),
        InterfaceError("the connection is closed"),
        of_server("57P01"),  # admin_shutdown
        of_server("08006"),  # connection_failure
    ],
    ids=["operational", "interface", "shutdown", "connection"],
)
def test_a_photo_whose_commit_was_not_answered_keeps_its_file(error, given, student, monkeypatch):
    """The server ended the connection after it had committed: the row is there, nobody knows."""
    key, commit = uuid.uuid4(), connection.commit

    def unanswered():
        commit()
        raise error

    with monkeypatch.context() as cut:
        cut.setattr(connection, "commit", unanswered)
        with pytest.raises(type(error)):
            handins.add(given, student, key=key)

    again = handins.add(given, student, key=key)

    assert HandInPart.objects.get() == again
    assert again.file.storage.exists(again.file.name)


@pytest.mark.parametrize("code", ["53100", "55P03", "40P01", "57014"])
def test_a_photo_that_the_database_has_refused_leaves_no_file(code, given, student, monkeypatch):
    """A full disk, a lock, a deadlock, a statement that took too long: each try of a phone would leave
    another photo.
    """
    before = files("handin-parts")

    def refused():
        connection.rollback()
        raise of_server(code)

    with monkeypatch.context() as cut:
        cut.setattr(connection, "commit", refused)
        with pytest.raises(OperationalError):
            handins.add(given, student, key=uuid.uuid4())

    assert (HandInPart.objects.count(), files("handin-parts")) == (0, before)


def test_one_photo_sent_by_six_at_once_is_one_photo_and_one_file(given, student):
    key, before = uuid.uuid4(), files("handin-parts")

    at_once(*[lambda: handins.add(given, student, key=key) for _n in range(6)])

    assert (
        HandIn.objects.count(),
        HandInPart.objects.count(),
        len(files("handin-parts") - before),
    ) == (1, 1, 1)


def test_six_first_photos_at_once_are_one_hand_in_of_six_pages(given, student):
    at_once(*[lambda n=n: handins.add(given, student, handins.a_photo(n)) for n in range(6)])

    assert HandIn.objects.count() == 1
    assert sorted(HandInPart.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_one_form_sent_by_six_at_once_is_one_hand_in_with_one_number(given, student):
    handins.put_together(given, student, photos=2)
    key = uuid.uuid4()

    at_once(*[lambda: handins.hand_in(given, student, key=key) for _n in range(6)])

    assert list(HandIn.objects.values_list("state", "version", "receipt_number")) == [
        (HandInState.HANDED_IN, 1, "2026-27/000001")
    ]


def test_two_telephones_hand_in_two_texts_and_one_counts(given, student):
    """The other text is kept beside it: neither form knew of the other."""

    def hand_in(text):
        with contextlib.suppress(WrittenSince):
            handins.hand_in(given, student, text=text, replaces="")

    at_once(*[lambda n=n: hand_in(f"Texte {n}") for n in range(2)])

    found = list(HandIn.objects.order_by("version").values_list("state", "text"))
    assert [state for state, _text in found] == ["handed_in", "collecting"]
    assert {text for _state, text in found} == {"Texte 0", "Texte 1"}


def test_a_class_that_hands_in_at_once_gets_numbers_without_a_hole(given):
    students = [StudentFactory(in_class=given.teaching.school_class) for _n in range(8)]

    at_once(*[lambda student=student: handins.handed_in(given, student) for student in students])

    numbers = sorted(HandIn.objects.values_list("receipt_number", flat=True))
    assert numbers == [f"2026-27/{n:06d}" for n in range(1, 9)]


def test_three_workers_bind_one_pdf(given, student):
    handin, before = handins.handed_in(given, student, photos=2), files("handins")
    for _n in range(5):
        tasks.bind_photos.enqueue(handin.pk)

    at_once(*[lambda n=n: run_worker(f"worker {n}") for n in range(3)])

    handin.refresh_from_db()
    assert files("handins") - before == {handin.pdf.name.removeprefix("handins/")}


def test_what_is_handed_in_while_the_group_loses_the_homework_is_handed_in_for_the_class():
    """Whoever comes first: neither loses the work with the group's copy."""
    whole = homework_item(part_of(teaching()), returns=Returns.TEXT).assignment
    teacher = whole.teaching.teacher
    group = SchoolClassFactory(school=whole.teaching.school_class.school, kind=ClassKind.GROUP)
    taught = teaching(group, teacher=teacher, subject=whole.teaching.subject)
    due_at = whole.due_at + datetime.timedelta(days=1)
    later = homework_item(part_of(taught), assignment(taught, due_at, homework=whole.homework))
    students = StudentFactory.create_batch(2, in_class=whole.teaching.school_class)
    for student in students:
        student.class_memberships.create(school_class=group, since=datetime.date(2026, 9, 1))
    is_held = threading.Event()

    def hand_in(student, wait: float):
        with transaction.atomic():
            handins.hand_in(later.assignment, student, text="Mon travail")
            is_held.set()
            time.sleep(wait)

    def untick():
        is_held.wait(10)
        kept = {whole.teaching: DueDate(whole.due_at)}
        homework.edit(
            homework=whole.homework, revision=whole.homework.revision, by=teacher, classes=kept
        )

    at_once(lambda: hand_in(students[0], 0.5), untick)
    hand_in(students[1], 0)

    later.assignment.refresh_from_db()
    assert later.assignment.homework != whole.homework
    assert {one.assignment for one in HandIn.objects.handed_in()} == {whole}
    assert HandIn.objects.handed_in().count() == len(students)
