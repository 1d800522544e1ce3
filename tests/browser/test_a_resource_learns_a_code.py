"""A resource is opened in a real browser, which goes on to the practice resource by itself: once by
a student in French on a phone, once by a teacher in English on a laptop.
"""

from urllib.parse import parse_qsl, urlsplit

import pytest

from courses.launches.enums import Telling
from courses.launches.models import Launch
from courses.launches.values import claims
from tests.browser.reader import Reader
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.launches import ConnectionFactory
from tests.factories.people import TeacherFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def values_on(page) -> dict[str, str]:
    found = page.locator(".value[data-claim]")
    return {one.get_attribute("data-claim"): one.inner_text() for one in found.all()}


def person_of(school, language):
    if language == "en":
        return TeacherFactory(works_at=school, language=language)
    return StudentFactory(in_class=SchoolClassFactory(school=school), language=language)


@pytest.mark.parametrize(
    ("language", "width", "role", "opens"),
    [("fr", 360, "student", "Ouvrir Madmagz"), ("en", 1280, "teacher", "Open Madmagz")],
    ids=["student, French, on a phone", "teacher, English, on a laptop"],
)
def test_a_resource_learns_what_the_page_said(
    live_server, browser, settings, language, width, role, opens
):
    settings.SITE_ADDRESS = settings.WAGTAILADMIN_BASE_URL = live_server.url
    settings.ONE_CLICK_LOGINS = True
    resource = ResourceFactory(slug="madmagz", name="Madmagz")
    ConnectionFactory(
        resource=resource, role_telling=Telling.ALWAYS, school_telling=Telling.OPTIONAL
    )
    licence = LicenceFactory(resource=resource)
    person = person_of(licence.school, language)
    reader = Reader(browser, live_server.url, person, width=width).log_in_by_cookie()
    page = reader.page

    # From the menu to the list, and to what it learns.
    reader.visit("today:home")
    page.locator(f'a[href="{reader.address("launches:mine")}"]').first.evaluate(
        "one => one.click()"
    )
    page.wait_for_url("**/my-resources/")
    reader.look()
    reader.press(".row__end a")
    assert set(values_on(page)) == {"u", "role"}

    # The school is told because the person ticks it.
    page.check("input[name=tells]")
    reader.press("form[action$='/choices/'] button")
    shown = values_on(page)
    assert set(shown) == {"u", "role", "uai"}
    assert shown["role"] == role

    # The press leads on to the resource, whose address holds the same and says once.
    page.get_by_role("button", name=opens).click()
    page.wait_for_url("**/practice-resources/madmagz/**")
    reader.look()
    query = urlsplit(page.url).query
    assert values_on(page) == shown == claims(parse_qsl(query)) == Launch.objects.get().told
    assert person.family_name not in page.content()
    said_no_page = {"fr": "n’a pas dit de quelle page", "en": "didn’t say which page you came from"}
    assert said_no_page[language] in page.content()
    reader.cuts = ("403",)
    page.reload()
    assert values_on(page) == {}

    # Back leads to the page before, which lists the opening; the code can be renewed.
    page.go_back()
    page.wait_for_url("**/my-resources/madmagz/")
    reader.look()
    assert page.locator(".row .value").first.inner_text() == shown["u"]
    page.check("input[name=knows]")
    reader.press("form[action$='/new-code/'] button")
    assert values_on(page)["u"] != shown["u"]
