"""An ENT login (CAS 3) that is attacked: fixed and mixed sessions, two providers, who keeps
providers, and what a server may reach. Against a server that really answers, on this machine.
"""

import datetime
import logging
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.live.values import TokensStayOut
from courses.people.enums import Role
from courses.people.models import LoginSession, Person
from courses.people.services import derive_groups
from courses.signin.models import IdentityProvider
from tests.factories.cas_server import logout_request
from tests.factories.continuity import LeaderFactory, StudentFactory
from tests.factories.people import (
    AdviserFactory,
    MembershipFactory,
    PersonFactory,
    PlannerFactory,
    RegistrarFactory,
)
from tests.factories.signin import (
    FORM,
    IdentityProviderFactory,
    begins,
    comes_back,
    is_in,
    known_as,
    logs_in,
    refused,
)

pytestmark = pytest.mark.django_db
CHOICE = "/signin/ent/accounts/"


@pytest.fixture
def lea():
    student = known_as(StudentFactory(login="lea"), "1000001")
    MembershipFactory(person=student, role=Role.STUDENT)
    return Person.objects.get(pk=student.pk)


def reader_of(browser):
    return browser.get("/fr/profile/").wsgi_request.user


def test_whoever_knew_the_session_before_cant_choose_an_account(client, server, ent, lea, teacher):
    begins(client, ent)
    planted = client.cookies[settings.SESSION_COOKIE_NAME].value
    logs_in(client, server, ent, "both")
    attacker = Client()
    attacker.cookies[settings.SESSION_COOKIE_NAME] = planted

    answer = attacker.post(CHOICE, {"account": lea.public_id})

    assert refused(answer) == (403, "OVER")
    assert not is_in(attacker)


def test_whoever_knew_the_session_before_isnt_in_by_one_account(client, server, ent, lea):
    begins(client, ent)
    planted = client.cookies[settings.SESSION_COOKIE_NAME].value
    logs_in(client, server, ent, "lea")
    attacker = Client()
    attacker.cookies[settings.SESSION_COOKIE_NAME] = planted

    assert is_in(client)
    assert not is_in(attacker)


def test_a_choice_that_was_left_isnt_the_next_persons(client, server, ent, lea, teacher):
    logs_in(client, server, ent, "both")
    other = PersonFactory(login="other")
    client.post("/fr/login/", {"username": "other", "password": "password"})
    assert reader_of(client) == other

    client.post(CHOICE, {"account": lea.public_id})

    assert reader_of(client) == other


def test_a_choice_isnt_kept_in_the_session_of_another(client, server, ent, lea, teacher):
    other = PersonFactory(login="other")
    client.force_login(other)
    key = client.session.session_key

    answer = logs_in(client, server, ent, "both")

    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert not is_in(client)
    assert not LoginSession.objects.filter(session_key=key).exists()


def test_the_session_before_is_over_for_another_person(client, server, ent, lea):
    client.force_login(PersonFactory())
    session = client.session
    session["of_the_person_before"] = 1
    session.save()

    logs_in(client, server, ent, "lea")

    assert reader_of(client) == lea
    assert "of_the_person_before" not in client.session
    assert not LoginSession.objects.filter(session_key=session.session_key).exists()


def test_a_login_begun_with_one_provider_ends_with_no_other(client, server, ent, lea):
    IdentityProviderFactory(slug="other", address=server.address)
    service = begins(client, ent).replace("/ent/", "/other/")

    answer = comes_back(client, service, server.ticket(service, "lea"))

    assert refused(answer) == (403, "OVER")
    assert server.asked == []


def test_of_many_logins_begun_in_one_browser_the_latest_five_count(client, server, ent, lea):
    first, second, *_others = [begins(client, ent) for _one in range(6)]

    over = comes_back(client, first, server.ticket(first, "lea"))
    comes_back(client, second, server.ticket(second, "lea"))

    assert refused(over) == (403, "OVER")
    assert is_in(client)


def test_an_account_withdrawn_meanwhile_isnt_changed_to(client, server, ent, lea, teacher):
    logs_in(client, server, ent, "both")
    client.post(CHOICE, {"account": teacher.public_id})
    lea.identities.update(namespace="aaf:21")

    client.post(CHOICE, {"account": lea.public_id})

    assert reader_of(client) == teacher


def test_an_answer_of_one_provider_opens_nothing_at_another(client, server, ent, lea, teacher):
    IdentityProviderFactory(slug="other", address=server.address)
    logs_in(client, server, ent, "both")

    answer = client.post("/signin/other/accounts/", {"account": lea.public_id})

    assert refused(answer) == (403, "OVER")
    assert not is_in(client)


def test_their_logout_ends_a_choice_that_is_open(client, server, ent, lea, teacher):
    service = begins(client, ent)
    ticket = server.ticket(service, "both")
    comes_back(client, service, ticket)

    Client().post("/signin/ent/back/", {"logoutRequest": logout_request(ticket)})

    assert refused(client.post(CHOICE, {"account": lea.public_id})) == (403, "OVER")


def test_a_logout_that_cant_be_written_down_is_answered_like_any(client, ent):
    boundary = "b"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="logoutRequest"\r\n\r\n'
        f"+2AA-\r\n--{boundary}--\r\n"
    )
    answer = client.generic(
        "POST",
        "/signin/ent/back/",
        body,
        content_type=f"multipart/form-data; boundary={boundary}; charset=utf-7",
    )
    assert answer.status_code in (200, 400)


def test_a_page_of_the_account_before_is_noticed(client, server, ent, lea, teacher):
    logs_in(client, server, ent, "both")
    client.post(CHOICE, {"account": teacher.public_id})

    answer = client.post(CHOICE, {"account": lea.public_id})

    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert "logged_out" in answer.cookies


def test_a_page_of_the_account_before_is_given_nothing_of_this_one(
    client, server, ent, lea, teacher
):
    logs_in(client, server, ent, "both")
    client.post(CHOICE, {"account": teacher.public_id})
    load = reverse("continuity:homework_load")

    def status(owner):
        return client.get(load, headers={"X-Logged-In-As": owner.device_key}).status_code

    assert (status(lea), status(teacher)) == (403, 200)


def test_changing_accounts_on_a_shared_computer_doesnt_prolong_the_four_hours(
    client, server, ent, lea, teacher
):
    logs_in(client, server, ent, "both", shared="yes")
    client.post(CHOICE, {"account": teacher.public_id})
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=3, minutes=55)):
        client.post(CHOICE, {"account": lea.public_id})
        assert is_in(client)
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=4, minutes=1)):
        assert not is_in(client)


def test_after_our_logout_a_provider_that_was_closed_leads_home(client, server, ent, lea):
    logs_in(client, server, ent, "lea")
    ent.is_open = False
    ent.save()

    answer = client.post("/en/logout/", follow=True)

    assert answer.status_code == 200


def test_nobody_who_is_in_reads_that_they_are_logged_out(client, server, ent, lea):
    logs_in(client, server, ent, "lea")

    assert client.get("/signin/ent/logged-out/").status_code == 302


def test_no_answer_on_the_way_is_kept_or_says_where_one_was(client, server, ent, lea, teacher):
    service = begins(client, ent)
    ticket = server.ticket(service, "both")
    answers = [
        client.get("/signin/ent/"),
        comes_back(client, service, ticket),
        client.get(CHOICE),
        client.post(CHOICE, {"account": lea.public_id}),
        comes_back(Client(), service, ticket),
        Client().get("/signin/ent/logged-out/"),
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 200, 302, 403, 200]
    assert all("no-store" in answer.headers["Cache-Control"] for answer in answers)
    leading_on = [answer for answer in answers if answer.status_code == 302]
    assert {answer.headers["Referrer-Policy"] for answer in leading_on} == {"no-referrer"}


def test_no_line_of_the_log_holds_a_ticket_or_an_identifier(client, server, ent, lea, caplog):
    caplog.set_level(logging.DEBUG)
    handler = logging.Formatter()
    logs_in(client, server, ent, "lea")
    ent.address = "http://127.0.0.1:9/cas"
    ent.save()
    logs_in(Client(), server, ent, "lea")
    logs_in(Client(), server, ent, "lea")

    for record in caplog.records:
        TokensStayOut().filter(record)
    lines = [handler.format(record) for record in caplog.records if "sql" not in record.__dict__]
    assert any("serviceValidate" in line for line in lines)
    assert not [line for line in lines if "pretend" in line or "1000001" in line]


# What a server may reach


@pytest.mark.parametrize(
    "maker", [RegistrarFactory, lambda: PersonFactory(is_superuser=True)], ids=["registrar", "root"]
)
def test_who_keeps_accounts_doesn_t_come_in_without_a_second_step(client, server, ent, maker):
    known_as(maker(), "1000001")

    answer = logs_in(client, server, ent, "lea")

    assert refused(answer) == (403, "UNKNOWN")
    assert not is_in(client)


def test_a_schools_server_reaches_no_leader_of_another_school(client, server, ent):
    leader = known_as(LeaderFactory(), "1000001")
    own = MembershipFactory(person=leader, role=Role.GUARDIAN).organisation
    ent.schools.add(own)

    answer = logs_in(client, server, ent, "lea")

    assert answer.status_code == 403
    assert not is_in(client)


# Who keeps providers


@pytest.mark.parametrize("maker", [RegistrarFactory, PlannerFactory, AdviserFactory])
def test_no_role_names_the_server_that_says_who_one_is(client, ent, maker):
    keeper = maker()
    derive_groups(keeper)
    client.force_login(keeper)
    form = FORM | {"slug": "mine", "address": "https://mine.example/cas"}

    answers = [
        client.post(reverse(f"identity_providers:{name}", args=args), form)
        for name, args in (
            ("add", []), ("edit", [ent.pk]), ("delete", [ent.pk]), ("trial", [ent.pk]),
        )
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [302] * 4
    assert {answer.url for answer in answers} == {reverse("wagtailadmin_home")}
    assert list(IdentityProvider.objects.values_list("slug", "address")) == [("ent", ent.address)]


def test_a_superuser_does_and_the_history_says_so(client):
    root = PersonFactory(is_superuser=True)
    client.force_login(root)

    client.post(reverse("identity_providers:add"), FORM | {"slug": "new"})

    provider = IdentityProvider.objects.get(slug="new")
    history = client.get(reverse("identity_providers:history", args=[provider.pk]))
    assert root.display_name in history.text


def test_the_trial_names_the_address_that_the_server_has_to_allow(client, server, ent):
    client.force_login(PersonFactory(is_superuser=True))
    ent.address = server.address_of("lies", "not for us")
    ent.save()

    page = client.post(reverse("identity_providers:trial", args=[ent.pk]))

    assert not page.context["is_well"]
    assert page.context["findings"][1].advice.endswith("\xa0: http://testserver/signin/ent/back/*")


def test_their_logout_ends_no_session_of_somebody_else_in_that_browser(
    client, server, ent, lea, teacher
):
    other = PersonFactory(login="other")
    client.force_login(other)
    service = begins(client, ent)
    ticket = server.ticket(service, "both")
    comes_back(client, service, ticket)
    client.logout()
    client.force_login(other)

    Client().post("/signin/ent/back/", {"logoutRequest": logout_request(ticket)})

    assert reader_of(client) == other


@pytest.mark.parametrize(
    "wanted",
    [
        "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example", "/%2F/evil.example/",
        "/%5Cevil.example", "///evil.example", "/ /evil.example", "/\x0b/evil.example",
        "\t//evil.example", "/./\\evil.example", "/fr/\r\nSet-Cookie: a=b",
    ],
)  # fmt: skip
def test_next_stays_here(client, server, ent, lea, wanted):
    answer = logs_in(client, server, ent, "lea", next=wanted)
    clean = answer.url.replace("\t", "").replace("\n", "").replace("\r", "")
    assert urlsplit(urljoin("http://testserver/", clean.replace("\\", "/"))).netloc == "testserver"
