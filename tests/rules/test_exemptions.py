"""Leaves and exemptions: who is expected, what is on the plan, what may be late (cases C29 and
C62).
"""

import datetime

import pytest
from django.utils import timezone

from continuity.enums import ExemptionKind, Expectation
from continuity.models import Exemption
from continuity.school.queries.exemptions import Exemptions, Known, exemptions_of
from courses.agenda.enums import Rhythm
from courses.agenda.models import SchoolCalendar
from courses.agenda.queries import SchoolDays, school_days
from tests.factories.continuity import MONDAY, SchoolClassFactory, StudentFactory
from tests.factories.people import SubjectFactory

SPORT, FRENCH, MATHS = 1, 2, 3
STUDENT = 7
A_WEEK, B_WEEK = MONDAY, MONDAY + datetime.timedelta(weeks=1)
DAYS = SchoolDays(school=None, calendar=SchoolCalendar(week_a=A_WEEK))


def known(
    kind=ExemptionKind.EXEMPTION,
    *,
    subjects=(),
    rhythm=Rhythm.EACH,
    attends=False,
    keeps_working=False,
    until=None,
):
    return Known(kind, A_WEEK, until, rhythm, attends, keeps_working, frozenset(subjects))


def those(*exemptions) -> Exemptions:
    return Exemptions({STUDENT: list(exemptions)}, DAYS)


@pytest.mark.parametrize(
    ("exemption", "subject", "day", "expected"),
    [
        pytest.param(
            known(subjects=[SPORT], rhythm=Rhythm.B),
            SPORT,
            B_WEEK,
            Expectation.EXEMPT,
            id="every other week: not on the roll",
        ),
        pytest.param(
            known(subjects=[SPORT], rhythm=Rhythm.B),
            SPORT,
            A_WEEK,
            Expectation.AS_USUAL,
            id="in the other week as usual",
        ),
        pytest.param(
            known(subjects=[SPORT], attends=True),
            SPORT,
            A_WEEK,
            Expectation.ATTENDS,
            id="it says attends: on the roll",
        ),
        pytest.param(
            known(subjects=[SPORT]), FRENCH, A_WEEK, Expectation.AS_USUAL, id="another subject"
        ),
        pytest.param(known(), FRENCH, A_WEEK, Expectation.EXEMPT, id="no subject chosen: all"),
        pytest.param(
            known(ExemptionKind.LEAVE),
            FRENCH,
            A_WEEK,
            Expectation.EXCUSED,
            id="leave: excused is proposed",
        ),
        pytest.param(
            known(ExemptionKind.LEAVE, until=A_WEEK),
            FRENCH,
            A_WEEK,
            Expectation.EXCUSED,
            id="its last day counts",
        ),
        pytest.param(
            known(ExemptionKind.LEAVE, until=A_WEEK),
            FRENCH,
            A_WEEK + datetime.timedelta(days=1),
            Expectation.AS_USUAL,
            id="the day after",
        ),
        pytest.param(
            known(),
            FRENCH,
            A_WEEK - datetime.timedelta(days=1),
            Expectation.AS_USUAL,
            id="the day before",
        ),
        pytest.param(
            known(ExemptionKind.LEAVE, subjects=[FRENCH], keeps_working=True),
            MATHS,
            A_WEEK,
            Expectation.EXCUSED,
            id="in hospital: away from every subject",
        ),
    ],
)
def test_how_a_student_is_expected(exemption, subject, day, expected):
    assert those(exemption).expectation(STUDENT, subject, day) == expected


def test_who_is_on_leave_is_away_whatever_else_was_granted():
    both = those(known(subjects=[SPORT], attends=True), known(ExemptionKind.LEAVE))

    assert both.expectation(STUDENT, SPORT, A_WEEK) == Expectation.EXCUSED
    assert both.expectation(STUDENT + 1, SPORT, A_WEEK) == Expectation.AS_USUAL


@pytest.mark.parametrize(
    ("exemption", "subject", "is_on_plan", "may_be_late"),
    [
        pytest.param(
            known(ExemptionKind.LEAVE, subjects=[FRENCH], keeps_working=True),
            FRENCH,
            True,
            False,
            id="in hospital, a subject kept",
        ),
        pytest.param(
            known(ExemptionKind.LEAVE, subjects=[FRENCH], keeps_working=True),
            MATHS,
            False,
            False,
            id="in hospital, another one",
        ),
        pytest.param(
            known(ExemptionKind.LEAVE, keeps_working=True),
            MATHS,
            True,
            False,
            id="a long leave that keeps them all",
        ),
        pytest.param(
            known(ExemptionKind.LEAVE),
            MATHS,
            True,
            False,
            id="a leave of some days: the plan stays, to catch up",
        ),
        pytest.param(known(subjects=[SPORT]), SPORT, False, False, id="exempt"),
        pytest.param(
            known(subjects=[SPORT], attends=True), SPORT, True, True, id="exempt, but attends"
        ),
        pytest.param(known(subjects=[SPORT]), FRENCH, True, True, id="exempt from something else"),
    ],
)
def test_what_is_on_the_plan_and_what_may_be_late(exemption, subject, is_on_plan, may_be_late):
    exemptions = those(exemption)

    assert exemptions.is_on_plan(STUDENT, subject, A_WEEK) == is_on_plan
    assert exemptions.may_be_late(STUDENT, subject, A_WEEK) == may_be_late


@pytest.mark.django_db
def test_those_of_some_students_are_one_query_and_a_withdrawn_one_is_not_among_them(
    django_assert_num_queries,
):
    school_class = SchoolClassFactory()
    students = StudentFactory.create_batch(3, in_class=school_class)
    sport, music = SubjectFactory.create_batch(2)
    for student in students:
        common = {
            "student": student,
            "school": school_class.school,
            "first_day": A_WEEK,
            "entered_by": student,
        }
        Exemption.objects.create(kind=ExemptionKind.EXEMPTION, **common).subjects.set(
            [sport, music]
        )
    Exemption.objects.create(kind=ExemptionKind.LEAVE, withdrawn_at=timezone.now(), **common)
    days = school_days(school_class.school)

    with django_assert_num_queries(1):
        found = exemptions_of(students, A_WEEK, A_WEEK, days)

    said = [
        [found.expectation(student.pk, subject.pk, A_WEEK) for subject in (music, sport)]
        for student in students
    ]
    assert said == [[Expectation.EXEMPT, Expectation.EXEMPT]] * 3
