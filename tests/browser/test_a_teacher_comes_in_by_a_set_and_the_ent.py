"""A leader brings a set with teachers: one whose account the school has, asked for and answered, and a
new one. The first comes in by the key once the password was typed, the second after a look at the
address. French on a phone, English on a laptop; axe on each page.
"""

import pytest
import time_machine

from courses.people.models import Identity
from tests.browser.office import Office
from tests.browser.phone import TUESDAY
from tests.browser.test_a_student_comes_in_by_the_ent import Phone
from tests.factories.cas_server import running
from tests.factories.continuity import LeaderFactory, at
from tests.factories.people import TeacherFactory
from tests.factories.rosters import UAI, a_teacher, of_key, with_staff
from tests.factories.signin import IdentityProviderFactory
from tests.factories.staff import STUDENTS, a_school_with_subjects, taught

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CONFIRM = "/signin/ent/confirm/"


@pytest.fixture
def server():
    with running({"anne": {"aaf": ["1A"]}, "ben": {"aaf": ["1B"]}}) as server:
        yield server


def comes_by_the_ent(phone: Phone, who: str) -> Phone:
    phone.visit("people:login")
    phone.goes_to_the_ent().is_at_the_ent(who)
    return phone


@pytest.mark.parametrize(
    ("language", "width"), [("fr", 360), ("en", 1280)], ids=["French", "English"]
)
def test_teachers_come_in_by_a_set_and_the_ent(
    live_server, browser, settings, server, language, width
):
    settings.SITE_ADDRESS = live_server.url
    IdentityProviderFactory(slug="ent", address=server.address)

    with time_machine.travel(at(TUESDAY, 9)):
        # The leader says whose account Anne's is; Ben is new
        school = a_school_with_subjects()
        anne = TeacherFactory(
            works_at=school, given_name="Anne", family_name="Abel", language=language
        )
        leader = LeaderFactory(leads=school, language=language)
        office = Office(browser, live_server.url, leader, width=width).log_in_by_cookie()
        staff = [
            a_teacher("1A", "Anne", "ABEL", ["2DE1$020700"]),
            a_teacher("1B", "Ben", "BRUN", ["2DE2$061300"]),
        ]
        data = with_staff(UAI, *staff, students=STUDENTS, day="20261201")
        office.chooses(school, data)
        office.page.locator("select[name^=teacher-]").select_option("yes")
        office.says("button[name=what]")
        assert of_key("1A") == anne
        assert taught(anne) == [("2DE1", "francais")]

        # By the key after the password
        phone = Phone(browser, live_server.url, anne, width=width)
        comes_by_the_ent(phone, "anne")
        phone.reads("Is this account yours?")
        phone.page.fill("input[name=password]", "password")
        phone.leaves("main form button", for_=lambda url: CONFIRM not in url)
        phone.visit("people:profile")
        phone.reads("Keys of a directory")
        assert Identity.objects.get(value="1A").confirmed_at

        # A new account, after a look at its address
        ben = of_key("1B")
        ben.language = language
        ben.save()
        other = Phone(browser, live_server.url, ben, width=width)
        comes_by_the_ent(other, "ben")
        other.reads("Is this address yours?")
        other.leaves("main form button", for_=lambda url: CONFIRM not in url)
        other.visit("people:profile")
        other.shows(ben.email)
