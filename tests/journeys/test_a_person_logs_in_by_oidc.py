"""Logging in by OpenID Connect: known people only, each code once, in the browser that asked; both
logouts. Against a provider that really answers, on this machine.
"""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from courses.live.values import TokensStayOut
from courses.people.models import LoginSession
from courses.signin.models import IdentityProvider, ProviderTicket
from tests.doors import lying_op
from tests.factories.continuity import StudentFactory
from tests.factories.people import PersonFactory, TeacherFactory
from tests.factories.signin import (
    FORM,
    OidcProviderFactory,
    goes,
    is_in,
    known_as,
    refused,
    said_there,
)

pytestmark = pytest.mark.django_db
LOGOUT = "/signin/ent/logout/"


@pytest.fixture
def op():
    with lying_op.running() as op:
        yield op


@pytest.fixture
def ent(op):
    return OidcProviderFactory(address=op.issuer())


@pytest.fixture
def marie():
    return known_as(TeacherFactory(login="marie"), "1000001")


def logs_in(browser, ent, **query):
    return browser.get(said_there(goes(browser, ent, **query)))


def reader_of(browser):
    return browser.get("/fr/profile/").wsgi_request.user


def test_a_known_person_comes_in_to_the_page_that_was_wanted(client, ent, marie):
    answer = logs_in(client, ent, next="/fr/profile/")

    assert (answer.status_code, answer.url) == (302, "/fr/profile/")
    assert reader_of(client) == marie


def test_a_stranger_reads_whom_to_ask(client, op, ent, marie):
    op.sub = "999"

    answer = logs_in(client, ent)

    assert refused(answer) == (403, "UNKNOWN")
    assert not is_in(client)


def test_by_an_attribute_of_userinfo(client, op, ent, marie):
    op.sub, ent.attribute = "of-their-own", "aaf"
    ent.save()

    logs_in(client, ent)

    assert is_in(client)


@pytest.mark.parametrize("value", ["1000001\0", "\ud800", ["\ud800", ""], True], ids=ascii)
def test_a_value_that_cant_be_written_down_is_none(client, op, ent, marie, value):
    op.extra, ent.attribute = {"aaf": value}, "aaf"
    ent.save()

    assert refused(logs_in(client, ent)) == (403, "INCOMPLETE")


def test_without_the_attribute_nobody_is_let_in(client, op, ent, marie):
    ent.attribute = "join_key"
    ent.save()

    assert refused(logs_in(client, ent)) == (403, "INCOMPLETE")


def test_one_of_several_accounts_is_chosen(client, op, ent, marie):
    student = known_as(StudentFactory(), "2000002")
    op.extra, ent.attribute = {"aaf": ["1000001", "2000002"]}, "aaf"
    ent.save()

    answer = logs_in(client, ent)
    assert answer.url == reverse("signin:accounts", args=["ent"])
    client.post(answer.url, {"account": student.public_id})

    assert reader_of(client) == student


# What isn't believed


@pytest.mark.parametrize(
    ("lie", "seen"),
    [
        ("wrong_state", (403, "OVER")),
        ("no_state", (403, "OVER")),
        ("cancelled", (403, "OVER")),
        ("server_error", (503, "DOWN")),
        ("used_code", (403, "OVER")),
        ("wrong_nonce", (503, "DOWN")),
        ("other_key", (503, "DOWN")),
    ],
)
def test_a_lie_lets_nobody_in(client, op, ent, marie, lie, seen):
    ent.address = op.issuer(lie)
    ent.save()

    answer = logs_in(client, ent)

    assert refused(answer) == seen
    assert not is_in(client)


@pytest.mark.parametrize("lie", ["html", "half_an_address", "address_of_no_letters"])
def test_a_document_that_cant_be_used_says_so_before_one_goes(client, op, ent, lie):
    ent.address = op.issuer(lie)
    ent.save()

    answer = client.get("/signin/ent/", {"next": "/en/profile/"})

    assert refused(answer) == (503, "DOWN")
    assert "/en/login/?next=%2Fen%2Fprofile%2F" in answer.text


def test_a_login_that_a_provider_began_before_it_was_closed_isnt_ended(client, ent, marie):
    back = said_there(goes(client, ent))
    ent.is_open = False
    ent.save()

    assert client.get(back, follow=True).status_code == 404
    assert not is_in(client)


def test_an_answer_in_another_browser_is_refused(client, ent, marie):
    back = said_there(goes(Client(), ent))

    assert refused(client.get(back)) == (403, "OVER")
    assert not is_in(client)


def test_a_code_serves_once_even_where_the_provider_believes_it_again(client, ent, marie):
    first, second = said_there(goes(client, ent)), said_there(goes(client, ent))
    client.get(first)
    code = ProviderTicket.objects.get()
    client.post("/fr/logout/")

    assert refused(client.get(first)) == (403, "OVER")
    client.get(second)
    assert ProviderTicket.objects.exclude(pk=code.pk).count() == 0
    assert not is_in(client)


def test_an_answer_of_another_provider_opens_nothing(client, op, ent, marie):
    OidcProviderFactory(slug="other", address=op.issuer())
    back = said_there(goes(client, ent)).replace("/ent/", "/other/")

    assert refused(client.get(back)) == (403, "OVER")
    assert not is_in(client)


def test_the_key_of_the_session_changes(client, ent, marie):
    goes(client, ent)
    planted = client.session.session_key

    logs_in(client, ent)

    assert is_in(client)
    assert not LoginSession.objects.filter(session_key=planted).exists()


def test_a_second_factor_counts_where_the_row_names_it(client, ent, marie):
    for counted, counts in (("", False), ("otp\nhwk", False), ("otp mfa", True)):
        ent.second_factor = counted
        ent.save()
        browser = Client()
        logs_in(browser, ent)
        assert browser.session["signin_answer"]["has_second_factor"] is counts


def test_no_line_of_the_log_holds_a_code_or_an_identifier(client, op, ent, marie, caplog):
    caplog.set_level(logging.DEBUG)
    back = said_there(goes(client, ent))
    client.get(back)
    ent.address = op.issuer("wrong_nonce")
    ent.save()
    logs_in(Client(), ent)

    for record in caplog.records:
        TokensStayOut().filter(record)
    form = logging.Formatter()
    lines = [form.format(record) for record in caplog.records if "sql" not in record.__dict__]
    code = back.partition("code=")[2].partition("&")[0]
    assert any("failed: TokenNotBelieved" in line for line in lines)
    assert not [line for line in lines if code in line or "1000001" in line]


# Logouts


def test_their_logout_ends_the_session_that_it_names_and_serves_once(client, op, ent, marie):
    logs_in(client, ent)
    token = op.logout_token(sub=None)

    answer = Client(enforce_csrf_checks=True).post(LOGOUT, {"logout_token": token})

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert not is_in(client)
    logs_in(client, ent)
    assert Client().post(LOGOUT, {"logout_token": token}).status_code == 400
    assert is_in(client)


def test_their_logout_of_one_session_leaves_the_persons_others(client, op, ent, marie):
    logs_in(client, ent)
    op.sid = "on-another-computer"
    logs_in(other := Client(), ent)

    Client().post(LOGOUT, {"logout_token": op.logout_token(sid=op.sid)})

    assert [is_in(client), is_in(other)] == [True, False]


def test_their_logout_ends_what_a_login_without_their_session_began(client, op, ent, marie):
    ent.address = op.issuer("no_sid")
    ent.save()
    logs_in(client, ent)

    for sub in (None, "2000002", "1000001"):
        token = op.logout_token("true", iss=ent.address, sub=sub, jti=f"j{sub}")
        Client().post(LOGOUT, {"logout_token": token})
        assert is_in(client) == (sub != "1000001")


def test_their_logout_of_a_person_ends_all_sessions_of_that_one(client, op, ent, marie):
    known_as(TeacherFactory(), "2000002")
    browsers = [client, Client()]
    for browser in browsers:
        logs_in(browser, ent)
    op.sub = "2000002"
    logs_in(other := Client(), ent)

    token = op.logout_token(sid=None, sub="1000001")
    assert Client().post(LOGOUT, {"logout_token": token}).status_code == 200

    assert [is_in(browser) for browser in (*browsers, other)] == [False, False, True]


def test_a_logout_that_isnt_theirs_ends_nothing(client, op, ent, marie):
    logs_in(client, ent)

    for token in (op.logout_token("other_key"), op.logout_token("none"), "x", ""):
        assert Client().post(LOGOUT, {"logout_token": token}).status_code == 400

    assert is_in(client)


def test_a_logout_of_one_client_ends_nothing_at_another_row(client, op, ent, marie):
    logs_in(client, ent)
    OidcProviderFactory(slug="other", address=op.issuer())

    Client().post("/signin/other/logout/", {"logout_token": op.logout_token()})

    assert is_in(client)


def test_our_logout_ends_ours_first_then_offers_theirs(client, op, ent, marie):
    logs_in(client, ent)

    page = client.post(reverse("people:logout"), follow=True)

    assert f"{op.issuer()}/end?client_id=passerelle" in page.text
    assert not is_in(client)


def test_without_a_way_to_their_logout_the_page_stands_all_the_same(client, op, ent, marie):
    logs_in(client, ent)
    ent.address = op.issuer("html")
    ent.save()

    page = client.post(reverse("people:logout"), follow=True)

    assert page.status_code == 200
    assert "too</a>" not in page.text


# A superuser connects it


@pytest.fixture
def root(client):
    root = PersonFactory(is_superuser=True, language="en")
    client.force_login(root)
    return root


OF_OIDC = FORM | {"kind": "oidc", "client_id": "passerelle", "secret": lying_op.SECRET}


def enters(client, op, **said):
    return client.post(reverse("identity_providers:add"), OF_OIDC | {"address": op.issuer()} | said)


def test_a_provider_is_entered_and_its_secret_stays_unread(client, op, root):
    enters(client, op, address=f"{op.issuer()}/", second_factor="mfa", metadata="of SAML")

    ent = IdentityProvider.objects.get()
    assert (ent.address, ent.secret) == (f"{op.issuer()}/", lying_op.SECRET)
    assert (ent.second_factor, ent.metadata) == ("mfa", "")
    edit = reverse("identity_providers:edit", args=[ent.pk])
    assert lying_op.SECRET not in (page := client.get(edit).text)
    assert 'name="secret" autocomplete="new-password"' in page  # or a browser fills in its own
    client.post(edit, OF_OIDC | {"address": op.issuer(), "secret": "", "second_factor": ""})
    ent.refresh_from_db()
    assert (ent.address, ent.secret) == (op.issuer(), lying_op.SECRET)


@pytest.mark.parametrize("left_out", ["client_id", "secret", "address"])
def test_what_openid_connect_needs_is_asked_for(client, op, root, left_out):
    answer = enters(client, op, **{left_out: ""})

    assert answer.status_code == 200
    assert not IdentityProvider.objects.exists()


def test_a_change_of_protocol_takes_the_secret_away(client, op, root):
    ent = OidcProviderFactory(address=op.issuer())

    client.post(reverse("identity_providers:edit", args=[ent.pk]), FORM)

    ent.refresh_from_db()
    assert (ent.kind, ent.client_id, ent.secret) == ("cas", "", "")


def tried(client, address: str, **more):
    ent = OidcProviderFactory(address=address, **more)
    page = client.post(reverse("identity_providers:trial", args=[ent.pk]))
    return page.context["is_well"], page.text


def test_all_is_well(client, op, root):
    known_as(StudentFactory(), "1")

    is_well, text = tried(client, op.issuer())

    assert is_well
    assert "http://testserver/signin/ent/logout/" in text


@pytest.mark.parametrize(
    ("lie", "sentence"),
    [
        ("html", "answers with a web page"),
        ("status_500", "the status 500"),
        ("redirect", "sends the question on"),
        ("not_json", "isn’t JSON as OpenID Connect wants it"),
        ("metadata_issuer", "calls itself another issuer"),
        ("no_jwks_uri", "no address that can be used as jwks_uri"),
        ("only_hs", "sign with one of these: RS256, PS256, ES256"),
        ("no_keys", "shows no key"),
        ("other_secret", "doesn’t know our client id"),
    ],
)
def test_what_is_wrong_with_the_server_is_said(client, op, root, lie, sentence):
    known_as(StudentFactory(), "1")

    is_well, text = tried(client, op.issuer(lie))

    assert not is_well
    assert sentence in text


def test_a_mended_server_is_well_at_once(client, op, root):
    known_as(StudentFactory(), "1")
    ent = OidcProviderFactory(address=op.issuer(), secret="wrong")
    url = reverse("identity_providers:trial", args=[ent.pk])
    assert not client.post(url).context["is_well"]

    ent.secret = lying_op.SECRET
    ent.save()

    assert client.post(url).context["is_well"]
