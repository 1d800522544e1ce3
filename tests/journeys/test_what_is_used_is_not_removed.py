"""Removing an image, a file or a page that pages use is refused, with the list of places."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Page, ReferenceIndex

from courses.people.services import groups
from tests.factories.guidance import block, guidance_page, topic
from tests.factories.people import AdviserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    person = AdviserFactory(language="en", is_superuser=True)
    groups.derive_groups(person)
    client.force_login(person)
    return person


@pytest.fixture
def picture(adviser):
    return Image.objects.create(title="Le tableau", file=get_test_image_file())


@pytest.fixture
def file(adviser):
    return Document.objects.create(title="Le plan", file=ContentFile(b"%PDF-1.7", "plan.pdf"))


def figure(picture):
    return block(
        "figure",
        {"image": picture.pk, "alt": "Le tableau de la salle", "decorative": False, "caption": ""},
    )


def linking(kind: str, pk: int):
    return block("text", f'<p>Voir <a linktype="{kind}" id="{pk}">ceci</a>.</p>')


def pages_with(row, number: int) -> list[Page]:
    under = topic()
    return [guidance_page(title=f"Fiche {n}", body=[row], under=under) for n in range(number)]


def test_an_image_that_four_pages_use_stays_and_the_places_are_listed(client, picture):
    used_in = pages_with(figure(picture), 4)

    for ask in (client.get, client.post):
        answer = ask(reverse("wagtailimages:delete", args=[picture.pk]))
        assert [page.title in answer.text for page in used_in] == [True] * 4
        assert reverse("wagtailadmin_pages:edit", args=[used_in[0].pk]) in answer.text

    assert answer.status_code == 409
    assert Image.objects.filter(pk=picture.pk).exists()


def test_several_at_once_stay_all_if_one_is_used(client, picture):
    free = Image.objects.create(title="Un autre", file=get_test_image_file())
    pages_with(figure(picture), 1)
    address = reverse("wagtail_bulk_action", args=["wagtailimages", "image", "delete"])

    answer = client.post(f"{address}?id={picture.pk}&id={free.pk}")

    assert "Fiche 0" in answer.text
    assert Image.objects.count() == 2


def test_a_file_that_a_page_links_to_stays(client, file):
    pages_with(linking("document", file.pk), 1)

    answer = client.post(reverse("wagtaildocs:delete", args=[file.pk]))

    assert (answer.status_code, Document.objects.count()) == (409, 1)


def test_what_nobody_uses_is_removed(client, picture, file):
    client.post(reverse("wagtailimages:delete", args=[picture.pk]))
    client.post(reverse("wagtaildocs:delete", args=[file.pk]))

    assert (Image.objects.count(), Document.objects.count()) == (0, 0)


def test_what_is_taken_out_of_its_last_page_can_be_removed(client, picture):
    [page] = pages_with(figure(picture), 1)
    page.body = []
    page.save_revision().publish()

    client.post(reverse("wagtailimages:delete", args=[picture.pk]))

    assert Image.objects.count() == 0


def test_a_page_that_another_links_to_stays_alone_and_with_what_it_stands_under(client, adviser):
    under = topic(title="Rubrique ancienne")
    linked = guidance_page(title="Photos", under=under)
    guidance_page(title="Voir aussi", body=[linking("page", linked.pk)], under=topic())

    for page in (linked, under):
        answer = client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
        assert (answer.status_code, "Voir aussi" in answer.text) == (409, True)

    bulk = client.post(
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"]) + f"?id={linked.pk}"
    )
    assert "Voir aussi" in bulk.text
    assert Page.objects.filter(pk__in=[linked.pk, under.pk]).count() == 2


def test_pages_of_one_topic_that_link_to_each_other_dont_keep_it(client, adviser):
    under = topic(title="Rubrique ancienne")
    linked = guidance_page(title="Photos", under=under)
    guidance_page(title="Voir aussi", body=[linking("page", linked.pk)], under=under)

    assert client.get(reverse("wagtailadmin_pages:delete", args=[under.pk])).status_code in {
        200,
        302,
    }
    assert (
        "Still in use"
        not in client.get(reverse("wagtailadmin_pages:delete", args=[under.pk]), follow=True).text
    )


def test_whoever_may_not_remove_it_is_not_told_where_it_is_used(client, picture):
    pages_with(figure(picture), 1)
    reader = AdviserFactory(language="en")
    groups.derive_groups(reader)
    client.force_login(reader)

    answer = client.post(reverse("wagtailimages:delete", args=[picture.pk]), follow=True)

    assert "Fiche 0" not in answer.text
    assert ReferenceIndex.get_references_to(picture).count() == 1
    assert Image.objects.count() == 1
