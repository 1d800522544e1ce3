"""Files of certificates and pages while the storage doesn't answer: 503 with a time to come back, not
an error of ours; and while one isn't there, 404.
"""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from cms.guidance.models import PagePdf
from courses.documents.gateways.s3 import PagesBucket
from tests.doors.running import free_port
from tests.factories.certificates import certificate_of
from tests.factories.guidance import block, guidance_page, pair_of
from tests.factories.pictures import photo
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
AWAY = ConnectionError("unreachable")


def bucket_that_is_away() -> PagesBucket:
    return PagesBucket(
        bucket_name="pages",
        endpoint_url=f"http://127.0.0.1:{free_port()}",
        region_name="fr",
        access_key="key",
        secret_key="secret",
    )


def certificate(client):
    made = certificate_of()
    run_worker()
    made.refresh_from_db()
    client.force_login(made.person)
    return reverse("training:certificate_file", args=[made.code]), made.file


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


@pytest.fixture(params=[certificate, picture, document, paper], ids=lambda made: made.__name__)
def address_and_file(request, client):
    return request.param(client)


def test_a_storage_that_does_not_answer_is_asked_again_later(
    address_and_file, client, settings, monkeypatch
):
    address, _file = address_and_file
    before = client.get(address)
    settings.PRETEND_STORAGE_FAILS = AWAY
    monkeypatch.setattr(default_storage, "_wrapped", bucket_that_is_away())

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
    file.storage.delete(file.name)

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
