"""A resource is opened by LTI 1.3: what is told equals what was read and what is kept; whoever asks
wrongly is told nothing.
"""

import datetime
import html
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from courses.launches.enums import Telling
from courses.launches.gateways import lti, lti_keys
from courses.launches.models import Launch
from courses.people.models import today
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import StudentFactory
from tests.factories.launches import LtiConnectionFactory, address_of, goes_on_to, press_open

pytestmark = pytest.mark.django_db

FIELD = re.compile(r'<input type="hidden" name="([\w]+)" value="([^"]+)">')
VALUE = re.compile(r'<span class="value" data-claim="(\w+)">([^<]+)</span>')
AUTHORIZE = "/lti/authorize/"
GOOD = {name: good for name, good, _fault in lti.ASKS}


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory):
    """One key for all: making one takes a tenth of a second."""
    folder = str(tmp_path_factory.mktemp("lti-keys"))
    lti_keys.make_key(folder, datetime.date(2000, 1, 1))
    return folder


@pytest.fixture(autouse=True)
def with_keys(settings, keys_folder):
    settings.LTI_KEYS = keys_folder


@pytest.fixture
def connection():
    return LtiConnectionFactory(
        role_telling=Telling.ALWAYS, school_telling=Telling.ALWAYS, level_telling=Telling.OPTIONAL
    )


def reader_of(connection):
    student = StudentFactory(language="en")
    LicenceFactory(resource=connection.resource, school=student.memberships.get().organisation)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(student)
    return client, student


def begun(client, connection) -> dict[str, str]:
    """Step 1: what the tool's login address is told."""
    address = goes_on_to(press_open(client, connection.resource))
    return dict(parse_qsl(urlsplit(address).query, strict_parsing=True))


def asked_of(connection, hint: str, **other) -> dict[str, str]:
    """Step 2, as a tool asks rightly."""
    return GOOD | {
        "client_id": connection.client_id,
        "redirect_uri": connection.address,
        "login_hint": hint,
        "state": "a state",
        "nonce": "a nonce",
        **other,
    }


def fields_of(answer) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in FIELD.findall(answer.text)}


def claims_in(answer, connection) -> dict:
    [key] = lti_keys.keys_in(connection_keys(), today())
    token = fields_of(answer)["id_token"]
    return lti.read_token(
        token,
        keys=[key],
        issuer="http://testserver",
        client_id=connection.client_id,
        nonce="a nonce",
    )


def connection_keys() -> str:
    from django.conf import settings

    return settings.LTI_KEYS


def test_payload_page_and_ledger_say_the_same(connection):
    client, student = reader_of(connection)
    page = dict(VALUE.findall(client.get(address_of("learns", connection.resource)).text))

    step_one = begun(client, connection)
    answer = client.get(AUTHORIZE, asked_of(connection, step_one["login_hint"]))

    assert answer.status_code == 200, answer.text
    token = claims_in(answer, connection)
    ledger = Launch.objects.get(person=student).told
    said = {name: value for name, value in token.items() if name not in lti.PROTOCOL}
    assert said == lti.claims_of(ledger)
    assert lti.told_in(token) == ledger == page
