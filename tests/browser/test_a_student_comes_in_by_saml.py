"""A student reads the week after logging in by SAML 2.0, at a LemonLDAP::NG on another site (127.0.0.1
and localhost): its page posts the answer without our cookie, and the browser fetches it with the
cookie. French on a phone, English on a laptop.
"""

import pytest
from django.test import override_settings
from django.utils import timezone

from courses.signin import gateways
from courses.signin.values import ProviderSettings
from tests.browser.test_a_teacher_comes_in_by_oidc import Traveller
from tests.doors import lemon, real_clock
from tests.factories.continuity import StudentFactory, homework_item, part_of, teaching
from tests.factories.saml_idp import SamlProviderFactory, key_pair, needs_xmlsec1
from tests.factories.signin import known_as

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), needs_xmlsec1]
PEOPLE = {"ines": {"aaf": "1000001", "cn": "Ines"}, "nobody": {"aaf": "999", "cn": "Nobody"}}


@pytest.fixture(scope="module")
def portal(live_server, tmp_path_factory):
    pair = key_pair("sp")
    with override_settings(
        SAML_KEYS=[(pair.key_file, pair.cert_file)], SITE_ADDRESS=live_server.url
    ):
        back = f"{live_server.url}/signin/saml/back/"
        ours = gateways.saml_client(ProviderSettings("1", back=back)).our_metadata()
        home = tmp_path_factory.mktemp("lemon")
        with lemon.running(home, [live_server.url], PEOPLE, saml=ours) as portal:
            yield portal


@pytest.mark.at("2026-11-25T14:00")  # before the real moment: the session is of then
@pytest.mark.parametrize(
    ("language", "width"), [("fr", 360), ("en", 1280)], ids=["French", "English"]
)
def test_a_student_comes_in_by_saml(live_server, browser, portal, language, width):
    SamlProviderFactory(address=portal.metadata, metadata="")
    of = teaching()
    title = homework_item(part_of(of, timezone.localdate())).assignment.homework.title
    student = known_as(StudentFactory(in_class=of.school_class, language=language), "1000001")
    phone = Traveller(browser, live_server.url, student, width=width)
    stranger = Traveller(browser, live_server.url, student, width=width)

    with real_clock():
        # Somebody whom nobody knows here
        stranger.visit("people:login")
        stranger.goes_to(portal.address).logs_in_there("nobody")
        stranger.reads("Whom to ask")

        # To the provider and back, into the week
        phone.visit("people:login")
        phone.goes_to(portal.address).logs_in_there("ines")
    phone.visit("today:home")
    phone.shows(title)

    # Out of both: our page leads to their logout, which leads back here
    with real_clock():
        phone.page.locator("button[popovertarget=account]").click()
        phone.leaves("form[data-logout] button", for_=lambda url: url.endswith("/logged-out/"))
        phone.reads("You are logged out of Passerelle")
        phone.page.locator("a.button--main").click(no_wait_after=True)
        phone.page.wait_for_url(
            lambda url: url.startswith(live_server.url) and "/signin/" not in url
        )
        phone.page.goto(portal.address)
        assert phone.page.locator("input[name=password]").is_visible()
