"""Logging in by SAML 2.0: known people only, in the browser that asked, each answer once; EduConnect's
references; the logout of either side. The provider is on paper (tests/factories/saml_idp.py); a real
one: test_independent_servers_let_in.
"""

import datetime
import logging

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.people.models import LoginSession, Person
from courses.signin import services
from courses.signin.enums import ValueForm
from courses.signin.models import SamlLogin, UnknownIdentity
from courses.signin.values import ARRIVAL, AWAY, SESSION
from tests.factories.people import OrganisationFactory
from tests.factories.saml_idp import (
    SamlProviderFactory,
    answered,
    asks,
    key_pair,
    logout_query,
    logs_in,
    needs_xmlsec1,
    posted,
)
from tests.factories.signin import is_in, refused

pytestmark = [pytest.mark.django_db, needs_xmlsec1]


@pytest.fixture(autouse=True)
def _our_key(settings):
    pair = key_pair("sp")
    settings.SAML_KEYS = [(pair.key_file, pair.cert_file)]


@pytest.fixture
def provider():
    return SamlProviderFactory()


def reader_of(browser):
    return browser.get("/fr/profile/").wsgi_request.user


def test_a_known_person_comes_in_to_the_page_that_was_wanted(client, provider, lea):
    answer = logs_in(client, query={"next": "/fr/profile/"})

    assert (answer.status_code, answer.url) == (302, "/fr/profile/")
    assert reader_of(client) == lea
    assert not SamlLogin.objects.exists()


def test_the_page_on_personal_data_says_that_the_identifier_stays_with_the_session(
    client, provider, lea
):
    logs_in(client)

    session = LoginSession.objects.get(person=lea)
    page = client.get("/en/personal-data/adults/").content.decode()

    assert "NameID" in str(session.get_decoded())  # their logout wants to hear it again
    assert session.expire_date <= timezone.now() + SESSION
    assert "where the ENT speaks SAML, with your session, nine hours" in page


def test_a_stranger_reads_whom_to_ask_and_is_counted_without_a_name(client, provider, lea):
    answer = logs_in(client, values=("999",), query={"next": "/en/"})

    assert refused(answer) == (403, "UNKNOWN")
    assert not is_in(client)
    assert UnknownIdentity.objects.get().times == 1
    assert Person.objects.count() == 1


def test_without_the_attribute_nobody_comes_in(client, provider, lea):
    assert refused(logs_in(client, attribute="cn")) == (403, "INCOMPLETE")


def test_nobody_of_another_school_comes_in(client, lea):
    SamlProviderFactory(schools=[OrganisationFactory()])

    assert refused(logs_in(client)) == (403, "UNKNOWN")


def test_several_accounts_are_a_choice(client, provider, lea, teacher):
    answer = logs_in(client, values=("1000001", "2000002"))

    assert answer.url == "/signin/saml/accounts/"
    client.post(answer.url, {"account": teacher.public_id})
    assert reader_of(client) == teacher


# Once, and in the browser that asked


def test_an_answer_to_a_login_of_another_browser_logs_nobody_in(client, provider, lea):
    other = Client()
    sent_on = posted(answered(asks(other)))

    assert refused(client.get(sent_on.url)) == (403, "OVER")
    assert not is_in(client)
    other.get(sent_on.url)
    assert is_in(other)


@pytest.mark.parametrize("guessed", [{}, {"arrival": ""}, {"arrival": "guessed"}], ids=str)
def test_whoever_begins_a_login_isnt_in_as_somebody_who_answers_it(client, provider, lea, guessed):
    once = asks(client)
    # The address of the provider is sent to somebody who is logged in there, and whose browser alone
    # is told where the answer goes on.
    posted(answered(once))

    answer = client.get("/signin/saml/back/", {"s": once} | guessed)

    assert refused(answer) == (403, "OVER")
    assert not is_in(client)


def test_an_answer_to_a_login_of_this_browser_isnt_another_ones(client, provider, lea):
    asks(client)
    sent_on = posted(answered(asks(Client())))

    assert refused(client.get(sent_on.url)) == (403, "OVER")
    assert not is_in(client)


def test_an_answer_serves_once(client, provider, lea):
    answer = answered(asks(client))
    sent_on = posted(answer)

    assert refused(posted(answer)) == (403, "OVER")
    client.get(sent_on.url)
    client.post("/fr/logout/")

    assert refused(client.get(sent_on.url)) == (403, "OVER")
    assert refused(posted(answer)) == (403, "OVER")
    assert not is_in(client)


def test_an_answer_that_was_refused_isnt_mended(client, provider, lea):
    once = asks(client)
    posted(answered(once, key="forger"))

    assert refused(posted(answered(once))) == (403, "OVER")


def test_an_answer_that_nobody_asked_for_starts_no_program(provider, lea, monkeypatch):
    answer = answered("guessed")
    monkeypatch.setenv("PATH", "")  # of xmlsec1

    assert refused(posted(answer)) == (403, "OVER")


def test_an_answer_for_one_provider_is_nothing_at_another(client, provider, lea):
    SamlProviderFactory(slug="other")

    assert refused(posted(answered(asks(client)), "other")) == (403, "OVER")
    assert refused(posted(answered(asks(client, "other")))) == (403, "OVER")


def test_a_login_begun_with_one_provider_ends_with_no_other(client, provider, lea):
    SamlProviderFactory(slug="other")
    sent_on = posted(answered(asks(client)))

    answer = client.get(sent_on.url.replace("/saml/", "/other/"))

    assert refused(answer) == (403, "OVER")
    assert not is_in(client)


@pytest.mark.parametrize(("late", "is_late"), [(-5, False), (5, True)], ids=["in time", "late"])
def test_a_login_is_answered_within_an_hour(client, provider, lea, late, is_late):
    once = asks(client)

    with time_machine.travel(timezone.now() + AWAY + datetime.timedelta(seconds=late)):
        assert (posted(answered(once)).status_code == 403) == is_late


@pytest.mark.parametrize(("late", "is_late"), [(-5, False), (5, True)], ids=["in time", "late"])
def test_an_answer_waits_ten_minutes_for_its_browser(client, provider, lea, late, is_late):
    sent_on = posted(answered(asks(client)))

    with time_machine.travel(timezone.now() + ARRIVAL + datetime.timedelta(seconds=late)):
        client.get(sent_on.url)
        assert is_in(client) != is_late


def test_what_isnt_fetched_is_forgotten(client, provider, lea):
    posted(answered(asks(client)))
    asks(client)

    services.forget_saml_logins(timezone.now() + ARRIVAL + datetime.timedelta(minutes=1))
    assert SamlLogin.objects.count() == 1
    services.forget_saml_logins(timezone.now() + AWAY + datetime.timedelta(minutes=1))
    assert not SamlLogin.objects.exists()


def test_nothing_but_the_identifier_waits(client, provider, lea):
    posted(answered(asks(client)))
    assert SamlLogin.objects.get().answer["values"] == {"aaf": ["1000001"]}

    provider.attribute = ""
    provider.save()
    posted(answered(asks(client)))
    assert SamlLogin.objects.latest("pk").answer["values"] == {}


def test_a_closed_provider_takes_no_answer(client, provider, lea):
    answer = answered(asks(client))
    provider.is_open = False
    provider.save()

    assert posted(answer).status_code == 404


@pytest.mark.parametrize("kind", ["cas", "oidc"])
def test_only_saml_has_these_addresses(client, kind):
    SamlProviderFactory(kind=kind, address="https://ent.example/cas", client_id="a", secret="b")

    assert client.post(reverse("signin:acs", args=["saml"])).status_code == 404
    assert client.get(reverse("signin:metadata", args=["saml"])).status_code == 404


def test_a_refusal_is_logged_by_its_type_alone(client, provider, lea, caplog):
    with caplog.at_level(logging.DEBUG):
        posted(answered(asks(client), key="forger", name_id="chief"))

    assert [
        record.getMessage() for record in caplog.records if "Login by" in record.getMessage()
    ] == ["Login by saml failed: NotSignedByThem"]
    assert "chief" not in caplog.text
    assert "1000001" not in caplog.text


# EduConnect


def test_educonnect_names_people_of_the_directories_it_was_given(client, lea, teacher):
    SamlProviderFactory(
        attribute="FrEduCtRefId", value_form=ValueForm.REFERENCE, namespace="aaf:70 aaf:5"
    )
    teacher.identities.update(namespace="aaf:5")
    told = ("{AAF}70|2|1000001", "{AAF}05|1|2000002", "{AAF}21|2|1000001", "{SIECLE}70|2|3")

    answer = logs_in(client, attribute="FrEduCtRefId", values=told)

    assert answer.url == "/signin/saml/accounts/"
    people = client.get(answer.url).context["people"]
    assert {person.login for person in people} == {"lea", "teacher"}


def test_educonnect_names_nobody_of_another_directory(client, lea):
    lea.identities.update(namespace="aaf:21")
    SamlProviderFactory(
        attribute="FrEduCtRefId", value_form=ValueForm.REFERENCE, namespace="aaf:70"
    )

    answer = logs_in(client, attribute="FrEduCtRefId", values=("{AAF}21|2|1000001",))

    assert refused(answer) == (403, "UNKNOWN")


def test_one_number_in_two_directories_is_two_people(client, lea, teacher):
    SamlProviderFactory(
        attribute="FrEduCtRefId", value_form=ValueForm.REFERENCE, namespace="aaf:70 aaf:5"
    )
    teacher.identities.update(namespace="aaf:5", value="1000001")

    logs_in(client, attribute="FrEduCtRefId", values=("{AAF}70|2|1000001",))

    assert client.session["_auth_user_id"] == str(lea.pk)


# Logging out


def logs_out_there(browser, **said):
    return browser.get("/signin/saml/logout/", logout_query(**said))


def test_their_logout_ends_its_session_and_is_answered(client, provider, lea):
    other = Client()
    logs_in(client, session_index="session-1")
    logs_in(other, session_index="session-2")

    answer = logs_out_there(client, session_index="session-1")

    assert answer.url.startswith("https://idp.example/slo?SAMLResponse=")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert (is_in(client), is_in(other)) == (False, True)


def test_their_logout_ends_it_from_another_browser_too(client, provider, lea):
    logs_in(client)

    logs_out_there(Client())

    assert not is_in(client)


def test_their_logout_without_a_session_ends_all_of_the_person(client, provider, lea, teacher):
    other, of_another = Client(), Client()
    logs_in(client, session_index="session-1")
    logs_in(other, session_index="session-2")
    logs_in(of_another, values=("2000002",), name_id="teacher", session_index="session-3")

    logs_out_there(client, session_index="")

    assert (is_in(client), is_in(other), is_in(of_another)) == (False, False, True)


@pytest.mark.parametrize("key", ["", "forger"])
def test_a_logout_that_isnt_believed_ends_nothing(client, provider, lea, key):
    logs_in(client)

    answer = logs_out_there(client, key=key)

    assert "Clear-Site-Data" not in answer.headers
    assert is_in(client)


def test_a_logout_of_somebody_else_ends_nothing(client, provider, lea):
    logs_in(client)

    logs_out_there(client, name_id="chief")

    assert is_in(client)


def test_our_logout_leads_to_theirs(client, provider, lea):
    logs_in(client)

    answer = client.post("/fr/logout/", follow=True)

    assert not is_in(client)
    assert answer.redirect_chain == [("/signin/saml/logged-out/", 302)]
    assert 'href="https://idp.example/slo?SAMLRequest=' in answer.text
    back = client.get("/signin/saml/logout/", {"SAMLResponse": "whatever"})
    assert (back.status_code, back.url) == (302, "/")


def test_our_metadata_is_there_before_the_provider_is_open(client):
    SamlProviderFactory(is_open=False)

    answer = client.get("/signin/saml/metadata.xml")

    assert answer.headers["Content-Type"] == "application/samlmetadata+xml"
    assert "http://testserver/signin/saml/acs/" in answer.text


def test_without_a_key_of_ours_the_page_says_so(client, provider, settings):
    settings.SAML_KEYS = [("", "")]

    assert refused(client.get("/signin/saml/")) == (503, "DOWN")
    assert client.get("/signin/saml/metadata.xml").status_code == 503
