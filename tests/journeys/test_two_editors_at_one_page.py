"""Two people write at one page: the second is told on opening, and a save over a newer version
loses nothing.
"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.guidance.models import KeptVersion
from cms.guidance.services import versions
from courses.people.services import groups
from tests.factories.editor import Window, said
from tests.factories.guidance import editor as adviser
from tests.factories.guidance import guidance_page, paragraph, topic
from tests.factories.people import AdviserFactory, TeacherFactory

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = (
    "11111111-1111-4111-8111-111111111111",
    "22222222-2222-4222-8222-222222222222",
    "33333333-3333-4333-8333-333333333333",
)


@pytest.fixture
def fiche():
    return guidance_page(
        title="Une semaine supportable",
        body=[
            paragraph("Écrivez la semaine entière.", FIRST),
            paragraph("Donnez les minutes.", SECOND),
        ],
        under=topic(),
        lead="Une semaine écrite.",
    )


@pytest.fixture
def ariane():
    return editor("Ariane")


@pytest.fixture
def camille():
    return editor("Camille")


def editor(name: str):
    person = AdviserFactory(given_name=name, language="en", is_superuser=True)
    groups.derive_groups(person)
    return person


def latest(page):
    page = Page.objects.get(pk=page.pk).get_latest_revision_as_object()
    return [page.title, *(said(block) for block in page.body)]


@pytest.fixture
def window(fiche):
    return lambda person: Window(person, fiche)


def test_the_second_is_told_on_opening_who_is_there(window, ariane, camille):
    first = window(ariane)
    second = window(camille)

    assert not first.says("this page is open in their editor now")
    assert second.says(f"{ariane.display_name}: this page is open in their editor now")


def test_one_person_with_two_windows_is_not_told_of_oneself(window, ariane):
    window(ariane)

    assert not window(ariane).says("is open in their editor now")


def test_a_save_over_a_newer_version_is_kept_beside_and_shows_both(window, ariane, camille, fiche):
    first, second = window(ariane), window(camille)
    first.save({FIRST: "Écrivez la semaine entière le vendredi."})

    answer = second.save({SECOND: "Donnez les minutes de chaque travail."})

    kept = KeptVersion.objects.get()
    assert latest(fiche) == [
        "Une semaine supportable",
        "Écrivez la semaine entière le vendredi.",
        "Donnez les minutes.",
    ]
    assert answer.url == reverse("kept_version", args=[kept.public_id])
    both = second.client.get(answer.url).text
    for words in (
        "entière le vendredi.",
        "Écrivez la semaine entière.",
        "Donnez les minutes.",
        "de chaque travail.",
    ):
        assert words in both
    assert "changed in both" not in both


def test_a_version_put_aside_waits_while_others_review(window, ariane, fiche):
    """Its author may not write in the editor either: the reviewer would approve words unread."""
    author = adviser("author", fiche.get_parent().specific)
    first, second = window(ariane), window(author)
    first.save({FIRST: "Écrivez la semaine entière le vendredi."})
    comparison = second.save({SECOND: "Donnez les minutes de chaque travail."}).url
    fiche.get_workflow().start(Page.objects.get(pk=fiche.pk).specific, ariane)
    before = latest(fiche)
    proposed = {
        field.name: field.initial
        for _difference, field in second.client.get(comparison).context["rows"]
    }

    answer = second.client.post(comparison, proposed, follow=True)

    assert latest(fiche) == before
    assert KeptVersion.objects.get().settled_at is None
    assert "Only reviewers for this task can edit" in answer.text


def test_what_each_changed_alone_is_chosen_already_and_both_become_one_draft(
    window, ariane, camille, fiche
):
    first, second = window(ariane), window(camille)
    first.save({FIRST: "Écrivez la semaine entière le vendredi."}, title="Une semaine")
    comparison = second.save(
        {SECOND: "Donnez les minutes de chaque travail.", THIRD: "Laissez une heure vide."}
    ).url
    proposed = {
        field.name: field.initial
        for _difference, field in second.client.get(comparison).context["rows"]
    }

    second.client.post(comparison, proposed)

    assert latest(fiche) == [
        "Une semaine",
        "Écrivez la semaine entière le vendredi.",
        "Donnez les minutes de chaque travail.",
        "Laissez une heure vide.",
    ]
    assert (
        Page.objects.get(pk=fiche.pk).specific.passages[-2].text == "Écrivez la semaine entière."
    )  # still to be published


def test_where_both_changed_one_passage_a_person_chooses(window, ariane, camille, fiche):
    first, second = window(ariane), window(camille)
    first.save({FIRST: "Une phrase de Ariane."})
    comparison = second.save({FIRST: "Une phrase de Camille."}).url
    assert "changed in both" in second.client.get(comparison).text

    second.client.post(comparison, {FIRST: "saved"})

    assert latest(fiche)[1] == "Une phrase de Ariane."
    assert (
        KeptVersion.objects.get().content["body"].count("Une phrase de Camille.") == 1
    )  # left, not lost


def test_publishing_over_a_newer_version_publishes_nothing(window, ariane, camille, fiche):
    first, second = window(ariane), window(camille)
    first.save({FIRST: "Une phrase de Ariane."})

    second.save({FIRST: "Une phrase de Camille."}, action="action-publish")

    assert Page.objects.get(pk=fiche.pk).specific.passages[-2].text == "Écrivez la semaine entière."
    assert KeptVersion.objects.waiting().count() == 1


def test_sent_twice_it_is_kept_once_and_settled_twice_it_is_settled_once(
    window, ariane, camille, fiche
):
    first, second = window(ariane), window(camille)
    first.save({FIRST: "Une phrase de Ariane."})

    comparison = second.save({FIRST: "Une phrase de Camille."}).url
    assert second.save({FIRST: "Une phrase de Camille."}).url == comparison
    second.client.post(comparison, {FIRST: "kept"})
    again = second.client.post(comparison, {FIRST: "saved"})

    assert again.url == second.address
    assert latest(fiche)[1] == "Une phrase de Camille."


def test_until_somebody_chose_whoever_opens_the_page_is_told_of_the_version_beside_it(
    window, ariane, camille
):
    first, second = window(ariane), window(camille)
    first.save({FIRST: "Une phrase de Ariane."})
    second.save({FIRST: "Une phrase de Camille."})

    assert window(ariane).says(f"A version by {camille.display_name} was put aside")


def test_a_field_that_cannot_be_read_is_said_first_and_the_next_try_is_still_compared(
    window, ariane, camille, fiche
):
    first, second = window(ariane), window(camille)
    first.save({FIRST: "Une phrase de Ariane."})

    refused = second.save({FIRST: "Une phrase de Camille."}, slug="pas / une adresse")
    assert refused.status_code == 200
    assert (
        f'name="loaded_revision_id" value="{second.fields["loaded_revision_id"]}"' in refused.text
    )

    second.save({FIRST: "Une phrase de Camille."})
    assert latest(fiche)[1] == "Une phrase de Ariane."
    assert KeptVersion.objects.count() == 1


def test_the_editor_saving_by_itself_is_refused_by_wagtail_over_a_newer_version(
    window, ariane, camille, fiche
):
    first, second = window(ariane), window(camille)
    first.save({FIRST: "Une phrase de Ariane."})

    second.client.defaults["HTTP_ACCEPT"] = "application/json"
    answer = second.save({FIRST: "Une phrase de Camille."})

    assert answer.json()["error_code"] == "invalid_revision"
    assert latest(fiche)[1] == "Une phrase de Ariane."
    assert KeptVersion.objects.count() == 0


def test_a_version_kept_beside_is_shown_to_nobody_who_may_not_edit_the_page(
    window, ariane, camille, client
):
    first, second = window(ariane), window(camille)
    first.save({FIRST: "Une phrase de Ariane."})
    comparison = second.save({FIRST: "Une phrase de Camille."}).url
    client.force_login(TeacherFactory())

    assert "Une phrase de Camille." not in client.get(comparison, follow=True).text


def test_what_was_settled_long_ago_is_forgotten_and_what_waits_is_not(window, ariane, camille):
    first, second = window(ariane), window(camille)
    first.save({FIRST: "Une phrase de Ariane."})
    second.client.post(second.save({FIRST: "Une phrase de Camille."}).url, {FIRST: "saved"})
    second.save({FIRST: "Une autre phrase de Camille."})

    assert versions.forget_settled(timezone.now() + timedelta(days=59)) == 0
    assert versions.forget_settled(timezone.now() + timedelta(days=61)) == 1
    assert KeptVersion.objects.waiting().count() == 1
