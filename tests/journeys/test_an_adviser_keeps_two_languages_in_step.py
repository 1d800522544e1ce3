"""An adviser writes French, brings English in step, and is asked about both wherever one is taken
away.
"""

import json

import pytest
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Page, Revision, Workflow, WorkflowTask
from wagtail.test.utils.form_data import nested_form_data, rich_text

from cms.guidance import services
from cms.guidance.enums import State
from cms.guidance.exceptions import StillInTheOtherLanguage
from cms.guidance.models import GuidancePage
from cms.guidance.queries.step import twin_of
from courses.people.services import groups
from courses.templatetags.passerelle import date_words
from tests.factories.guidance import guidance_page, in_english, pair_of, paragraph, rewrite, topic
from tests.factories.people import AdviserFactory

pytestmark = pytest.mark.django_db
FIRST, SECOND = "a" * 8, "b" * 8


@pytest.fixture
def adviser(client):
    adviser = AdviserFactory(language="en", is_superuser=True)
    groups.derive_groups(adviser)
    client.force_login(adviser)
    return adviser


@pytest.fixture
def french(adviser):
    return guidance_page(
        body=[
            paragraph("Écrivez la semaine entière, pas la séance.", FIRST),
            paragraph("Donnez les minutes de chaque travail.", SECOND),
        ]
    )


@pytest.fixture
def english(french):
    return in_english(french)


def form_of(page, *, words=None, **fields):
    """What the editor of this page posts: its fields and blocks as they are, but for the words that
    are given.
    """
    page = Page.objects.get(pk=page.pk).specific.get_latest_revision_as_object()
    words = words or {}
    body = {"count": str(len(page.body))}
    for place, one in enumerate(page.body):
        html = f"<p>{words[one.id]}</p>" if one.id in words else one.value.source
        body[str(place)] = {
            "deleted": "",
            "order": str(place),
            "type": one.block_type,
            "id": one.id,
            "value": rich_text(html),
        }
    nothing = {
        "TOTAL_FORMS": "0",
        "INITIAL_FORMS": "0",
        "MIN_NUM_FORMS": "0",
        "MAX_NUM_FORMS": "1000",
    }
    said = {
        "title": page.title,
        "slug": page.slug,
        "lead": page.lead,
        "audience": page.audience,
        "change_note": "",
        "seo_title": "",
    }
    said |= {
        "search_description": "",
        "go_live_at": "",
        "expire_at": "",
        "comment_notifications": "",
    }
    said |= {"body": body, "related_pages": nothing, "comments": nothing}
    if not page.is_source and page.get_translations().exists():
        said["french_shown"] = str(page.get_translations().first().live_revision_id or "")
    return nested_form_data(said | fields)


def save(client, page, *, words=None, do="", **fields):
    data = form_of(page, words=words, **fields) | ({do: "yes"} if do else {})
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


def publish(client, page, **fields):
    return save(client, page, do="action-publish", **fields)


def autosave(client, page, **fields):
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(address, form_of(page, **fields), headers={"Accept": "application/json"})


def editor_of(client, page) -> str:
    response = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert response.status_code == 200
    return response.text


def state_of(page):
    pair = pair_of(page)
    return pair.english_state, [row["id"] for row in pair.lag]


def test_one_word_of_french_marks_one_block_in_both_editors_until_english_is_ticked(
    client, french, english
):
    publish(client, french, words={SECOND: "Donnez les heures de chaque travail."})

    assert state_of(french) == (State.BEHIND, [SECOND])
    assert (
        '<script id="step-marks"'
        f' type="application/json">{json.dumps({SECOND: "changed"})}</script>'
        in editor_of(client, french)
    )
    page = editor_of(client, english)
    assert (
        '<script id="step-marks"'
        f' type="application/json">{json.dumps({SECOND: "changed"})}</script>' in page
    )
    assert "Donnez les <del>minutes</del><ins>heures</ins> de chaque travail." in page

    publish(
        client, english, words={SECOND: "Give the hours of each piece of work."}, in_step_now="on"
    )

    assert state_of(french) == (State.IN_STEP, [])
    assert "Nothing has changed in French since this page was last up to date." in editor_of(
        client, english
    )


def test_published_without_the_tick_english_stays_behind(client, french, english):
    publish(client, french, words={SECOND: "Donnez les heures de chaque travail."})

    publish(client, english, words={FIRST: "Write the week, the whole of it."})

    assert state_of(french) == (State.BEHIND, [SECOND])


def test_english_stays_online_with_its_words_while_it_is_behind(client, french, english):
    publish(client, french, words={SECOND: "Donnez les heures de chaque travail."})

    english.refresh_from_db()
    assert english.live
    assert "Said in English, number 1." in str(english.body)


def test_a_minor_edit_leaves_english_in_step_and_is_only_asked_where_there_is_english(
    client, french
):
    assert 'name="minor_edit"' not in editor_of(client, french)
    in_english(french)
    assert 'name="minor_edit"' in editor_of(client, french)

    publish(
        client, french, words={SECOND: "Donnez les minutes de chacun des travaux."}, minor_edit="on"
    )

    assert state_of(french) == (State.IN_STEP, [])


def test_what_was_ticked_in_a_draft_that_saved_itself_is_kept(client, french, english):
    publish(client, french, words={SECOND: "Donnez les heures de chaque travail."})

    saved = autosave(client, english, in_step_now="on")

    assert saved.json()["success"]
    assert state_of(french) == (State.BEHIND, [SECOND])  # readers have the old English
    assert (
        client.get(reverse("wagtailadmin_pages:edit", args=[english.pk]))
        .context["form"]
        .initial["in_step_now"]
        is True
    )

    publish(client, english, in_step_now="on")

    assert state_of(french) == (State.IN_STEP, [])


def test_unticked_again_before_it_is_published_english_is_behind_as_before(client, french, english):
    publish(client, french, words={SECOND: "Donnez les heures de chaque travail."})
    autosave(client, english, in_step_now="on")

    publish(client, english)

    assert state_of(french) == (State.BEHIND, [SECOND])


def test_a_minor_edit_ticked_in_a_draft_that_saved_itself_counts_when_it_is_published(
    client, french, english
):
    autosave(
        client, french, words={SECOND: "Donnez les minutes de chacun des travaux."}, minor_edit="on"
    )

    assert 'name="minor_edit"' in editor_of(client, french)
    revision = Page.objects.get(pk=french.pk).get_latest_revision()
    assert revision.content["minor_edit"] is True
    revision.publish()

    assert state_of(french) == (State.IN_STEP, [])


def test_in_step_means_the_french_that_was_shown_not_what_was_published_since(
    client, french, english
):
    shown = str(french.live_revision_id)
    publish(client, french, words={SECOND: "Donnez les heures de chaque travail."})

    publish(client, english, french_shown=shown, in_step_now="on")

    assert state_of(french) == (State.BEHIND, [SECOND])


def test_french_shown_that_is_nowhere_any_more_is_said_and_loses_nothing(client, french, english):
    shown = french.live_revision_id
    publish(client, french, words={SECOND: "Donnez les heures de chaque travail."})
    Revision.objects.filter(pk=shown).delete()

    refused = publish(
        client,
        english,
        words={FIRST: "Write the whole week."},
        french_shown=str(shown),
        in_step_now="on",
    )

    assert refused.status_code == 200
    assert "The French page was published again while you were writing." in refused.text
    assert "Write the whole week." in refused.text
    form = refused.context["form"]
    assert (form["french_shown"].value(), form["in_step_now"].value()) == (
        str(Page.objects.get(pk=french.pk).live_revision_id),
        False,
    )

    saved = save(
        client,
        english,
        words={FIRST: "Write the whole week."},
        french_shown=str(shown),
        in_step_now="on",
    )

    assert saved.status_code == 302
    assert "Write the whole week." in str(
        Page.objects.get(pk=english.pk).specific.get_latest_revision_as_object().body
    )
    assert "The French page was published again while you were writing." in editor_of(
        client, english
    )


# Nothing in French is ever published in English


def test_translate_makes_a_draft_with_the_words_of_french_that_cannot_go_out_as_they_are(
    client, french
):
    pair = pair_of(french)

    made = client.post(reverse("guidance:translate", args=[pair.public_id]))

    draft = GuidancePage.objects.get(
        locale__language_code="en", translation_key=french.translation_key
    )
    assert made.url == reverse("wagtailadmin_pages:edit", args=[draft.pk])
    assert (draft.live, state_of(french)[0]) == (False, State.DRAFT)

    refused = publish(
        client, draft, title="A bearable week", words={FIRST: "Write the whole week."}
    )

    assert refused.status_code == 200
    assert (
        "Passages still in French: 1, the first in “Donnez les minutes de chaque travail.”"
        in refused.text
    )
    assert "Write the whole week." in refused.text
    draft.refresh_from_db()
    assert not draft.live

    words = {FIRST: "Write the whole week.", SECOND: "Give the minutes of each piece of work."}
    publish(client, draft, title="A bearable week", words=words, in_step_now="on")

    draft.refresh_from_db()
    assert (draft.live, draft.slug, state_of(french)) == (
        True,
        "a-bearable-week",
        (State.IN_STEP, []),
    )


def test_pressed_twice_translate_makes_one_page_and_never_a_live_parent(client, french):
    twin_of(french.get_parent()).delete()
    address = reverse("guidance:translate", args=[pair_of(french).public_id])

    client.post(address)
    client.post(address)

    pages = GuidancePage.objects.filter(locale__language_code="en")
    assert [
        (page.live, page.get_parent().live, page.get_parent().alias_of_id) for page in pages
    ] == [(False, False, None)]


def test_wagtails_own_translate_leads_to_ours(client, french):
    response = client.get(f"/admin/translation/submit/page/{french.pk}/")

    assert response.url.endswith(reverse("guidance:side_by_side", args=[pair_of(french).public_id]))


def test_an_address_typed_by_hand_is_kept(client, french):
    draft = services.translate(french)
    words = {FIRST: "Write the whole week.", SECOND: "Give the minutes of each piece of work."}

    publish(client, draft, title="A bearable week", slug="bearable", words=words, in_step_now="on")

    draft.refresh_from_db()
    assert (draft.live, draft.slug) == (True, "bearable")


def test_no_other_way_publishes_french_in_english(client, french):
    draft = services.translate(french)

    with pytest.raises(StillInTheOtherLanguage):
        draft.get_latest_revision().publish()

    draft.refresh_from_db()
    assert not draft.live


def test_one_paragraph_left_in_french_among_english_lines_is_seen(french):
    page = in_english(
        french,
        words={FIRST: "<p>Write the week.</p><p>Écrivez la semaine entière, pas la séance.</p>"},
        live=False,
    )

    assert services.why_not_publish(page).values["passages"] == 1


def test_french_of_an_earlier_version_is_still_french(french):
    draft = services.translate(french)
    rewrite(french, (FIRST, "Écrivez le mois entier."), (SECOND, "Donnez les heures."))

    assert services.why_not_publish(draft).values["passages"] >= 2


# Both trees


def test_a_moved_page_takes_english_along_and_both_old_addresses_lead_on(client, french, english):
    place = topic("Ailleurs", "Elsewhere")
    before = state_of(french)
    old = [page.url for page in (french, english)]
    address = reverse("wagtailadmin_pages:move_confirm", args=[french.pk, place.pk])

    assert "will go to “Elsewhere”" in client.get(address).text
    client.post(address, {"twin": "both"})

    french, english = (Page.objects.get(pk=page.pk) for page in (french, english))
    assert french.get_parent().pk == place.pk
    assert english.get_parent().title == "Elsewhere"
    assert [client.get(url).headers.get("Location") for url in old] == [french.url, english.url]
    assert state_of(french) == before
    assert str(pair_of(french).topic) == "Ailleurs"


def test_moved_alone_english_stays_where_it_was(client, french, english):
    place, stays = topic("Ailleurs", "Elsewhere"), english.get_parent()

    client.post(
        reverse("wagtailadmin_pages:move_confirm", args=[french.pk, place.pk]), {"twin": "alone"}
    )

    assert Page.objects.get(pk=english.pk).get_parent() == stays


def test_a_move_without_an_answer_moves_nothing(client, french, english):
    place, stays = topic("Ailleurs", "Elsewhere"), french.get_parent()

    asked = client.post(reverse("wagtailadmin_pages:move_confirm", args=[french.pk, place.pk]))

    assert asked.status_code == 200
    assert Page.objects.get(pk=french.pk).get_parent() == stays


def test_english_of_which_the_new_place_has_no_twin_stays_and_that_is_said(client, french, english):
    place = topic("Ailleurs", "Elsewhere")
    twin_of(place).delete()

    asked = client.get(reverse("wagtailadmin_pages:move_confirm", args=[french.pk, place.pk]))

    assert "The new place has no page in the other language yet" in asked.text
    assert 'value="both"' not in asked.text


def test_a_new_slug_leads_on_in_its_language_and_puts_nobody_behind(
    client, french, english, django_capture_on_commit_callbacks
):
    old = english.url

    with django_capture_on_commit_callbacks(execute=True):
        publish(client, english, slug="another-address", in_step_now="on")

    english.refresh_from_db()
    assert client.get(old).headers["Location"] == english.url
    assert english.url.startswith("/en/")
    assert state_of(french) == (State.IN_STEP, [])


def test_french_taken_down_asks_for_english_which_may_stay_alone_with_its_source_named(
    client, french, english
):
    address = reverse("wagtailadmin_pages:unpublish", args=[french.pk])

    asked = client.post(address)

    assert "“A bearable week”" in asked.text
    assert [Page.objects.get(pk=page.pk).live for page in (french, english)] == [True, True]

    client.post(address, {"twin": "alone"})

    assert [Page.objects.get(pk=page.pk).live for page in (french, english)] == [False, True]
    assert state_of(french)[0] == State.LIVE


def test_both_are_taken_down_together(client, french, english):
    client.post(reverse("wagtailadmin_pages:unpublish", args=[french.pk]), {"twin": "both"})

    assert [Page.objects.get(pk=page.pk).live for page in (french, english)] == [False, False]
    assert (pair_of(french).french_state, pair_of(french).english_state) == (
        State.DRAFT,
        State.DRAFT,
    )


@pytest.mark.parametrize(("answer", "left"), [("both", []), ("alone", ["A bearable week"])])
def test_a_deleted_page_asks_for_its_twin(client, french, english, answer, left):
    address = reverse("wagtailadmin_pages:delete", args=[french.pk])

    asked = client.post(address)
    assert asked.status_code == 200
    assert Page.objects.filter(pk=french.pk).exists()

    client.post(address, {"twin": answer})

    assert [page.title for page in GuidancePage.objects.all()] == left
    assert pair_of(french).french_state == State.MISSING


def test_several_pages_at_once_are_not_taken_down_over_their_twins(client, french, english):
    address = (
        reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
        + f"?id={french.pk}"
    )

    answer = client.post(address)

    assert answer.status_code == 302
    assert Page.objects.get(pk=french.pk).live


def test_a_page_that_is_only_drafted_has_its_row_on_the_board(client, adviser):
    place = topic()
    data = nested_form_data(
        {
            "title": "Imprimer la semaine",
            "slug": "imprimer",
            "lead": "",
            "audience": "",
            "change_note": "",
            "body": {"count": "0"},
            "related_pages": {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"},
            "comments": {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"},
        }
    )

    client.post(reverse("wagtailadmin_pages:add", args=["cms", "guidancepage", place.pk]), data)

    pair = pair_of(GuidancePage.objects.get(slug="imprimer"))
    assert (pair.french_state, pair.english_state, pair.owner) == (
        State.DRAFT,
        State.MISSING,
        adviser,
    )


def test_readers_of_english_that_stands_alone_are_told_where_it_comes_from(client, french, english):
    day = date_words(Page.objects.get(pk=french.pk).last_published_at)

    client.post(reverse("wagtailadmin_pages:unpublish", args=[french.pk]), {"twin": "alone"})
    client.logout()

    said = (
        f"This page was translated from the French page “Une semaine supportable” of {day}, which"
        " is no longer online."
    )
    assert said in client.get(english.url).text


def test_an_approval_that_would_publish_french_in_english_is_a_sentence_and_undoes_nothing(
    client, adviser, french
):
    draft = services.translate(french)
    workflow, task = (
        Workflow.objects.create(name="Review"),
        GroupApprovalTask.objects.create(name="Read"),
    )
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    draft = Page.objects.get(pk=draft.pk).specific
    state = workflow.start(draft, adviser)
    editor = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    address = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[draft.pk, "approve", state.current_task_state.pk],
    )

    answer = client.post(
        address, {"comment": ""}, headers={"Referer": f"http://testserver{editor}"}
    )

    assert (answer.status_code, answer.url) == (302, f"http://testserver{editor}")
    assert "Passages still in French: " in client.get(editor).text
    state.refresh_from_db()
    draft.refresh_from_db()
    assert (draft.live, state.status, state.current_task_state.status) == (
        False,
        "in_progress",
        "in_progress",
    )


def test_a_draft_ticked_as_it_saved_itself_still_marks_what_is_in_french(client, french):
    draft = services.translate(french)
    autosave(
        client,
        draft,
        title="A bearable week",
        words={FIRST: "Write the whole week."},
        in_step_now="on",
    )

    page = editor_of(client, draft)

    assert (
        '<script id="step-marks"'
        f' type="application/json">{json.dumps({SECOND: "still in French"})}</script>' in page
    )
    assert "One passage is still in French: it is marked below." in page
