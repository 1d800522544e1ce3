"""An urgent page is reviewed afterwards: kept, or taken back to what readers had before; by whom, and
who hears of it.
"""

import pytest
from django.core import mail
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState

from cms.guidance import services
from cms.guidance.enums import EditorialRole, ReviewOutcome
from cms.guidance.models import UrgentNotice
from cms.guidance.queries.urgent import banners
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people.models import Person
from tests.factories.guidance import (
    editor,
    guidance_page,
    pair_of,
    rewrite,
    scope_for,
)
from tests.factories.urgent import (
    author,
    banner,
    deliver,
    letters,
    notice,
    page,
    publish_urgently,
    review,
    reviewer,
    week,
)

__all__ = ["author", "notice", "page", "reviewer", "week"]  # fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cache_is_on(settings):
    settings.CACHES = settings.KEEP_PAGES
    caches["pages"].clear()


def due_for(client, person) -> list[str]:
    client.force_login(person)
    return [
        item.title
        for part in client.get(reverse("today:home")).context["day"].parts
        for item in part.items
    ]


def test_reviewers_keep_it_and_the_author_hears_of_it(client, author, reviewer, notice, page):
    assert due_for(client, reviewer) == [
        'Published urgently, to review: <span lang="fr">Maintenant</span>'
    ]

    review(client, reviewer, notice, "keep", "Merci.")

    notice.refresh_from_db()
    assert (notice.outcome, notice.reviewed_by) == (ReviewOutcome.KEPT, reviewer)
    assert letters() == [("urgent_to_review", "Remi"), ("urgent_reviewed", "Aude")]
    assert due_for(client, reviewer) == []
    assert banner(client)


def test_taken_back_readers_see_the_page_as_it_was_and_the_urgent_text_is_the_draft(
    client, author, reviewer, notice, page, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = review(client, reviewer, notice, "take_back", "C’était faux.")
    said = client.get(answer.url).text

    page.refresh_from_db()
    assert (page.title, page.live, page.has_unpublished_changes) == ("Avant", True, True)
    assert page.get_latest_revision_as_object().title == "Maintenant"
    assert "Readers see the page as it was before." in said
    assert not banner(client)
    deliver()
    assert "C’était faux." in mail.outbox[-1].body
    assert "readers see the page as it was." in " ".join(mail.outbox[-1].body.split())


def test_a_page_that_was_not_online_is_off_the_site_again_and_is_said_to_be(
    client, author, reviewer, week
):
    page = guidance_page(under=week, title="Neuve")
    page.unpublish()
    page.save_revision()
    publish_urgently(client, author, page)
    notice = UrgentNotice.objects.get()
    client.force_login(reviewer)
    before = client.get(reverse("guidance:urgent_review", args=[notice.public_id])).text

    said = client.get(review(client, reviewer, notice, "take_back").url).text
    deliver()

    page.refresh_from_db()
    assert not page.live
    assert "Taken back, the page is no longer online, and the banner goes." in before
    assert "The page is no longer online. The urgent text is kept as a draft." in said
    read = " ".join(mail.outbox[-1].body.split())
    assert "The page was taken off the site; the text is kept as a draft." in read
    assert "as it was" not in before + said + read


@pytest.mark.parametrize("is_online", [True, False], ids=["another text", "none"])
def test_what_readers_have_no_more_is_not_taken_back_nor_offered(
    client, reviewer, notice, page, is_online
):
    client.force_login(reviewer)
    address = reverse("guidance:urgent_review", args=[notice.public_id])
    before = client.get(address).text
    rewrite(page, title="Plus tard")
    page.refresh_from_db()
    if not is_online:
        page.unpublish()

    after = client.get(address).text
    refused = client.get(review(client, reviewer, notice, "take_back").url).text

    page.refresh_from_db()
    notice.refresh_from_db()
    assert (page.title, page.live, notice.outcome) == ("Plus tard", is_online, "")
    assert 'value="take_back"' in before
    assert 'value="take_back"' not in after
    assert "Readers have another text since, or none: there is nothing left" in after
    assert 'value="keep"' in after
    assert "The page has changed online since: there is nothing left to take back" in refused


def test_nobody_reviews_their_own(client, author, reviewer, notice, week):
    scope_for(author, EditorialRole.REVIEWER, week)

    assert review(client, author, notice, "keep").status_code == 403
    assert due_for(client, author) == []


def test_a_second_reviewer_is_told_that_it_is_done(client, reviewer, notice, week):
    second = editor(EditorialRole.REVIEWER, week)
    review(client, reviewer, notice, "keep")

    response = review(client, second, notice, "take_back")

    assert f"{reviewer.display_name} has looked at this already" in client.get(response.url).text
    assert UrgentNotice.objects.get().outcome == ReviewOutcome.KEPT


def test_a_review_that_is_under_way_ends_with_a_note(client, author, reviewer, page):
    page = rewrite(page, title="Maintenant", publish=False)
    page.get_workflow().start(page, author)

    publish_urgently(client, author, page)

    state = TaskState.objects.get()
    assert (state.status, state.comment) == (
        TaskState.STATUS_CANCELLED,
        "Ended: the page was published urgently.",
    )
    assert [letter.state for letter in Letter.objects.filter(kind__endswith="step_asked")] == [
        LetterState.WITHDRAWN
    ]


def test_who_asked_for_the_review_that_ends_is_told_once(client, author, reviewer, page, week):
    lea = editor(EditorialRole.AUTHOR, week, given_name="Léa")
    Person.objects.filter(pk=lea.pk).update(language="fr")
    page = rewrite(page, title="Maintenant", publish=False)
    page.get_workflow().start(page, lea)

    publish_urgently(client, author, page)
    publish_urgently(client, author, page)
    publish_urgently(client, author, page, hours=48)  # no review is under way any more
    deliver("review_ended")

    told = [who for kind, who in letters() if kind == "review_ended"]
    read = " ".join(mail.outbox[-1].body.replace("\N{NO-BREAK SPACE}", " ").split())
    assert told == ["Léa"]
    assert f"{author.display_name} a mis en ligne en urgence la fiche" in read
    assert "Si cette mise en ligne est annulée, le texte est gardé comme brouillon" in read
    assert "soumettez-le de nouveau" in read

    review(client, reviewer, UrgentNotice.objects.last(), "take_back")

    page.refresh_from_db()
    assert (page.live, page.has_unpublished_changes) == (True, True)
    assert page.current_workflow_state is None
    page.get_workflow().start(page, lea)  # as the letter says


@pytest.mark.parametrize("who", ["themselves", "closed"])
def test_who_ends_their_own_review_or_has_left_gets_no_letter_of_it(
    client, author, reviewer, page, week, who
):
    lea = editor(EditorialRole.AUTHOR, week, given_name="Léa")
    page = rewrite(page, title="Maintenant", publish=False)
    page.get_workflow().start(page, lea)
    if who == "closed":
        lea.is_active = False
        lea.save()

    publish_urgently(client, lea if who == "themselves" else author, page)

    assert TaskState.objects.get().status == TaskState.STATUS_CANCELLED
    assert "review_ended" not in [kind for kind, _who in letters()]


def test_a_second_banner_of_the_same_text_is_taken_back_to_what_was_before_the_first(
    client, author, reviewer, notice, page
):
    review(client, author, notice, "end")
    publish_urgently(client, author, page)

    review(client, reviewer, UrgentNotice.objects.last(), "take_back")

    page.refresh_from_db()
    assert page.title == "Avant"


def test_a_later_banner_of_a_text_that_was_kept_takes_nothing_but_itself(
    client, author, reviewer, notice, page, django_capture_on_commit_callbacks
):
    review(client, reviewer, notice, "keep")
    publish_urgently(client, author, page, hours=48)
    again = UrgentNotice.objects.last()
    client.force_login(reviewer)
    before = client.get(reverse("guidance:urgent_review", args=[again.public_id])).text

    with django_capture_on_commit_callbacks(execute=True):
        answer = review(client, reviewer, again, "take_back")
    said = client.get(answer.url).text
    deliver()

    page.refresh_from_db()
    assert page.title == "Maintenant"
    assert banners(timezone.now()) == []
    assert "the banner alone can be removed." in before
    assert "Remove the banner" in before
    assert "Take it back" not in before
    assert "End the banner now" not in before  # it would be the same
    assert "The banner is gone. Nothing else has changed." in said
    assert f"{reviewer.display_name} has looked at it: banner removed." in said
    assert "removed the banner that you published. Nothing else" in mail.outbox[-1].body


@pytest.mark.parametrize("act", ["keep", "take_back"])
def test_the_last_of_two_publications_is_the_one_to_review(
    client, author, reviewer, notice, page, act, django_capture_on_commit_callbacks
):
    publish_urgently(client, author, page, hours=48)
    last = UrgentNotice.objects.last()

    due = due_for(client, reviewer)
    before = client.get(reverse("guidance:urgent_review", args=[notice.public_id])).text
    answer = review(client, reviewer, notice, act)
    of_first = client.get(answer.url).text
    with django_capture_on_commit_callbacks(execute=True):
        review(client, reviewer, last, act)

    page.refresh_from_db()
    assert len(due) == 1
    assert "The page was published urgently once more since." in before
    assert answer.url in before  # the way to the last one
    assert answer.url == reverse("guidance:urgent_review", args=[last.public_id])
    assert "Nothing was changed: the page was published urgently once more since." in of_first
    assert "Open that publication" not in of_first
    assert page.title == ("Maintenant" if act == "keep" else "Avant")
    assert len(banners(timezone.now())) == (1 if act == "keep" else 0)
    assert due_for(client, reviewer) == []


def test_who_published_an_earlier_one_that_is_to_review_does_not_review_the_last(
    client, author, reviewer, notice, page, week
):
    bea = editor(EditorialRole.REVIEWER, week, given_name="Bea")
    scope_for(bea, EditorialRole.AUTHOR, week)
    publish_urgently(client, bea, page, hours=48)
    since = Letter.objects.order_by("pk").last().pk
    publish_urgently(client, author, page, hours=72)
    last = UrgentNotice.objects.last()

    assert review(client, bea, last, "keep").status_code == 403
    assert due_for(client, bea) == []
    assert letters(since) == [("urgent_to_review", "Remi")]
    assert len(due_for(client, reviewer)) == 1

    review(client, reviewer, last, "keep")
    publish_urgently(client, author, page, hours=96)

    assert len(due_for(client, bea)) == 1  # hers was looked at
    assert review(client, bea, UrgentNotice.objects.last(), "keep").status_code == 302


@pytest.mark.parametrize("act", ["keep", "take_back"])
def test_each_who_published_what_is_reviewed_hears_of_it_once(
    client, author, reviewer, notice, page, week, act
):
    bea = editor(EditorialRole.AUTHOR, week, given_name="Bea")
    publish_urgently(client, bea, page, hours=48)
    publish_urgently(client, bea, page, hours=72)

    review(client, reviewer, UrgentNotice.objects.last(), act)

    heard = [who for kind, who in letters() if kind == "urgent_reviewed"]
    assert sorted(heard) == ["Aude", "Bea"]


def test_who_published_what_was_replaced_as_usual_hears_nothing_of_a_later_one(
    client, author, reviewer, notice, page, week
):
    rewrite(page, title="Plus tard")
    publish_urgently(client, editor(EditorialRole.AUTHOR, week, given_name="Bea"), page)

    review(client, reviewer, UrgentNotice.objects.last(), "take_back")

    assert [who for kind, who in letters() if kind == "urgent_reviewed"] == ["Bea"]


@pytest.mark.parametrize("has_chief", [True, False])
def test_where_the_only_reviewer_published_the_chief_advisers_are_asked(
    client, reviewer, page, week, has_chief
):
    scope_for(reviewer, EditorialRole.AUTHOR, week)
    if has_chief:
        editor(EditorialRole.CHIEF, given_name="Chloé")

    said = client.get(publish_urgently(client, reviewer, page).url, follow=True).content.decode()

    assert letters() == ([("urgent_to_review", "Chloé")] if has_chief else [])
    assert ("Reviewers are told." in said) == has_chief
    assert ("So far there is nobody to ask for its review." in said) != has_chief


def test_an_urgent_text_that_is_approved_as_usual_is_kept(client, author, reviewer, notice, page):
    publisher = editor(EditorialRole.PUBLISHER, pair_of(page).topic)
    page.refresh_from_db()
    state = page.get_workflow().start(page, author)
    for person in (reviewer, publisher):
        state.refresh_from_db()
        state.current_task_state.task.specific.on_action(
            state.current_task_state.specific, person, "approve"
        )

    notice.refresh_from_db()
    assert (notice.outcome, notice.reviewed_by) == (ReviewOutcome.KEPT, publisher)
    assert due_for(client, reviewer) == []

    publish_urgently(client, author, page, hours=48)
    again = UrgentNotice.objects.last()
    state.refresh_from_db()
    services.urgent.keep_approved(state)
    again.refresh_from_db()
    assert again.outcome == ""  # its banner was not part of that

    review(client, reviewer, again, "take_back")

    page.refresh_from_db()
    assert page.title == "Maintenant"


def test_a_corrected_text_is_taken_back_to_what_was_before_the_first(
    client, author, reviewer, notice, page
):
    rewrite(page, title="Corrigée", publish=False)
    publish_urgently(client, author, page)

    review(client, reviewer, UrgentNotice.objects.last(), "take_back")

    page.refresh_from_db()
    assert page.title == "Avant"


def test_what_readers_have_no_more_is_not_said_to_stay_online(client, reviewer, notice, page):
    rewrite(page, title="Plus tard")

    said = client.get(review(client, reviewer, notice, "keep").url).text
    deliver()

    assert "It is noted. Readers have another text since, or none." in said
    assert "Readers have another text since, or none." in mail.outbox[-1].body
