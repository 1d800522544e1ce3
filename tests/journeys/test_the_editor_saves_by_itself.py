"""What Wagtail's editor saves by itself is no act of a person: no revision without a change, no
step of a review, no conflict.
"""

import re

import pytest
from django.utils.translation import override
from wagtail.models import Page

from cms.guidance.enums import EditorialRole
from cms.guidance.models import KeptVersion
from courses.dates import hour
from tests.factories.editor import Window
from tests.factories.guidance import editor, first_topic, guidance_page, home, paragraph, scope_for

pytestmark = pytest.mark.django_db
FIRST = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def week():
    home("en")
    return first_topic()


@pytest.fixture
def author(week):
    return editor(EditorialRole.AUTHOR, week, given_name="Aude")


@pytest.fixture
def reviewer(week):
    return editor(EditorialRole.REVIEWER, week, given_name="Remi")


@pytest.fixture
def publisher(week):
    return editor(EditorialRole.PUBLISHER, week, given_name="Paule")


@pytest.fixture
def page(week):
    return guidance_page(
        under=week,
        lead="Une semaine écrite.",
        body=[paragraph("Écrivez la semaine entière.", FIRST)],
    )


class Desk(Window):
    def saves_by_itself(self, words=None, **fields):
        sent = {
            name: value
            for name, value in self.form(words, **fields).items()
            if name != "action-save"
        }
        return self.client.post(self.address, sent, headers={"accept": "application/json"})

    def press(self, action, words=None, **fields):
        return self.client.post(self.address, self.form(words, action=action, **fields))

    def decide(self, name, words=None, comment=""):
        extra = f'{{"comment": "{comment}"}}' if comment else "{}"
        return self.press(
            "action-workflow-action",
            words,
            **{"workflow-action-name": name, "workflow-action-extra-data": extra},
        )


def now(page):
    return Page.objects.get(pk=page.pk).specific


def step_of(page) -> str:
    task = now(page).current_workflow_task
    return task.role if task else ""


def revisions(page) -> list[int]:
    return list(now(page).revisions.order_by("pk").values_list("pk", flat=True))


def said_to(window, response) -> str:
    return window.client.get(response.url).text


def test_saving_the_same_text_by_itself_or_by_hand_makes_no_revision(page, author):
    before = revisions(page)
    window = Desk(author, page)

    answer = window.saves_by_itself().json()
    window.save()

    assert answer["success"]
    assert "revision_id" not in answer
    assert revisions(page) == before
    assert not now(page).has_unpublished_changes


@pytest.mark.parametrize(
    "changed",
    [{"words": {FIRST: "Écrivez la semaine."}}, {"title": "Une semaine"}, {"slug": "semaine"}],
    ids=["words", "title", "address"],
)
def test_a_change_is_saved_by_itself_and_written_over_by_the_next_one(page, author, changed):
    window = Desk(author, page)

    first = window.saves_by_itself(**changed).json()
    second = window.saves_by_itself(
        **changed, lead="Autre chose.", overwrite_revision_id=first["revision_id"]
    ).json()

    assert first["revision_id"] == second["revision_id"] == revisions(page)[-1]
    assert len(revisions(page)) == 2


def test_what_readers_have_is_never_written_over_by_the_editor_saving_by_itself(page, author):
    live = now(page).live_revision_id
    now(page).live_revision.__class__.objects.filter(pk=live).update(user=author)

    Desk(author, page).saves_by_itself({FIRST: "Autre chose."}, overwrite_revision_id=str(live))

    assert len(revisions(page)) == 2
    assert "Écrivez la semaine entière." in now(page).live_revision.as_object().body[0].value.source


@pytest.mark.parametrize(
    "action",
    [
        {"action-publish": "1"},
        {"action-submit": "1"},
        {
            "action-workflow-action": "true",
            "workflow-action-name": "approve",
            "workflow-action-extra-data": "{}",
        },
    ],
    ids=["publish", "submit", "approve"],
)
def test_an_autosave_that_carries_an_action_does_nothing(page, week, author, reviewer, action):
    Desk(author, page).press("action-submit", {FIRST: "Écrivez la semaine."})
    scope_for(reviewer, EditorialRole.PUBLISHER, week)
    before = revisions(page), step_of(page)

    answer = Desk(reviewer, page).saves_by_itself({FIRST: "Tout autre chose."}, **action)

    assert answer.json()["success"] is False
    assert (revisions(page), step_of(page)) == before


def test_approve_and_publish_publishes_a_text_that_was_not_changed(
    page, author, reviewer, publisher
):
    Desk(author, page).press("action-submit", {FIRST: "Écrivez la semaine."})
    written = revisions(page)
    first = Desk(reviewer, page)
    approved = first.decide("approve")
    second = Desk(publisher, page)
    published = second.decide("approve")

    assert "is approved. It isn’t online yet: Paule" in said_to(first, approved)
    assert "is approved and online" in said_to(second, published)
    assert revisions(page) == written
    assert "Écrivez la semaine." in now(page).body[0].value.source
    assert not now(page).has_unpublished_changes


def test_a_publisher_who_changes_the_text_is_told_that_it_is_reviewed_again(
    page, author, reviewer, publisher
):
    Desk(author, page).press("action-submit", {FIRST: "Écrivez la semaine."})
    Desk(reviewer, page).decide("approve")
    window = Desk(publisher, page)

    response = window.decide("approve", {FIRST: "Écrivez le mois."})

    assert step_of(page) == EditorialRole.REVIEWER
    assert (
        "isn’t published: its text was changed after the review. It is reviewed once more, by Remi"
        in said_to(window, response)
    )


def test_submitting_says_who_has_the_text_now(page, author, reviewer):
    window = Desk(author, page)

    response = window.press("action-submit", {FIRST: "Écrivez la semaine."})

    assert "is submitted. It waits for Remi" in said_to(window, response)


def test_one_s_own_newer_version_is_no_conflict(page, author):
    window, other = Desk(author, page), Desk(author, page)
    other.save({FIRST: "Une phrase d’une autre fenêtre."})

    response = window.press("action-submit", {FIRST: "Une phrase de celle-ci."})

    assert not KeptVersion.objects.exists()
    assert step_of(page) == EditorialRole.REVIEWER
    assert (
        "Une phrase de celle-ci." in now(page).get_latest_revision_as_object().body[0].value.source
    )
    assert "You had saved this page from another window" in said_to(window, response)


def test_the_same_text_by_two_people_is_no_conflict(page, author, week):
    colleague = editor(EditorialRole.AUTHOR, week)
    first, second = Desk(author, page), Desk(colleague, page)
    first.save({FIRST: "Les mêmes mots."})

    second.save({FIRST: "Les mêmes mots."})

    assert not KeptVersion.objects.exists()
    assert len(revisions(page)) == 2


def test_an_autosave_whose_answer_was_lost_goes_on(page, author):
    window = Desk(author, page)
    window.saves_by_itself({FIRST: "Des mots."})

    assert window.saves_by_itself({FIRST: "Des mots."}).json()["success"]


def test_an_older_window_does_not_hide_by_itself_what_a_newer_one_saved(page, author):
    older, newer = Desk(author, page), Desk(author, page)
    newer.saves_by_itself({FIRST: "Le nouveau texte."})

    answer = older.saves_by_itself({FIRST: "L’ancien texte."}).json()

    assert answer["error_code"] == "invalid_revision"
    assert "Le nouveau texte." in now(page).get_latest_revision_as_object().body[0].value.source


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", r"at \d\d:\d\d, with words"), ("fr", r"à \d+\xa0h\xa0\d\d avec des mots")],
)
def test_an_autosave_that_stops_over_one_s_other_window_says_when_that_one_saved(
    page, author, language, shown
):
    author.language = language
    author.save()
    older, newer = Desk(author, page), Desk(author, page)
    newer.saves_by_itself({FIRST: "Le nouveau texte."})

    answer = older.saves_by_itself({FIRST: "L’ancien texte."}).json()

    assert re.search(shown, answer["error_message"])
    with override(language):
        assert hour(now(page).latest_revision.created_at) in answer["error_message"]


def test_an_autosave_that_stops_over_somebody_else_s_version_says_whose_it_is(page, author, week):
    colleague = editor(EditorialRole.AUTHOR, week, given_name="Clément")
    older = Desk(author, page)
    Desk(colleague, page).save({FIRST: "Une phrase de Clément."})

    answer = older.saves_by_itself({FIRST: "Une phrase d’Aude."}).json()

    assert (
        f"{colleague.display_name} saved another version of this page at" in answer["error_message"]
    )
    assert answer["error_code"] == "invalid_revision"


@pytest.mark.parametrize(
    ("language", "shown"), [("en", r", at \d\d:\d\d:"), ("fr", r", à \d+\xa0h\xa0\d\d")]
)
def test_saving_over_one_s_other_window_says_when_that_one_saved(page, author, language, shown):
    author.language = language
    author.save()
    window, other = Desk(author, page), Desk(author, page)
    other.save({FIRST: "Une phrase d’une autre fenêtre."})

    response = window.save({FIRST: "Une phrase de celle-ci."})

    assert re.search(shown, said_to(window, response))


def test_a_window_is_not_warned_of_one_s_own_newer_version(page, author, week):
    window = Desk(author, page)
    number, made_at = (
        window.fields["loaded_revision_id"],
        window.fields["loaded_revision_created_at"],
    )
    Desk(author, page).save({FIRST: "D’une autre fenêtre."})
    session = window.opened.context["editing_sessions"]

    own = window.client.post(
        session.ping_url, {"revision_id": number, "revision_created_at": made_at}
    ).json()
    Desk(editor(EditorialRole.AUTHOR, week), page).save({FIRST: "D’une autre personne."})
    other = window.client.post(
        session.ping_url, {"revision_id": number, "revision_created_at": made_at}
    ).json()

    assert [one["revision_id"] for one in own["other_sessions"] if one["revision_id"]] == []
    assert [one["revision_id"] for one in other["other_sessions"] if one["revision_id"]] != []


def test_a_reviewer_who_sent_a_text_back_reviews_it_again(page, author, reviewer):
    Desk(author, page).press("action-submit", {FIRST: "Écrivez la semaine."})
    window = Desk(reviewer, page)
    sent_back = window.decide("reject", {FIRST: "Écrivez toute la semaine."}, comment="Plus court.")
    again = Desk(author, page)
    again.press("action-cancel-workflow")
    Desk(author, page).press("action-submit", {FIRST: "Écrivez."})

    assert "is sent back with your comment to Aude" in said_to(window, sent_back)
    task = now(page).current_workflow_task
    assert [name for name, _label, _modal in task.get_actions(now(page), reviewer)] == [
        "reject",
        "approve",
        "approve",
    ]
    assert task.get_task_states_user_can_moderate(reviewer).count() == 1
    assert task.get_task_states_user_can_moderate(author).count() == 0
