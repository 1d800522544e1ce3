"""What an OpenID provider may answer, and what isn't believed: each from a server on this machine."""

import datetime
import json
from contextlib import nullcontext
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import time_machine
from django.utils import timezone

from courses.signin import gateways
from courses.signin.enums import ProviderKind, TokenAuth
from courses.signin.exceptions import ProviderFault
from courses.signin.gateways import web
from courses.signin.gateways.oidc import is_address
from courses.signin.values import EndedSession, ProviderSettings
from tests.doors.lying_op import CLIENT, LIES, NEXT, SECRET, SESSION, running

BACK = "http://testserver/signin/ent/back/"
DOCUMENT = ".well-known/openid-configuration"
OF_THE_STATE = {"wrong_state", "no_state"}  # the view's: tests/journeys/test_a_login_by_oidc.py


@pytest.fixture
def op():
    with running() as op:
        yield op


def at(op, lie: str = "true", **more):
    told = {"client_id": CLIENT, "secret": SECRET, "token_auth": TokenAuth.BASIC} | more
    return gateways.client(ProviderKind.OIDC, ProviderSettings("1", op.issuer(lie), **told))


def reads(client, **said):
    """As a browser goes there and comes back."""
    departure = client.begin(BACK, "once")
    answer = requests.get(departure.address, allow_redirects=False, timeout=5)
    came = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    return client.read(BACK, "once", departure.kept, came | said)


def test_a_true_answer_says_who_it_is(op):
    told = reads(at(op))

    assert (told.user, told.told(""), told.session) == ("1000001", ["1000001"], SESSION)
    assert told.contexts == ("pwd", "mfa", "loa-2")
    assert "/true/me" not in op.asked


def test_what_goes_there_holds_nothing_of_the_person_or_our_secret(op):
    departure = at(op, scopes="ent").begin(BACK, "once")
    asked = dict(parse_qsl(urlsplit(departure.address).query))

    assert asked == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "scope": "openid ent",
        "state": "once",
        "nonce": departure.kept["nonce"],
        "code_challenge": asked["code_challenge"],
        "code_challenge_method": "S256",
    }
    assert departure.kept["verifier"] not in departure.address


def test_an_attribute_that_the_token_leaves_out_is_asked_of_userinfo(op):
    op.extra |= {"amr": ["hwk"], "acr": "loa-3"}

    told = reads(at(op, attribute="aaf"))

    assert told.told("aaf") == ["1000001"]
    assert told.contexts == ("pwd", "mfa", "loa-2")  # how one logged in, the token alone says
    assert op.asked[-1] == "/true/me"


def test_the_secret_is_shown_as_the_server_wants_it(op):
    assert reads(at(op, "by_post", token_auth=TokenAuth.POST)).user == "1000001"
    with pytest.raises(ProviderFault) as refused:
        reads(at(op, "by_post"))
    assert type(refused.value).__name__ == "ClientRefused"


@pytest.mark.parametrize("lie", sorted(LIES.keys() - OF_THE_STATE))
def test_a_lie_is_refused(op, monkeypatch, lie):
    if lie == "silent":
        monkeypatch.setattr(web, "SECONDS", 0.5)

    with pytest.raises(ProviderFault) as refused:
        reads(at(op, lie, attribute="aaf"))

    assert type(refused.value).__name__ == LIES[lie]
    assert "127.0.0.1" in refused.value.reason


@pytest.mark.parametrize(
    "said", [{"error": "access_denied"}, {"code": "x" * 4_001}], ids=["broken off", "long"]
)
def test_a_code_isnt_shown_where_the_answer_is_no_login(op, said):
    with pytest.raises(ProviderFault) as refused:
        reads(at(op), **said)

    assert type(refused.value).__name__ == "ProviderRefuses"
    assert "/true/token" not in op.asked


@pytest.mark.parametrize(("ahead", "counts"), [(50, True), (-340, True), (70, False)])
def test_their_clock_may_be_a_minute_off(op, ahead, counts):
    op.ahead = ahead

    with nullcontext() if counts else pytest.raises(ProviderFault):
        assert reads(at(op)).user == "1000001"


def test_a_server_that_signs_only_with_our_secret_isnt_believed(op):
    with pytest.raises(ProviderFault) as refused:
        reads(at(op, "only_hs"))
    assert type(refused.value).__name__ == "AlgorithmsUnusable"


def test_keys_of_other_kinds_beside_the_right_one_are_passed_over(op):
    assert reads(at(op, "keys_of_many_kinds")).user == "1000001"


def test_a_code_of_another_login_is_refused(op):
    first, second = at(op).begin(BACK, "a"), at(op).begin(BACK, "b")
    answer = requests.get(first.address, allow_redirects=False, timeout=5)
    came = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    with pytest.raises(ProviderFault) as refused:
        at(op).read(BACK, "b", second.kept, came)
    assert type(refused.value).__name__ == "ProviderRefuses"


def test_a_login_begun_by_another_protocol_is_over(op):
    with pytest.raises(ProviderFault) as refused:
        at(op).read(BACK, "once", {}, {"code": "x", "state": "once"})
    assert type(refused.value).__name__ == "ProviderRefuses"


def test_the_document_and_the_keys_are_read_once_an_hour(op):
    for _time in range(2):
        reads(at(op))
    assert [op.asked.count(f"/true/{name}") for name in (DOCUMENT, "jwks")] == [1, 1]

    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=61)):
        reads(at(op))
    assert [op.asked.count(f"/true/{name}") for name in (DOCUMENT, "jwks")] == [2, 2]


@pytest.mark.parametrize("kid", ["k2", "k1"], ids=["a new name", "the same name"])
def test_a_new_key_in_the_night_works_at_once(op, kid):
    reads(at(op))

    op.signs_with = (NEXT, kid)

    assert reads(at(op)).user == "1000001"


def test_whoever_signs_with_a_wrong_key_makes_us_look_once_in_five_minutes(op):
    for _time in range(3):
        with pytest.raises(ProviderFault):
            reads(at(op, "other_kid"))
    assert op.asked.count("/other_kid/jwks") == 2

    with (
        time_machine.travel(timezone.now() + datetime.timedelta(minutes=6)),
        pytest.raises(ProviderFault),
    ):
        reads(at(op, "other_kid"))
    assert op.asked.count("/other_kid/jwks") == 3


def test_an_https_issuer_names_no_address_without_it(monkeypatch):
    assert not is_address("http://op.example/token", is_secure=True)
    assert not is_address("https:///token", is_secure=True)

    issuer = "HTTPS://op.example"
    document = {"issuer": issuer, "token_endpoint": "https://op.example/token"}
    document["authorization_endpoint"] = "http://op.example/auth"
    monkeypatch.setattr(web, "get", lambda url: json.dumps(document).encode())
    with pytest.raises(ProviderFault) as refused:
        gateways.client(ProviderKind.OIDC, ProviderSettings("1", issuer)).begin(BACK, "once")
    assert refused.value.values["name"] == "authorization_endpoint"


def test_the_secret_stands_in_no_line_that_names_the_settings():
    assert SECRET not in repr(ProviderSettings("1", secret=SECRET))


# Logout by the provider


def test_a_logout_of_theirs_names_session_and_person(op):
    ended = at(op).ended({"logout_token": op.logout_token()})

    assert ended == EndedSession(SESSION, "1000001", once="j1")


@pytest.mark.parametrize(
    ("lie", "claims"),
    [
        ("true", {"aud": "x"}),
        ("true", {"aud": None}),
        ("true", {"iss": "https://other.example"}),
        ("true", {"iss": None}),
        ("true", {"iat": None}),
        ("true", {"jti": None}),
        ("true", {"events": None}),
        ("true", {"events": {"https://other.example/event": {}}}),
        ("true", {"events": "http://schemas.openid.net/event/backchannel-logout"}),
        ("true", {"nonce": "x"}),
        ("true", {"sid": None, "sub": None}),
        ("true", {"sid": 7}),
        ("other_key", {}),
        ("other_kid", {}),
        ("none", {}),
        ("hs_secret", {}),
        ("hs_pubkey", {}),
    ],
    ids=str,
)
def test_a_logout_that_is_wrong_ends_nothing(op, lie, claims):
    ended = at(op).ended({"logout_token": op.logout_token(lie, **claims)})

    assert (ended.session, ended.user) == ("", "")


@pytest.mark.parametrize("minutes", [-6, 6], ids=["old", "to come"])
def test_a_logout_counts_for_five_minutes(op, minutes):
    iat = timezone.now() + datetime.timedelta(minutes=minutes)
    token = op.logout_token(iat=int(iat.timestamp()), exp=None)

    assert at(op).ended({"logout_token": token}) == EndedSession()


@pytest.mark.parametrize("body", ["", "x", "x.y.z", "é" * 10])
def test_what_is_no_logout_ends_nothing(op, body):
    assert at(op).ended({"logout_token": body}) == EndedSession()


def test_the_way_to_their_logout_holds_no_identifier(op):
    assert at(op).logout_address("http://testserver/", {}) == (
        f"{op.issuer()}/end?client_id={CLIENT}&post_logout_redirect_uri=http%3A%2F%2Ftestserver%2F"
    )
