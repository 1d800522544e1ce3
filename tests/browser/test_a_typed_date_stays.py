"""In the administration, a date that is typed as a French person writes it is kept, or refused in
words: never replaced by today.
"""

import datetime

import pytest

from courses.people import services as people
from courses.people.models import Membership
from tests.browser.reader import Reader
from tests.factories.people import RegistrarFactory, TeacherFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_last_day_of_a_membership_is_the_day_that_was_typed(browser, live_server):
    membership = TeacherFactory().memberships.get()
    registrar = RegistrarFactory(language="fr")
    people.derive_groups(registrar)
    reader = Reader(browser, live_server.url, registrar, width=1280).log_in_by_cookie()
    reader.page.goto(
        f"{live_server.url}/admin/memberships/edit/{membership.pk}/", wait_until="networkidle"
    )

    field = reader.page.locator("[name=until]")
    field.click()
    field.press_sequentially("31/12/2027", delay=30)
    field.press("Tab")
    assert field.input_value() == "31/12/2027"
    with reader.page.expect_navigation():
        reader.page.get_by_role("button", name="Enregistrer").first.click()

    assert Membership.objects.get(pk=membership.pk).until == datetime.date(2027, 12, 31)
