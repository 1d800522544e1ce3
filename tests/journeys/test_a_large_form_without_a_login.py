"""A form of more than 2.5 MB from nobody: its files reach no disk, its text comes back."""

import datetime
import tempfile
import uuid

import pytest
from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, encode_multipart
from django.urls import reverse

from tests.factories.continuity import StudentFactory, homework_item, part_of, teaching

pytestmark = pytest.mark.django_db
LARGE = b"\xff\xd8" + b"\0" * 3_000_000
DROPPED = "Files can’t be kept: choose them again afterwards."


@pytest.fixture
def given(time_machine):
    given = homework_item(part_of(teaching())).assignment
    time_machine.move_to(given.due_at - datetime.timedelta(hours=9))
    return given


@pytest.fixture
def on_the_disk(monkeypatch):
    """Temporary files that were made for uploads."""
    made = []
    real = tempfile.NamedTemporaryFile
    monkeypatch.setattr(
        "django.core.files.uploadedfile.tempfile.NamedTemporaryFile",
        lambda *args, **named: made.append(named) or real(*args, **named),
    )
    return made


def send(client, address):
    form = {
        "receipt_key": uuid.uuid4(),
        "photos": SimpleUploadedFile("a.jpg", LARGE, "image/jpeg"),
        "text": "Mon mot.",
    }
    return client.post(address, form, headers={"Origin": "http://testserver"})


@pytest.mark.parametrize("path", ["/fr/homework/whatever/", "/fr/login/", "/fr/trainings/"])
def test_the_files_of_nobody_reach_no_disk_at_any_address(client, on_the_disk, path):
    send(client, path)

    assert on_the_disk == []


def test_one_byte_more_than_fits_in_memory_reaches_no_disk_either(client, on_the_disk):
    frame = len(encode_multipart(BOUNDARY, {"photos": SimpleUploadedFile("a.jpg", b"")}))
    photo = SimpleUploadedFile("a.jpg", b"a" * (site.FILE_UPLOAD_MAX_MEMORY_SIZE + 1 - frame))

    answer = client.post("/fr/trainings/", {"photos": photo})

    assert int(answer.wsgi_request.META["CONTENT_LENGTH"]) == site.FILE_UPLOAD_MAX_MEMORY_SIZE + 1
    assert on_the_disk == []


def test_a_student_whose_login_expired_gets_the_text_back_and_chooses_the_photos_again(
    given, client, on_the_disk
):
    client.cookies[site.LANGUAGE_COOKIE_NAME] = "en"

    page = send(client, reverse("continuity:hand_in", args=[given.public_id]))

    assert page.status_code == 403
    assert on_the_disk == []
    assert "Mon mot." in page.text
    assert DROPPED in page.text


def test_a_student_s_own_photos_are_read(given, client, on_the_disk):
    client.force_login(StudentFactory(in_class=given.teaching.school_class))

    send(client, reverse("continuity:hand_in", args=[given.public_id]))

    assert len(on_the_disk) == 1
