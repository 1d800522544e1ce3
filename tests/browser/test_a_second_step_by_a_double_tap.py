"""A code serves once; a double tap sends it once."""

import pytest
from playwright.sync_api import Route

from tests.browser.test_a_second_step_of_the_login import Phone
from tests.factories.people import TeacherFactory
from tests.factories.second_factors import CODE_PAGE, app_code, switched_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TAP_TWICE = """() => {
  const button = document.querySelector("form.part button");
  button.click();
  setTimeout(() => button.click(), 150);
}"""


def test_a_double_tap_logs_in(live_server, browser):
    teacher = TeacherFactory(language="fr")
    switched_on(teacher)
    phone = Phone(browser, live_server.url, teacher, width=360)
    phone.gives_the_password()
    phone.page.fill("input[name=code]", app_code(teacher))

    sent: list[Route] = []
    phone.page.route(f"**{CODE_PAGE}", lambda route: sent.append(route))

    # In the page: the second click of Playwright's own would wait for the first one's navigation.
    phone.page.evaluate(TAP_TWICE)
    phone.page.wait_for_timeout(400)

    assert len(sent) == 1
    sent[0].continue_()
    phone.page.wait_for_url(f"**{phone.address('today:home')}")
