"""A session of twenty is cancelled, rebooked and brought back, in a real browser: once in French on a
phone, once in English on a laptop. Each page is checked by axe.
"""

import datetime

import pytest
import time_machine
from django.utils import timezone

from tests.browser.reader import Reader
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.services import enrolment as enrolments
from training.services import rebooking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = datetime.timedelta(days=1)
FOR_TWENTY = {"fr": "Pour 20 personnes, une place", "en": "For 20 people a seat"}
IS_HELD = {"fr": "Une place vous est réservée", "en": "A seat is held for you"}


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_twenty_people_of_a_cancelled_session_change_to_other_dates(
    live_server, browser, settings, language, width
):
    settings.SITE_ADDRESS = settings.WAGTAILADMIN_BASE_URL = live_server.url
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=20, starts_at=in_a_week())
    next_one, last = (
        SessionFactory(
            resource=licence.resource,
            training=session.training,
            capacity=seats,
            starts_at=in_a_week() + days * DAY,
        )
        for days, seats in ((14, 18), (21, 5))
    )
    people = TeacherFactory.create_batch(20, works_at=licence.school, language=language)
    for person in people:
        enrolments.enrol(session=session, teacher=person)
    planner = PlannerFactory(language=language)
    first, second, office = (
        Reader(browser, live_server.url, person, width=width).log_in_by_cookie()
        for person in (people[0], people[1], planner)
    )

    # Before it is cancelled the planner reads for how many a seat can be held.
    office.visit("training:cancel_session", session.public_id).shows(FOR_TWENTY[language])
    office.page.locator("#id_reason").fill("La formatrice est souffrante.")
    office.press("main form button.button--main")
    run_worker()
    assert (next_one.count_seats_taken(), last.count_seats_taken()) == (18, 2)

    # One takes the seat that is held, another lets it go for a later date.
    first.visit("today:home").press("a[href*='/other-dates/']")
    first.shows(IS_HELD[language])
    first.press("form[action$='/take-held/'] button")
    first.visit("training:mine").reads("You have a seat")
    seat_left = session.enrolments.get(teacher=second.person)
    second.visit("training:other_dates", seat_left.public_id)
    second.press(f"form[action$='/{last.public_id}/'] button")
    assert last.enrolments.get(teacher=second.person).is_confirmed
    assert not next_one.enrolments.held().filter(teacher=second.person).exists()

    # Three days later what nobody took is free again.
    with time_machine.travel(timezone.now() + 3 * DAY + datetime.timedelta(minutes=1)):
        rebooking.end_holds(timezone.now())
        run_worker()
        assert (next_one.count_seats_taken(), last.count_seats_taken()) == (1, 1)

        # It was a mistake: the others have their seats again.
        office.visit("training:session_people", session.public_id)
        office.press(f"a[href$='/{session.public_id}/restore/']")
        office.press("main form button.button--main")
        run_worker()
        assert session.enrolments.holding_a_seat().count() == 18
        first.visit("training:session", next_one.public_id, "session").reads("A seat is yours")
