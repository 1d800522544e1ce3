"""Whoever asks wrongly by LTI, or for somebody else, is told nothing. Each row fails without its
check.
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

from courses.launches.enums import Telling
from courses.launches.models import Launch, LaunchIntent, ResourceConnection
from courses.launches.services import intents
from courses.people.models import Person, today
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import StudentFactory
from tests.factories.launches import (
    ConnectionFactory,
    LtiConnectionFactory,
    address_of,
    asked_by_tool,
    launch_begun,
    posted_to_tool,
    reader_of,
)
from tests.journeys.test_a_resource_is_launched import AUTHORIZE, MINUTE, launch

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection():
    return LtiConnectionFactory(level_telling=Telling.OPTIONAL)


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
    person = Person.objects.get(pk=client.session[SESSION_KEY])
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


def after_the_licence_has_ended(client, connection):
    hint = launch_begun(client, connection)
    connection.resource.licences.update(until=today() - datetime.timedelta(days=1))
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
        (guessed, "is over: it sends nothing any more"),
        (missing, "is over: it sends nothing any more"),
        (used, "is over: it sends nothing any more"),
        (of_another_session, "is over: it sends nothing any more"),
        (of_another_person, "is over: it sends nothing any more"),
        (of_another_resource, "is over: it sends nothing any more"),
        (without_a_licence, "has no subscription to"),
        (after_the_licence_has_ended, "ended on"),
        (after_more_is_told, "is not what you read last: nothing was sent"),
        (after_another_site_gets_it, "is not what you read last: nothing was sent"),
    ],
    ids=lambda one: one.__name__ if callable(one) else "",
)
def test_nobody_is_told_of_without_a_launch_of_theirs(connection, hint_of, reason):
    client, _student = reader_of(connection)

    answer = client.get(AUTHORIZE, asked_by_tool(connection, hint_of(client, connection)))

    assert answer.status_code == 403
    page = html.unescape(answer.text)
    assert reason in page
    assert "below" not in page, "the page holds nothing more"
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
