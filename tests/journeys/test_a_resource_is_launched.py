"""A resource is opened by LTI 1.3: what is told equals what was read and what is kept; whoever asks
wrongly, or for somebody else, is told nothing.
"""

import datetime
import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from courses.launches.enums import LaunchWay, Telling
from courses.launches.gateways import lti
from courses.launches.models import Launch, LaunchCount, LaunchIntent, ResourceConnection
from courses.launches.queries import lti_keys
from courses.launches.services import intents
from courses.people.models import today
from tests.factories.launches import (
    ConnectionFactory,
    LtiConnectionFactory,
    address_of,
    asked_by_tool,
    goes_on_to,
    launch_begun,
    posted_to_tool,
    press_open,
    reader_of,
)

pytestmark = pytest.mark.django_db

VALUE = re.compile(r'<span class="value" data-claim="(\w+)">([^<]+)</span>')
AUTHORIZE = "/lti/authorize/"
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def connection():
    return LtiConnectionFactory(
        role_telling=Telling.ALWAYS, school_telling=Telling.ALWAYS, level_telling=Telling.OPTIONAL
    )


def launch(client, connection, **other):
    """Steps 1 and 2, with what the tool asks otherwise than it should."""
    hint = launch_begun(client, connection)
    return client.get(AUTHORIZE, asked_by_tool(connection, hint, **other))


def claims_in(answer, connection) -> dict:
    """Of the token, read as a tool reads it."""
    return lti.read_token(
        posted_to_tool(answer)["id_token"],
        keys=lti_keys(today()),
        issuer="http://testserver",
        client_id=connection.client_id,
        nonce="a nonce",
    )


@pytest.mark.parametrize("tells", [[], ["level"]], ids=["without the level", "with it"])
def test_payload_page_and_ledger_say_the_same(connection, tells):
    client, student = reader_of(connection)
    client.post(address_of("choose", connection.resource), {"tells": tells})
    page = dict(VALUE.findall(client.get(address_of("learns", connection.resource)).text))

    claims = claims_in(launch(client, connection), connection)

    told = Launch.objects.get(person=student).told
    of_a_person = {name: value for name, value in claims.items() if name not in lti.PROTOCOL}
    assert of_a_person == lti.claims_of(told)
    assert lti.told_in(claims) == told == page
    assert set(told) == {"u", "role", "uai", *tells}
    assert not LaunchCount.objects.exists()


def test_a_role_that_is_not_told_is_an_empty_claim():
    connection = LtiConnectionFactory()
    client, student = reader_of(connection)

    claims = claims_in(launch(client, connection), connection)

    assert claims[lti.ROLES_CLAIM] == []
    assert set(claims) - lti.PROTOCOL == {"sub", lti.ROLES_CLAIM}
    assert claims["exp"] - claims["iat"] == 300  # docs/launches.md: five minutes
    named = (student.login, student.given_name, student.family_name, student.public_id)
    assert [word for word in named if word in str(claims)] == []


def test_a_host_with_letters_beyond_ascii_leaves_the_policy_readable():
    """A header with such a letter arrives MIME-encoded, and browsers ignore it."""
    connection = LtiConnectionFactory(address="https://œuvres.example/launch/")
    client, _student = reader_of(connection)

    policy = launch(client, connection)["Content-Security-Policy"]

    assert "form-action https://xn--uvres-gbb.example;" in policy


def test_two_resources_of_one_tool_get_codes_and_links_that_cannot_be_joined():
    """Case C55, by LTI."""
    one, other = LtiConnectionFactory(), LtiConnectionFactory()
    client, _student = reader_of(one, other)

    first, second = (claims_in(launch(client, each), each) for each in (one, other))

    for claim in ("sub", "aud", f"{lti.LTI}resource_link"):
        assert first[claim] != second[claim]
    assert claims_in(launch(client, one), one)["sub"] == first["sub"]


def test_the_form_leads_to_the_tool_alone_and_is_kept_by_nobody(connection):
    ResourceConnection.objects.update(other_origins="https://app.tool.example")
    client, _student = reader_of(connection)

    answer = launch(client, connection)

    policy = dict(one.strip().split(" ", 1) for one in answer["Content-Security-Policy"].split(";"))
    assert policy["form-action"] == "https://tool.example https://app.tool.example"
    assert policy["script-src"] == "'self'"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert f'<form method="post" action="{connection.address}"' in answer.text


def test_a_further_redirect_address_gets_the_answer_if_the_tool_asks_so(connection):
    further = "https://other.example/launch/"
    ResourceConnection.objects.update(other_addresses=further)
    client, _student = reader_of(connection)

    answer = launch(client, connection, redirect_uri=further)

    assert f'<form method="post" action="{further}"' in answer.text
    assert "id_token" in posted_to_tool(answer)


def test_a_tool_that_posts_is_sent_on_with_the_same_words():
    """Its POST comes without our cookie."""
    asked = {"state": "a b", "nonce": "ç&"}

    answer = Client(enforce_csrf_checks=True).post(AUTHORIZE, asked)
    too_long = Client().post(AUTHORIZE, {"state": "x" * 7000})

    assert answer.status_code == 303
    assert answer["Location"] == f"{AUTHORIZE}?state=a+b&nonce=%C3%A7%26"
    assert too_long.status_code == 414


# Tools that are down


def test_a_tool_that_does_not_come_back_is_counted_once_and_the_page_says_what_to_do(connection):
    ResourceConnection.objects.update(meanwhile_fr="Le manuel.", meanwhile_en="Use the book.")
    client, _student = reader_of(connection)
    launch_begun(client, connection)

    page = client.get(address_of("learns", connection.resource)).text
    for _press in range(2):
        failed = client.post(address_of("did_not_open", connection.resource), follow=True)

    assert "It didn’t open" in html.unescape(page)
    assert "Use the book." in failed.text
    assert LaunchCount.objects.values_list("launches", "people", "failures").get() == (0, 0, 1)
    assert Launch.objects.count() == 0


def test_nobody_reads_when_somebody_else_began_to_open_it(connection):
    launch_begun(reader_of(connection)[0], connection)
    other, _student = reader_of(connection)

    page = html.unescape(other.get(address_of("learns", connection.resource)).text)
    other.post(address_of("did_not_open", connection.resource))

    assert "It didn’t open" not in page
    assert LaunchCount.objects.count() == 0


def test_begun_launches_are_forgotten_after_an_hour(connection):
    client, _student = reader_of(connection)
    launch_begun(client, connection)

    kept = intents.sweep(timezone.now() + 59 * MINUTE), intents.sweep(timezone.now() + 61 * MINUTE)

    assert kept == (0, 1)


# The practice resource


def test_the_practice_resource_is_a_tool_and_shows_what_it_received(settings):
    settings.ONE_CLICK_LOGINS = True
    connection = LtiConnectionFactory(
        is_practice=True, address="", login_address="", role_telling=Telling.ALWAYS
    )
    client, student = reader_of(connection)

    step_two = client.get(goes_on_to(press_open(client, connection.resource)))
    step_three = client.get(step_two["Location"])
    posted = posted_to_tool(step_three)
    there = address_of("practice", connection.resource)
    first, again = (Client().post(there, posted) for _time in range(2))
    forged = Client().post(there, posted | {"state": "x"})

    told = Launch.objects.get(person=student).told
    assert {name: html.unescape(value) for name, value in VALUE.findall(first.text)} == told
    assert [name in first.text for name in ("(sub)", "(roles)", "(u)")] == [True, True, False]
    assert [one.status_code for one in (first, again, forged)] == [200, 403, 403]
    assert f'action="{there}"' in step_three.text
    assert "form-action 'self';" in step_three["Content-Security-Policy"]


def test_public_keys_hold_nothing_private(connection):
    answer = Client().get("/lti/jwks.json")

    members = {frozenset(key) for key in answer.json()["keys"]}
    assert members == {frozenset({"kty", "n", "e", "kid", "alg", "use"})}
    assert "max-age=3600" in answer["Cache-Control"]


@pytest.mark.parametrize("way", [LaunchWay.SIGNED, LaunchWay.ENT])
def test_other_ways_begin_no_launch(way, settings):
    settings.ONE_CLICK_LOGINS = True
    connection = ConnectionFactory(way=way)
    client, _student = reader_of(connection)

    press_open(client, connection.resource)

    assert LaunchIntent.objects.count() == 0
