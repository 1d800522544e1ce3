"""What can't wait is online at once, with words above every page; it is looked at afterwards."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState

from cms.guidance import services
from cms.guidance.enums import EditorialRole, ReviewOutcome
from cms.guidance.models import UrgentNotice
from cms.guidance.queries.urgent import banners
from courses.mail import services as outbox
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people.models import Person
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.guidance import (
    editor,
    first_topic,
    guidance_page,
    home,
    in_english,
    pair_of,
    rewrite,
    scope_for,
)

pytestmark = pytest.mark.django_db

WORDS = {
    "text_fr": "L’ENT est fermé jusqu’à demain.",
    "text_en": "The ENT is closed until tomorrow.",
}


@pytest.fixture(autouse=True)
def _cache_is_on(settings):
    settings.CACHES = settings.KEEP_PAGES
    caches["pages"].clear()


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
def page(week):
    return guidance_page(under=week, title="Avant")


def local(when) -> str:
    return timezone.localtime(when).strftime("%Y-%m-%dT%H:%M")


def publish_urgently(client, person, page, hours=24):
    client.force_login(person)
    address = reverse("guidance:urgent", args=[pair_of(page).public_id])
    return client.post(
        address, {**WORDS, "ends_at": local(timezone.now() + datetime.timedelta(hours=hours))}
    )


def letters(since=0):
    return [
        (letter.kind.rpartition(".")[2], letter.to.given_name)
        for letter in Letter.objects.filter(pk__gt=since).order_by("pk")
    ]


def review(client, person, notice, act, words=""):
    client.force_login(person)
    return client.post(
        reverse("guidance:urgent_review", args=[notice.public_id]), {"act": act, "words": words}
    )


def deliver(kind="urgent_reviewed") -> None:
    """The last letter of a kind, as it is read."""
    letter = Letter.objects.filter(kind__endswith=kind).order_by("pk").last()
    outbox.send(letter.pk, letter.attempts)


@pytest.fixture
def notice(client, author, reviewer, page, django_capture_on_commit_callbacks):
    rewrite(page, title="Maintenant", publish=False)
    with django_capture_on_commit_callbacks(execute=True):
        publish_urgently(client, author, page)
    return UrgentNotice.objects.get()


def banner(client, address="/fr/login/") -> bool:
    client.logout()
    return WORDS[f"text_{address[1:3]}"] in client.get(address).text


def due_for(client, person) -> list[str]:
    client.force_login(person)
    return [
        item.title
        for part in client.get(reverse("today:home")).context["day"].parts
        for item in part.items
    ]


def test_an_author_publishes_at_once_and_every_page_says_so_in_the_reader_s_language(
    client, author, notice, page
):
    page.refresh_from_db()
    assert (page.title, page.live, page.has_unpublished_changes) == ("Maintenant", True, False)
    assert letters() == [("urgent_to_review", "Remi")]
    assert [banner(client, address) for address in ("/fr/login/", "/en/login/", page.url)] == [
        True
    ] * 3
    link = reverse("guidance:page", args=[pair_of(page).public_id]).replace("/en/", "/fr/")
    assert f'href="{link}"' in client.get("/fr/login/").text


def test_the_banner_costs_no_query_once_it_is_known(client, notice, django_assert_num_queries):
    banner(client)

    with django_assert_num_queries(1):  # which identity providers are open
        assert WORDS["text_fr"] in client.get("/fr/login/").text


def test_the_banner_goes_by_itself_though_it_is_kept_in_the_cache(client, notice):
    ends_at = timezone.now() + datetime.timedelta(seconds=20)
    UrgentNotice.objects.update(ends_at=ends_at)
    assert banner(client)

    with time_machine.travel(ends_at + datetime.timedelta(seconds=1)):
        assert not banner(client)


def test_a_students_week_that_is_asked_for_anew_drops_a_banner_that_is_over(notice):
    ends_at = timezone.now() + datetime.timedelta(seconds=20)
    UrgentNotice.objects.update(ends_at=ends_at)
    client = Client()
    client.force_login(StudentFactory(in_class=SchoolClassFactory()))
    before = client.get("/fr/week/")
    assert WORDS["text_fr"] in before.text

    with time_machine.travel(ends_at + datetime.timedelta(seconds=1)):
        after = client.get("/fr/week/", headers={"if-none-match": before.headers["ETag"]})

    assert after.status_code == 200
    assert WORDS["text_fr"] not in after.text


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


def test_the_banner_is_ended_at_once_by_who_put_it_there(
    client, author, notice, django_capture_on_commit_callbacks
):
    assert banner(client)  # in the cache from now on

    with django_capture_on_commit_callbacks(execute=True):
        review(client, author, notice, "end")

    assert not banner(client)
    assert UrgentNotice.objects.get().outcome == ""  # it is still to be reviewed


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


def test_pressed_twice_it_is_one_publication_and_one_banner(client, author, reviewer, page):
    rewrite(page, title="Maintenant", publish=False)

    publish_urgently(client, author, page)
    publish_urgently(client, author, page)

    assert UrgentNotice.objects.count() == 1
    assert letters() == [("urgent_to_review", "Remi")]


@pytest.mark.parametrize("is_corrected", [False, True], ids=["words alone", "the page, too"])
def test_published_again_with_other_words_only_those_stand_above_every_page(
    client, author, reviewer, notice, page, is_corrected, django_capture_on_commit_callbacks
):
    assert banner(client, "/en/login/")  # in the cache from now on
    if is_corrected:
        rewrite(page, title="Encore autre chose", publish=False)
    client.force_login(author)
    address = reverse("guidance:urgent", args=[pair_of(page).public_id])
    before = client.get(address).text
    end = local(timezone.now() + datetime.timedelta(hours=72))

    with django_capture_on_commit_callbacks(execute=True):
        sent = {"text_fr": "Ouvert demain.", "text_en": "Open tomorrow.", "ends_at": end}
        client.post(address, sent)

    assert notice.public_id in before  # the way to the banner that runs
    assert [one.words["en"] for one in banners(timezone.now())] == ["Open tomorrow."]
    assert local(banners(timezone.now())[0].ends_at) == end
    assert letters() == [("urgent_to_review", "Remi")] * 2


def test_taken_down_meanwhile_it_is_published_again(client, author, notice, page):
    page.refresh_from_db()
    page.unpublish()

    publish_urgently(client, author, page)

    page.refresh_from_db()
    assert page.live
    assert UrgentNotice.objects.running(timezone.now()).count() == 1


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


def test_a_banner_alone_that_is_over_can_only_be_kept(client, author, reviewer, notice, page):
    review(client, reviewer, notice, "keep")
    publish_urgently(client, author, page, hours=48)
    again = UrgentNotice.objects.last()
    deliver("urgent_to_review")
    asked = mail.outbox[-1].body
    client.force_login(reviewer)

    with time_machine.travel(timezone.now() + datetime.timedelta(hours=49)):
        said = client.get(reverse("guidance:urgent_review", args=[again.public_id])).text
        refused = client.get(review(client, reviewer, again, "take_back").url).text

    again.refresh_from_db()
    assert "This banner had ended before." in refused
    assert again.outcome == ""
    assert "Readers had its text before. Keep it, or remove the banner." in " ".join(asked.split())
    assert "Keep it online" in said
    assert "Remove the banner" not in said
    assert "can be removed" not in said


def test_a_banner_alone_is_removed_though_the_page_was_corrected_meanwhile(
    client, author, reviewer, notice, page
):
    review(client, reviewer, notice, "keep")
    publish_urgently(client, author, page, hours=48)
    rewrite(page, title="Plus tard")

    said = client.get(review(client, reviewer, UrgentNotice.objects.last(), "take_back").url).text

    page.refresh_from_db()
    assert page.title == "Plus tard"
    assert banners(timezone.now()) == []
    assert "The banner is gone. Nothing else has changed." in said


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


def test_an_author_does_not_find_a_way_to_somebody_elses_publication(
    client, author, notice, page, week
):
    publish_urgently(client, editor(EditorialRole.AUTHOR, week), page, hours=48)
    client.force_login(author)

    said = client.get(reverse("guidance:urgent_review", args=[notice.public_id])).text

    assert "The page was published urgently once more since." in said
    assert "Open that publication" not in said


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


def test_a_page_whose_planned_end_is_over_stays_online(client, author, page):
    page.refresh_from_db()
    page.expire_at = timezone.now() - datetime.timedelta(hours=1)
    page.save_revision()

    publish_urgently(client, author, page)

    page.refresh_from_db()
    assert (page.live, page.expire_at) == (True, None)


def test_a_text_planned_for_later_is_online_now(client, author, page):
    rewrite(page, title="Maintenant", publish=False)
    page.refresh_from_db()
    draft = page.get_latest_revision_as_object()
    draft.go_live_at = timezone.now().replace(microsecond=0) + datetime.timedelta(days=5)
    draft.expire_at = end = draft.go_live_at + datetime.timedelta(days=5)
    draft.save_revision()

    publish_urgently(client, author, page)

    page.refresh_from_db()
    assert (page.live, page.title, page.go_live_at) == (True, "Maintenant", None)
    assert page.expire_at == end
    assert not page.scheduled_revision
    assert len(banners(timezone.now())) == 1


@pytest.mark.parametrize(("hours", "words"), [(24 * 8, "7 days at most"), (-1, "This end is past")])
def test_a_banner_ends_within_seven_days(client, author, page, hours, words):
    rewrite(page, title="Maintenant", publish=False)

    response = publish_urgently(client, author, page, hours=hours)

    page.refresh_from_db()
    assert page.title == "Avant"
    assert words in client.get(response.url).text


def test_french_is_not_published_in_the_english_tree_urgently_either(client, week, page):
    english = in_english(page, words={page.body[0].id: page.body[0].value.source}, live=False)
    services.restate(pair_of(page))
    publisher = editor(EditorialRole.PUBLISHER, week)
    client.force_login(publisher)
    address = reverse("guidance:urgent", args=[pair_of(page).public_id]) + "?language=en"

    response = client.post(
        address, {**WORDS, "ends_at": local(timezone.now() + datetime.timedelta(hours=3))}
    )

    english.refresh_from_db()
    assert (response.status_code, english.live, UrgentNotice.objects.exists()) == (
        302,
        False,
        False,
    )


def test_the_page_that_asks_once_more_stands_in_the_editor_s_menu(client, author, reviewer, page):
    address = reverse("guidance:urgent", args=[pair_of(page).public_id]) + "?language=fr"
    client.force_login(author)

    assert address in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).text
    assert (
        "A banner appears above every page of the site, for everybody." in client.get(address).text
    )

    client.force_login(reviewer)

    assert address not in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).text
    assert client.get(address).status_code == 403
