"""The survey, lived in a real browser: by a student in seven presses, by the class tutor in a call,
read by both; once in French on a phone, once in English on a laptop. Each page is checked by axe.
"""

import datetime

import pytest
import time_machine

from continuity.enums import AnswerOrigin
from continuity.models import SurveyAnswer
from tests.browser.reader import Reader
from tests.factories import survey
from tests.factories.continuity import SchoolClassFactory, StudentFactory, at, tutor_of
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.people import TeacherFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TUESDAY = datetime.date(2026, 12, 1)
MOST_PRESSES = 7
PRESSES = ["shared", "3", "phone", "early", "no", "sometimes", "help_computer"]


def answer_all(phone: Reader, presses: list[str]) -> int:
    """One press a question; how many it took."""
    taps = 0
    for value in presses:
        phone.press(f"button[name=answer][value='{value}']")
        taps += 1
    return taps


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_survey_by_the_student_and_in_a_call(live_server, browser, settings, language, width):
    settings.SITE_ADDRESS = live_server.url
    school_class = SchoolClassFactory(name="2de 4")
    tutor = tutor_of(school_class, TeacherFactory(works_at=school_class.school, language=language))
    student, other = StudentFactory.create_batch(2, in_class=school_class, language=language)
    open_as = lambda person: Reader(  # noqa: E731
        browser, live_server.url, person, width=width
    ).log_in_by_cookie()

    with time_machine.travel(at(TUESDAY, 18)):
        survey.campaign_of(school_class.school)
        phone = open_as(student).visit("continuity:week")
        phone.press("a[href$='/survey/']")
        phone.reads("Not answering has no effect.")
        assert phone.page.locator("script").count() == 0

        taps = answer_all(phone, PRESSES)

        assert taps <= MOST_PRESSES
        phone.reads("Your answers are saved")
        assert SurveyAnswer.objects.get(student=student).finished_at is not None
        phone.visit("continuity:week")
        assert phone.page.locator("a[href$='/survey/']").count() == 0

        desk = open_as(tutor).visit("continuity:class_survey", school_class.public_id)
        desk.press(f"a[href*='{other.public_id}/survey']")
        desk.press("a[href*='/guardian/device/']")
        answer_all(desk, ["phone", "none", "no", "no", "help_connection"])
        desk.reads("The answers are saved")
        called = SurveyAnswer.objects.get(student=other)
        assert (called.origin, called.answered_by) == (AnswerOrigin.CALL, tutor)
        desk.visit("continuity:class_survey", school_class.public_id)
        desk.reads("Everybody has answered.")
        desk.visit("continuity:surveys")

        phone.visit("continuity:survey_end")
        phone.press("form[action$='/withdraw/'] button")
        assert not SurveyAnswer.objects.filter(student=student).exists()


@pytest.mark.parametrize(
    ("language", "width"),
    [("fr", 360), ("en", 1280)],
    ids=["French, on a phone", "English, on a laptop"],
)
def test_a_survey_by_a_guardian(live_server, browser, settings, language, width):
    settings.SITE_ADDRESS = live_server.url
    school_class = SchoolClassFactory(name="2de 4")
    student = StudentFactory(in_class=school_class, given_name="Lilas")
    kept = follows(GuardianFactory(language=language), student)

    with time_machine.travel(at(TUESDAY, 18)):
        survey.campaign_of(school_class.school)
        family = Reader(browser, live_server.url, kept.guardian, width=width).log_in_by_cookie()
        family.visit("continuity:child_week", kept.public_id)
        family.press("a[href$='/survey/']")
        family.reads("Not answering has no effect.")

        taps = answer_all(family, PRESSES)

        assert taps <= MOST_PRESSES
        family.reads("Your answers are saved")
        assert SurveyAnswer.objects.get(student=student).origin == AnswerOrigin.GUARDIAN
        family.visit("continuity:child_week", kept.public_id)
        family.reads("Your answers to the school’s survey")
        family.visit("continuity:child_absence", kept.public_id)
        family.visit("continuity:children")
        assert family.page.locator("a[href$='/survey/']").count() == 0
