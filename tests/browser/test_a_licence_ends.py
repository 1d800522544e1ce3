"""A licence that ends before a session, in a real browser with the clock moved: once in French on a
phone, once in English on a laptop.
"""

import datetime

import pytest
import time_machine
from django.utils import timezone

from tests.browser.reader import Reader
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker
from training.enums import Letters
from training.services import enrolment as enrolments
from training.services import rights, waiting_list

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


def tick():
    now = timezone.now()
    rights.follow(now)
    waiting_list.pass_on(now)
    run_worker()


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_licence_that_ends_is_told_held_given_on_and_renewed(
    live_server, browser, settings, language, width
):
    settings.SITE_ADDRESS = settings.WAGTAILADMIN_BASE_URL = live_server.url
    licence = LicenceFactory()
    other = LicenceFactory(resource=licence.resource)
    start = (timezone.localtime() + 21 * DAY).replace(hour=17, minute=0, second=0, microsecond=0)
    session = SessionFactory(resource=licence.resource, capacity=2, starts_at=start)
    people = [
        TeacherFactory(works_at=school, language=language)
        for school in (licence.school, licence.school, other.school)
    ]
    for person in people:
        enrolments.enrol(session=session, teacher=person)
    licence.until = start.date() - DAY
    licence.save()
    one, two, three, office = (
        Reader(browser, live_server.url, person, width=width).log_in_by_cookie()
        for person in (*people, PlannerFactory(language=language))
    )
    page = (session.public_id, "session")

    # Fifteen days before, both are told, and the planner reads which seats are at risk.
    with time_machine.travel(start - 15 * DAY + MINUTE):
        tick()
        one.visit("training:session", *page).reads("Your seat is to confirm")
        one.visit("training:mine").visit("today:home")
        office.visit("today:home").press("a[href$='/sessions/at-risk/']")
        office.reads("Seats at risk")

        # For one of them the planner decides otherwise, with a reason.
        office.press(f"a[href*='teacher={two.person.public_id}']")
        office.page.locator("#id_reason").fill("Trains the colleagues")
        office.press("form.sheet button")
        office.visit("training:session_people", session.public_id)
        two.visit("training:session", *page).reads("A seat is yours")
        run_worker()

    # Nobody renews: 48 hours before, the seat is offered to the person who waits.
    with time_machine.travel(start - 2 * DAY + MINUTE):
        tick()
        one.visit("training:session", *page)
        three.visit("today:home").press("a[href*='/offers/']")
        three.reads("Take the seat")

        # Renewed now, the licence makes the first the head of the list.
        licence.until = None
        licence.save()
        tick()
        one.visit("training:session", *page).visit("training:mine")
        three.press("form[action$='/decline/'] button")
        one.visit("today:home").press("a[href*='/offers/']")
        one.press("form[action$='/take/'] button")
        one.reads("A seat is yours")

    assert set(session.enrolments.holding_a_seat().values_list("teacher", flat=True)) == {
        one.person.pk,
        two.person.pk,
    }
    kinds = one.person.letters.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [
        Letters.SEAT_CONFIRMED,
        Letters.RIGHT_ENDS,
        Letters.ENROLMENT_CANCELLED,
        Letters.ON_THE_WAITING_LIST,
        Letters.SEAT_OFFERED,
        Letters.SEAT_FROM_WAITING_LIST,
    ]
