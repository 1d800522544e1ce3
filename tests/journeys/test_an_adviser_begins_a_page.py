"""A new page starts from one of three templates, in the language of its tree; what is still a hint
is told while writing.
"""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from cms.guidance.enums import SOURCE_LANGUAGE
from cms.guidance.models import GuidancePage
from cms.guidance.services import writing
from cms.guidance.values.block_values import stored
from courses.people.services import groups
from tests.factories.editor import Window
from tests.factories.guidance import block, guidance_page, home, pair_of, topic
from tests.factories.people import AdviserFactory, TeacherFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser(client):
    person = AdviserFactory(language="en", is_superuser=True)
    groups.derive_groups(person)
    client.force_login(person)
    return person


def test_adding_a_page_asks_first_what_to_start_from(client, adviser):
    week = topic()

    answer = client.get(
        reverse("wagtailadmin_pages:add", args=["cms", "guidancepage", week.pk]), follow=True
    )

    assert answer.redirect_chain[0][0] == reverse("begin_page", args=[week.pk])
    for words in ("Pas à pas", "Questions et réponses", "Quand le lycée ferme", "Une page vide"):
        assert words in answer.text


def test_an_empty_page_keeps_its_title_and_has_a_text_to_write_or_paste_into(client, adviser):
    week = topic()

    answer = client.post(
        reverse("begin_page", args=[week.pk]),
        {"title": "Prêter un ordinateur", "template": "empty"},
    )

    page = GuidancePage.objects.get(title="Prêter un ordinateur")
    assert [(block.block_type, block.value.source) for block in page.body] == [("text", "")]
    assert client.get(answer.url).status_code == 200


@pytest.mark.parametrize("key", ["steps", "questions", "closed"])
def test_a_page_begun_is_a_draft_of_ones_own_with_headings_and_hints(client, adviser, key):
    week = topic()

    answer = client.post(
        reverse("begin_page", args=[week.pk]), {"title": "Prêter un ordinateur", "template": key}
    )

    page = GuidancePage.objects.get(title="Prêter un ordinateur")
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (page.live, page.owner, page.locale, page.slug) == (
        False,
        adviser,
        week.locale,
        "preter-un-ordinateur",
    )
    assert pair_of(page).french.pk == page.pk
    editor = client.get(answer.url).text
    assert "A hint is still in the text" in editor
    assert client.get(f"/fr{page.get_url() or '/x/'}").status_code == 404


def test_in_the_english_tree_the_templates_are_english(client, adviser):
    week = topic().get_translation(home("en").locale)

    client.post(
        reverse("begin_page", args=[week.pk]), {"title": "Lend a laptop", "template": "closed"}
    )

    page = GuidancePage.objects.get(title="Lend a laptop")
    assert next(b.value for b in page.body if b.block_type == "heading") == "The first day"


def test_the_templates_say_the_same_in_both_languages_and_every_block_is_valid():
    shapes = {
        language: [
            (template.key, [row["type"] for row in template.body])
            for template in writing.templates(language)
        ]
        for language in ("fr", "en")
    }

    assert shapes["fr"] == shapes["en"]
    assert len(shapes["fr"]) == 4
    for language in shapes:
        for template in writing.templates(language):
            stream = GuidancePage._meta.get_field("body").stream_block
            if template.key != "empty":
                stream.clean(
                    stream.to_python(
                        [
                            {**row, "value": stored(row["type"], row["value"])}
                            for row in template.body
                        ]
                    )
                )


def test_without_a_title_nothing_is_made_and_a_teacher_makes_nothing(client, adviser):
    week = topic()

    assert (
        client.post(
            reverse("begin_page", args=[week.pk]), {"title": "", "template": "steps"}
        ).status_code
        == 200
    )
    client.force_login(TeacherFactory())
    client.post(reverse("begin_page", args=[week.pk]), {"title": "Une page", "template": "steps"})

    assert GuidancePage.objects.count() == 0


def test_two_pages_of_one_title_have_two_addresses_and_a_title_has_words(client, adviser):
    week = topic()
    begin = reverse("begin_page", args=[week.pk])

    for _ in range(2):
        client.post(begin, {"title": "Prêter un ordinateur", "template": "steps"})
    refused = client.post(begin, {"title": "…", "template": "steps"})

    assert sorted(GuidancePage.objects.values_list("slug", flat=True)) == [
        "preter-un-ordinateur",
        "preter-un-ordinateur-2",
    ]
    assert "Write a title with words" in refused.text


def test_hints_stand_in_the_editor_with_their_place_and_stop_nothing(client, adviser):
    page = guidance_page(body=[block("text", '<p>Voir <a href="https://x.example/">ici</a>.</p>')])
    window = Window(adviser, page)

    assert "“ici” doesn’t say where the link leads." in window.opened.text
    assert "The summary is missing" in window.opened.text
    assert f'data-improve="{page.body[0].id}"' in window.opened.text
    assert window.save(action="action-publish", lead="Un résumé.").status_code == 302

    again = window.client.get(reverse("improve_page", args=[page.pk])).text
    assert "The summary is missing" not in again
    assert "For whom is this page?" in again


def test_hints_on_a_page_are_for_those_who_may_edit_it(client):
    page = guidance_page(body=[block("text", '<p>Voir <a href="https://x.example/">ici</a>.</p>')])
    client.force_login(TeacherFactory())

    assert "“ici”" not in client.get(reverse("improve_page", args=[page.pk]), follow=True).text


def test_the_checks_of_the_preview_look_at_the_page_and_not_at_its_frame(client, adviser):
    page = guidance_page()

    editor = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).text

    assert '"include": ["main"]' in editor.replace("&quot;", '"')
    assert "td-has-header" in editor


def test_a_reader_gets_no_script_of_the_editor(client, adviser):
    page = guidance_page()

    assert "wagtail-userbar" not in client.get(page.url).text
    assert page.locale.language_code == SOURCE_LANGUAGE


def body_of(*rows: dict, as_draft: bool = False) -> list[str]:
    """The kinds of the blocks that are left of these, once the form has read them."""
    stream = GuidancePage._meta.get_field("body").stream_block
    clean = stream.clean_deferred if as_draft else stream.clean
    return [child.block_type for child in clean(stream.to_python(list(rows)))]


def test_a_text_that_nobody_wrote_is_dropped_when_the_page_goes_out_and_stays_in_a_draft():
    empty = block("text", '<p data-block-key="a1b2c">&nbsp;</p>')
    heading = block("heading", "Le premier jour")

    assert body_of(empty, heading) == ["heading"]
    assert body_of(empty, heading, as_draft=True) == ["text", "heading"]


def test_a_page_with_nothing_but_an_empty_text_says_what_is_missing():
    with pytest.raises(ValidationError) as refused:
        body_of(block("text", ""))

    assert (
        refused.value.block_errors[0].message
        == "Write a text here, or add another part and take this one out."
    )
