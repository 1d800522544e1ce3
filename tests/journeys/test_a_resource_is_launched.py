"""A resource is opened by LTI 1.3: what is told equals what was read and what is kept; whoever asks
wrongly, or for somebody else, is told nothing.
"""

import datetime
import html
import re

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.launches.enums import LaunchWay, Telling
from courses.launches.gateways import lti
from courses.launches.models import Launch, LaunchCount, LaunchIntent, ResourceConnection
from courses.launches.queries import lti_keys
from courses.launches.services import intents
from courses.people.models import today
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import StudentFactory
from tests.factories.launches import (
    ConnectionFactory,
    LtiConnectionFactory,
    address_of,
    asked_by_tool,
    goes_on_to,
    launch_begun,
    posted_to_tool,
    press_open,
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


def reader_of(*connections, person=None):
    """A student's browser, with a licence of the whole school for each resource."""
    student = person or StudentFactory(language="en")
    school = student.memberships.get().organisation
    for connection in connections:
        if not school.licences.filter(resource=connection.resource).exists():
            LicenceFactory(resource=connection.resource, school=school)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(student)
    return client, student


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
    assert LaunchCount.objects.values_list("launches", "people").get() == (1, 1)


def test_a_role_that_is_not_told_is_an_empty_claim():
    connection = LtiConnectionFactory()
    client, student = reader_of(connection)

    claims = claims_in(launch(client, connection), connection)

    assert claims[lti.ROLES_CLAIM] == []
    assert set(claims) - lti.PROTOCOL == {"sub", lti.ROLES_CLAIM}
    named = (student.login, student.given_name, student.family_name, student.public_id)
    assert [word for word in named if word in str(claims)] == []


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


ANSWERED_BY_A_PAGE = {
    "unknown client": {"client_id": "0" * 32},
    "no client": {"client_id": ""},
    "other address": {"redirect_uri": "https://evil.example/launch/"},
    "longer address": {"redirect_uri": "https://tool.example/launch/more"},
    "address with a query": {"redirect_uri": "https://tool.example/launch/?a=1"},
    "no state": {"state": ""},
    "parameter twice": {"nonce": ["a nonce", "another"]},
}


@pytest.mark.parametrize("other", ANSWERED_BY_A_PAGE.values(), ids=ANSWERED_BY_A_PAGE)
def test_who_cannot_be_answered_gets_nothing_and_the_person_a_page(connection, other):
    client, _student = reader_of(connection)

    answer = launch(client, connection, **other)

    assert answer.status_code == 400
    assert posted_to_tool(answer) == {}
    assert "isn’t right: nothing was sent" in html.unescape(answer.text)
    assert Launch.objects.count() == 0


ANSWERED_BY_AN_ERROR = {
    "code flow": ({"response_type": "code"}, "unsupported_response_type"),
    "no type": ({"response_type": ""}, "unsupported_response_type"),
    "query mode": ({"response_mode": "query"}, "invalid_request"),
    "more scope": ({"scope": "openid profile email"}, "invalid_scope"),
    "no scope": ({"scope": ""}, "invalid_scope"),
    "a login is wanted": ({"prompt": "login"}, "invalid_request"),
    "no prompt": ({"prompt": ""}, "invalid_request"),
    "no nonce": ({"nonce": ""}, "invalid_request"),
    "a message hint": ({"lti_message_hint": "42"}, "invalid_request"),
}


@pytest.mark.parametrize(
    ("other", "error"), ANSWERED_BY_AN_ERROR.values(), ids=ANSWERED_BY_AN_ERROR
)
def test_a_tool_that_asks_wrongly_is_told_so_and_nothing_else(connection, other, error):
    client, _student = reader_of(connection)

    answer = launch(client, connection, **other)

    fields = posted_to_tool(answer)
    assert set(fields) == {"error", "error_description", "state"}
    assert (fields["error"], fields["state"]) == (error, "a state")
    assert Launch.objects.count() == 0


# Whose launch it is: each gives the hint with which the tool comes, and may change what holds.


def guessed(client, connection):
    launch_begun(client, connection)
    return "guessed"


def missing(client, connection):
    launch_begun(client, connection)
    return ""


def used(client, connection):
    hint = launch_begun(client, connection)
    assert client.get(AUTHORIZE, asked_by_tool(connection, hint)).status_code == 200
    Launch.objects.all().delete()
    return hint


def of_another_session(client, connection):
    """The same person's, in another browser."""
    person = Launch.person.field.related_model.objects.get(pk=client.session[SESSION_KEY])
    return launch_begun(reader_of(connection, person=person)[0], connection)


def of_another_person(client, connection):
    """Begun in this very session."""
    person, school = StudentFactory(), connection.resource.licences.get().school
    address = intents.begin(
        person=person,
        connection=connection,
        session_key=client.session.session_key,
        now=timezone.now(),
        school=school,
    )
    return re.search("login_hint=([^&]+)", address)[1]


def of_another_resource(client, connection):
    other = LtiConnectionFactory()
    school = connection.resource.licences.get().school
    LicenceFactory(resource=other.resource, school=school)
    return launch_begun(client, other)


def without_a_licence(client, connection):
    hint = launch_begun(client, connection)
    connection.resource.licences.all().delete()
    return hint


def after_more_is_told(client, connection):
    hint = launch_begun(client, connection)
    ResourceConnection.objects.update(level_telling=Telling.ALWAYS)
    return hint


def after_another_site_gets_it(client, connection):
    hint = launch_begun(client, connection)
    ResourceConnection.objects.update(other_addresses="https://other.example/launch/")
    return hint


@pytest.mark.parametrize(
    ("hint_of", "reason"),
    [
        (guessed, "is over: nothing was sent"),
        (missing, "is over: nothing was sent"),
        (used, "is over: nothing was sent"),
        (of_another_session, "is over: nothing was sent"),
        (of_another_person, "is over: nothing was sent"),
        (of_another_resource, "is over: nothing was sent"),
        (without_a_licence, "has no subscription to"),
        (after_more_is_told, "is not what you read last: nothing was sent"),
        (after_another_site_gets_it, "is not what you read last: nothing was sent"),
    ],
    ids=lambda one: one.__name__ if callable(one) else "",
)
def test_nobody_is_told_of_without_a_launch_of_theirs(connection, hint_of, reason):
    client, _student = reader_of(connection)

    answer = client.get(AUTHORIZE, asked_by_tool(connection, hint_of(client, connection)))

    assert answer.status_code == 403
    assert reason in html.unescape(answer.text)
    assert posted_to_tool(answer) == {}
    assert Launch.objects.count() == 0


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (11, 403)], ids=["nine", "eleven"])
def test_a_launch_is_good_for_ten_minutes(connection, minutes, status):
    client, _student = reader_of(connection)
    hint = launch_begun(client, connection)

    with time_machine.travel(timezone.now() + minutes * MINUTE, tick=False):
        answer = client.get(AUTHORIZE, asked_by_tool(connection, hint))

    assert answer.status_code == status
    assert Launch.objects.count() == (status == 200)


def test_who_is_not_logged_in_logs_in_and_begins_anew(connection):
    client, _student = reader_of(connection)
    asked = asked_by_tool(connection, launch_begun(client, connection))

    answer = Client().get(AUTHORIZE, asked)

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("people:login"))
    assert connection.resource.slug in answer["Location"]
    assert "login_hint" not in answer["Location"]
    assert LaunchIntent.objects.get().used_at is None


def test_a_signed_link_cannot_be_asked_for_by_lti():
    connection = ConnectionFactory(is_practice=False, address="https://tool.example/launch/")
    client, _student = reader_of(connection)

    answer = client.get(AUTHORIZE, asked_by_tool(connection, "any"))

    assert answer.status_code == 400


def test_without_a_key_nothing_begins_and_it_is_said(connection, settings):
    client, _student = reader_of(connection)
    hint = launch_begun(client, connection)
    settings.LTI_KEYS = ""

    page = client.get(address_of("learns", connection.resource))
    answer = client.get(AUTHORIZE, asked_by_tool(connection, hint))

    assert "a key is missing on this site" in html.unescape(page.text)
    assert answer.status_code == 403
    assert LaunchIntent.objects.get().used_at is None


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
    assert [one.status_code for one in (first, again, forged)] == [200, 403, 403]
    assert f'action="{there}"' in step_three.text
    assert "form-action 'self';" in step_three["Content-Security-Policy"]


def test_public_keys_hold_nothing_private(connection):
    answer = Client().get("/lti/jwks.json")

    [key] = answer.json()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "alg", "use"}
    assert "max-age=3600" in answer["Cache-Control"]


@pytest.mark.parametrize("way", [LaunchWay.SIGNED, LaunchWay.ENT])
def test_other_ways_begin_no_launch(way, settings):
    settings.ONE_CLICK_LOGINS = True
    connection = ConnectionFactory(way=way)
    client, _student = reader_of(connection)

    press_open(client, connection.resource)

    assert LaunchIntent.objects.count() == 0
