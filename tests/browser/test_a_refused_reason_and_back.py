"""The browser's Back button leads to the page of a form that was refused, with what was typed.

The entry of a form marked `data-draft` in the browser's history is read by GET (`history.replaceState`);
that of another form is asked for again: Chromium's ERR_CACHE_MISS.
"""

import datetime

import pytest

from courses.agenda.values import Hours
from tests.browser.desk import SETTLED
from tests.factories.attendance import seated
from tests.factories.people import TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from training.models import Participation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
TOO_LONG = "Conseil de classe. " * 20


def test_back_after_a_refused_reason_leads_to_the_page_with_the_words(desk):
    first = in_a_week()
    hours = [Hours(first + n * DAY, first + n * DAY + HOUR) for n in range(2)]
    seat = seated(SessionFactory(hours=hours), TeacherFactory())
    desk.log_in_as(seat.teacher)
    dates = f"{desk.server}{desk.address('training:my_dates', seat.public_id)}"
    desk.page.goto(dates, **SETTLED)
    desk.page.locator("details.cancel summary").first.click()
    desk.page.locator("[name=reason]").first.fill(TOO_LONG)
    desk.page.locator("details.cancel button").first.click()
    desk.page.locator("[aria-invalid]").wait_for()
    refused = desk.page.url
    desk.leave()

    desk.page.go_back(**SETTLED)

    assert refused != dates
    assert desk.page.url == dates
    desk.page.locator("[data-draft-notice]").wait_for(state="attached")
    assert desk.page.locator("[name=reason]").first.input_value() == TOO_LONG
    assert not Participation.objects.filter(is_withdrawn=True).exists()
