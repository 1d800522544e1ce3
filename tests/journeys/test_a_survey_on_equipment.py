"""A school asks its students what they work with at home: by themselves, or in a call; staff and
the region read what each may.
"""

import pytest
import time_machine
from django.urls import reverse

from continuity.enums import AnswerOrigin, Speaker
from continuity.models import (
    SurveyAnswer,
)
from tests.factories import survey
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    at,
    tutor_of,
)
from tests.factories.survey_pages import ONE_DAY, as_person, page, send

pytestmark = pytest.mark.django_db


PRESSES = ["shared", "2", "phone", "early", "no", "sometimes", "help_computer"]

INVITATION = "What do you work with at home?"


@pytest.fixture(autouse=True)
def _monday_noon():
    with time_machine.travel(at(MONDAY, 12), tick=False):
        yield


def press_all(client, presses=PRESSES) -> str:
    """One press a question, on whatever page follows; the last address."""
    address = reverse("continuity:survey_question", args=["device"])
    for value in presses:
        answer = client.post(address, {"answer": value})
        assert answer.status_code == 302, value
        address = answer.url
    return address


def invites(client) -> bool:
    return INVITATION in page(client, "week")


# By the student


def test_a_student_answers_in_seven_presses(client, school_class):
    campaign = survey.campaign_of(school_class.school)
    student = StudentFactory(in_class=school_class)
    as_person(client, student)
    first = page(client, "survey")
    assert invites(client)

    end = press_all(client)

    assert "Not answering has no effect." in first
    assert "deleted at the end of the school year" in first
    assert end == reverse("continuity:survey_end")
    answer = SurveyAnswer.objects.get(campaign=campaign, student=student)
    assert (answer.device, answer.shared_with, answer.connection) == ("shared", 2, "phone")
    assert (answer.runs_out, answer.printer, answer.quiet_place) == ("early", "no", "sometimes")
    assert answer.helps == ["help_computer"]
    assert (answer.origin, answer.answered_by) == (AnswerOrigin.STUDENT, student)
    assert "What comes next" in page(client, "survey_end")
    assert not invites(client)


def test_every_question_can_be_skipped(client, school_class):
    survey.campaign_of(school_class.school)
    as_person(client, StudentFactory(in_class=school_class))

    end = press_all(client, ["skip"] * 6)  # with how many people isn't asked

    assert end == reverse("continuity:survey_end")
    answer = SurveyAnswer.objects.get()
    assert (answer.device, answer.connection, answer.helps) == ("", "", None)
    assert answer.finished_at is not None


def test_several_things_may_help(client, school_class):
    survey.campaign_of(school_class.school)
    as_person(client, StudentFactory(in_class=school_class))
    press_all(client)

    send(client, "survey_question", "help", answer="help_place", adds="on")

    assert SurveyAnswer.objects.get().helps == ["help_computer", "help_place"]


def test_who_stops_goes_on_where_they_stopped(client, school_class):
    survey.campaign_of(school_class.school)
    as_person(client, StudentFactory(in_class=school_class))
    press_all(client, ["own", "home"])

    answer = client.get(reverse("continuity:survey"))

    assert answer.url == reverse("continuity:survey_question", args=["data"])
    assert invites(client)


def test_an_answer_is_changed_and_what_depended_on_it_goes(client, school_class):
    survey.campaign_of(school_class.school)
    as_person(client, StudentFactory(in_class=school_class))
    press_all(client)

    answer = send(client, "survey_question", "device", answer="own")

    assert answer.url == reverse("continuity:survey_end")
    saved = SurveyAnswer.objects.get()
    assert (saved.device, saved.shared_with) == ("own", None)


def test_a_changed_answer_asks_the_question_that_it_opens(client, school_class):
    survey.campaign_of(school_class.school)
    as_person(client, StudentFactory(in_class=school_class))
    press_all(client, ["own", "none", "no", "no", "nothing"])

    answer = send(client, "survey_question", "device", answer="shared")

    assert answer.url == reverse("continuity:survey_question", args=["shared"])
    following = send(client, "survey_question", "shared", answer="3")
    assert following.url == reverse("continuity:survey_end")


@pytest.mark.parametrize("value", ["", "laptop", "5"])
def test_what_is_no_answer_is_refused(client, school_class, value):
    survey.campaign_of(school_class.school)
    as_person(client, StudentFactory(in_class=school_class))

    answer = send(client, "survey_question", "device", answer=value)

    assert answer.status_code == 422
    assert not SurveyAnswer.objects.exists()


def test_a_closed_survey_takes_no_answer(client, school_class):
    survey.campaign_of(school_class.school, first=-9, last=-1)
    as_person(client, StudentFactory(in_class=school_class))

    answer = send(client, "survey_question", "device", answer="own")

    assert answer.status_code == 422
    assert "The survey is closed" in answer.text
    assert not SurveyAnswer.objects.exists()
    assert not invites(client)


def test_not_now_comes_back_after_a_week_and_no_doesn_t(client, school_class):
    survey.campaign_of(school_class.school, last=20)
    as_person(client, StudentFactory(in_class=school_class))

    send(client, "put_survey_off")
    assert not invites(client)
    with time_machine.travel(at(MONDAY + 7 * ONE_DAY, 12), tick=False):
        assert invites(client)
        send(client, "decline_survey")
        assert not invites(client)
    with time_machine.travel(at(MONDAY + 20 * ONE_DAY, 12), tick=False):
        assert not invites(client)


def test_staff_can_t_tell_who_declined(client, school_class):
    survey.campaign_of(school_class.school)
    declined, silent = StudentFactory.create_batch(2, in_class=school_class, given_name="Lou")
    as_person(client, declined)
    send(client, "decline_survey")
    as_person(client, tutor_of(school_class))

    seen = page(client, "class_survey", school_class.public_id)

    assert [name in seen for name in (declined.display_name, silent.display_name)] == [True, True]
    assert "declin" not in seen.lower()


def test_answers_are_taken_back_without_a_reason(client, school_class):
    campaign = survey.campaign_of(school_class.school)
    student = StudentFactory(in_class=school_class)
    tutor = tutor_of(school_class)
    survey.answered(campaign, student)
    survey.answered(campaign, student, by=tutor)
    of_guardian = survey.answered(campaign, student, by=tutor, speaker=Speaker.GUARDIAN)
    as_person(client, student)

    send(client, "withdraw_answers")

    assert list(SurveyAnswer.objects.all()) == [of_guardian]
    assert not invites(client)


def test_a_press_after_an_expired_login_is_kept(client, school_class):
    survey.campaign_of(school_class.school)
    student = StudentFactory(in_class=school_class)
    as_person(client, student)
    press_all(client, ["own"])
    client.logout()
    address = reverse("continuity:survey_question", args=["connection"])

    kept = client.post(address, {"answer": "phone"})
    as_person(client, student)
    client.post(address, {"answer": "phone"})

    assert kept.status_code == 403
    assert '<input type="hidden" name="answer" value="phone">' in kept.text
    saved = SurveyAnswer.objects.get()
    assert (saved.device, saved.connection) == ("own", "phone")


def test_the_survey_needs_no_script(client, school_class):
    survey.campaign_of(school_class.school)
    as_person(client, StudentFactory(in_class=school_class))

    pages = [page(client, "survey"), page(client, "survey_question", "help")]

    assert not any("<script" in one for one in pages)


def test_without_a_survey_there_is_nothing_to_answer(client, school_class):
    survey.campaign_of(SchoolClassFactory().school)
    as_person(client, StudentFactory(in_class=school_class))

    assert "No survey at the moment" in page(client, "survey")
    assert send(client, "survey_question", "device", answer="own").status_code == 404
    assert not invites(client)


# In a call, by staff (case C52)


def test_staff_enter_answers_after_a_call(client, school_class):
    campaign = survey.campaign_of(school_class.school)
    student, tutor = StudentFactory(in_class=school_class), tutor_of(school_class)
    as_person(client, tutor)
    start = page(client, "survey_call", student.public_id)
    args = [student.public_id, "guardian"]
    address = reverse("continuity:survey_call_question", args=[*args, "device"])
    assert address in start
    for value in ["phone", "phone", "early", "no", "no", "help_computer"]:
        address = client.post(address, {"answer": value}).url

    assert address == reverse("continuity:survey_call_end", args=args)
    answer = SurveyAnswer.objects.get(campaign=campaign, student=student)
    assert (answer.origin, answer.speaker) == (AnswerOrigin.CALL, Speaker.GUARDIAN)
    assert answer.answered_by == tutor
    assert "Source: call" in client.get(address).text


def test_the_student_reads_what_was_entered_in_a_call(client, school_class):
    campaign = survey.campaign_of(school_class.school)
    student, tutor = StudentFactory(in_class=school_class), tutor_of(school_class)
    survey.answered(campaign, student, by=tutor)
    as_person(client, student)

    assert f"{tutor.display_name} entered answers of yours" in page(client, "survey_end")
