"""Photos on a bad line: each goes under its key; what is cut goes on, what comes twice is one, what
fails loses nothing.
"""

import datetime
import errno
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from continuity.enums import HandInState
from continuity.handins.exceptions import StillMissing
from continuity.handins.services import sweeps
from continuity.models import HandIn, HandInPart
from courses.documents import services as documents
from courses.jobs import services as jobs
from tests.factories import handins
from tests.factories.continuity import StudentFactory, homework_item, part_of, teaching
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db
HOUR, MINUTE = datetime.timedelta(hours=1), datetime.timedelta(minutes=1)


@pytest.fixture
def given(time_machine):
    given = homework_item(part_of(teaching())).assignment
    time_machine.move_to(given.due_at - 9 * HOUR)
    return given


@pytest.fixture
def student(given, client):
    student = StudentFactory(in_class=given.teaching.school_class, language="en")
    client.force_login(student)
    return student


def upload(client, given, content: bytes, key=None, **said):
    address = reverse("continuity_open:add_photo", args=[given.public_id])
    return client.post(
        address, {"key": key or uuid.uuid4(), "photo": SimpleUploadedFile("photo", content), **said}
    )


def test_the_same_key_is_one_photo_and_the_answer_repeats_it(given, student, client):
    key = uuid.uuid4()

    first, again = (upload(client, given, handins.a_photo(), key) for _n in range(2))

    assert first.json()["key"] == again.json()["key"] == str(key)
    assert first.json()["part"] == again.json()["part"]
    assert HandInPart.objects.count() == 1


def test_cut_after_two_of_three_the_teacher_sees_nothing_at_first_then_two_of_three(
    given, student, client, time_machine
):
    """C8"""
    teacher = given.teaching.teacher
    for number in (1, 2):
        upload(client, given, handins.a_photo(number), expected=3)

    assert list(HandIn.objects.visible_to(teacher)) == []
    time_machine.shift(HOUR + MINUTE)
    assert [(one.arrived, one.expected_parts) for one in HandIn.objects.incomplete()] == [(2, 3)]
    assert HandIn.objects.visible_to(teacher).get().student == student

    upload(client, given, handins.a_photo(3), expected=3)
    assert list(HandIn.objects.visible_to(teacher)) == []
    handins.hand_in(given, student)
    assert HandIn.objects.visible_to(teacher).get().pages == 3


def test_what_is_missing_is_said_and_what_is_there_may_be_handed_in_all_the_same(given, student):
    """C8"""
    handins.put_together(given, student, photos=2, expected=3)

    with pytest.raises(StillMissing) as refused:
        handins.hand_in(given, student)

    assert refused.value.reason == "2 of 3 photos have arrived."
    assert handins.hand_in(given, student, as_it_is=True).pages == 2


def test_an_answer_that_was_lost_is_asked_for_again_after_the_work_was_handed_in(
    given, student, client
):
    key = uuid.uuid4()
    upload(client, given, handins.a_photo(), key)
    handins.hand_in(given, student)

    again = upload(client, given, handins.a_photo(), key)

    assert again.status_code == 200
    assert HandIn.objects.get().state == HandInState.HANDED_IN


def test_what_is_no_photo_is_refused_in_words_under_its_key(given, student, client):
    key = uuid.uuid4()

    said = upload(client, given, b"<!doctype html><p>Log in to this Wi-Fi", key)

    assert (said.status_code, said.json()["key"]) == (422, str(key))
    assert (said.json()["refused"], said.json()["advice"]) == (
        "This file is neither a photo nor a PDF.",
        "Save it as a PDF, or take a photo of each page.",
    )


def test_a_login_that_expired_is_no_answer_and_the_photo_goes_on_after_it(given, student, client):
    key = uuid.uuid4()
    client.logout()
    expired = upload(client, given, handins.a_photo(), key)
    client.force_login(student)

    went_on = upload(client, given, handins.a_photo(), key)

    assert (expired.status_code, "/login/" in expired.url) == (302, True)
    assert (went_on.status_code, HandInPart.objects.count()) == (200, 1)


FAILS = {
    "the disk is full": OSError(errno.ENOSPC, "No space left on device"),
    "the storage doesn't answer": ConnectionError("unreachable"),
}


@pytest.mark.parametrize("what", FAILS)
def test_a_photo_that_cannot_be_kept_is_said_and_tried_again(
    what, given, student, client, settings
):
    handins.put_together(given, student)
    settings.PRETEND_STORAGE_FAILS = FAILS[what]
    key = uuid.uuid4()
    failed = upload(client, given, handins.a_photo(2), key)
    form = {
        "receipt_key": uuid.uuid4(),
        "photos": [SimpleUploadedFile("p", handins.a_photo(3))],
        "text": "Mon mot.",
    }
    page = client.post(reverse("continuity:hand_in", args=[given.public_id]), form)
    settings.PRETEND_STORAGE_FAILS = None

    went_on = upload(client, given, handins.a_photo(2), key)

    assert (failed.status_code, failed.json()["key"]) == (503, str(key))
    assert (
        page.status_code,
        "Mon mot." in page.content.decode(),
        "Try again in a few minutes" in page.content.decode(),
    ) == (
        503,
        True,
        True,
    )
    assert (went_on.status_code, HandInPart.objects.count()) == (200, 2)


class OnAFullDisk(TemporaryFileUploadHandler):
    def receive_data_chunk(self, raw_data, start):
        with open("/dev/full", "wb", buffering=0) as file:
            file.write(raw_data)


def test_a_photo_that_finds_no_room_for_its_temporary_file_is_asked_for_again(
    given, student, client, settings
):
    client.raise_request_exception = False
    key, handlers = uuid.uuid4(), settings.FILE_UPLOAD_HANDLERS
    settings.FILE_UPLOAD_HANDLERS = [f"{__name__}.OnAFullDisk"]
    failed = upload(client, given, handins.a_photo(), key)
    settings.FILE_UPLOAD_HANDLERS = handlers

    went_on = upload(client, given, handins.a_photo(), key)

    assert (failed.status_code, failed["Retry-After"]) == (503, "30")
    assert "We have no room left for files for the moment" in failed.text
    assert "Nous n’avons plus de place pour les fichiers pour l’instant" in failed.text
    assert (went_on.status_code, HandInPart.objects.count()) == (200, 1)


@pytest.mark.parametrize("what", FAILS)
def test_a_storage_that_does_not_answer_is_503_for_readers_too(
    what, given, student, client, settings
):
    part = handins.add(given, student)
    settings.PRETEND_STORAGE_FAILS = FAILS[what]

    for name in ("page_picture", "page_small"):
        assert client.get(reverse(f"continuity:{name}", args=[part.public_id])).status_code == 503


def test_the_database_goes_while_a_photo_is_kept_and_its_file_goes_with_the_orphans(
    given, student, client, settings
):
    """Whether the row was written the server doesn't know. The same key, once it is back, is one
    photo.
    """
    key, client.raise_request_exception = uuid.uuid4(), False
    root = HandInPart._meta.get_field("file").storage

    def gone(execute, sql, params, many, context):
        if 'INSERT INTO "continuity_handinpart"' in sql:
            raise OperationalError("the connection was closed")
        return execute(sql, params, many, context)

    before = set(root.listdir("handin-parts")[1]) if root.exists("handin-parts") else set()
    with connection.execute_wrapper(gone):
        failed = upload(client, given, handins.a_photo(), key)
    went_on = upload(client, given, handins.a_photo(), key)
    documents.remove_orphans(timezone.now() + datetime.timedelta(days=3650))
    left = set(root.listdir("handin-parts")[1])

    assert (failed.status_code, went_on.status_code) == (503, 200)
    part = HandInPart.objects.get()
    assert left - before == {part.file.name.removeprefix("handin-parts/")}


def test_a_worker_killed_in_the_middle_of_a_pdf_is_followed_by_another(given, student):
    handin = handins.handed_in(given, student, photos=2)
    task = DBTaskResult.objects.ready().first()
    task.claim("killed")  # RUNNING for ever: nothing picks it up by itself

    assert sweeps.bind_what_is_missing(timezone.now() + 6 * MINUTE) == 0  # it may still be at work
    assert jobs.sweep_tasks(timezone.now() + 16 * MINUTE) == 1
    run_worker()

    handin.refresh_from_db()
    assert handin.pdf.size > 0


def test_a_storage_that_fails_while_a_pdf_is_kept_heals_later(given, student, settings):
    handin = handins.handed_in(given, student)
    settings.PRETEND_STORAGE_FAILS = FAILS["the storage doesn't answer"]
    run_worker()
    handin.refresh_from_db()
    assert not handin.pdf
    settings.PRETEND_STORAGE_FAILS = None

    sweeps.bind_what_is_missing(timezone.now() + 6 * MINUTE)
    run_worker()

    handin.refresh_from_db()
    assert handin.pdf
    assert sweeps.bind_what_is_missing(timezone.now() + 6 * MINUTE) == 0
