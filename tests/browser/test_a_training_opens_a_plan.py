"""Journey 5, lived in a real browser: a seat in a training opens a draft of a class's plan, and
takes it back with itself.
"""

import pytest

from continuity.models import Lesson
from courses.agenda.queries import ONE_WEEK, SchoolDays, monday_of
from courses.people.models import today
from tests.browser.reader import Reader
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, at, class_hour, teaching
from tests.factories.people import SubjectFactory, TeacherFactory
from tests.factories.training import SessionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def next_day_with_class():
    return SchoolDays(None, None).next_day_with_class(monday_of(today()) + ONE_WEEK)


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_training_opens_a_plan_and_takes_it_back(live_server, browser, settings, language, width):
    settings.SITE_ADDRESS = live_server.url
    day = next_day_with_class()
    licence = LicenceFactory()
    teacher = TeacherFactory(works_at=licence.school, language=language)
    leader = LeaderFactory(leads=licence.school, language=language)
    given = teaching(
        SchoolClassFactory(school=licence.school, name="1re G2"),
        teacher=teacher,
        subject=SubjectFactory(),
    )
    class_hour(given, weekday=day.isoweekday(), begins=10)
    Lesson.objects.create(
        author=teacher,
        subject=given.subject,
        title="Le Dormeur du val",
        body="<p>Écouter.</p>",
        in_library=True,
    )
    session = SessionFactory(resource=licence.resource, starts_at=at(day, 10))
    phone = Reader(browser, live_server.url, teacher, width=width).log_in_by_cookie()
    office = Reader(browser, live_server.url, leader, width=width).log_in_by_cookie()

    # The seat is the teacher's, and the class is named at once.
    phone.visit("training:session_short", session.public_id)
    phone.press("form[action$='/enrol/'] button")
    phone.shows("1re G2")

    # The first page asks for the plan; the draft stands there, from the library; the class sees
    # nothing yet.
    phone.visit("today:home")
    phone.press(f"main a[href*='{given.school_class.public_id}/plan/{monday_of(day)}']")
    phone.reads("I have read it: show it to the class")
    phone.shows("Le Dormeur du val")
    office.visit("continuity:covers")
    office.reads("A draft, not published yet")

    # The seat is given back: the draft goes with it.
    phone.visit("training:session_short", session.public_id)
    phone.page.locator("details summary").filter(visible=True).last.click()
    phone.press("form[action$='/cancel/'] button")
    phone.visit("continuity:planner", given.school_class.public_id, monday_of(day).isoformat())
    assert "Le Dormeur du val" not in phone.page.inner_text(".planner")
    office.visit("continuity:covers")
    office.reads("No class is without its teacher")
