"""Page views are counted in memory, without a query and a cookie; programs, parts of pages and the admin aren't."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.indicators.middleware import count_many
from cms.indicators.services.memory import MEMORY
from courses.people.services import derive_groups
from tests.factories.continuity import StudentFactory
from tests.factories.guidance import guidance_page
from tests.factories.people import (
    AdviserFactory,
    TeacherFactory,
)

pytestmark = pytest.mark.django_db


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_a_page_is_counted_without_a_query_and_without_a_cookie(client):
    client.force_login(TeacherFactory())
    client.get(reverse("people:profile"))
    with CaptureQueriesContext(connection) as uncounted:
        before = client.get(reverse("people:profile"))
    assert not MEMORY.views

    with CaptureQueriesContext(connection) as counted:
        page = client.get(reverse("people:profile"), headers={"User-Agent": FIREFOX})

    assert MEMORY.views.total() == 1
    assert len(counted) == len(uncounted)
    assert set(page.cookies) == set(before.cookies) == {"csrftoken"}


def test_ten_thousand_pages_are_counted_without_a_query(django_assert_num_queries):
    person = TeacherFactory()

    with django_assert_num_queries(0):
        assert count_many(person) == 10_000


def test_pages_that_are_kept_for_visitors_are_counted(settings):
    settings.CACHES = settings.KEEP_PAGES
    caches["pages"].clear()
    page = guidance_page()
    visitor = Client(headers={"User-Agent": FIREFOX})

    first = visitor.get(page.url)
    visitor.get(page.url)
    again = visitor.get(page.url, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert MEMORY.views.total() == 3
    assert {view.person for view in MEMORY.views} == {None}


def test_a_person_s_page_that_the_browser_has_already_is_not_counted():
    person = Client(headers={"User-Agent": FIREFOX})
    person.force_login(StudentFactory())
    address = reverse("continuity:week")
    person.get(address)  # its cookies are part of the next ETag
    shown = person.get(address)
    counted = MEMORY.views.total()

    again = person.get(address, headers={"If-None-Match": shown.headers["ETag"]})

    assert again.status_code == 304
    assert MEMORY.views.total() == counted


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"User-Agent": ""}, id="a program without a name"),
        pytest.param({"User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)"}, id="a search engine"),
        pytest.param({"User-Agent": FIREFOX, "Sec-GPC": "1"}, id="Global Privacy Control"),
        pytest.param({"User-Agent": FIREFOX, "HX-Request": "true"}, id="a part of a page"),
        pytest.param({"User-Agent": FIREFOX, "Sec-Fetch-Dest": "empty"}, id="a script's request"),
        pytest.param({"User-Agent": FIREFOX, "Sec-Purpose": "prefetch"}, id="fetched ahead"),
        pytest.param(
            {"User-Agent": FIREFOX, "Sec-Purpose": "prefetch;prerender"}, id="drawn ahead"
        ),
        pytest.param({"User-Agent": FIREFOX, "Purpose": "prefetch"}, id="fetched ahead by WebKit"),
        pytest.param({"User-Agent": FIREFOX, "X-Moz": "Prefetch"}, id="fetched ahead by Firefox"),
    ],
)
def test_what_is_no_reading_of_a_page_is_not_counted(headers):
    client = Client(headers=headers)
    client.force_login(TeacherFactory())

    client.get(reverse("people:profile"))

    assert not MEMORY.views


def test_the_admin_is_not_counted():
    client, adviser = Client(headers={"User-Agent": FIREFOX}), AdviserFactory()
    derive_groups(adviser)
    client.force_login(adviser)

    assert client.get(reverse("wagtailadmin_home")).status_code == 200

    assert not MEMORY.views
