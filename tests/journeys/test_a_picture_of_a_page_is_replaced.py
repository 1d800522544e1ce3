"""An adviser replaces a picture or renames a document that pages show: visitors see it at once."""

import re

import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.models import Image

from tests.factories.guidance import block, guidance_page
from tests.factories.kept_texts import HERE
from tests.factories.people import AdviserFactory
from tests.rules.test_uploads import photo

pytestmark = pytest.mark.django_db
PICTURE = re.compile(r"/media/images/[^ \"]+")


@pytest.fixture(autouse=True)
def _kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.CACHES = settings.KEEP_PAGES
    for cache in caches.all():  # Wagtail keeps sizes of pictures by their row in another one
        cache.clear()


@pytest.fixture
def adviser(client):
    client.force_login(AdviserFactory(is_superuser=True))
    return client


@pytest.fixture
def picture():
    return Image.objects.create(title="Le pont", file=ContentFile(photo("PNG").read(), "pont.png"))


def typed(kept, **more) -> dict:
    return {"title": "Le pont", "collection": str(kept.collection_id), "tags": "Caen"} | more


def test_a_cached_page_shows_a_picture_that_replaces_one_of_the_same_name(
    adviser, picture, django_capture_on_commit_callbacks
):
    shown = {"image": {"image": picture.pk, "decorative": True, "alt_text": ""}}
    page = guidance_page(body=[block("figure", shown | {"caption": "", "credit": ""})])
    before = PICTURE.findall(Client().get(page.url).text)

    with django_capture_on_commit_callbacks(execute=True):
        file = ContentFile(photo("PNG").read(), "pont.png")
        adviser.post(reverse("wagtailimages:edit", args=[picture.pk]), typed(picture, file=file))

    after = PICTURE.findall(Client().get(page.url).text)
    assert before
    assert len(after) == len(before)
    assert not set(after) & set(before)
    assert {adviser.get(address).status_code for address in after} == {200}


def test_a_cached_page_shows_another_title_of_its_document(
    adviser, django_capture_on_commit_callbacks
):
    kept = Document.objects.create(title="Le plan", file=ContentFile(b"%PDF-1.7", "plan.pdf"))
    page = guidance_page(body=[block("file", {"file": kept.pk, "says": ""})])
    assert "Le plan de mars" not in Client().get(page.url).text

    with django_capture_on_commit_callbacks(execute=True):
        adviser.post(
            reverse("wagtaildocs:edit", args=[kept.pk]), typed(kept, title="Le plan de mars")
        )

    assert "Le plan de mars" in Client().get(page.url).text


def test_what_was_typed_comes_back_where_the_login_has_ended(client, picture):
    answer = client.post(
        reverse("wagtailimages:edit", args=[picture.pk]), typed(picture, title="L’arche"), **HERE
    )

    assert answer.status_code == 403
    assert "L’arche" in answer.text
    assert "Caen" in answer.text


@pytest.mark.parametrize("ask", ["get", "head"])
def test_the_folder_of_a_picture_has_no_address(client, picture, ask):
    address = picture.get_rendition("width-32").url

    shown = getattr(client, ask)(address)
    folder = getattr(client, ask)(address.rpartition("/")[0], follow=True)  # as a page's, in French

    assert (shown.status_code, folder.status_code) == (200, 404)
