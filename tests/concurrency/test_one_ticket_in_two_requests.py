"""One ticket of an ENT, or one answer by SAML, in several requests at once (a double tap, a reload,
somebody who has read it), with a server that believes it each time: it logs in once.
"""

from functools import partial

import pytest
from django.conf import settings
from django.test import Client

from courses.people.models import LoginSession
from courses.signin.models import ProviderTicket, UnknownIdentity
from tests.concurrency.threads import all_at_once
from tests.factories.cas_server import running
from tests.factories.people import TeacherFactory
from tests.factories.saml_idp import (
    SamlProviderFactory,
    answered,
    asks,
    key_pair,
    needs_xmlsec1,
    posted,
)
from tests.factories.signin import IdentityProviderFactory, begins, comes_back, known_as

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


@pytest.fixture
def server():
    with running({"lea": {"aaf": ["1000001"]}, "stranger": {"aaf": ["999"]}}) as server:
        server.believes_again = True
        yield server


@pytest.fixture
def ent(server):
    return IdentityProviderFactory(slug="ent", address=server.address)


def same_browser(browser) -> Client:
    other = Client(raise_request_exception=False)
    name = settings.SESSION_COOKIE_NAME
    other.cookies[name] = browser.cookies[name].value
    return other


def test_of_one_browser_it_opens_one_session_and_no_page_of_error(client, server, ent):
    teacher = known_as(TeacherFactory(), "1000001")
    service = begins(client, ent)
    ticket = server.ticket(service, "lea")

    answers = all_at_once(
        [partial(comes_back, same_browser(client), service, ticket) for _one in range(AT_ONCE)]
    )

    assert sorted(answer.status_code for answer in answers) == [302] + [403] * (AT_ONCE - 1)
    assert LoginSession.objects.filter(person=teacher).count() == 1
    assert ProviderTicket.objects.count() == 1


def test_of_several_browsers_one_is_in(client, server, ent, monkeypatch):
    teacher = known_as(TeacherFactory(), "1000001")
    monkeypatch.setattr("courses.signin.views.login.secrets.token_urlsafe", lambda _length: "same")
    browsers = [Client() for _one in range(AT_ONCE)]
    service = {begins(browser, ent) for browser in browsers}.pop()
    ticket = server.ticket(service, "lea")

    answers = all_at_once([partial(comes_back, one, service, ticket) for one in browsers])

    assert sorted(answer.status_code for answer in answers) == [302] + [403] * (AT_ONCE - 1)
    assert LoginSession.objects.filter(person=teacher).count() == 1


def test_strangers_are_counted_once_each(server, ent):
    browsers = [Client() for _one in range(AT_ONCE)]
    services = [begins(browser, ent) for browser in browsers]

    all_at_once(
        [
            partial(comes_back, browser, service, server.ticket(service, "stranger"))
            for browser, service in zip(browsers, services, strict=True)
        ]
    )

    assert UnknownIdentity.objects.get().times == AT_ONCE


@needs_xmlsec1
def test_an_answer_by_saml_is_taken_and_fetched_once(client, settings):
    pair = key_pair("sp")
    settings.SAML_KEYS = [(pair.key_file, pair.cert_file)]
    SamlProviderFactory()
    teacher = known_as(TeacherFactory(), "1000001")
    answer = answered(asks(client))

    taken = all_at_once([partial(posted, answer) for _one in range(AT_ONCE)])

    assert sorted(one.status_code for one in taken) == [302] + [403] * (AT_ONCE - 1)
    [url] = [one.url for one in taken if one.status_code == 302]
    fetched = all_at_once([partial(same_browser(client).get, url) for _one in range(AT_ONCE)])
    assert sorted(one.status_code for one in fetched) == [302] + [403] * (AT_ONCE - 1)
    assert LoginSession.objects.filter(person=teacher).count() == 1
