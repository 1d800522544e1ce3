"""A student reads the week after logging in by a pretend CAS server, which stands on another site
(127.0.0.1 and localhost): so the session cookie and `form-action` are really tried. Then a stranger,
somebody with two accounts, and a server that is down. French on a phone, English on a laptop.
"""

import pytest
import time_machine
from django.test import Client

from courses.people.models import Person
from tests.browser.phone import TUESDAY
from tests.browser.reader import Reader
from tests.factories.cas_server import running
from tests.factories.continuity import (
    LeaderFactory,
    StudentFactory,
    at,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.people import TeacherFactory
from tests.factories.rosters import UAI, a_student, follow, of_key
from tests.factories.signin import IdentityProviderFactory, known_as

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PEOPLE = {
    "ines": {"aaf": ["1000001"]},
    "two": {"aaf": ["1000001", "2000002"]},
    "nobody": {"aaf": ["999"]},
}


@pytest.fixture
def server():
    with running(PEOPLE) as server:
        yield server


class Phone(Reader):
    """Somebody who isn't logged in yet. `person` says the language."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.cuts = ("status of 403", "status of 503")  # refusals are pages here

    def goes_to_the_ent(self):
        """From the login page to the server's own, which is no page of ours."""
        self.page.locator("a[href^='/signin/']").first.click()
        self.page.wait_for_url("**/cas/login*")
        return self

    def is_at_the_ent(self, who: str):
        return self.leaves(f"text={who}", for_=lambda url: url.startswith(self.server))

    def chooses(self, person):
        button = f"button[value='{person.public_id}']"
        return self.leaves(button, for_=lambda url: "/accounts/" not in url)

    def leaves(self, selector: str, *, for_):
        """Four answers in a row, one of them the other server's: that takes its time, the first time."""
        self.page.locator(selector).click(no_wait_after=True)
        self.page.wait_for_url(for_, timeout=30_000)
        self.page.wait_for_load_state("networkidle")
        self.look()
        return self


@pytest.mark.parametrize(
    ("language", "width"), [("fr", 360), ("en", 1280)], ids=["French", "English"]
)
def test_a_student_comes_in_by_the_ent(live_server, browser, settings, server, language, width):
    settings.SITE_ADDRESS = live_server.url
    ent = IdentityProviderFactory(slug="ent", address=server.address)

    with time_machine.travel(at(TUESDAY, 14)):
        # The school's directory brings the student
        of = teaching()
        school = of.school_class.school
        school.uai = UAI
        school.save()
        a_class = of.school_class.name
        ines = a_student("1000001", "Inès", "ABADIE", a_class)
        follow(Client(), LeaderFactory(leads=school), school, ines, classes=[a_class])
        student = of_key("1000001")
        student.language = language
        student.save()
        given = homework_item(part_of(of)).assignment

        # By the ENT to the week, and out again
        phone = Phone(browser, live_server.url, student, width=width)
        phone.visit("people:login")
        phone.goes_to_the_ent().is_at_the_ent("ines")
        phone.shows(given.homework.title)
        phone.page.locator("button[popovertarget=account]").click()
        phone.leaves("form[data-logout] button", for_=lambda url: url.endswith("/logged-out/"))
        phone.reads("You are logged out of Passerelle")
        phone.visit("people:login")
        assert phone.page.locator("a[href^='/signin/']").first.is_visible()

        # Somebody whom nobody knows here
        phone.goes_to_the_ent().is_at_the_ent("nobody")
        phone.reads("Whom to ask")

        # The school links that login to the account it is
        reference = phone.page.inner_text("main code")
        other_student = StudentFactory(in_class=of.school_class, language=language)
        office = Reader(
            browser, live_server.url, LeaderFactory(leads=school, language=language), width=width
        ).log_in_by_cookie()
        office.visit("people:student", other_student.public_id)
        office.press("a[href$='/ent/']")
        office.page.fill("[name=reference]", reference)
        office.press("main form button.button--main")
        office.reads("The login is linked to this account.")
        phone.visit("people:login")
        phone.goes_to_the_ent().is_at_the_ent("nobody")
        phone.shows(given.homework.title)
        phone.context.clear_cookies()

        # One person with two accounts
        teacher = known_as(TeacherFactory(language=language, family_name="Zola"), "2000002")
        phone.visit("people:login")
        phone.goes_to_the_ent().is_at_the_ent("two")
        phone.reads("Choose an account")
        phone.chooses(teacher)
        phone.visit("people:profile")
        phone.shows(teacher.login)
        phone.visit("signin:accounts", "ent")
        phone.chooses(student)
        phone.shows(given.homework.title)

        # The server is down once one comes back
        other = Phone(browser, live_server.url, student, width=width)
        other.visit("people:login")
        other.goes_to_the_ent()
        ent.address = "http://127.0.0.1:9/cas"
        ent.save()
        other.is_at_the_ent("ines")
        other.reads("Log in another way")
    assert Person.objects.filter(identities__value="1000001").count() == 1
