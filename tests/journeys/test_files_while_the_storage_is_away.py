"""Files of certificates, delivery notes and pages while the storage doesn't answer: 503 with a time to
come back, not an error of ours; and while one isn't there, 404. Who asks for no content makes us
fetch none.
"""

import datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.html import strip_tags
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from cms.guidance.models import PagePdf
from continuity.models import HandInPart
from courses.documents.gateways.s3 import PagesBucket, PrivateBucket
from tests.doors.running import free_port
from tests.factories.answers import page_of
from tests.factories.buckets import CONTENT, bucket_at, s3_server
from tests.factories.catalogue import ResourceFactory
from tests.factories.certificates import certificate_of
from tests.factories.continuity import StudentFactory, assignment, handed_in, teaching
from tests.factories.deliveries import delivered
from tests.factories.equipment import lent, photographed, thing
from tests.factories.guidance import block, guidance_page, pair_of
from tests.factories.people import OfficerFactory, TeacherFactory, TrainerFactory
from tests.factories.pictures import photo
from tests.factories.worker import run_worker
from training.models import Certificate, DeliveryNote
from training.services import deliveries

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
AWAY = ConnectionError("unreachable")
OWN = {"X-Request-ID": ""}  # of each answer


def certificate(client):
    made = certificate_of()
    run_worker()
    made.refresh_from_db()
    client.force_login(made.person)
    return reverse("training:certificate_file", args=[made.code]), made.file


def delivery_note(client):
    resource = ResourceFactory()
    trainer = TrainerFactory(works_for=resource.provider)
    delivered(resource, trainer, "2026-10-06", present=TeacherFactory.create_batch(5))
    made = deliveries.make(provider=resource.provider, month=datetime.date(2026, 10, 1))
    run_worker()
    made.refresh_from_db()
    client.force_login(OfficerFactory())
    return reverse("training:delivery_note_file", args=[made.public_id]), made.file


def picture(client):
    file = ContentFile(photo(), name="pont.jpg")
    shown = get_image_model().objects.create(title="Un pont", file=file).get_rendition("width-40")
    return shown.url, shown.file


def document(client):
    file = ContentFile(b"%PDF", name="consigne.pdf")
    made = get_document_model().objects.create(title="La consigne", file=file, file_size=4)
    guidance_page(body=[block("file", {"file": made.pk, "says": ""})])  # else it isn't everybody's
    return made.url, made.file


def paper(client):
    page = guidance_page()
    file = ContentFile(b"%PDF", name="a.pdf")
    made = PagePdf.objects.create(page=page, digest="x" * 64, file=file, size=4)
    return reverse("guidance:pdf", args=[pair_of(page).public_id]), made.file


def photo_of_a_page(client, name: str, query: str = ""):
    lesson = teaching()
    student = StudentFactory(in_class=lesson.school_class)
    part = page_of(handed_in(assignment(lesson), student))
    client.force_login(student)
    return reverse(name, args=[part.public_id]) + query, part.file


def thumb(client):
    return photo_of_a_page(client, "continuity:page_small")


def photo_of_the_size_shown(client):
    return photo_of_a_page(client, "continuity:page_picture", "?width=720")


def photo_of_a_loan(client):
    lesson = teaching()
    student = StudentFactory(in_class=lesson.school_class)
    made = photographed(lent(student, thing(lesson.school_class.school)))
    client.force_login(student)
    return reverse("continuity:my_photo", args=[made.public_id]) + "?small", made.file


@pytest.fixture(
    params=[thumb, photo_of_the_size_shown, photo_of_a_loan], ids=lambda made: made.__name__
)
def photo_and_file(request, client):
    return request.param(client)


def test_a_small_photo_is_asked_for_again_while_the_storage_is_away(
    photo_and_file, client, settings
):
    """A 404 would tell a student that the work is lost."""
    address, file = photo_and_file
    before = client.get(address)

    settings.PRETEND_STORAGE_FAILS = AWAY
    away = client.get(address)
    settings.PRETEND_STORAGE_FAILS = None
    file.storage.delete(file.name)
    gone = client.get(address)

    assert (before.status_code, before["Content-Type"]) == (200, "image/jpeg")
    assert (away.status_code, away["Retry-After"]) == (503, "30")
    assert gone.status_code == 404


@pytest.mark.parametrize(("turned", "width"), [(0, 90), (90, 120), (180, 90), (270, 120)])
def test_in_the_tile_of_a_page_that_is_lost_a_word_says_so(client, turned, width):
    address, file = thumb(client)
    HandInPart.objects.update(turned=turned)
    file.storage.delete(file.name)

    lost = client.get(address.replace("/fr/", "/en/"), headers={"accept": "image/*,*/*;q=0.8"})

    assert (lost.status_code, lost["Content-Type"]) == (404, "image/svg+xml")
    assert f'width="{width}"' in lost.text
    assert strip_tags(lost.text.replace("<", " <")).split() == [
        "This",
        "page",
        "can’t",
        "be",
        "found",
    ]
    assert f"rotate({-turned} " in lost.text
    assert "no-store" in lost["Cache-Control"]


@pytest.fixture(
    params=[certificate, delivery_note, picture, document, paper], ids=lambda made: made.__name__
)
def address_and_file(request, client):
    return request.param(client)


def test_a_storage_that_does_not_answer_is_asked_again_later(
    address_and_file, client, settings, monkeypatch
):
    address, _file = address_and_file
    before = client.get(address)
    settings.PRETEND_STORAGE_FAILS = AWAY
    monkeypatch.setattr(default_storage, "_wrapped", bucket_at(free_port(), PagesBucket))

    answer = client.get(address)

    assert before.status_code == 200
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "no-store" in answer["Cache-Control"]
    assert "Attendez une minute, puis rechargez cette page." in answer.text.replace("\xa0", " ")
    assert "Wait a minute, then load this page again." in answer.text


def test_a_file_that_is_lost_is_said_to_be_lost_by_us_and_is_logged(
    address_and_file, client, caplog
):
    address, file = address_and_file
    Path(file.path).unlink()

    answer = client.get(address)

    if "/pages/" in address:  # a page's PDF leads to the page, as before it is drawn
        assert answer.status_code == 302
    elif "/images/" in address:  # no row is asked for a picture
        assert answer.status_code == 404
    else:
        assert answer.status_code == 404
        assert "Ce fichier est introuvable là où il était conservé (erreur 404)." in answer.text
        assert "the fault is ours" in answer.text
        assert "L’adresse est peut-être incomplète" not in answer.text
        row = file.instance
        [line] = [one for one in caplog.records if one.levelname == "ERROR"]
        assert line.args == (row._meta.label, getattr(row, "public_id", row.pk))
        assert file.name not in line.getMessage()


@pytest.fixture
def server():
    with s3_server() as server:
        yield server


@pytest.fixture
def buckets(address_and_file, server, monkeypatch):
    """In place of the folders, once the files are made."""
    monkeypatch.setattr(default_storage, "_wrapped", bucket_at(server.server_port, PagesBucket))
    private = bucket_at(server.server_port, PrivateBucket)
    for model in (Certificate, DeliveryNote, PagePdf):
        monkeypatch.setattr(model._meta.get_field("file"), "storage", private)


@pytest.mark.usefixtures("buckets")
def test_of_a_file_whose_head_is_asked_for_no_content_is_fetched(address_and_file, client, server):
    address, _file = address_and_file

    head = client.head(address)
    asked = set(server.asked)
    whole = client.get(address)

    assert (head.status_code, asked) == (200, {"HEAD"})
    assert b"".join(whole.streaming_content) == CONTENT
    assert b"".join(head) == b""
    assert dict(head.items()) | OWN == dict(whole.items()) | OWN
    assert head.headers["Content-Length"] == str(len(CONTENT))


@pytest.mark.usefixtures("buckets")
def test_a_head_while_the_bucket_does_not_have_the_file_is_404(address_and_file, client, server):
    address, _file = address_and_file
    server.how = "missing"

    answer = client.head(address)

    assert answer.status_code == (302 if "/pages/" in address else 404)
    assert set(server.asked) == {"HEAD"}
