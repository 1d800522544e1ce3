"""A session is evaluated in a real browser: in French on a phone, in English on a laptop."""

import pytest

from tests.browser.reader import Reader
from tests.browser.test_presence_by_evidence import BOTH, yesterday_afternoon
from tests.factories.attendance import held_session, seated, was_there
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from training.enums import EvaluationQuestion
from training.models import Evaluation
from training.services import attendance, evaluations
from training.values import Answers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FULLY = dict.fromkeys(EvaluationQuestion.values, 4)


@pytest.fixture
def open_as(live_server, browser, settings, width):
    settings.SITE_ADDRESS = settings.WAGTAILADMIN_BASE_URL = live_server.url
    return lambda person: Reader(browser, live_server.url, person, width=width).log_in_by_cookie()


@BOTH
def test_a_session_is_evaluated_and_a_comment_hidden(open_as, language):
    trainer = TrainerFactory(language=language)
    session = held_session(hours=yesterday_afternoon(), led_by=trainer, language=language)
    meeting = session.meetings[0]
    enrolments = [seated(session, TeacherFactory(language=language)) for _one in range(5)]
    was_there(meeting, trainer, (0, 90))
    for enrolment in enrolments:
        was_there(meeting, enrolment.teacher, (0, 90))
    attendance.prefill(meeting.pk)
    for enrolment in enrolments[1:4]:
        evaluations.answer(enrolment=enrolment, answers=Answers(FULLY))

    # Led there from the first page, a teacher answers, the fourth to do so.
    one = open_as(enrolments[0].teacher).visit("today:home")
    one.press("a[href$='/evaluation/']")
    one.reads("Who reads this")
    for question in EvaluationQuestion.values:
        one.page.check(f"input[name={question}][value='3']")
    one.page.fill("textarea[name=comment]", "Léo Martel riait.")
    one.press("main form button")
    one.reads("Your answers are in")

    # The trainer sees a number and nothing else, until the fifth has answered.
    lead = open_as(trainer).visit("training:my_session", session.public_id)
    lead.press("a[href$='/evaluation/']")
    assert "Léo" not in lead.page.inner_text("main")
    assert lead.page.locator(".tally").count() == 0
    evaluations.answer(enrolment=enrolments[4], answers=Answers(FULLY))
    lead.visit("training:evaluation_results", session.public_id)
    lead.shows("Léo Martel riait.")
    assert lead.page.locator(".tally").count() == 4

    # A planner hides the comment; the trainer reads that one is hidden.
    office = open_as(PlannerFactory(language=language))
    office.visit("training:session_people", session.public_id)
    office.press("a[href$='/evaluation/']")
    office.page.locator("main details summary").first.click()
    office.look()
    office.page.fill("main details textarea", "Un élève est nommé.")
    office.press("main details form button")
    office.reads("The comment is hidden.")
    lead.visit("training:evaluation_results", session.public_id)
    assert "Léo" not in lead.page.inner_text("main")

    # Whoever wrote it reads why, and writes it anew.
    one.visit("training:evaluate", session.public_id)
    one.shows("Un élève est nommé.")
    one.page.fill("textarea[name=comment]", "On riait.")
    one.press("main form button")
    assert Evaluation.objects.get(comment="On riait.").pace == 3
    lead.visit("training:evaluation_results", session.public_id)
    lead.shows("On riait.")
