"""An adviser's page and a teacher's lesson hold the tile of a resource: who has it opens it from
there, who doesn't sees none.
"""

import pytest
from django.test import Client

from continuity.models import Lesson
from courses.launches.models import Launch
from courses.people.services import groups
from tests.browser.reader import Reader
from tests.browser.test_two_languages_in_the_editors import Editor
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.continuity import SchoolClassFactory, StudentFactory, part_of, teaching
from tests.factories.guidance import block, guidance_page, in_english, paragraph
from tests.factories.launches import ConnectionFactory
from tests.factories.people import AdviserFactory, TeacherFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TILE = "main .row:has-text('Madmagz')"
INSERT = "[data-contentpath=body] .c-sf-add-button"


@pytest.fixture
def madmagz(settings, live_server):
    settings.SITE_ADDRESS = settings.WAGTAILADMIN_BASE_URL = live_server.url
    settings.ONE_CLICK_LOGINS = True
    return ConnectionFactory(resource=ResourceFactory(slug="madmagz", name="Madmagz"))


@pytest.fixture
def reader(browser, live_server):
    def sit(person, width: int) -> Reader:
        return Reader(browser, live_server.url, person, width=width).log_in_by_cookie()

    return sit


def puts_into(page, desk: Editor) -> None:
    """The adviser adds the tile below the text, and publishes."""
    desk.edit(page)
    desk.page.locator(INSERT).last.click()
    desk.page.get_by_role("option", name="Resource, to open it").click()
    desk.page.locator("[name$='-value-resource']").select_option("madmagz")
    desk.saves_by_itself().publish()


def opened(reader: Reader) -> None:
    """The press on a page has led on to the practice resource."""
    reader.page.wait_for_url("**/practice-resources/madmagz/**")
    reader.look()


@pytest.mark.parametrize(
    ("language", "width", "opens"),
    [("fr", 360, "Ouvrir"), ("en", 1280, "Open")],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_who_has_the_resource_opens_it_from_a_page_and_a_lesson(
    live_server, browser, reader, madmagz, language, width, opens
):
    part = part_of(teaching())
    teacher, school_class = part.teaching.teacher, part.teaching.school_class
    teacher.language = language
    teacher.save()
    LicenceFactory(resource=madmagz.resource, school=school_class.school)
    student = StudentFactory(in_class=school_class, language=language)
    stranger = StudentFactory(in_class=SchoolClassFactory(), language=language)
    page = guidance_page(body=[paragraph("Écrivez un journal.")])
    page = in_english(page) if language == "en" else page
    adviser = AdviserFactory(language="en", is_superuser=True)
    groups.derive_groups(adviser)
    puts_into(page, Editor(browser, live_server.url, adviser, width=1280).log_in_by_cookie())

    # On the page: first what it learns, then it opens.
    phone, other = reader(student, width), reader(stranger, width)
    phone.open(live_server.url + page.url).press(f"{TILE} a.button")
    phone.page.get_by_role("button", name=f"{opens} Madmagz").click()
    opened(phone)
    other.open(live_server.url + page.url)
    assert other.page.locator(TILE).count() == 0
    assert "Madmagz" not in other.page.inner_text("main")

    # In a lesson, which its teacher writes: it opens at once.
    desk = reader(teacher, width).visit("continuity:new_lesson", part.public_id)
    desk.page.fill("[name=title]", "La une")
    desk.page.check("[name=tiles][value=madmagz]")
    desk.press("form.sheet .button--main")
    lesson = Lesson.objects.get()
    desk.visit("continuity:lesson", lesson.public_id)
    assert desk.page.locator(TILE).count() == 1
    phone.visit("continuity:lesson", lesson.public_id)
    phone.page.locator(TILE).get_by_role("button", name=f"{opens} Madmagz").click()
    opened(phone)

    assert list(Launch.objects.values_list("person", flat=True)) == [student.pk] * 2


def test_without_the_script_a_tile_opens(live_server, browser, madmagz):
    licence = LicenceFactory(resource=madmagz.resource)
    teacher = TeacherFactory(works_at=licence.school, language="fr")
    page = guidance_page(body=[block("resource", {"resource": "madmagz"})])
    client = Client()
    client.force_login(teacher)
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    shown = context.new_page()

    shown.goto(live_server.url + page.url)
    shown.locator(f"{TILE} a.button").click()
    shown.get_by_role("button", name="Ouvrir Madmagz").click()
    shown.wait_for_url("**/practice-resources/madmagz/**")
    shown.goto(live_server.url + page.url)
    shown.locator(f"{TILE} form button").click()
    shown.wait_for_url("**/practice-resources/madmagz/**")

    assert Launch.objects.filter(person=teacher).count() == 2
