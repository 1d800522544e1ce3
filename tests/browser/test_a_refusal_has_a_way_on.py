"""A teacher whom the subscription refuses tells the leader by one press; a planner opens the session
to that person, with a reason: once in French on a phone, once in English on a laptop.
"""

import pytest

from courses.people.enums import Role
from tests.browser.reader import Reader
from tests.factories.people import MembershipFactory, PersonFactory, PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory
from training.models import DateAlert, Enrolment, ResourceWish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_refused_teacher_is_not_left_alone(live_server, browser, settings, language, width):
    settings.SITE_ADDRESS = settings.WAGTAILADMIN_BASE_URL = live_server.url
    session, person = SessionFactory(), TeacherFactory(language=language)
    school = person.memberships.get().organisation
    head = PersonFactory(language=language)
    MembershipFactory(person=head, organisation=school, role=Role.LEADER)
    teacher, leader, office = (
        Reader(browser, live_server.url, one, width=width).log_in_by_cookie()
        for one in (person, head, PlannerFactory(language=language))
    )
    page = (session.public_id, "session")

    teacher.visit("training:session", *page).press("form[action$='/wish/'] button")
    teacher.reads("Take the wish back")
    teacher.press("form[action$='/new-dates/'] button")
    teacher.reads("No longer tell me of new dates")
    leader.visit("training:wishes").shows(session.resource.name)
    office.visit("training:wishes").shows(session.resource.name)

    # The planner limits the seats of a school, then opens the session to this person.
    office.visit("training:edit_session", session.public_id)
    office.page.locator("#id_school_quota").fill("2")
    office.press("form.part button.button--main")
    office.open(
        live_server.url
        + office.address("training:enrol_somebody", session.public_id)
        + f"?teacher={person.public_id}"
    )
    office.page.locator("#id_reason").fill("Trains the colleagues")
    office.press("form.sheet button")
    teacher.visit("training:session", *page).reads("A seat is yours")

    session.refresh_from_db()
    assert session.school_quota == 2
    assert Enrolment.objects.get().is_admitted
    assert (ResourceWish.objects.count(), DateAlert.objects.count()) == (1, 1)
