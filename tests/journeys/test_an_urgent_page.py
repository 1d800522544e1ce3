"""What can't wait is online at once, with words above every page; it is looked at afterwards."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.guidance import services
from cms.guidance.enums import EditorialRole
from cms.guidance.models import UrgentNotice
from cms.guidance.queries.urgent import banners
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.guidance import (
    editor,
    in_english,
    pair_of,
    rewrite,
)
from tests.factories.urgent import (
    WORDS,
    author,
    banner,
    deliver,
    letters,
    local,
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


def test_the_banner_is_ended_at_once_by_who_put_it_there(
    client, author, notice, django_capture_on_commit_callbacks
):
    assert banner(client)  # in the cache from now on

    with django_capture_on_commit_callbacks(execute=True):
        review(client, author, notice, "end")

    assert not banner(client)
    assert UrgentNotice.objects.get().outcome == ""  # it is still to be reviewed


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


def test_an_author_does_not_find_a_way_to_somebody_elses_publication(
    client, author, notice, page, week
):
    publish_urgently(client, editor(EditorialRole.AUTHOR, week), page, hours=48)
    client.force_login(author)

    said = client.get(reverse("guidance:urgent_review", args=[notice.public_id])).text

    assert "The page was published urgently once more since." in said
    assert "Open that publication" not in said


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
