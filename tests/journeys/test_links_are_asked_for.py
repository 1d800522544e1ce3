"""Emails with a link that a visitor asks for: nobody learns by the answer who has an account, and one
network floods nobody's mailbox.
"""

import datetime
import logging
import time

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.mail.models import Letter
from courses.people.exceptions import TooManyLetters
from courses.people.services import logins
from courses.people.views.asked_letters import LEAST_SECONDS
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

SCHOOL, HOME = "192.0.2.1", "198.51.100.7"
PAGES = ["people:ask_for_login_link", "people:forgotten"]


def asked(name: str, address: str, *, at: str = SCHOOL):
    return Client().post(reverse(name), {"email": address}, REMOTE_ADDR=at)


def asked_before(times: int) -> None:
    now = timezone.now()
    for _time in range(times):
        logins.count_letter(SCHOOL, now)


@pytest.mark.parametrize("address", ["lise@example.org", "nobody@example.org"])
@pytest.mark.parametrize("name", PAGES)
def test_it_takes_as_long_whether_the_address_is_known_or_not(name, address):
    PersonFactory(email="lise@example.org")
    begun = time.perf_counter()

    answer = asked(name, address)

    assert answer.status_code == 302
    assert time.perf_counter() - begun >= LEAST_SECONDS


@pytest.mark.parametrize("name", PAGES)
def test_after_a_hundred_from_one_network_the_next_waits_and_no_other_network_does(name, caplog):
    PersonFactory(email="lise@example.org")
    with time_machine.travel(timezone.now(), tick=False), caplog.at_level(logging.WARNING):
        asked_before(100)

        refused = asked(name, "lise@example.org")

        assert (refused.status_code, refused["Retry-After"]) == (429, "1")
        assert not Letter.objects.exists()
        assert asked(name, "lise@example.org", at=HOME).status_code == 302
    told = [record.getMessage() for record in caplog.records if record.name == logins.__name__]
    assert told == [f"100 emails with a link asked for from {SCHOOL}"]


def test_a_fresh_link_for_an_old_one_counts_too():
    person = PersonFactory(email="lise@example.org")
    address = reverse("people:new_link", args=[person.public_id])
    with time_machine.travel(timezone.now(), tick=False):
        asked_before(100)

        Client().post(address, REMOTE_ADDR=SCHOOL)
        letters = Letter.objects.count()
        Client().post(address, REMOTE_ADDR=HOME)

    assert (letters, Letter.objects.count()) == (0, 1)


def test_the_pause_is_ten_seconds_at_most_and_over_after_an_hour():
    now, waits = timezone.now(), []
    for _time in range(100):
        logins.count_letter(SCHOOL, now)
    for _time in range(6):
        with pytest.raises(TooManyLetters) as refused:
            logins.count_letter(SCHOOL, now)
        waits.append(refused.value.values["seconds"])
        now += datetime.timedelta(seconds=waits[-1])
        logins.count_letter(SCHOOL, now)

    assert waits == [1, 2, 4, 8, 10, 10]
    for _time in range(100):
        logins.count_letter(SCHOOL, now + datetime.timedelta(hours=2))
