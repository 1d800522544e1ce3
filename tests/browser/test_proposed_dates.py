"""A trainer proposes dates and a planner answers in a real browser: in French on a phone, in English
on a laptop.
"""

import datetime

import pytest
from django.urls import reverse

from tests.browser.reader import Reader
from tests.browser.test_presence_by_evidence import BOTH
from tests.factories.people import PlannerFactory, TrainerFactory
from tests.factories.training import TrainingFactory, in_a_week
from training.enums import ProposalState
from training.models import DateProposal, Session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WEEK = datetime.timedelta(weeks=1)


@pytest.fixture
def open_as(live_server, browser, settings, width):
    settings.SITE_ADDRESS = settings.WAGTAILADMIN_BASE_URL = live_server.url
    return lambda person: Reader(browser, live_server.url, person, width=width).log_in_by_cookie()


def propose(reader, training, day, words) -> None:
    reader.visit("training:my_proposals")
    reader.press("a[href$='/proposed/new/']")
    reader.page.select_option("select[name=training]", training.public_id)
    reader.page.fill("textarea[name=words]", words)
    reader.page.fill("input[name=dates-0-day]", f"{day:%Y-%m-%d}")
    reader.press("button[value=preview]")
    reader.press("button[value=save]")


@BOTH
def test_dates_are_proposed_and_answered(open_as, language):
    training = TrainingFactory()
    trainer = TrainerFactory(works_for=training.resource.provider, language=language)
    first, second, changed = (in_a_week() + n * WEEK for n in range(3))

    # Two proposals of one training: each landmark and button has a name of its own.
    one = open_as(trainer)
    propose(one, training, first, "Vingt places.")
    propose(one, training, second, "Trente places.")
    assert one.page.locator("main article").count() == 2

    # The planner declines the first, whose answer is refused while it is empty.
    office = open_as(PlannerFactory(language=language)).visit("today:home")
    office.press("main a[href$='/proposed-dates/']")
    office.page.locator("main details summary").first.click()
    office.look()
    office.page.fill("main details textarea", " ")
    office.page.locator("main details form button").first.click()
    office.page.wait_for_load_state("networkidle")
    office.complaints = [one for one in office.complaints if "422" not in one]
    office.look()
    office.page.fill("main details[open] textarea", "Ce sont les vacances.")
    office.press("main details[open] form button")
    office.reads("Answered. Who proposed the dates gets an email.")

    # The second becomes a draft a week later than proposed, and shows what was proposed.
    office.press("main a[href*='proposal=']")
    office.page.fill("input[name=dates-0-day]", f"{changed:%Y-%m-%d}")
    office.press("button[value=save]")
    session = Session.objects.get()
    assert office.page.url.endswith(
        reverse("training:session_people", args=[session.public_id])[3:]
    )
    office.page.locator("main details summary").first.click()
    office.shows("Trente places.")
    office.look()

    # The trainer reads both answers, and the date that the session has.
    one.visit("training:my_proposals")
    one.shows("Ce sont les vacances.")
    one.reads("Planned, with other dates or hours:")
    one.press("main article a[href*='/my-sessions/']")
    assert sorted(DateProposal.objects.values_list("state", flat=True)) == [
        ProposalState.DECLINED,
        ProposalState.PLANNED,
    ]
