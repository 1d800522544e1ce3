"""The same login against servers that others have written: LemonLDAP::NG (CAS, OpenID Connect) and
django-cas-server (CAS). By the real clock, which theirs is.
"""

from urllib.parse import urljoin

import pytest
import requests
from django.conf import settings
from django.test import Client
from lxml import html

from courses.signin import services
from tests.doors import casserver, lemon, real_clock
from tests.factories.people import TeacherFactory
from tests.factories.signin import (
    IdentityProviderFactory,
    OidcProviderFactory,
    goes,
    is_in,
    known_as,
    refused,
)

pytestmark = pytest.mark.django_db
LEA, STRANGER = {"aaf": "1000001", "cn": "Léa"}, {"aaf": "999", "cn": "Nobody"}
SITE = "http://testserver"


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    people = {"lea": LEA, "stranger": STRANGER}
    with lemon.running(tmp_path_factory.mktemp("lemon"), [SITE], people) as portal:
        yield portal


@pytest.fixture(scope="module")
def other_portal(tmp_path_factory):
    people = {"lea": {"aaf": ["1000001"]}, "stranger": {"aaf": ["999"]}}
    with casserver.running(tmp_path_factory.mktemp("cas"), SITE, people) as address:
        yield address


@pytest.fixture(autouse=True)
def _now():
    with real_clock():
        yield


@pytest.fixture
def lea():
    return known_as(TeacherFactory(), "1000001")


def ours(address: str) -> str:
    return address.removeprefix(settings.SITE_ADDRESS)


def of_lemon_by_cas(portal):
    return IdentityProviderFactory(slug="ent", address=portal.cas)


def of_lemon_by_oidc(portal):
    return OidcProviderFactory(address=portal.issuer, secret=lemon.SECRET)


def of_lemon_by_oidc_and_the_form(portal):
    return OidcProviderFactory(
        address=portal.issuer, secret=lemon.SECRET, token_auth="client_secret_post"
    )


OF_LEMON = [of_lemon_by_cas, of_lemon_by_oidc, of_lemon_by_oidc_and_the_form]


@pytest.mark.parametrize("of", OF_LEMON)
def test_lemonldap_lets_a_known_person_in(client, portal, lea, of):
    start = goes(client, of(portal), next="/fr/profile/")

    answer = client.get(ours(portal.logs_in(start, "lea")))

    assert (answer.status_code, answer.url) == (302, "/fr/profile/")
    assert client.get("/fr/profile/").wsgi_request.user == lea


@pytest.mark.parametrize("of", OF_LEMON)
def test_lemonldap_lets_no_stranger_in(client, portal, lea, of):
    start = goes(client, of(portal))

    answer = client.get(ours(portal.logs_in(start, "stranger")))

    assert refused(answer) == (403, "UNKNOWN")
    assert not is_in(client)


@pytest.mark.parametrize("of", OF_LEMON)
def test_an_answer_of_lemonldap_serves_once_and_where_it_was_asked(client, portal, lea, of):
    back = ours(portal.logs_in(goes(client, of(portal)), "lea"))

    assert refused(Client().get(back)) == (403, "OVER")
    client.get(back)
    client.post("/fr/logout/")

    assert refused(client.get(back)) == (403, "OVER")
    assert not is_in(client)


@pytest.mark.parametrize("of", OF_LEMON)
def test_all_is_well_with_lemonldap(client, portal, lea, of):
    found = list(services.examine(of(portal)))

    assert [finding for finding in found if not finding.is_well] == []


def test_our_link_leads_to_the_logout_of_lemonldap(client, portal, lea):
    ent, browser = of_lemon_by_oidc(portal), requests.Session()
    client.get(ours(portal.logs_in(goes(client, ent), "lea", browser)))
    page = client.post("/en/logout/", follow=True)
    asks = 'name="password"'
    assert asks not in browser.get(portal.address, timeout=30).text

    question = browser.get(page.context["address"], timeout=30)
    form = html.fromstring(question.text).forms[0]
    to = urljoin(question.url, form.action or "")
    browser.post(to, dict(form.form_values()), allow_redirects=False, timeout=30)

    assert asks in browser.get(portal.address, timeout=30).text


def test_django_cas_server_lets_in_whom_we_know(client, other_portal, lea):
    ent = IdentityProviderFactory(slug="ent", address=other_portal)

    answer = client.get(ours(casserver.logs_in(goes(client, ent), "stranger")))
    assert refused(answer) == (403, "UNKNOWN")
    client.get(ours(casserver.logs_in(goes(client, ent), "lea")))

    assert client.get("/fr/profile/").wsgi_request.user == lea
