"""What a CAS server may answer, and what isn't believed: each from a real server on this machine."""

from threading import Thread

import pytest

from courses.signin import gateways
from courses.signin.enums import ProviderKind
from courses.signin.exceptions import ProviderFault, TicketMalformed
from courses.signin.gateways import web
from courses.signin.values import EndedSession, ProviderSettings
from tests.factories.cas_server import (
    COMMENT_IN_UTF_7,
    FORMS,
    LIES,
    TRICKLING,
    UTF_7,
    logout_request,
    running,
)

BACK = "http://testserver/signin/ent/back/"
TICKET = "ST-1-something"


@pytest.fixture(scope="module")
def server():
    with running() as server:
        yield server


def at(address: str):
    return gateways.client(ProviderKind.CAS, ProviderSettings("1", address))


def reads(server, kind: str, name: str):
    return asks(server.address_of(kind, name), TICKET)


def asks(address: str, ticket: str):
    return at(address).read(BACK, "once", {}, {"ticket": ticket})


@pytest.mark.parametrize("name", FORMS)
def test_each_form_of_a_true_answer_is_read(server, name):
    told = reads(server, "forms", name)

    assert (told.user, told.told("aaf"), told.told("")) == ("lea", FORMS[name][1], ["lea"])


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_refused(server, monkeypatch, name):
    if name in TRICKLING:
        monkeypatch.setattr(web, "SECONDS", 0.5)

    with pytest.raises(ProviderFault) as refused:
        reads(server, "lies", name)

    assert type(refused.value).__name__ == LIES[name][1]
    assert "127.0.0.1" in refused.value.reason


@pytest.mark.parametrize(
    "ticket", ["", "PT-1-of-a-proxy", "ST-1", "ST-1-a b", "ST-1-é" + "x" * 9, "ST-" + "x" * 300]
)
def test_what_is_no_service_ticket_is_asked_nobody(server, ticket):
    server.asked.clear()

    with pytest.raises(TicketMalformed):
        asks(server.address, ticket)
    assert server.asked == []


def test_nobody_there():
    with pytest.raises(ProviderFault) as refused:
        asks("http://127.0.0.1:9/cas", TICKET)
    assert type(refused.value).__name__ == "ProviderUnreachable"


@pytest.mark.parametrize(
    ("body", "ticket"),
    [
        (logout_request(TICKET), TICKET),
        ("", ""),
        ("no XML", ""),
        (logout_request(TICKET).replace("LogoutRequest", "AuthnRequest"), ""),
        (logout_request(f"{TICKET}</samlp:SessionIndex><samlp:SessionIndex>x"), ""),
        ("<!DOCTYPE x>" + logout_request(TICKET), ""),
        (UTF_7 + COMMENT_IN_UTF_7 + logout_request(TICKET), ""),
        (logout_request(TICKET + " " * 70_000), ""),
    ],
    ids=[
        "good",
        "nothing",
        "no XML",
        "another request",
        "two sessions",
        "a DTD",
        "UTF-7",
        "too long",
    ],
)
def test_a_logout_of_theirs_names_one_ticket(body, ticket):
    ended = at("https://ent.example/cas").ended({"logoutRequest": body})

    assert ended == EndedSession(ticket)


def test_the_last_part_of_the_address_stays():
    client = at("https://ent.example/cas")

    assert client.begin(BACK, "once").address.startswith(
        "https://ent.example/cas/login?service=http"
    )
    assert client.logout_address("https://passerelle.example/", {}).startswith(
        "https://ent.example/cas/logout?service=https"
    )


def test_a_silent_server_holds_four_threads_and_no_more(server, monkeypatch):
    monkeypatch.setattr(web, "SECONDS", 2)
    refusals = []

    def waits():
        with pytest.raises(ProviderFault) as refused:
            reads(server, "lies", "silent")
        refusals.append(type(refused.value).__name__)

    threads = [Thread(target=waits) for _one in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(refusals) == ["ProviderBusy"] * 2 + ["ProviderTooSlow"] * 4
