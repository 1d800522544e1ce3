"""Links that open an account aren't kept: whoever reads a backup takes nobody's account."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.mail import services as outbox
from courses.mail.models import Letter
from courses.people.services import accounts
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db


def sent_link(person) -> Letter:
    letter = accounts.send_password_link(person)
    assert outbox.send(letter.pk, letter.attempts) == "sent"
    letter.refresh_from_db()
    return letter


def link_of(text: str) -> str:
    return next(word for word in text.split() if "/password/" in word)


def test_a_link_that_opens_an_account_is_sent_and_not_kept():
    letter = sent_link(PersonFactory())

    assert link_of(mail.outbox[0].body)
    assert bytes(letter.source) == b""


def test_where_letters_are_read_in_the_browser_a_used_link_goes_at_once(client, settings):
    settings.MAILS_READ_IN_BROWSER = True
    person = PersonFactory()
    letter = sent_link(person)
    assert b"/password/" in bytes(letter.source)
    landing = client.get(
        link_of(mail.outbox[0].body).removeprefix(settings.SITE_ADDRESS), follow=True
    )

    client.post(
        landing.request["PATH_INFO"],
        dict.fromkeys(["new_password1", "new_password2"], "kanu-7342-fopi"),
    )

    letter.refresh_from_db()
    assert bytes(letter.source) == b""
    assert client.get(reverse("people:letter", args=[letter.public_id])).status_code == 200


@pytest.mark.parametrize(("days", "is_kept"), [(2, True), (4, False)], ids=["holds", "has expired"])
def test_the_text_goes_with_the_end_of_its_link(settings, days, is_kept):
    settings.MAILS_READ_IN_BROWSER = True
    letter = sent_link(PersonFactory())

    accounts.forget_links(timezone.now() + datetime.timedelta(days=days))

    letter.refresh_from_db()
    assert bool(letter.source) is is_kept


def test_whoever_has_logged_in_since_needs_no_link(settings):
    settings.MAILS_READ_IN_BROWSER = True
    person = PersonFactory()
    letter, other = sent_link(person), sent_link(PersonFactory())
    person.last_login = timezone.now() + datetime.timedelta(minutes=1)
    person.save()

    assert accounts.forget_links(timezone.now()) == 1
    letter.refresh_from_db()
    other.refresh_from_db()
    assert (bytes(letter.source), bool(other.source)) == (b"", True)
