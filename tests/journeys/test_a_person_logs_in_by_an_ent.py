"""Logging in by an ENT (CAS 3): known people only, by the identifier that the roster wrote; each
ticket once, in the browser that asked; one of several accounts; both logouts. Against a server that
really answers, on this machine.
"""

import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.people.enums import Role
from courses.people.models import LoginSession, Person
from courses.people.values import DEVICE_COOKIE
from courses.signin.models import IdentityProvider, ProviderTicket, UnknownIdentity
from courses.signin.values import AWAY, CHOICE, SESSION
from courses.signin.views import LAST_COOKIE
from tests.factories.cas_server import logout_request, started
from tests.factories.continuity import StudentFactory
from tests.factories.people import MembershipFactory, OrganisationFactory, TeacherFactory
from tests.factories.signin import IdentityProviderFactory, known_as

pytestmark = pytest.mark.django_db

PEOPLE = {
    "lea": {"aaf": ["1000001"]},
    "both": {"aaf": ["1000001", "2000002"]},
    "stranger": {"aaf": ["999"]},
    "bare": {"cn": ["Bare"]},
}


@pytest.fixture
def server():
    server = started(PEOPLE)
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def ent(server):
    return IdentityProviderFactory(slug="ent", address=server.address)


@pytest.fixture
def lea():
    return known_as(StudentFactory(login="lea"), "1000001")


def begins(browser, ent, **query) -> str:
    """The address of ours that the server is told."""
    answer = browser.get(reverse("signin:start", args=[ent.slug]), query)
    assert answer.status_code == 302
    assert answer.url.startswith(f"{ent.address}/login?service=")
    return parse_qs(urlsplit(answer.url).query)["service"][0]


def comes_back(browser, service: str, ticket: str):
    return browser.get(
        service.removeprefix(settings.SITE_ADDRESS), {"ticket": ticket, "s": once(service)}
    )


def once(service: str) -> str:
    return parse_qs(urlsplit(service).query)["s"][0]


def logs_in(browser, server, ent, user: str, **query):
    service = begins(browser, ent, **query)
    return comes_back(browser, service, server.ticket(service, user))


def is_in(browser) -> bool:
    return browser.get(reverse("people:profile")).status_code == 200


def test_a_known_person_comes_in_to_the_page_that_was_wanted(client, server, ent, lea):
    answer = logs_in(client, server, ent, "lea", next="/fr/profile/")

    assert (answer.status_code, answer.url) == (302, "/fr/profile/")
    links = client.get("/fr/profile/").context["account_links"]
    assert reverse("signin:accounts", args=["ent"]) not in [link.url for link in links]
    assert client.get("/fr/profile/").wsgi_request.user == lea
    assert server.asked == [f"http://testserver/signin/ent/back/?s={once(server.asked[0])}"]
    assert client.cookies[LAST_COOKIE].value == "ent"
    assert DEVICE_COOKIE in client.cookies


def test_nothing_of_the_person_changes_by_it(client, server, ent, lea):
    def columns():
        return Person.objects.filter(pk=lea.pk).values().get() | {"last_login": None}

    before = columns()
    logs_in(client, server, ent, "lea")

    assert columns() == before


def test_by_the_name_of_the_user_where_no_attribute_is_set(client, server, ent):
    ent.attribute = ""
    ent.save()
    tom = known_as(StudentFactory(), "lea")

    logs_in(client, server, ent, "lea")

    assert client.get("/fr/profile/").wsgi_request.user == tom


# Who isn't let in


def refused(answer) -> tuple[int, str]:
    return answer.status_code, answer.context["reason"]


def test_a_stranger_reads_whom_to_ask_and_is_counted_without_a_name(client, server, ent, lea):
    for _time in range(2):
        answer = logs_in(client, server, ent, "stranger", next="/en/")
    logs_in(Client(), server, ent, "stranger")

    assert refused(answer) == (403, "UNKNOWN")
    assert "your school’s office" in answer.text
    assert not is_in(client)
    row = UnknownIdentity.objects.get()
    assert (row.provider, row.day, row.times) == (ent, timezone.localdate(), 3)
    assert "999" not in row.mark
    assert Person.objects.count() == 1


def of_another_directory(lea, ent):
    lea.identities.update(namespace="aaf:21")


def closed(lea, ent):
    lea.is_active = False
    lea.save()


def of_another_school(lea, ent):
    ent.schools.add(OrganisationFactory())


def left_the_school(lea, ent):
    ent.schools.add(lea.memberships.get().organisation)
    lea.memberships.update(until=timezone.localdate() - datetime.timedelta(days=1))


@pytest.mark.parametrize("how", [of_another_directory, closed, of_another_school, left_the_school])
def test_an_identifier_alone_is_not_enough(client, server, ent, lea, how):
    how(lea, ent)

    answer = logs_in(client, server, ent, "lea")

    assert refused(answer) == (403, "UNKNOWN")
    assert not is_in(client)


def test_a_server_of_the_persons_school_lets_in(client, server, ent, lea):
    ent.schools.add(lea.memberships.get().organisation, OrganisationFactory())

    logs_in(client, server, ent, "lea")

    assert is_in(client)


def test_without_the_attribute_nobody_is_let_in_or_counted(client, server, ent, lea):
    answer = logs_in(client, server, ent, "bare")

    assert refused(answer) == (403, "INCOMPLETE")
    assert not is_in(client)
    assert not UnknownIdentity.objects.exists()


def test_a_ticket_of_another_browser_is_refused(client, server, ent, lea):
    service = begins(Client(), ent)

    answer = comes_back(client, service, server.ticket(service, "lea"))

    assert refused(answer) == (403, "OVER")
    assert not is_in(client)
    assert server.asked == []


def test_a_ticket_of_another_request_of_this_browser_is_refused(client, server, ent, lea):
    first, second = begins(client, ent), begins(client, ent)

    answer = comes_back(client, second, server.ticket(first, "lea"))

    assert refused(answer) == (403, "OVER")
    assert not is_in(client)


def test_a_request_is_answered_once(client, server, ent, lea):
    server.believes_again = True
    service = begins(client, ent)
    comes_back(client, service, server.ticket(service, "stranger"))

    answer = comes_back(client, service, server.ticket(service, "lea"))

    assert refused(answer) == (403, "OVER")
    assert not is_in(client)


def test_who_stays_away_for_more_than_an_hour_begins_again(client, server, ent, lea):
    service = begins(client, ent)

    with time_machine.travel(timezone.now() + AWAY + datetime.timedelta(minutes=1)):
        answer = comes_back(client, service, server.ticket(service, "lea"))

    assert refused(answer) == (403, "OVER")


def test_a_server_that_believes_a_ticket_twice_is_not_believed(
    client, server, ent, lea, monkeypatch
):
    monkeypatch.setattr("courses.signin.views.secrets.token_urlsafe", lambda _length: "same")
    server.believes_again = True
    service = begins(client, ent)
    ticket = server.ticket(service, "lea")
    comes_back(client, service, ticket)
    other = Client()
    begins(other, ent)

    answer = comes_back(other, service, ticket)

    assert refused(answer) == (403, "OVER")
    assert not is_in(other)


def test_a_ticket_of_another_provider_is_refused(client, server, ent, lea):
    other = IdentityProviderFactory(slug="other", address=server.address)
    service = begins(client, ent).replace("/ent/", "/other/")

    answer = comes_back(client, service, server.ticket(service, "lea"))

    assert refused(answer) == (403, "OVER")
    assert not is_in(client)
    assert not ProviderTicket.objects.filter(provider=other).exists()


def test_two_providers_may_have_tickets_of_the_same_name(client, server, ent, lea):
    tickets = {"ent": server, "other": started(PEOPLE)}
    IdentityProviderFactory(slug="other", address=tickets["other"].address)

    for slug, one in tickets.items():
        browser = Client()
        logs_in(browser, one, IdentityProvider.objects.get(slug=slug), "lea")
        assert is_in(browser)
    assert ProviderTicket.objects.count() == 2
    tickets["other"].shutdown()
    tickets["other"].server_close()


def test_a_closed_provider_is_not_there(client, server, ent, lea):
    service = begins(client, ent)
    ent.is_open = False
    ent.save()

    answers = [
        client.get(reverse("signin:start", args=["ent"]), follow=True),
        client.get(service, {"ticket": server.ticket(service, "lea")}, follow=True),
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert not is_in(client)


def test_a_provider_that_is_down_leaves_the_other_ways(client, server, ent, lea):
    service = begins(client, ent, next="/en/profile/")
    ent.address = "http://127.0.0.1:9/cas"
    ent.save()

    answer = comes_back(client, service, server.ticket(service, "lea"))

    assert refused(answer) == (503, "DOWN")
    assert "/en/login/?next=%2Fen%2Fprofile%2F" in answer.text
    assert not is_in(client)


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:x",
        "/" + "x" * 2000,
    ],
)
def test_no_other_site_is_led_to(client, server, ent, lea, wanted):
    answer = logs_in(client, server, ent, "lea", next=wanted)

    assert answer.url in ("/fr/home/", reverse("today:home"))


def test_the_back_button_leads_home_once_one_is_in(client, server, ent, lea):
    service = begins(client, ent)
    ticket = server.ticket(service, "lea")
    comes_back(client, service, ticket)

    answer = comes_back(client, service, ticket)

    assert (answer.status_code, answer.url) == (302, reverse("today:home"))


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

    assert client.get(reverse("signin:logged_out", args=["ent"])).status_code == 200
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


@pytest.fixture
def teacher():
    return known_as(TeacherFactory(login="teacher"), "2000002")


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


def test_only_an_account_of_the_answer_is_chosen(client, server, ent, lea, teacher):
    other = StudentFactory()
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

    assert refused(answer) == (403, "OVER")


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
