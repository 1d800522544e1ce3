"""Whoever doesn't want to be counted says so on the page of their account, and isn't."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from cms.indicators.models import PageTally, SeenThisWeek, SeenToday
from cms.indicators.services.memory import MEMORY, flush
from tests.factories.continuity import StudentFactory
from tests.factories.figures import officer
from tests.factories.markup import shows
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.mark.parametrize("who", [TeacherFactory, StudentFactory])
def test_a_person_switches_counting_off_and_on_again(who):
    person, browser = who(), Client(headers={"User-Agent": FIREFOX})
    browser.force_login(person)
    profile, switch = reverse("people:profile"), reverse("people:set_counted")
    assert shows(browser.get(profile).text, "Don’t count my pages")
    MEMORY.forget()

    off = browser.post(switch, {"is_counted": "no"}, follow=True)
    browser.get(profile)
    flush()

    assert shows(off.text, "The pages that you read aren’t counted any more.")
    assert not PageTally.objects.exists()
    assert not SeenToday.objects.exists()
    assert not SeenThisWeek.objects.exists()
    assert not ModelLogEntry.objects.filter(object_id=person.pk).exists()

    on = browser.post(switch, {"is_counted": "yes"}, follow=True)
    flush()

    assert shows(on.text, "The pages that you read are counted again, without your name.")
    assert PageTally.objects.get().pages == 1


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (TeacherFactory, "Each page that you read counts one for your school"),
        (officer, "Each page that you read counts one among those of people without a school"),
    ],
)
def test_the_account_says_where_pages_are_counted(client, who, words):
    client.force_login(who(language="en"))

    assert shows(client.get(reverse("people:profile")).text, words)


def test_both_privacy_pages_say_that_pages_are_counted_and_where_to_object(client):
    client.force_login(StudentFactory())

    child = client.get(reverse("register:for_students")).text
    adult = client.get(reverse("register:for_adults")).text

    assert shows(child, "Each page that you open counts one for your school")
    assert shows(child, "Pages are counted without your name.")
    assert shows(adult, "Key and numbers of a day are deleted the night after")
    assert shows(adult, "Backups hold both for about six weeks more")
    assert shows(adult, "from backups, which serve after a breakdown alone, about six weeks later.")
    assert shows(child, "What is erased stays about six weeks more in copies")
    for page in (child, adult):
        assert shows(page, f'href="{reverse("people:profile")}#counting"')


def test_a_visitor_reads_how_not_to_be_counted(client):
    page = client.get(reverse("register:for_adults")).text

    assert shows(page, "A browser that sends Global Privacy Control isn’t counted.")
