"""A teacher reads the week after logging in by OpenID Connect, at a LemonLDAP::NG on another site
(127.0.0.1 and localhost); its own logout ends the session here, too, from server to server.
"""

import time

import pytest

from courses.people.models import LoginSession
from tests.browser.test_a_student_comes_in_by_the_ent import Phone
from tests.doors import lemon, real_clock
from tests.factories.continuity import MONDAY, homework_item, part_of, teaching
from tests.factories.signin import OidcProviderFactory, known_as

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PEOPLE = {"marie": {"aaf": "1000001", "cn": "Marie"}, "nobody": {"aaf": "999", "cn": "Nobody"}}


@pytest.fixture(scope="module")
def portal(live_server, tmp_path_factory):
    with lemon.running(tmp_path_factory.mktemp("lemon"), [live_server.url], PEOPLE) as portal:
        yield portal


class Traveller(Phone):
    """Somebody who logs in at a provider's own page, whose faults aren't ours."""

    def hear(self, said) -> None:
        if self.page.url.startswith(self.server):
            super().hear(said)

    def logs_in_there(self, who: str, field: str = "user"):
        for name in (field, "password"):
            self.page.fill(f"input[name={name}]", who)
        self.page.locator("#lformDemo button[type=submit], form button[type=submit]").first.click()
        self.page.wait_for_url(lambda url: url.startswith(self.server), timeout=30_000)
        self.page.wait_for_load_state("networkidle")
        self.look()

    def goes_to(self, address: str, slug: str = ""):
        """From the login page, by the provider of that name."""
        self.page.locator(f"a[href^='/signin/{slug}']").first.click(no_wait_after=True)
        self.page.wait_for_url(lambda url: url.startswith(address), timeout=30_000)
        return self


@pytest.mark.parametrize(
    ("language", "width"), [("fr", 360), ("en", 1280)], ids=["French", "English"]
)
def test_a_teacher_comes_in_by_oidc(live_server, browser, settings, portal, language, width):
    settings.SITE_ADDRESS = live_server.url
    OidcProviderFactory(address=portal.issuer, secret=lemon.SECRET)
    of = teaching()
    given = homework_item(part_of(of)).assignment
    teacher = known_as(of.teacher, "1000001")
    teacher.language = language
    teacher.save()
    phone = Traveller(browser, live_server.url, teacher, width=width)

    # Somebody whom nobody knows here
    stranger = Traveller(browser, live_server.url, teacher, width=width)
    with real_clock():
        stranger.visit("people:login")
        stranger.goes_to(portal.address).logs_in_there("nobody")
        stranger.reads("Whom to ask")

        # To the provider and back
        phone.visit("people:login")
        phone.goes_to(portal.address).logs_in_there("marie")
    phone.visit("continuity:planner", of.school_class.public_id, MONDAY.isoformat())
    phone.shows(given.homework.title)

    # Out of both: their logout tells us before the page comes back
    assert LoginSession.objects.filter(person=teacher).exists()
    with real_clock():
        phone.page.goto(f"{portal.address}?logout=1")
        phone.page.wait_for_load_state("networkidle")
        until = time.monotonic() + 10
        while LoginSession.objects.filter(person=teacher).exists():
            assert time.monotonic() < until
            time.sleep(0.1)
    phone.visit("people:login")
    assert phone.page.locator("a[href^='/signin/']").first.is_visible()
