"""Whoever has an email address logs in by a link in an email: once, within fifteen minutes."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.live.values import without_token
from courses.mail import services as outbox
from courses.mail.models import Letter
from courses.people.models import LoginSession, Person
from courses.people.services import accounts
from tests.factories.people import PersonFactory
from tests.factories.second_factors import switched_on
from tests.factories.signin import known_as

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def person():
    return PersonFactory(email="lise@example.org", language="en")


def asked(address="lise@example.org") -> Client:
    browser = Client()
    answer = browser.post("/en/login/link/", {"email": address}, follow=True)
    assert "If an account has this address" in answer.content.decode()
    return browser


def send_all() -> None:
    for letter in Letter.objects.filter(kind="people.login_link", sent_at=None):
        outbox.send(letter.pk, letter.attempts)


def link() -> str:
    send_all()
    words = mail.outbox[-1].body.split()
    return next("/" + word.split("/", 3)[3] for word in words if "/login/link/" in word)


def is_in(browser) -> bool:
    return browser.get("/en/profile/").status_code == 200


def test_a_press_on_the_page_of_the_link_logs_in_once(person):
    browser = asked()
    address = link()
    shown = browser.get(address)
    opened_by_the_mailbox = is_in(browser)
    answer = browser.post(address)
    other = Client()
    again = other.post(address)

    assert f"logged in as {person.login}" in shown.content.decode()
    assert not opened_by_the_mailbox
    assert answer.status_code == 302
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert is_in(browser)
    assert again.status_code == 403
    assert "This link is over" in again.content.decode()
    assert not is_in(other)


def test_a_link_that_waits_for_the_second_step_opens_no_second_time(person):
    switched_on(person)
    browser, other = asked(), Client()
    address = link()

    first = browser.post(address)
    second = other.post(address)

    assert not is_in(browser)
    assert first.status_code == 302
    assert second.status_code != 302
    assert not is_in(other)


def test_a_second_tap_and_the_back_button_lead_on(person):
    browser = asked()
    address = link()
    browser.post(address)

    answers = [browser.post(address), browser.get(address)]

    assert [one.headers.get("Location") for one in answers] == [reverse("today:home")] * 2


@pytest.mark.parametrize(("minutes", "opens"), [(14, True), (16, False)])
def test_it_opens_for_fifteen_minutes(person, minutes, opens):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser = asked()
        address = link()
        clock.shift(minutes * MINUTE)

        browser.post(address)

        assert is_in(browser) is opens


@pytest.mark.parametrize(
    "moment", ["2026-10-25T00:50:00+00:00", "2027-03-28T00:50:00+00:00"], ids=["autumn", "spring"]
)
def test_the_change_of_the_clock_makes_it_neither_longer_nor_shorter(person, moment):
    with time_machine.travel(datetime.datetime.fromisoformat(moment), tick=False) as clock:
        asked()
        address = link()
        opens = []
        for _n in range(2):
            clock.shift(14 * MINUTE)
            opens.append(Client().get(address).status_code == 200)

    assert opens == [True, False]


def test_a_new_password_a_new_address_a_closed_account_end_it(person):
    asked()
    address = link()

    def opens() -> bool:
        return Client().get(address).status_code == 200

    was = Person.objects.get(pk=person.pk)
    assert opens()
    accounts.choose_password(person=person, password="kanu-7342-fopi")
    assert not opens()
    was.save()
    assert opens()
    Person.objects.filter(pk=person.pk).update(email="new@example.org")
    assert not opens()
    was.save()
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert not opens()
    assert Client().post(address).status_code == 403


def test_another_person_s_address_with_my_code_opens_nothing(person):
    other = PersonFactory()
    asked()
    address = link().replace(person.public_id, other.public_id)

    assert Client().post(address).status_code == 403


@pytest.mark.parametrize("which", ["nobody", "closed"])
def test_nobody_is_written_to_and_the_page_says_the_same(person, which):
    if which == "closed":
        Person.objects.update(is_active=False)
    asked("nobody@example.org" if which == "nobody" else "lise@example.org")

    assert not Letter.objects.exists()


def test_asked_for_twice_in_a_moment_it_is_one_letter_and_after_a_login_another(person):
    with time_machine.travel(timezone.now(), tick=False):
        asked()
        asked()
        letters = Letter.objects.count()
        browser = Client()
        browser.post(link())
        asked()

    assert (letters, Letter.objects.count()) == (1, 2)


def test_who_is_logged_in_in_the_same_browser_is_named_and_logged_out(person):
    other = PersonFactory(given_name="Aure", family_name="Sorbier")
    asked()
    address = link()
    browser = Client()
    browser.force_login(other)

    shown = browser.get(address).content.decode()
    answer = browser.post(address)

    assert "Aure Sorbier is logged in in this browser" in shown
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert browser.session["_auth_user_id"] == str(person.pk)


def test_on_a_shared_computer_the_session_is_short(person):
    asked()

    Client().post(link(), {"is_shared": "on"})

    assert LoginSession.objects.get(person=person).is_shared


def test_the_link_isn_t_kept_in_the_letter_nor_logged(person):
    asked()
    address = link()
    letter = Letter.objects.get()
    assert bytes(letter.source) == b""
    assert address.rstrip("/").rsplit("/", 1)[-1] not in without_token(f'"GET {address} HTTP/1.1"')


def test_a_key_has_to_be_confirmed_once_the_reader_of_the_emails_comes_in(person):
    """A made-up set opened the account, with its owner's address and somebody else's key."""
    person.set_unusable_password()
    person.save()
    known_as(person, "1L")
    stranger = Client()
    stranger.force_login(person)
    browser = asked()

    browser.post(link())

    assert is_in(browser)
    assert not is_in(stranger)
    assert person.identities.get().confirmed_at is None


def test_a_key_that_was_confirmed_by_the_password_stays_so_with_a_link(person):
    known_as(person, "1A")
    browser = asked()

    browser.post(link())

    assert is_in(browser)
    assert person.identities.get().confirmed_at
