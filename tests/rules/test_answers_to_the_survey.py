"""The survey's pure rules: which question follows, whose answers count, which days a survey has."""

import datetime

import pytest

from continuity.enums import AnswerOrigin, Connection, Device, Speaker
from continuity.equipment import rules
from continuity.equipment.values import voices
from continuity.equipment.values.questions import ORDER, Question
from continuity.models import SurveyAnswer, SurveyCampaign, SurveyProposal

TODAY = datetime.date(2026, 11, 30)
DAY = datetime.timedelta(days=1)
NOON = datetime.datetime(2026, 11, 30, 12, tzinfo=datetime.UTC)


def given(speaker=Speaker.STUDENT, origin=AnswerOrigin.STUDENT, by=1, hours=0, **fields):
    at = NOON + datetime.timedelta(hours=hours)
    return SurveyAnswer(speaker=speaker, origin=origin, answered_by_id=by, answered_at=at, **fields)


def by_guardian(by=2, **more):
    return given(Speaker.GUARDIAN, AnswerOrigin.GUARDIAN, by, **more)


def path(**fields) -> list[str]:
    """The questions that follow each other for these answers."""
    answer, asked = given(**fields), [Question.DEVICE]
    while following := voices.next_question(answer, asked[-1]):
        asked.append(following)
    return asked


WITHOUT = {
    "a shared device": ({"device": Device.SHARED, "connection": Connection.PHONE}, set()),
    "an own device": ({"device": Device.OWN, "connection": Connection.HOME}, {Question.SHARED}),
    "no connection": (
        {"device": Device.SHARED, "connection": Connection.NONE},
        {Question.RUNS_OUT},
    ),
    "neither": (
        {"device": Device.NONE, "connection": Connection.NONE},
        {Question.SHARED, Question.RUNS_OUT},
    ),
    "all skipped": ({}, {Question.SHARED}),
}


@pytest.mark.parametrize("case", WITHOUT)
def test_which_questions_are_asked(case):
    fields, left_out = WITHOUT[case]

    assert path(**fields) == [question for question in ORDER if question not in left_out]


def test_there_are_seven_questions_and_one_press_each():
    assert len(ORDER) == 7
    assert max(len(path(device=device)) for device in ["", *Device.values]) == 7


VOICES = {
    "the latest of the student": (
        [given(device="own"), given(hours=1, device="phone", origin=AnswerOrigin.CALL, by=9)],
        ["phone"],
    ),
    "a student and a guardian stand side by side": (
        [given(device="own"), by_guardian(hours=1, device="phone")],
        ["phone", "own"],
    ),
    "two guardians stand side by side": (
        [by_guardian(2, device="own"), by_guardian(3, hours=1, device="none")],
        ["none", "own"],
    ),
    "of one guardian the latest": (
        [by_guardian(2, device="own"), by_guardian(2, hours=1, device="none")],
        ["none"],
    ),
    "nobody": ([], []),
}


@pytest.mark.parametrize("case", VOICES)
def test_whose_answers_stand(case):
    answers, devices = VOICES[case]

    assert [one.device for one in voices.voices(answers)] == devices


def test_the_student_counts_before_a_guardian_who_answered_later():
    heard = voices.voices([given(device="own"), by_guardian(hours=1, device="phone")])

    assert voices.counted(heard).device == "own"
    assert voices.counted(heard[:1]).device == "phone"
    assert voices.counted([]) is None


def test_what_differs_and_what_was_skipped():
    student = given(device="own", connection="home", help_computer=None)
    guardian = by_guardian(device="phone", connection="home", printer="yes")

    assert voices.differing([student, guardian]) == [Question.DEVICE]


BEGIN = {
    "today": (0, 10, [], None),
    "yesterday": (-1, 10, [], "SurveyInThePast"),
    "it ends before it begins": (3, 2, [], "SurveyEndsBeforeItBegins"),
    "one day": (0, 0, [], None),
    "sixty days": (0, 59, [], None),
    "sixty-one days": (0, 60, [], "SurveyTooLong"),
    "one that ends that day": (5, 9, [(0, 5)], "AnotherSurvey"),
    "one that ended the day before": (5, 9, [(0, 4)], None),
}


@pytest.mark.parametrize("case", BEGIN)
def test_why_not_begin(case):
    first, last, others, expected = BEGIN[case]
    beside = [
        SurveyCampaign(opens_on=TODAY + one * DAY, closes_on=TODAY + other * DAY)
        for one, other in others
    ]

    refusal = rules.why_not_begin(
        TODAY + first * DAY, TODAY + last * DAY, today=TODAY, others=beside
    )

    assert (type(refusal).__name__ if refusal else None) == expected


@pytest.mark.parametrize(
    ("first", "last", "is_open"), [(0, 0, True), (-3, 3, True), (1, 3, False), (-3, -1, False)]
)
def test_an_answer_only_while_the_survey_is_open(first, last, is_open):
    campaign = SurveyCampaign(opens_on=TODAY + first * DAY, closes_on=TODAY + last * DAY)

    assert (rules.why_not_answer(campaign, today=TODAY) is None) == is_open


def test_a_proposal_that_is_over_or_withdrawn_is_not_accepted():
    standing = SurveyProposal(opens_on=TODAY - DAY, closes_on=TODAY)
    over = SurveyProposal(opens_on=TODAY - DAY, closes_on=TODAY - DAY)
    withdrawn = SurveyProposal(opens_on=TODAY, closes_on=TODAY + DAY, withdrawn_at=NOON)

    refused = [rules.why_not_accept(one, today=TODAY) for one in (standing, over, withdrawn)]

    assert [bool(one) for one in refused] == [False, True, True]
