"""How long one is logged in by an ENT, both logouts, one of several accounts of a person, and the
links of the login page. Against a server that really answers, on this machine.
"""

import datetime

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.people.enums import Role
from courses.people.models import LoginSession
from courses.people.values import DEVICE_COOKIE
from courses.signin.values import CHOICE, SESSION
from courses.signin.views.login import LAST_COOKIE
from tests.factories.cas_server import logout_request
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.continuity import StudentFactory
from tests.factories.people import MembershipFactory, OrganisationFactory
from tests.factories.signin import (
    IdentityProviderFactory,
    begins,
    comes_back,
    is_in,
    known_as,
    logs_in,
)

pytestmark = pytest.mark.django_db


# Sessions


def test_a_session_ends_after_eight_hours_whatever_is_done_meanwhile(client, server, ent, lea):
    logs_in(client, server, ent, "lea")

    with time_machine.travel(timezone.now() + SESSION - datetime.timedelta(minutes=5)):
        session = client.session
        session["something"] = 1
        session.save()
        assert is_in(client)
    with time_machine.travel(timezone.now() + SESSION + datetime.timedelta(minutes=1)):
        assert not is_in(client)


def test_on_a_shared_computer_it_ends_with_the_browser_and_nothing_is_remembered(
    client, server, ent, lea
):
    logs_in(client, server, ent, "lea", shared="yes")

    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == ""
    assert client.cookies.keys().isdisjoint({LAST_COOKIE, DEVICE_COOKIE})
    assert LoginSession.objects.get(person=lea).is_shared


def test_their_logout_ends_the_session_of_its_ticket_alone(client, server, ent, lea):
    service, other = begins(client, ent), Client()
    ticket = server.ticket(service, "lea")
    comes_back(client, service, ticket)
    logs_in(other, server, ent, "lea")

    answers = [
        Client(enforce_csrf_checks=True).post(
            reverse("signin:back", args=["ent"]), {"logoutRequest": body}
        )
        for body in (
            logout_request("ST-99-guessed"),
            logout_request(""),
            "x",
            logout_request(ticket),
        )
    ]

    assert {(answer.status_code, answer.content) for answer in answers} == {(200, b"")}
    assert (is_in(client), is_in(other)) == (False, True)


def test_a_provider_that_was_closed_still_ends_its_sessions(client, server, ent, lea):
    service = begins(client, ent)
    comes_back(client, service, ticket := server.ticket(service, "lea"))
    ent.is_open = False
    ent.save()

    assert Client().get(reverse("signin:logged_out", args=["ent"])).status_code == 200
    client.post(reverse("signin:back", args=["ent"]), {"logoutRequest": logout_request(ticket)})

    assert not is_in(client)


def test_a_ticket_ends_no_session_of_another_provider(client, server, ent, lea):
    IdentityProviderFactory(slug="other", address=server.address)
    service = begins(client, ent)
    comes_back(client, service, ticket := server.ticket(service, "lea"))

    client.post(reverse("signin:back", args=["other"]), {"logoutRequest": logout_request(ticket)})

    assert is_in(client)


def test_our_logout_ends_ours_first_then_offers_theirs(client, server, ent, lea):
    logs_in(client, server, ent, "lea")

    answer = client.post(reverse("people:logout"))

    assert (answer.status_code, answer.url) == (302, "/signin/ent/logged-out/")
    assert not is_in(client)
    page = client.get(answer.url)
    assert f"{ent.address}/logout?service=http%3A%2F%2Ftestserver%2F" in page.text


def test_another_login_of_the_same_person_leads_home_at_the_logout(
    client, server, ent, lea, settings
):
    settings.ONE_CLICK_LOGINS, settings.DEMO_ACCOUNTS = True, ["lea"]
    logs_in(client, server, ent, "lea")
    client.post("/fr/demo-login/", {"login": "lea"})

    assert client.post("/fr/logout/").url == "/fr/"


# Several accounts of one person


def test_one_of_several_accounts_is_chosen_and_changed_without_mixing(
    client, server, ent, lea, teacher
):
    answer = logs_in(client, server, ent, "both", next="/en/profile/")
    choice = reverse("signin:accounts", args=["ent"])
    assert (answer.status_code, answer.url) == (302, choice)
    assert not is_in(client)
    page = client.get(choice)
    assert set(page.context["people"]) == {lea, teacher}

    answer = client.post(choice, {"account": teacher.public_id})

    assert answer.url == "/en/profile/"
    page = client.get("/en/profile/")
    assert page.wsgi_request.user == teacher
    assert page.context["account_links"][0].url == choice
    first = client.session.session_key
    client.post(choice, {"account": lea.public_id})
    assert client.get("/en/profile/").wsgi_request.user == lea
    assert not LoginSession.objects.filter(session_key=first).exists()


@pytest.mark.parametrize("page", ["accounts", "confirm"])
def test_a_provider_that_is_closed_meanwhile_lets_nobody_in(
    client, server, ent, lea, teacher, page
):
    """Whether they choose an account or type its password: refused in words, not as a page that isn't
    there.
    """
    logs_in(client, server, ent, "both")
    assert client.get(reverse("signin:accounts", args=["ent"])).status_code == 200
    ent.is_open = False
    ent.save()

    said = {"account": teacher.public_id, "password": "password"}
    answer = client.post(reverse(f"signin:{page}", args=["ent"]), said)

    assert answer.status_code == 403
    assert not is_in(client)


def test_the_lists_of_two_accounts_of_one_person_are_not_mixed(client, server, ent, lea, teacher):
    """Case C66."""
    names = {lea: "Madmagz", teacher: "Educ’Arte"}
    for person, name in names.items():
        school = person.memberships.get().organisation
        LicenceFactory(resource=ResourceFactory(name=name), school=school)
    logs_in(client, server, ent, "both")
    choice = reverse("signin:accounts", args=["ent"])

    lists = []
    for person in (teacher, lea, teacher):
        client.post(choice, {"account": person.public_id})
        page = client.get("/en/my-resources/").text
        lists.append([name in page for name in names.values()])

    assert lists == [[False, True], [True, False], [False, True]]


def test_only_an_account_of_the_answer_is_chosen(client, server, ent, lea, teacher):
    other = StudentFactory()
    known_as(other, "3000003")
    logs_in(client, server, ent, "both")

    answer = client.post(reverse("signin:accounts", args=["ent"]), {"account": other.public_id})

    assert answer.status_code == 200
    assert not is_in(client)


def test_their_logout_ends_the_account_that_was_changed_to(client, server, ent, lea, teacher):
    service = begins(client, ent)
    ticket = server.ticket(service, "both")
    comes_back(client, service, ticket)
    for person in (teacher, lea):
        client.post(reverse("signin:accounts", args=["ent"]), {"account": person.public_id})

    client.post(reverse("signin:back", args=["ent"]), {"logoutRequest": logout_request(ticket)})

    assert not is_in(client)


def test_a_choice_that_was_left_open_is_over_after_ten_minutes(client, server, ent, lea, teacher):
    logs_in(client, server, ent, "both")

    with time_machine.travel(timezone.now() + CHOICE + datetime.timedelta(minutes=1)):
        answer = client.post(reverse("signin:accounts", args=["ent"]), {"account": lea.public_id})

    assert (answer.status_code, answer.context["reason"]) == (403, "OVER")


def test_after_eight_hours_no_account_is_changed_to(client, server, ent, lea, teacher):
    logs_in(client, server, ent, "both", shared="yes")
    choice = reverse("signin:accounts", args=["ent"])
    client.post(choice, {"account": teacher.public_id})
    session = LoginSession.objects.get(person=teacher)
    session.expire_date += SESSION  # as changing again and again on a shared computer would make it
    session.save()

    with time_machine.travel(timezone.now() + SESSION + datetime.timedelta(minutes=1)):
        answer = client.post(choice, {"account": lea.public_id})

        assert client.get("/fr/profile/").wsgi_request.user == teacher

    assert (answer.status_code, answer.url) == (302, reverse("today:home"))


# The login page


def test_without_an_open_provider_the_login_page_is_as_before(client):
    IdentityProviderFactory(is_open=False)

    page = client.get("/en/login/")

    assert page.context["login_ways"] == []
    assert "/signin/" not in page.text


def test_the_login_page_has_a_link_for_each_and_the_last_one_first(client):
    IdentityProviderFactory(slug="a", title_en="First")
    IdentityProviderFactory(slug="b", title_en="Second")
    client.cookies[LAST_COOKIE] = "b"

    page = client.get("/en/login/", {"next": "/en/profile/"})

    assert [way.label for way in page.context["login_ways"]] == ["Second", "First"]
    assert 'href="/signin/b/?next=%2Fen%2Fprofile%2F"' in page.text
    assert 'href="/signin/b/?next=%2Fen%2Fprofile%2F&amp;shared=yes"' in page.text


@pytest.mark.parametrize(
    ("uai", "leads_to"),
    [("0141234A", "own"), ("0141234a", "own"), ("0149999Z", "general"), ("", "general")],
)
def test_a_link_with_the_school_leads_straight_on(client, uai, leads_to):
    school = OrganisationFactory(uai="0141234A")
    IdentityProviderFactory(slug="own", schools=[school])
    IdentityProviderFactory(slug="general")

    answer = client.get("/en/login/", {"school": uai, "next": "/en/profile/"})

    assert (answer.status_code, answer.url) == (
        302,
        f"/signin/{leads_to}/?next=%2Fen%2Fprofile%2F",
    )


def test_without_a_school_the_page_asks(client):
    IdentityProviderFactory()

    assert client.get("/en/login/").status_code == 200


def test_where_two_are_possible_the_page_asks(client):
    IdentityProviderFactory.create_batch(2)

    assert client.get("/en/login/", {"school": "0141234A"}).status_code == 200


def test_a_membership_of_two_schools_is_one_person(client, server, ent, lea):
    other = MembershipFactory(person=lea, role=Role.STUDENT).organisation
    ent.schools.add(other)

    logs_in(client, server, ent, "lea")

    assert is_in(client)
