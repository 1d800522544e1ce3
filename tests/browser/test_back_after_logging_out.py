"""On a shared computer the Back button shows nothing of the person who has logged out."""

import shutil

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from courses.mail import services as mail
from tests.factories.answers import returned
from tests.factories.continuity import (
    LeaderFactory,
    StudentFactory,
    homework_item,
    lesson_item,
    part_of,
    teaching,
)
from tests.factories.guidance import home
from tests.factories.handins import handed_in
from tests.factories.mail import NOTE
from tests.factories.rolls import begun

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Playwright switches this cache off by default; browsers have it.
BACK_FORWARD_CACHE_ON = ["--disable-back-forward-cache"]


@pytest.fixture
def chromium(browser_type, browser_type_launch_args):
    """The whole browser: the headless shell keeps no page for Back."""
    of_its_own = {"executable_path": shutil.which("chromium")}
    browser = browser_type.launch(
        **browser_type_launch_args | of_its_own, ignore_default_args=BACK_FORWARD_CACHE_ON
    )
    yield browser
    browser.close()


def log_in(browser, server: str, person):
    """A page of a browser that has the person's session."""
    client = Client()
    client.force_login(person)
    context = browser.new_context(locale="fr-FR")
    context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server}]
    )
    return context.new_page()


@pytest.fixture
def world():
    home()  # logging out leads there
    of = teaching()
    student = StudentFactory(in_class=of.school_class, given_name="Zélie", language="fr")
    part = part_of(of)
    given = homework_item(part).assignment
    lesson_item(part)
    handin = handed_in(given, student)
    returned(handin)
    mail.post(NOTE, to=student, key="a letter", about=student)
    roll = begun(of)
    leader = LeaderFactory(leads=of.school_class.school, language="fr")
    return {
        student: [
            ("people:profile", []),
            ("people:letters", []),
            ("continuity:week", []),
            ("continuity:answer", [handin.public_id]),
        ],
        leader: [
            ("continuity:school_class", [of.school_class.public_id]),
            ("continuity:student", [student.public_id]),
        ],
        of.teacher: [("continuity:roll", [roll.public_id]), ("today:home", [])],
    }


def test_back_shows_a_public_page_as_it_was_left(chromium, live_server):
    """So the cache works here, and the next story can fail."""
    home()
    page = chromium.new_page()
    page.goto(f"{live_server.url}/fr/")
    page.evaluate("document.title = 'left'")
    page.goto(f"{live_server.url}/en/")
    page.evaluate("history.back()")
    page.wait_for_timeout(1_000)

    assert page.title() == "left"


def test_back_after_logging_out_shows_no_personal_page(chromium, live_server, world):
    shown = []
    for person, places in world.items():
        for name, args in places:
            page = log_in(chromium, live_server.url, person)
            with translation.override("fr"):
                address = live_server.url + reverse(name, args=args)
            assert page.goto(address).status == 200, address
            assert person.display_name in page.content()
            page.locator("button[popovertarget=account]").click()
            page.locator("#account form button").click()
            page.wait_for_url(f"{live_server.url}/fr/")
            # A page that comes back from the cache has no load event, on which `go_back` waits.
            page.evaluate("history.back()")
            page.wait_for_timeout(1_000)
            if person.display_name in page.content():
                shown.append(name)
            page.context.close()

    assert shown == []
