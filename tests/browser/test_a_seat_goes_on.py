"""An offer that expires goes on to the next person, in a real browser with the clock moved: once in
French on a phone, once in English on a laptop.
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
from training.models import SeatOffer
from training.services import enrolment as enrolments
from training.services import waiting_list

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = datetime.timedelta(hours=1)


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_an_offer_that_expires_becomes_somebody_else_s_seat(
    live_server, browser, settings, language, width
):
    settings.SITE_ADDRESS = settings.WAGTAILADMIN_BASE_URL = live_server.url
    licence = LicenceFactory()
    people = TeacherFactory.create_batch(4, works_at=licence.school, language=language)
    in_two_days = timezone.localtime() + datetime.timedelta(days=2)
    session = SessionFactory(
        resource=licence.resource,
        capacity=1,
        starts_at=in_two_days.replace(hour=17, minute=0, second=0, microsecond=0),
    )
    for teacher in people:
        enrolments.enrol(session=session, teacher=teacher)
    page = (session.public_id, "session")
    seated, one, two, three = (
        Reader(browser, live_server.url, person, width=width).log_in_by_cookie()
        for person in people
    )

    # The one who has the seat can't come: it is offered to the first who waits.
    seated.visit("training:session", *page)
    seated.page.locator("details summary").filter(visible=True).last.click()
    seated.press("form[action$='/cancel/'] button")
    run_worker()
    first = SeatOffer.objects.get(enrolment__teacher=one.person)
    one.visit("today:home").press("a[href*='/offers/']")
    one.reads("Take the seat")
    one.visit("training:mine").visit("training:session", *page)
    three.visit("training:session", *page).visit("training:mine")

    # Nobody answers: with the page open, its time ends, and the press books nothing.
    one.visit("training:offer", first.public_id)
    after_the_end = first.expires_at + datetime.timedelta(minutes=1)
    with time_machine.travel(after_the_end):
        one.press("form[action$='/take/'] button")
        one.reads("This offer is gone")
        assert session.count_seats_taken() == 1  # the next offer
        run_worker()
        second = SeatOffer.objects.get(enrolment__teacher=two.person)
        two.visit("training:offer", second.public_id)
        office = Reader(
            browser, live_server.url, PlannerFactory(language=language), width=width
        ).log_in_by_cookie()
        office.visit("training:session_people", session.public_id)

        # The second takes it; the first reads what became of the offer, and the place in the list.
        two.press("form[action$='/take/'] button")
        two.reads("A seat is yours")
        one.visit("training:offer", first.public_id)
        office.visit("training:session_people", session.public_id)

    # In the last hour the seat becomes free once more: the first press has it.
    with time_machine.travel(session.starts_at - HOUR / 2):
        two.visit("training:session", *page)
        two.page.locator("details summary").filter(visible=True).last.click()
        two.press("form[action$='/cancel/'] button")
        waiting_list.pass_on(timezone.now())
        one.visit("training:session", *page).press("form[action$='/enrol/'] button")
        one.reads("A seat is yours")
        three.visit("training:session", *page)

    assert session.enrolments.holding_a_seat().get().teacher == one.person
