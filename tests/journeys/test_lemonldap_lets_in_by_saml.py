"""SAML 2.0 against LemonLDAP::NG, which others have written (lasso): login, both logouts, an altered
answer. By the real clock, which the portal's is.
"""

import base64
import re
from html import unescape

import pytest
import requests
from django.test import Client, override_settings
from django.urls import reverse

from courses.signin import gateways, services
from courses.signin.enums import ProviderKind
from courses.signin.values import ProviderSettings
from tests.doors import lemon, real_clock
from tests.factories.people import TeacherFactory
from tests.factories.saml_idp import (
    BACK,
    SamlProviderFactory,
    field,
    key_pair,
    needs_xmlsec1,
    posted,
)
from tests.factories.signin import goes, is_in, known_as, refused

pytestmark = [pytest.mark.django_db, needs_xmlsec1]
PEOPLE = {
    "lea": {"aaf": "1000001", "cn": "Léa"},
    "both": {"aaf": "1000001; 2000002", "cn": "Both"},
    "stranger": {"aaf": "999", "cn": "Nobody"},
}


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    pair = key_pair("sp")
    with override_settings(SAML_KEYS=[(pair.key_file, pair.cert_file)]):
        client = gateways.saml_client(ProviderSettings("1", back=BACK))
        home = tmp_path_factory.mktemp("lemon")
        ours = client.our_metadata()
        with lemon.running(home, ["http://testserver"], PEOPLE, saml=ours) as portal:
            yield portal


@pytest.fixture(autouse=True)
def _now():
    with real_clock():
        yield


@pytest.fixture
def provider(portal):
    return SamlProviderFactory(address=portal.metadata, metadata="")


@pytest.fixture
def lea():
    return known_as(TeacherFactory(), "1000001")


def logs_in(client, portal, provider, who: str, browser=None, **query):
    said = portal.posts(goes(client, provider, **query), who, browser)
    return client.get(posted(said["SAMLResponse"]).url)


def test_a_known_person_comes_in(client, portal, provider, lea):
    answer = logs_in(client, portal, provider, "lea", next="/fr/profile/")

    assert (answer.status_code, answer.url) == (302, "/fr/profile/")
    assert client.get("/fr/profile/").wsgi_request.user == lea


def test_a_stranger_doesnt(client, portal, provider, lea):
    assert refused(logs_in(client, portal, provider, "stranger")) == (403, "UNKNOWN")
    assert not is_in(client)


def test_several_values_are_a_choice(client, portal, provider, lea):
    known_as(TeacherFactory(), "2000002")

    assert logs_in(client, portal, provider, "both").url == "/signin/saml/accounts/"


def test_an_altered_answer_and_one_of_another_browser_let_nobody_in(client, portal, provider, lea):
    answer = portal.posts(goes(client, provider), "stranger")["SAMLResponse"]
    altered = field(base64.b64decode(answer).replace(b">999<", b">1000001<"))
    assert altered != answer

    assert refused(posted(altered)) == (503, "DOWN")
    sent_on = posted(portal.posts(goes(Client(), provider), "lea")["SAMLResponse"])
    assert refused(client.get(sent_on.url)) == (403, "OVER")
    assert not is_in(client)


def test_our_logout_ends_their_session_too(client, portal, provider, lea):
    there = requests.Session()
    logs_in(client, portal, provider, "lea", there)
    page = client.post("/fr/logout/", follow=True)

    answer = there.get(page.context["address"], allow_redirects=False, timeout=30)

    assert answer.headers["Location"].startswith("http://testserver/signin/saml/logout/?SAMLRes")
    assert 'name="password"' in there.get(portal.address, timeout=30).text
    back = client.get(reverse("signin:ended_by_provider", args=["saml"]), {"SAMLResponse": "x"})
    assert back.url == "/"


def test_all_is_well(portal, provider, lea, settings):
    pair = key_pair("sp")
    settings.SAML_KEYS = [(pair.key_file, pair.cert_file)]

    found = list(services.examine(provider))

    assert [finding for finding in found if not finding.is_well] == []
    assert provider.kind == ProviderKind.SAML


def test_their_logout_ends_our_session_too(client, portal, provider, lea):
    there = requests.Session()
    logs_in(client, portal, provider, "lea", there)

    page = there.get(f"{portal.address}?logout=1", timeout=30).text
    [address] = re.findall(r'"(http://testserver/signin/saml/logout/[^"]+)"', page)
    answer = Client().get(unescape(address).removeprefix("http://testserver"))

    assert not is_in(client)
    assert answer.url.startswith(f"{portal.address}saml/")
