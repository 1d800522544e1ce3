"""Logging in by an ENT (CAS 3): known people only, by the identifier that the roster wrote; each
ticket once, in the browser that asked; against a server that really answers, on this machine.
"""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.people.models import Person
from courses.people.values import DEVICE_COOKIE
from courses.signin.models import ProviderTicket, UnknownIdentity
from courses.signin.values import AWAY
from courses.signin.views.login import LAST_COOKIE
from tests.factories.cas_server import running
from tests.factories.continuity import StudentFactory
from tests.factories.people import OrganisationFactory
from tests.factories.signin import (
    PEOPLE,
    STRANGER,
    IdentityProviderFactory,
    begins,
    comes_back,
    is_in,
    known_as,
    logs_in,
    once,
    refused,
)

pytestmark = pytest.mark.django_db


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


def test_a_stranger_reads_whom_to_ask_and_is_counted_without_a_name(client, server, ent, lea):
    for _time in range(2):
        answer = logs_in(client, server, ent, "stranger", next="/en/")
    logs_in(Client(), server, ent, "stranger")

    assert refused(answer) == (403, "UNKNOWN")
    assert "your school’s office" in answer.text
    assert not is_in(client)
    row = UnknownIdentity.objects.get()
    assert (row.provider, row.day, row.times) == (ent, timezone.localdate(), 3)
    assert STRANGER not in row.mark
    assert Person.objects.count() == 1


def of_another_directory(lea, ent):
    lea.identities.update(namespace="aaf:21")


def closed(lea, ent):
    lea.is_active = False
    lea.save()


def erased(lea, ent):
    lea.erased_at = timezone.now()
    lea.save()


def of_another_school(lea, ent):
    ent.schools.add(OrganisationFactory())


def left_the_school(lea, ent):
    ent.schools.add(lea.memberships.get().organisation)
    lea.memberships.update(until=timezone.localdate() - datetime.timedelta(days=1))


@pytest.mark.parametrize(
    "how", [of_another_directory, closed, erased, of_another_school, left_the_school]
)
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
    monkeypatch.setattr("courses.signin.views.login.secrets.token_urlsafe", lambda _length: "same")
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
    with running(PEOPLE) as their_server:
        other = IdentityProviderFactory(slug="other", address=their_server.address)
        for one, provider in ((server, ent), (their_server, other)):
            browser = Client()
            logs_in(browser, one, provider, "lea")
            assert is_in(browser)

    assert ProviderTicket.objects.count() == 2


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
