"""Ten minutes of an adviser: from the page that one reads to its editor, and what the site says on
the way.
"""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from PIL import Image as Pillow
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Workflow

from cms.guidance import services
from cms.guidance.enums import EditorialRole
from cms.guidance.models import EditorialTask, GuidancePage, ResourcePage, SearchEntry, TextPage
from courses.people.enums import Language
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.guidance import (
    editor,
    first_topic,
    guidance_page,
    home,
    in_english,
    published,
    scope_for,
    topic,
    without_pages,
)
from tests.factories.people import AdviserFactory, OrganisationFactory, TeacherFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def week():
    home("en")
    return first_topic()


@pytest.fixture
def author(week):
    return editor(EditorialRole.AUTHOR, week)


@pytest.fixture
def educarte():
    return ResourceFactory(slug="educarte", name="Educ’Arte")


@pytest.fixture
def about_educarte(week, educarte):
    resources = published(
        TextPage(title="Ressources", slug="ressources", locale=home("fr").locale), home("fr")
    )
    return published(
        ResourcePage(
            title="Educ’Arte", slug="educarte", resource=educarte, locale=home("fr").locale
        ),
        resources,
    )


def chief_in_french():
    person = AdviserFactory(language="fr")
    scope_for(person, EditorialRole.CHIEF)
    return person


def edit(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def begin(topic) -> str:
    return reverse("begin_page", args=[topic.pk])


# From a page to its editor


def test_whoever_may_edit_a_page_finds_the_way_where_they_read_it(client, week, author):
    page = guidance_page(under=week)
    elsewhere = guidance_page(under=topic("Ailleurs", "Elsewhere"))
    client.force_login(author)

    assert f'href="{edit(page)}"' in client.get(page.url).text
    assert edit(elsewhere) not in client.get(elsewhere.url).text


def test_a_topic_leads_to_a_new_page_of_it(client, week, author):
    client.force_login(author)

    assert f'href="{begin(week)}"' in client.get(week.url).text
    assert client.get(begin(week)).status_code == 200


@pytest.mark.parametrize("reader", ["visitor", "teacher"])
def test_other_readers_see_no_way_to_an_editor(client, week, reader):
    page = guidance_page(under=week)
    if reader == "teacher":
        client.force_login(TeacherFactory())

    for shown in (page, week):
        assert "/admin/" not in client.get(shown.url).text


# A resource and its guidance


def test_the_page_of_a_resource_and_the_guidance_about_it_lead_to_each_other(
    client, week, educarte, about_educarte
):
    lesson = guidance_page(title="Un extrait, une question", under=week, resource=educarte)
    guidance_page(title="Autre chose", under=week)

    resource = client.get(about_educarte.url).text
    assert f'href="{lesson.url}"' in resource
    assert "Autre chose" not in resource
    assert f'href="{about_educarte.url}"' in client.get(lesson.url).text


def test_a_new_page_about_a_resource_begins_there(client, week, author, educarte, about_educarte):
    guidance_page(title="Un extrait, une question", under=week, resource=educarte)
    editor_of_all = editor(EditorialRole.CHIEF)
    client.force_login(editor_of_all)
    address = f"{begin(week)}?resource=educarte"

    assert f'href="{address}"' in client.get(about_educarte.url).text
    client.post(address, {"title": "Une autre séance", "template": "steps"})

    assert GuidancePage.objects.get(title="Une autre séance").resource == educarte


def test_in_the_demo_no_pilot_is_said_to_subscribe(
    client, settings, week, educarte, about_educarte
):
    settings.ONE_CLICK_LOGINS = True
    for name, is_pilot in (("Lycée Pilote", True), ("Lycée Abonné", False)):
        LicenceFactory(resource=educarte, school=OrganisationFactory(name=name, is_pilot=is_pilot))

    page = client.get(about_educarte.url).text

    assert "Lycée Abonné" in page
    assert "Lycée Pilote" not in page


# What is taken down


def test_what_stands_below_a_topic_goes_down_with_it_everywhere(
    client, week, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = guidance_page(title="Une semaine supportable", under=week)
        deeper = guidance_page(
            title="Une page plus bas", under=topic("Plus bas", "Further down", under=week)
        )
        other = guidance_page(title="Une semaine ailleurs", under=topic("Ailleurs", "Elsewhere"))
    client.force_login(editor(EditorialRole.CHIEF))

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("wagtailadmin_pages:unpublish", args=[week.pk]), {"twin": "alone"})
    client.logout()

    for gone in (page, deeper):
        assert client.get(gone.url).status_code == 404
        assert not SearchEntry.objects.filter(title=gone.title).exists()
        assert gone.url not in client.get("/sitemap.xml").text
        assert gone.title not in client.get(reverse("updates_feed", args=["fr"])).text
    assert client.get(other.url).status_code == 200
    assert SearchEntry.objects.filter(title=other.title).exists()


def test_before_it_is_taken_down_the_number_of_pages_below_is_said(client, week):
    for _ in range(2):
        guidance_page(under=week)
    client.force_login(editor(EditorialRole.CHIEF))

    asked = client.post(reverse("wagtailadmin_pages:unpublish", args=[week.pk]))

    assert "2 pages are below it and are taken offline with it." in asked.text
    assert Page.objects.get(pk=week.pk).live


def test_a_topic_that_ends_by_the_clock_takes_its_pages_along(week):
    page = guidance_page(under=week)

    Page.objects.get(pk=week.pk).specific.unpublish(set_expired=True)

    assert not Page.objects.get(pk=page.pk).live


# Files and pictures


def pdf(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.7 " + name.encode(), "application/pdf")


def test_the_address_of_a_file_that_was_replaced_leads_to_the_new_one(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = get_document_model().objects.create(title="La convention", file=pdf("convention.pdf"))
    guidance_page(
        body=[
            {
                "type": "file",
                "value": {"file": file.pk, "says": ""},
                "id": "11111111-1111-4111-8111-111111111111",
            }
        ]
    )
    before = file.url
    file.file = pdf("convention-2027.pdf")
    file.save()

    answer = client.get(before, follow=True)

    assert answer.redirect_chain == [(file.url, 302)]
    assert b"convention-2027" in b"".join(answer.streaming_content)


def test_a_file_that_no_page_shows_is_found_under_no_name(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    file = get_document_model().objects.create(title="Un brouillon", file=pdf("brouillon.pdf"))

    for name in ("brouillon.pdf", "autre.pdf"):
        assert client.get(f"/documents/{file.pk}/{name}").status_code == 404


def picture(name: str, **fields):
    out = io.BytesIO()
    Pillow.new("RGB", (40, 30), "#143f30").save(out, "PNG")
    return get_image_model().objects.create(file=ContentFile(out.getvalue(), name=name), **fields)


def test_no_picture_is_described_by_the_name_of_its_file_unless_somebody_wrote_it(
    settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path

    assert picture("salle.png", title="salle").default_alt_text == ""
    assert (
        picture("salle.png", title="salle", description="Une salle de cours vide").default_alt_text
        == "Une salle de cours vide"
    )


def test_the_form_of_a_picture_says_what_its_description_is_for(client):
    client.force_login(editor(EditorialRole.CHIEF))

    form = client.get(reverse("wagtailimages:add")).text

    assert "for readers who can’t see it" in form


# Words of the admin


@pytest.mark.parametrize("language", [code for code, _name in Language.choices])
def test_the_steps_of_a_review_are_named_in_the_language_of_the_pages_whoever_made_them(language):
    home("fr")
    with translation.override(language):
        services.keep_workflow()

    assert Workflow.objects.get(active=True).name == "Relecture, puis publication"
    assert list(EditorialTask.objects.order_by("pk").values_list("name", flat=True)) == [
        "Relecture",
        "Publication",
    ]


def test_the_admin_in_french_leads_to_no_other_site_and_calls_nothing_by_two_genders(client, week):
    page = guidance_page(under=week)
    client.force_login(chief_in_french())

    for address in (
        reverse("wagtailadmin_home"),
        edit(page),
        reverse("wagtailadmin_explore", args=[week.pk]),
    ):
        shown = client.get(address).text
        for words in (
            "guide.wagtail.org",
            "docs.wagtail.org",
            "Ce(tte)",
            "un(e)",
            "Nouvel(le)",
            "workflow »",
        ):
            assert words not in shown, (address, words)


def test_missing_translations_are_not_called_as_homework_is(client, week):
    guidance_page(under=week)
    client.force_login(chief_in_french())

    board = client.get(reverse("guidance:parity"), headers={"accept-language": "fr"}).text

    assert "non rendu" not in board


def test_a_text_that_was_sent_back_says_by_whom_and_what_to_press(client, week, author):
    page = in_english(guidance_page(under=week), live=True)
    page = Page.objects.get(pk=page.get_translations().get().pk).specific
    page.get_workflow().start(page, author)
    reviewer = editor(EditorialRole.REVIEWER, week, given_name="Remi")
    page.current_workflow_task_state.reject(user=reviewer, comment="Plus court.")
    client.force_login(author)

    shown = client.get(edit(page)).text

    assert "sent this text back: “Plus court.”" in shown
    assert "Submit again for review" in shown
    assert "Review from the first step" not in shown


@pytest.mark.parametrize("address", ["/fr/accessibilite/", "/en/accessibility/"])
def test_the_accessibility_statement_says_where_to_write_and_which_pages_were_looked_at(
    client, address
):
    without_pages()
    services.plant_trees()

    page = client.get(address).text

    assert 'href="mailto:aide@passerelle.example"' in page
    for words in {
        "fr": ("semaine d’un élève", "remise d’un travail", "appel"),
        "en": ("student’s week", "roll call"),
    }[address[1:3]]:
        assert words in page
