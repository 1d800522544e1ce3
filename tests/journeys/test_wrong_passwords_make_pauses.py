"""Wrong passwords make pauses that grow; nobody's make another person wait in a browser that knows
its account.
"""

import datetime
import logging

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.middleware.requests import ClientAddressMiddleware
from courses.people.models import WrongPasswords
from courses.people.services import logins
from courses.people.values import DEVICE_COOKIE
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db
LOGIN = "/en/login/"
SCHOOL, HOME = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def ada():
    return PersonFactory(login="ada", email="ada@lycee.example")


def attempt(browser: Client, login="ada", password="wrong", address=SCHOOL, **more):
    return browser.post(
        LOGIN, {"username": login, "password": password, **more}, REMOTE_ADDR=address
    )


def wrong(browser: Client, times: int, **more) -> list[int]:
    return [attempt(browser, **more).status_code for _time in range(times)]


def later(seconds: float):
    return time_machine.travel(timezone.now() + datetime.timedelta(seconds=seconds), tick=False)


def test_pauses_grow_to_half_a_minute_and_no_longer(ada):
    waits = []
    now = timezone.now()
    browser = logins.Attempt(account="1", address=SCHOOL)
    for _time in range(12):
        logins.count_wrong_password(browser, now)
        waits.append(logins.seconds_to_wait(browser, now))
        now += datetime.timedelta(seconds=waits[-1])

    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30]
    assert logins.seconds_to_wait(browser, now + datetime.timedelta(seconds=30)) == 0


def test_of_passwords_sent_side_by_side_after_a_pause_one_is_tried(ada):
    """All ask before the first is counted: its hash takes a fifth of a second."""
    now = timezone.now()
    browser = logins.Attempt(account=str(ada.pk), address=SCHOOL)
    for _time in range(8):
        logins.count_wrong_password(browser, now)
    over = now + datetime.timedelta(seconds=8)

    assert [logins.take_turn(browser, over) for _time in range(3)] == [0, 8, 8]
    assert logins.take_turn(browser, over + datetime.timedelta(seconds=8)) == 0


def test_right_passwords_from_an_address_that_sprays_do_not_queue(ada):
    now = timezone.now()
    for number in range(100):
        logins.count_wrong_password(logins.Attempt(account=f"{number}", address=SCHOOL), now)
    over = now + datetime.timedelta(seconds=10)

    turns = [logins.take_turn(logins.Attempt(account=one, address=SCHOOL), over) for one in "ab"]

    assert turns == [0, 0]


@pytest.mark.parametrize("typed", ["ada", "ADA", "Ada@lycee.example"])
def test_during_a_pause_even_the_right_password_waits_and_the_page_says_how_long(ada, typed):
    with time_machine.travel(timezone.now(), tick=False):
        assert wrong(Client(), 6) == [200] * 5 + [429]
        answer = attempt(Client(), typed, "password")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert "The next try counts in 1 s." in answer.text
    with later(2):
        assert attempt(Client(), typed, "password").status_code == 302


def test_a_classmates_wrong_passwords_stop_nobody_in_a_browser_they_have_used(ada):
    """Same school, same network address."""
    own = Client()
    attempt(own, password="password")
    own.post("/en/logout/")

    with time_machine.travel(timezone.now(), tick=False):
        wrong(Client(), 40)

        assert attempt(Client(), password="password").status_code == 429
        assert attempt(own, password="password").status_code == 302


def test_the_cookie_of_a_browser_exempts_its_own_accounts_alone(ada):
    PersonFactory(login="mallory")
    browser = Client()
    attempt(browser, "mallory", "password")
    browser.post("/en/logout/")

    with time_machine.travel(timezone.now(), tick=False):
        assert wrong(browser, 6)[-1] == 429
        browser.cookies[DEVICE_COOKIE] = browser.cookies[DEVICE_COOKIE].value[:-1] + "x"
        assert attempt(browser, "ada").status_code == 429


def test_another_network_address_is_not_slowed_down_by_a_few_wrong_passwords(ada):
    with time_machine.travel(timezone.now(), tick=False):
        wrong(Client(), 20)

        assert attempt(Client(), password="password", address=HOME).status_code == 302


def test_many_addresses_together_are_slowed_down_for_one_account(ada):
    now = timezone.now()
    for number in range(30):
        logins.count_wrong_password(
            logins.Attempt(account=str(ada.pk), address=f"198.51.100.{number}"), now
        )

    with time_machine.travel(now, tick=False):
        assert attempt(Client(), password="password", address=HOME).status_code == 429


def test_many_accounts_tried_from_one_address_are_seen_and_slowed_down(ada, caplog):
    known = Client()
    attempt(known, password="password")
    known.post("/en/logout/")
    now = timezone.now()
    for number in range(100):
        logins.count_wrong_password(
            logins.Attempt(account=f"unknown: {number}", address=SCHOOL), now
        )

    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"Wrong passwords for 100 accounts within an hour from {SCHOOL}"
    ]
    with time_machine.travel(now, tick=False):
        assert attempt(Client(), password="password").status_code == 429
        assert attempt(Client(), password="password", address=HOME).status_code == 302
        assert attempt(known, password="password").status_code == 302


@pytest.mark.parametrize(
    ("tried_from", "is_slowed_down"),
    [
        pytest.param("2001:db8:1:2:ffff::9", True, id="same /64"),
        pytest.param("2001:db8:1:3::1", False, id="another /64"),
    ],
)
def test_an_ipv6_line_has_one_counter_whichever_address_it_takes(tried_from, is_slowed_down):
    # given as many wrong passwords as are free, each from another address of one line
    now = timezone.now()
    for number in range(5):
        logins.count_wrong_password(
            logins.Attempt(account="1", address=f"2001:db8:1:2::{number:x}"), now
        )

    # when the next one comes
    wait = logins.seconds_to_wait(logins.Attempt(account="1", address=tried_from), now)

    # then it is slowed down, and a neighbour isn't
    assert (wait > 0) == is_slowed_down


def test_one_forgotten_password_is_no_spraying():
    now = timezone.now()
    for _time in range(500):
        logins.count_wrong_password(logins.Attempt(account="1", address=SCHOOL), now)

    assert logins.seconds_to_wait(logins.Attempt(account="2", address=SCHOOL), now) == 0


def test_a_right_password_begins_anew(ada):
    wrong(Client(), 4)
    attempt(Client(), password="password")

    assert wrong(Client(), 4) == [200] * 4


def test_after_an_hour_everything_is_forgotten(ada):
    wrong(Client(), 12)

    with later(3_700):
        assert wrong(Client(), 4) == [200] * 4
        assert logins.sweep(timezone.now()) == 0
    with later(8_000):
        assert logins.sweep(timezone.now()) > 0
        assert not WrongPasswords.objects.exists()


def test_nothing_typed_is_written_to_a_log_or_a_row(ada, caplog):
    """A password is sometimes typed into the field of the login."""
    attempt(Client(), login="my-secret-password", password="other-secret")

    rows = "".join(WrongPasswords.objects.values_list("key", flat=True))
    assert "secret" not in rows + caplog.text


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        pytest.param(
            "people:change_password",
            {"new_password1": "a-long-password-1", "new_password2": "a-long-password-1"},
            id="password",
        ),
        pytest.param("people:change_address", {"email": "new@lycee.example"}, id="address"),
    ],
)
def test_at_an_open_screen_the_password_cannot_be_guessed(client, ada, name, fields):
    client.force_login(ada)
    asked = {"people:change_password": "old_password", "people:change_address": "password"}[name]
    with time_machine.travel(timezone.now(), tick=False):
        for _time in range(6):
            answer = client.post(reverse(name), {**fields, asked: "wrong"})
        assert "The next try counts in 1 s." in answer.text
        answer = client.post(reverse(name), {**fields, asked: "password"})

        assert answer.status_code == 200
    with later(2):
        assert client.post(reverse(name), {**fields, asked: "password"}).status_code == 302


# Behind a proxy


@pytest.mark.parametrize(
    ("seen", "forwarded", "client_address"),
    [
        pytest.param("127.0.0.1", "203.0.113.9", "203.0.113.9", id="one proxy"),
        pytest.param("", "203.0.113.9", "203.0.113.9", id="a Unix socket"),
        pytest.param("127.0.0.1", "203.0.113.9, 10.0.0.3", "203.0.113.9", id="two proxies"),
        pytest.param(
            "127.0.0.1",
            "198.51.100.1, 203.0.113.9",
            "203.0.113.9",
            id="the client wrote one itself",
        ),
        pytest.param(
            "127.0.0.1",
            "10.0.0.9, 203.0.113.9",
            "203.0.113.9",
            id="the client wrote one of a proxy",
        ),
        pytest.param("203.0.113.9", "198.51.100.1", "203.0.113.9", id="not through a proxy"),
        pytest.param("127.0.0.1", "", "127.0.0.1", id="no header"),
        pytest.param("127.0.0.1", "203.0.113.9, rubbish", "127.0.0.1", id="rubbish"),
        pytest.param("127.0.0.1", "2001:db8::7", "2001:db8::7", id="IPv6"),
    ],
)
def test_limits_count_the_client_and_not_the_proxy(settings, rf, seen, forwarded, client_address):
    settings.TRUSTED_PROXIES = ["127.0.0.0/8", "10.0.0.0/8"]
    addresses = []
    door = ClientAddressMiddleware(lambda request: addresses.append(request.META["REMOTE_ADDR"]))

    door(rf.get("/", REMOTE_ADDR=seen, HTTP_X_FORWARDED_FOR=forwarded))

    assert addresses == [client_address]


def test_without_trusted_proxies_the_header_is_not_believed(settings, rf):
    settings.TRUSTED_PROXIES = []
    addresses = []
    ClientAddressMiddleware(lambda request: addresses.append(request.META["REMOTE_ADDR"]))(
        rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9")
    )

    assert addresses == ["127.0.0.1"]


@pytest.mark.parametrize("door", ["/admin/login/", "/fr/_util/login/"])
def test_there_is_one_login_page(client, door):
    answer = client.get(door, {"next": "/admin/"})

    assert answer.status_code == 302
    assert answer.url == "/fr/login/?next=%2Fadmin%2F"
