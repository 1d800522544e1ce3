"""Whoever has a second step is asked for it after an ENT's answer, too; a registrar comes in by an ENT
with one alone. Against a server that really answers, on this machine.
"""

import datetime

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from courses.people.models import LoginSession
from courses.people.services import second_factor as services
from courses.signin.models import IdentityProvider, ProviderTicket
from courses.signin.rules import counts_for
from tests.doors import lying_op
from tests.factories.cas_server import logout_request, running
from tests.factories.continuity import LeaderFactory
from tests.factories.people import PersonFactory, RegistrarFactory, TeacherFactory
from tests.factories.second_factors import CODE_PAGE, app_code, switched_on
from tests.factories.signin import (
    PEOPLE,
    STRANGER,
    IdentityProviderFactory,
    OidcProviderFactory,
    begins,
    comes_back,
    goes,
    is_in,
    known_as,
    logs_in,
    said_there,
)

pytestmark = pytest.mark.django_db
NEXT = {"next": "/fr/profile/"}


@pytest.fixture
def server():
    with running(PEOPLE) as server:
        yield server


@pytest.fixture
def ent(server):
    return IdentityProviderFactory(slug="ent", address=server.address)


def with_second_step(person, value="1000001"):
    switched_on(known_as(person, value))
    return person


@pytest.mark.parametrize("maker", [TeacherFactory, LeaderFactory, RegistrarFactory])
def test_the_code_is_asked_for_after_the_ents_answer(client, server, ent, maker):
    person = with_second_step(maker())

    half = logs_in(client, server, ent, "lea", **NEXT)
    nobody = client.session.get(SESSION_KEY)
    passed = client.post(CODE_PAGE, {"code": app_code(person)} | NEXT)
    done = client.get(passed.url)

    assert half.url == f"{CODE_PAGE}?next=%2Ffr%2Fprofile%2F"
    assert nobody is None
    assert passed.url == reverse("signin:go_on", args=["ent"])
    assert done.url == "/fr/profile/"
    assert client.session[SESSION_KEY] == str(person.pk)
    assert ProviderTicket.objects.get().session_key == client.session.session_key


def test_an_ent_that_is_closed_before_the_code_lets_nobody_in(client, server, ent):
    person = with_second_step(LeaderFactory())
    logs_in(client, server, ent, "lea", **NEXT)
    ent.is_open = False
    ent.save()

    passed = client.post(CODE_PAGE, {"code": app_code(person)} | NEXT)
    answer = client.get(passed.url)

    assert answer.status_code == 403
    assert client.session.get(SESSION_KEY) is None


def test_without_the_code_the_address_that_goes_on_lets_nobody_in(client, server, ent):
    with_second_step(LeaderFactory())
    logs_in(client, server, ent, "lea")

    answer = client.get(reverse("signin:go_on", args=["ent"]))

    assert answer.status_code == 403
    assert not is_in(client)


def test_the_address_that_goes_on_serves_once(client, server, ent):
    person = with_second_step(LeaderFactory())
    logs_in(client, server, ent, "lea")
    go_on = client.post(CODE_PAGE, {"code": app_code(person)}).url
    client.get(go_on)
    LoginSession.objects.all().delete()

    assert Client().get(go_on).status_code == 403
    assert client.get(go_on).status_code == 403


def test_a_code_of_another_account_s_login_doesn_t_go_on_with_this_one(client, server, ent):
    """Two tabs: one by the ENT, the other by the password of somebody else."""
    with_second_step(LeaderFactory())
    other = TeacherFactory()
    switched_on(other)
    logs_in(client, server, ent, "lea")
    client.post("/fr/login/", {"username": other.login, "password": "password"})

    client.post(CODE_PAGE, {"code": app_code(other)})

    assert client.session[SESSION_KEY] == str(other.pk)
    assert client.get(reverse("signin:go_on", args=["ent"])).url == "/fr/today/"
    assert client.session[SESSION_KEY] == str(other.pk)


def test_a_code_of_an_earlier_login_doesn_t_go_on_with_a_later_one(client, server, ent):
    """Of one browser: the code was right, and before its answer was followed another one came in."""
    leader = with_second_step(LeaderFactory())
    logs_in(client, server, ent, "lea")
    go_on = client.post(CODE_PAGE, {"code": app_code(leader)}).url
    with_second_step(TeacherFactory(), STRANGER)
    logs_in(client, server, ent, "stranger")

    assert client.get(go_on).status_code == 403
    assert not is_in(client)


def test_the_identifier_may_go_between_answer_and_code(client, server, ent):
    person = with_second_step(LeaderFactory())
    logs_in(client, server, ent, "lea")
    go_on = client.post(CODE_PAGE, {"code": app_code(person)}).url
    person.identities.all().delete()

    assert client.get(go_on).status_code == 403
    assert not is_in(client)


def test_the_identifier_may_be_doubted_between_answer_and_code(client, server, ent):
    person = with_second_step(LeaderFactory())
    logs_in(client, server, ent, "lea")
    go_on = client.post(CODE_PAGE, {"code": app_code(person)}).url
    person.identities.update(confirmed_at=None)

    assert client.get(go_on).status_code == 403
    assert not is_in(client)


def test_the_ent_ends_a_half_login_too(client, server, ent):
    person = with_second_step(LeaderFactory())
    service = begins(client, ent)
    comes_back(client, service, ticket := server.ticket(service, "lea"))

    client.post(reverse("signin:back", args=["ent"]), {"logoutRequest": logout_request(ticket)})
    answer = client.post(CODE_PAGE, {"code": app_code(person)})

    assert answer.url.startswith("/fr/login/")


def test_changing_to_the_account_with_a_second_step_asks_for_it(client, server, ent):
    parent = known_as(PersonFactory(), "1000001")
    leader = with_second_step(LeaderFactory(), "2000002")
    logs_in(client, server, ent, "both")
    accounts = reverse("signin:accounts", args=["ent"])
    client.post(accounts, {"account": parent.public_id})

    half = client.post(accounts, {"account": leader.public_id})
    nobody = client.session.get(SESSION_KEY)
    client.get(client.post(CODE_PAGE, {"code": app_code(leader)}).url)

    assert half.url.startswith(CODE_PAGE)
    assert nobody is None
    assert client.session[SESSION_KEY] == str(leader.pk)


def test_a_registrar_whose_second_step_is_taken_off_comes_in_no_more(client, server, ent):
    registrar = with_second_step(RegistrarFactory())
    services.take_off(person=registrar, by=None)

    answer = logs_in(client, server, ent, "lea")

    assert answer.status_code == 403


def test_a_superuser_comes_in_by_no_ent_even_with_a_second_step(client, server, ent):
    with_second_step(PersonFactory(is_superuser=True))

    assert logs_in(client, server, ent, "lea").status_code == 403


@pytest.mark.parametrize(
    ("maker", "has_second_factor", "counts"),
    [
        pytest.param(LeaderFactory, True, True, id="leader, the ENT asked for one"),
        pytest.param(LeaderFactory, False, False, id="leader, it didn't"),
        pytest.param(RegistrarFactory, True, False, id="registrar: another server's word"),
    ],
)
def test_when_the_second_factor_of_a_provider_counts(maker, has_second_factor, counts):
    assert counts_for(maker(), has_second_factor) is counts


# A provider that says it has asked for a second factor


@pytest.fixture
def op():
    with lying_op.running() as op:  # its amr: pwd, mfa
        yield op


@pytest.mark.parametrize(
    ("maker", "counted", "is_asked"),
    [
        pytest.param(LeaderFactory, "mfa", False, id="leader"),
        pytest.param(LeaderFactory, "", True, id="leader, its word doesn't count"),
        pytest.param(RegistrarFactory, "mfa", True, id="registrar"),
    ],
)
def test_the_providers_own_second_factor_stands_in_for_ours(client, op, maker, counted, is_asked):
    OidcProviderFactory(address=op.issuer(), second_factor=counted)
    person = with_second_step(maker())

    answer = client.get(said_there(goes(client, IdentityProvider.objects.get(), **NEXT)))

    assert answer.url.startswith(CODE_PAGE if is_asked else "/fr/profile/")
    assert client.session.get(SESSION_KEY) == (None if is_asked else str(person.pk))


@pytest.mark.parametrize(("counted", "leads_to"), [("mfa", 200), ("", 302)])
def test_whom_the_provider_asked_for_one_needs_no_other_of_ours(
    client, settings, op, counted, leads_to
):
    settings.SECOND_FACTOR_FROM = datetime.date.min
    OidcProviderFactory(address=op.issuer(), second_factor=counted)
    known_as(LeaderFactory(), "1000001")

    client.get(said_there(goes(client, IdentityProvider.objects.get())))

    assert client.get("/fr/profile/").status_code == leads_to
