"""Whole pages are kept for visitors until something that they show changes.

Whoever is signed in neither reads nor fills them.
"""

import sys

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from cms.guidance.models import Pair
from cms.guidance.services import care
from cms.middleware import caching
from cms.middleware.caching import KeptPage, PagesForVisitorsMiddleware
from courses.digest import services as digest
from courses.digest.signals import told
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.guidance import block, guidance_page, in_english, paragraph, rewrite, topic
from tests.factories.people import AdviserFactory, PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory
from training.services import enrolment as enrolments
from training.services import sessions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept(settings):
    settings.CACHES = settings.KEEP_PAGES
    caches["pages"].clear()


@pytest.fixture
def told_at_once(django_capture_on_commit_callbacks):
    """Runs on_commit callbacks at once: a test's own transaction never commits."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def queries_of(client, address, **headers) -> tuple[int, int]:
    """Status, and queries."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address, headers=headers)
    return answer.status_code, len(captured)


def headers_of(response) -> dict[str, str]:
    """All but the id, which each request has of its own."""
    return {name: value for name, value in response.headers.items() if name != "X-Request-ID"}


def test_the_second_visitor_costs_no_query_and_reads_the_same(client):
    page = guidance_page()
    first = client.get(page.url)

    with CaptureQueriesContext(connection) as captured:
        second = Client().get(page.url)

    assert len(captured) == 0
    assert second.content == first.content
    assert headers_of(second) == headers_of(first)


@pytest.mark.parametrize(
    "other", [{"secure": True}, {"headers": {"host": "www.testserver"}}], ids=["scheme", "host"]
)
def test_a_page_is_made_for_each_host_and_scheme(client, settings, other):
    """Its addresses begin with them."""
    settings.ALLOWED_HOSTS = ["testserver", "www.testserver"]
    page = guidance_page()
    client.get(page.url)

    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page.url, **other)

    assert (answer.status_code, len(captured) > 0) == (200, True)


@pytest.mark.parametrize("who", ["a visitor", "somebody signed in"])
def test_what_browsers_may_keep(client, who):
    page = guidance_page()
    if who == "somebody signed in":
        client.force_login(TeacherFactory())

    headers = client.get(page.url).headers

    assert set(headers["Cache-Control"].split(", ")) == {
        "private",
        "no-cache" if who == "a visitor" else "no-store",
    }
    assert {"Cookie", "Save-Data", "Accept-Encoding"} <= set(headers["Vary"].split(", "))
    assert ("ETag" in headers) == (who == "a visitor")


def test_whoever_has_a_session_neither_reads_nor_fills_it(client):
    page = guidance_page()
    teacher = TeacherFactory()
    client.force_login(teacher)

    mine = client.get(page.url).content.decode()
    anyones = Client().get(page.url).content.decode()

    assert teacher.display_name in mine
    assert teacher.display_name not in anyones
    assert teacher.display_name in client.get(page.url).content.decode()


def test_a_session_that_ended_still_stands_apart():
    page = guidance_page()
    Client().get(page.url)
    stale = Client()
    stale.cookies["sessionid"] = "gone"

    status, queries = queries_of(stale, page.url)

    assert (status, queries > 0) == (200, True)


def test_words_to_one_visitor_are_not_shown_to_the_next():
    page = guidance_page()
    Client().get(page.url)
    spoken_to = Client()
    spoken_to.cookies["messages"] = CookieStorage(None)._encode(
        [Message(constants.INFO, "You are logged out.")]
    )

    assert "You are logged out." in spoken_to.get(page.url).content.decode()
    assert "You are logged out." not in Client().get(page.url).content.decode()


@pytest.mark.parametrize(
    ("cookies", "headers"),
    [
        pytest.param({"theme": "dark"}, {}, id="another theme"),
        pytest.param({}, {"Save-Data": "on"}, id="light service"),
    ],
)
def test_who_reads_otherwise_has_pages_of_their_own(cookies, headers):
    page = guidance_page()
    plain = Client().get(page.url).content
    other = Client()
    for name, value in cookies.items():
        other.cookies[name] = value

    assert queries_of(other, page.url, **headers)[1] > 0
    assert other.get(page.url, headers=headers).content != plain
    assert queries_of(other, page.url, **headers)[1] == 0


def test_an_unknown_theme_is_none():
    page = guidance_page()
    Client().get(page.url)
    other = Client()
    other.cookies["theme"] = "purple"

    assert queries_of(other, page.url) == (200, 0)


def test_an_address_with_a_query_goes_past_it(client):
    page = guidance_page()
    client.get(page.url)

    assert queries_of(client, f"{page.url}?past=1")[1] > 0
    assert queries_of(client, f"{page.url}?past=1")[1] > 0


def test_what_is_not_there_is_not_kept(client, told_at_once):
    page = guidance_page()
    address = page.url
    with told_at_once():
        page.unpublish()
    assert client.get(address).status_code == 404

    with told_at_once():
        Page.objects.get(pk=page.pk).specific.get_latest_revision().publish()

    assert client.get(address).status_code == 200


def test_a_draft_and_its_preview_are_not_kept(client):
    page = guidance_page()
    before = client.get(page.url).content
    adviser = AdviserFactory(is_superuser=True)
    client.force_login(adviser)
    rewrite(page, (page.body[0].id, "Encore un brouillon."), publish=False)

    preview = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))

    assert "Encore un brouillon." in preview.content.decode()
    assert Client().get(page.url).content == before


def test_a_page_with_a_password_is_not_kept(client, told_at_once):
    page = guidance_page()
    PageViewRestriction.objects.create(
        page=page.get_parent(), restriction_type=PageViewRestriction.LOGIN
    )

    assert client.get(page.url).status_code == 302
    assert client.get(page.url).status_code == 302


def test_a_form_with_a_token_is_not_kept(client, settings, tmp_path):
    page = guidance_page()
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    ]
    (tmp_path / "guidance").mkdir()
    (tmp_path / "guidance/page.html").write_text("{% csrf_token %}")
    client.cookies["csrftoken"] = "k" * 32  # so that none is set now

    assert queries_of(client, page.url)[1] > 0
    assert queries_of(client, page.url)[1] > 0


@pytest.mark.parametrize(
    ("otherwise", "is_kept"),
    [
        ({}, True),
        ({"method": "HEAD"}, False),
        ({"status": 404}, False),
        ({"is_for_all_visitors": False}, False),
        ({"cookie": "csrftoken"}, False),
        ({"cache_control": "private, no-store"}, False),
    ],
    ids=["a page", "without its body", "not there", "a person's", "with a cookie", "no-store"],
)
def test_a_whole_answer_for_everybody_alone_is_kept(rf, otherwise, is_kept):
    page = {
        "method": "GET",
        "status": 200,
        "is_for_all_visitors": True,
        "cookie": "",
        "cache_control": "private, no-cache",
    } | otherwise
    response = HttpResponse(status=page["status"], headers={"Cache-Control": page["cache_control"]})
    response.is_for_all_visitors = page["is_for_all_visitors"]
    if page["cookie"]:
        response.set_cookie(page["cookie"])

    request = rf.generic(page["method"], "/fr/")

    assert PagesForVisitorsMiddleware.may_be_kept(request, response) == is_kept


def test_a_page_of_a_release_whose_class_lies_elsewhere_is_not_read(client, monkeypatch):
    """Old and new nodes share the cache during an upgrade; what is pickled names its class."""
    page = guidance_page()
    client.get(page.url)
    assert queries_of(client, page.url)[1] == 0

    monkeypatch.setitem(sys.modules, "cms.middleware.elsewhere", caching)
    monkeypatch.setattr(KeptPage, "__module__", "cms.middleware.elsewhere")

    assert queries_of(client, page.url)[1] > 0


def test_head_says_what_get_would_say_without_its_body(client):
    page = guidance_page()
    told = client.head(page.url)
    got = client.get(page.url)

    again = client.head(page.url)

    assert (told.status_code, told.content) == (200, b"")
    assert (again.status_code, again.content) == (200, b"")
    assert headers_of(again) == headers_of(got)
    # Django's client would hide a body.
    assert KeptPage.of(got).answer(RequestFactory().head(page.url)).content == b""


def test_a_matching_etag_is_answered_304(client):
    page = guidance_page()
    etag = client.get(page.url).headers["ETag"]

    again = client.get(page.url, headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["Content-Security-Policy"]


def test_it_is_compressed_for_browsers_that_accept_gzip(client):
    page = guidance_page()
    plain = client.get(page.url)
    packed = client.get(page.url, headers={"Accept-Encoding": "br, gzip"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.content) < len(plain.content) / 2


# What invalidates a cached page


def test_a_cancelled_session_is_gone_at_once(client, told_at_once):
    session = SessionFactory(training__title_fr="Un journal au lycée")
    page = guidance_page(
        body=[block("live", {"subject": f"training:{session.training.public_id}", "most": 3})]
    )
    assert "Un journal au lycée" in client.get(page.url).content.decode()

    with told_at_once():
        sessions.cancel(session=session, by=PlannerFactory(), reason="The trainer is ill.")

    assert "Un journal au lycée" not in client.get(page.url).content.decode()


@pytest.mark.parametrize(
    "what", ["published", "unpublished", "moved", "deleted", "its topic moved"]
)
def test_what_happens_to_a_page_shows_at_once(client, told_at_once, what):
    page = guidance_page()
    address = page.url
    kept = client.get(address).content
    elsewhere = topic()

    with told_at_once():
        if what == "published":
            rewrite(page, (page.body[0].id, "Autre chose."))
        elif what == "unpublished":
            page.unpublish()
        elif what == "moved":
            page.move(elsewhere, pos="last-child")
        elif what == "deleted":
            page.delete()
        else:
            page.get_parent().move(elsewhere, pos="last-child")

    assert client.get(address).content != kept


def test_that_nobody_checks_a_page_shows_with_the_second_letter_about_it(client, told_at_once):
    page, due = guidance_page(), timezone.now() - care.SECOND_LETTER
    Pair.objects.filter(translation_key=page.translation_key).update(
        owner=AdviserFactory(), check_on=timezone.localdate(due)
    )
    warning = "Cette page n’a pas été vérifiée depuis"
    care.remind(due)
    assert warning not in client.get(page.url).text

    with told_at_once():
        care.remind(timezone.now())

    assert warning in Client().get(page.url).text


def test_a_page_in_the_other_language_shows_at_once(client, told_at_once):
    page = guidance_page()
    client.get(page.url)

    with told_at_once():
        english = in_english(page)

    assert english.url in client.get(page.url).content.decode()


def changes_of(session, *, licence):
    teacher = TeacherFactory(works_at=licence.school)
    return enrolments.enrol(session=session, teacher=teacher)


def test_only_the_last_seat_and_the_first_freed_one_are_news(told_at_once):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=2)
    news = []
    told.connect(lambda keys, **kwargs: news.append(keys), weak=False, dispatch_uid="test")
    expected = {
        f"session:{session.public_id}",
        f"training:{session.training.public_id}",
        f"resource:{licence.resource.slug}",
    }

    with told_at_once():
        first = changes_of(session, licence=licence)
    assert news == []
    with told_at_once():
        changes_of(session, licence=licence)
    assert news == [expected]
    with told_at_once():
        changes_of(session, licence=licence)  # waits
    assert news == [expected]
    with told_at_once():
        enrolments.cancel(enrolment=first, by=first.teacher)  # goes to who waits
    assert news == [expected]
    with told_at_once():
        enrolments.cancel(
            enrolment=session.enrolments.holding_a_seat().first(), by=PlannerFactory()
        )
    assert news == [expected, expected]
    told.disconnect(dispatch_uid="test")


def test_words_of_a_training_edited_in_the_admin_show_at_once(client, told_at_once):
    session = SessionFactory(training__title_fr="Un journal au lycée")
    training = session.training
    page = guidance_page(body=[block("live", {"subject": "any", "most": 3})])
    client.get(page.url)
    adviser = Client()
    adviser.force_login(AdviserFactory(is_superuser=True))
    fields = [
        "title_fr",
        "title_en",
        "summary_fr",
        "summary_en",
        "goals_fr",
        "goals_en",
        "preparation_fr",
        "preparation_en",
        "level",
    ]
    form = {name: getattr(training, name) for name in fields} | {
        "resource": training.resource_id,
        "is_published": "on",
    }

    with told_at_once():
        answer = adviser.post(
            reverse("trainings:edit", args=[training.pk]),
            form | {"title_fr": "Un magazine au lycée"},
        )

    assert answer.status_code == 302
    assert "Un magazine au lycée" in client.get(page.url).content.decode()


@pytest.mark.parametrize("what", ["licences", "resources"])
def test_what_is_deleted_in_the_admin_is_told(client, told_at_once, what):
    licence = LicenceFactory()
    client.force_login(AdviserFactory(is_superuser=True))
    before = digest.version()

    with told_at_once():
        client.post(
            reverse(
                f"{what}:delete", args=[licence.pk if what == "licences" else ResourceFactory().pk]
            )
        )

    assert digest.version() != before


def test_a_page_that_is_made_while_it_changes_is_not_kept_as_new(client, monkeypatch, told_at_once):
    page = guidance_page(body=[paragraph("Avant.", "b1")])
    serve = type(page).serve

    def changed_meanwhile(self, request, *args, **kwargs):
        answer = serve(self, request, *args, **kwargs)
        monkeypatch.setattr(type(page), "serve", serve)
        with told_at_once():
            rewrite(page, ("b1", "Après."))
        return answer

    monkeypatch.setattr(type(page), "serve", changed_meanwhile)
    client.get(page.url)

    assert "Après." in client.get(page.url).content.decode()


def test_what_was_saved_stays_saved_where_the_news_cannot_be_told(
    client, told_at_once, monkeypatch
):
    session = SessionFactory()
    monkeypatch.setattr(LocMemCache, "set", lambda *args, **kwargs: 1 / 0)

    with told_at_once():
        sessions.cancel(session=session, by=PlannerFactory(), reason="The trainer is ill.")

    session.refresh_from_db()
    assert session.is_cancelled
