"""At the desk one more thing is taken and nothing marked is lost; then the desk says which guardian signs, and
gives its device away. Once in French on a phone, once in English on a laptop; axe on each page.
"""

import pytest
from django.utils import timezone

from continuity.models import LoanAgreement
from tests.browser.reader import Reader
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.guardians import GuardianFactory, follows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_guardian_signs_at_the_desk(live_server, browser, settings, language, width):
    settings.SITE_ADDRESS = live_server.url
    school_class = SchoolClassFactory(name="2de 4")
    school, day = school_class.school, timezone.localdate().isoformat()
    office = equipment.office_of(school)
    office.language = language
    office.save()
    student = StudentFactory(in_class=school_class, given_name="Lilas")
    for name in ("Morgane", "Aure"):
        kept = follows(GuardianFactory(given_name=name, family_name=f"{name}nom"), student)
    laptop, charger = equipment.with_charger(school, number="0412")
    equipment.thing(school, number="0500", kind="router")
    desk = Reader(browser, live_server.url, office, width=width).log_in_by_cookie()
    page = desk.page

    page.goto(
        desk.server
        + desk.address("continuity:desk", school.public_id)
        + f"?thing={laptop.public_id}&student={student.public_id}"
    )
    page.uncheck(f"input[name=items][value='{charger.public_id}']")
    page.fill("input[name=due_on]", day)
    page.fill("#code", "0500")
    with page.expect_navigation():
        page.press("#code", "Enter")
    assert page.locator("input[name=items]:checked").count() == 2
    assert not page.is_checked(f"input[name=items][value='{charger.public_id}']")
    assert page.input_value("input[name=due_on]") == day
    desk.look()

    desk.press("button[formaction$='/agreement/']")
    desk.look()
    page.check(f"input[name=signed_by][value='{kept.guardian.public_id}']")
    desk.press("button[formaction$='/give/']")
    desk.shows("Aurenom")
    assert "Morganenom" not in page.inner_text("body")
    desk.look()
    agreed = desk.address("continuity:agreement", agreement().public_id)
    back = page.locator(f"a[href='{agreed}?signed_by={kept.guardian.public_id}']")
    assert back.is_visible()
    page.fill("input[name=name]", "A. Aurenom")
    page.check("input[name=has_read]")
    desk.press("form.part button.button--main")
    assert agreement().signed_by == kept.guardian
    desk.look()


def agreement() -> LoanAgreement:
    return LoanAgreement.objects.get()
