"""Wagtail's editor while the server takes two seconds for each save: nothing is saved twice, and a
button acts once.
"""

import time

import pytest
from wagtail.admin.views.pages.edit import EditView
from wagtail.models import Page

from cms.guidance.enums import EditorialRole
from cms.guidance.models import GuidancePage, KeptVersion
from cms.guidance.values.block_values import table_value
from tests.browser.test_a_page_from_first_words_to_two_languages import Desk
from tests.factories.guidance import (
    block,
    editor,
    guidance_page,
    paragraph,
    rewrite,
    scope_for,
    topic,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIRST = "1a2b3c4d-0000-4000-8000-000000000001"


@pytest.fixture(autouse=True)
def _slow_server(monkeypatch):
    answer = EditView.post

    def slow(view, request, *args, **kwargs):
        time.sleep(1)
        response = answer(view, request, *args, **kwargs)
        time.sleep(1)
        return response

    monkeypatch.setattr(EditView, "post", slow)


@pytest.fixture
def week():
    return topic()


@pytest.fixture
def page(week):
    return guidance_page(
        under=week,
        lead="Une semaine écrite.",
        body=[paragraph("Écrivez la semaine entière.", FIRST)],
    )


@pytest.fixture
def desk(browser, live_server):
    return lambda person: Desk(browser, live_server.url, person, width=1280).log_in_by_cookie()


def submitted(page, author) -> GuidancePage:
    rewrite(page, (FIRST, "Écrivez la semaine, puis relisez."), publish=False)
    page = Page.objects.get(pk=page.pk).specific
    page.get_workflow().start(page, author)
    return page


def now(page) -> GuidancePage:
    return Page.objects.get(pk=page.pk).specific


def step_of(page) -> str:
    task = now(page).current_workflow_task
    return task.role if task else ""


def both_roles(week):
    person = editor(EditorialRole.REVIEWER, week)
    scope_for(person, EditorialRole.PUBLISHER, week)
    return person


def test_a_page_that_was_only_opened_is_not_saved(desk, page, week):
    before = list(now(page).revisions.values_list("pk", flat=True))
    window = desk(editor(EditorialRole.CHIEF))

    window.edit(page)
    # A slow computer: the editor's own parts fill in their fields after Wagtail has begun to watch.
    window.page.evaluate(
        "document.querySelector('[name=lead]').value = 'Une semaine écrite, et plus.'"
    )
    window.page.wait_for_timeout(5000)

    assert list(now(page).revisions.values_list("pk", flat=True)) == before


def test_one_press_of_approve_passes_one_step(desk, page, week):
    page = submitted(page, editor(EditorialRole.AUTHOR, week))
    window = desk(both_roles(week)).edit(page)

    window.decides("approve")
    window.page.wait_for_timeout(4000)

    assert step_of(page) == EditorialRole.PUBLISHER
    assert window.page.get_by_text("is approved. It isn’t online yet").is_visible()
    assert now(page).body[0].value.source.count("relisez") == 0


def test_approve_and_publish_publishes(desk, page, week):
    page = submitted(page, editor(EditorialRole.AUTHOR, week))
    person = both_roles(week)
    desk(person).edit(page).decides("approve")
    window = desk(person).edit(page)

    window.decides("approve")
    window.page.wait_for_timeout(4000)

    assert "relisez" in now(page).body[0].value.source
    assert not now(page).has_unpublished_changes
    assert window.page.get_by_text("is approved and online").is_visible()


def test_rejecting_in_the_editor_sends_back_once_and_saves_nothing(desk, page, week):
    page = submitted(page, editor(EditorialRole.AUTHOR, week))
    before = now(page).latest_revision_id
    window = desk(both_roles(week)).edit(page)

    window.decides("reject", "Dites à quelle heure.")
    window.page.wait_for_timeout(4000)

    assert now(page).current_workflow_state.current_task_state.comment == "Dites à quelle heure."
    assert now(page).latest_revision_id == before
    assert window.page.get_by_text("is sent back with your comment").is_visible()


def test_submitting_while_the_editor_saves_is_no_conflict_with_oneself(desk, page, week):
    author = editor(EditorialRole.AUTHOR, week)
    window = desk(author).edit(page).rewrite(FIRST, "Écrivez la semaine d’abord.")
    window.page.wait_for_timeout(1200)  # the autosave has left and isn't answered yet
    window.page.keyboard.type(" Puis relisez-la.")

    window.submit()

    assert not KeptVersion.objects.exists()
    assert step_of(page) == EditorialRole.REVIEWER
    assert "Puis relisez-la." in now(page).get_latest_revision_as_object().body[0].value.source
    assert window.page.get_by_text("is submitted").is_visible()


def test_while_a_page_is_in_review_its_links_still_lead_on(desk, page, week):
    author = editor(EditorialRole.AUTHOR, week)
    window = desk(author).edit(submitted(page, author))

    window.page.get_by_role("link", name="Confirm it, or change its owner").click()

    window.page.wait_for_url("**/keepers/")


def is_autosave(message) -> bool:
    request = getattr(message, "request", message)
    return (
        request.method == "POST"
        and request.url.endswith("/edit/")
        and "json" in request.headers["accept"]
    )


def asks_before_leaving(window) -> bool:
    return window.page.evaluate(
        "!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    )


@pytest.mark.parametrize(
    "field",
    ["[name=lead]", "[data-contentpath=body] tbody textarea"],
    ids=["summary", "table cell"],
)
def test_words_typed_before_an_autosave_is_answered_are_unsaved_until_the_next_one(
    desk, week, field
):
    body = [
        paragraph("Écrivez.", FIRST),
        block("table", table_value("Minutes", ["Jour"], [["Lundi"]])),
    ]
    page = guidance_page(under=week, lead="Une semaine écrite.", body=body)
    window = desk(editor(EditorialRole.AUTHOR, week)).edit(page)
    sent = []
    window.page.on(
        "request", lambda request: sent.append(request) if is_autosave(request) else None
    )
    window.page.locator(field).first.click()
    window.page.keyboard.press("Control+End")

    with window.page.expect_response(is_autosave):
        with window.page.expect_request(is_autosave):
            window.page.keyboard.type(" D’abord.")
        window.page.wait_for_timeout(1500)
        window.page.keyboard.type(" La fin.")
    window.saves_by_itself()
    asked = asks_before_leaving(window)
    with window.page.expect_response(is_autosave):
        pass
    window.page.wait_for_timeout(3000)

    text = now(page).get_latest_revision_as_object()
    assert " D’abord. La fin." in f"{text.lead} {text.body[1].value.row_data[0]['values'][0]}"
    assert asked
    assert not asks_before_leaving(window)
    assert len(sent) == 2


def test_what_is_typed_after_a_refusal_is_saved_by_itself(desk, week):
    page = guidance_page(
        under=week, body=[block("table", table_value("", ["Jour"], [["Lundi"]]), FIRST)]
    )
    window = desk(editor(EditorialRole.AUTHOR, week)).edit(page)
    window.submit()
    window.reads("Say above the table what it shows.")

    window.page.locator("[name=lead]").click()
    window.page.keyboard.press("Control+End")
    with window.page.expect_response(is_autosave):
        window.page.keyboard.type(" Et après le refus.")

    assert now(page).get_latest_revision_as_object().lead.endswith("Et après le refus.")


def test_a_second_window_says_before_a_press_why_it_does_not_save_by_itself(desk, page, week):
    person = editor(EditorialRole.AUTHOR, week)
    first, second = desk(person).edit(page), desk(person).edit(page)
    first.rewrite(FIRST, "Dans la première fenêtre.").saves_by_itself()

    second.page.locator("[name=lead]").click()
    second.page.keyboard.type("Ici. ")

    second.page.locator("footer").get_by_text("You saved this page in another window at").wait_for()
    assert asks_before_leaving(second)
