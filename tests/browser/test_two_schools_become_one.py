"""A registrar reads what would follow, says yes; a leader's bookmark of the old school leads on."""

import pytest

from courses.people.services.groups import derive_groups
from tests.browser.reader import Reader
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.people import OrganisationFactory, RegistrarFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_two_schools_become_one(live_server, browser, language, width):
    old = OrganisationFactory(name="Lycée des Sapins")
    into = OrganisationFactory(name="Lycée du Port")
    for school in (old, into):
        StudentFactory(in_class=SchoolClassFactory(school=school, name="2DE1"))
    leader = LeaderFactory(leads=old, language=language)
    registrar = RegistrarFactory(language=language)
    derive_groups(registrar)
    desk = Reader(browser, live_server.url, registrar, width=width).log_in_by_cookie()
    office = Reader(browser, live_server.url, leader, width=width).log_in_by_cookie()
    office.visit("continuity:school", old.public_id)
    bookmark = office.page.url

    desk.visit("people:merge_school", old.public_id)
    desk.page.fill("[name=uai]", into.uai)
    desk.press("main form[method=get] button")
    desk.shows(f"2DE1 {old.uai}")
    desk.page.check("[name=is_so]")
    desk.press("main form[method=post] button")
    desk.reads("Goes on as another school")
    desk.shows(into.uai)

    office.open(bookmark)
    assert into.public_id in office.page.url
    office.visit("continuity:classes").shows(f"2DE1 {old.uai}")
