"""Who gives a teaching on a day, and who answers there, is asked in several ways; two tables of
cases hold them together.
"""

import datetime

import pytest
from django.utils import timezone

from continuity.plans.queries.taught import taught_by, who_answers
from courses.people import services as people
from courses.people.models import Membership, StandIn, Teaching
from tests.factories.continuity import LAST_SUMMER, teaching
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 25)
DAY = datetime.timedelta(days=1)
YESTERDAY, TOMORROW = TODAY - DAY, TODAY + DAY


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize(
    ("until", "teacher_left", "stand_in", "stand_in_left", "reached"),
    [
        pytest.param(None, False, None, False, {"teacher"}, id="the teacher"),
        pytest.param(TOMORROW, False, None, False, {"teacher"}, id="on the last day"),
        pytest.param(TODAY, False, None, False, set(), id="ended today"),
        pytest.param(None, True, None, False, set(), id="the teacher has left the school"),
        pytest.param(
            None, False, (TODAY, TODAY), False, {"teacher", "stand-in"}, id="a stand-in today"
        ),
        pytest.param(
            None,
            True,
            (YESTERDAY, TOMORROW),
            False,
            {"stand-in"},
            id="the teacher left, a stand-in is there",
        ),
        pytest.param(None, True, (TODAY, TODAY), True, set(), id="both have left"),
        pytest.param(
            None, False, (YESTERDAY, YESTERDAY), False, {"teacher"}, id="a stand-in until yesterday"
        ),
        pytest.param(
            None, False, (TOMORROW, TOMORROW), False, {"teacher"}, id="a stand-in from tomorrow"
        ),
        pytest.param(TODAY, False, (TODAY, TODAY), False, set(), id="ended, with a stand-in"),
    ],
)
def test_all_ways_of_asking_agree(until, teacher_left, stand_in, stand_in_left, reached):
    given = teaching(until=until, since=LAST_SUMMER)
    school = given.school_class.school
    deputy = TeacherFactory(works_at=school)
    if stand_in:
        StandIn.objects.create(
            teaching=given, teacher=deputy, first_day=stand_in[0], last_day=stand_in[1]
        )
    for person, has_left in ((given.teacher, teacher_left), (deputy, stand_in_left)):
        if has_left:
            membership = Membership.objects.get(person=person, organisation=school)
            people.leave(membership=membership, last_day=YESTERDAY)
    assert timezone.localdate() == TODAY
    named = {
        "teacher": type(deputy).objects.get(pk=given.teacher_id),
        "stand-in": type(deputy).objects.get(pk=deputy.pk),
    }

    assert {
        name for name, person in named.items() if person in who_answers(given, TODAY)
    } == reached
    assert {
        name for name, person in named.items() if Teaching.objects.open_to(person, TODAY).exists()
    } == reached
    assert Teaching.objects.reaching_somebody(TODAY).exists() == bool(reached)
    assert Teaching.objects.reaching_nobody(TODAY).exists() == (not reached and until != TODAY)
    in_school = {name: person for name, person in named.items() if person.places_as("teacher")}
    assert {
        name for name, person in in_school.items() if taught_by(person, TODAY).open_on(TODAY)
    } == reached


@pytest.mark.at("2026-11-25T12:00")
@pytest.mark.parametrize(
    ("until", "teacher_left", "colleague", "answers"),
    [
        pytest.param(
            None, False, (LAST_SUMMER, None), {"teacher"}, id="two give the subject: each their own"
        ),
        pytest.param(
            None, True, (LAST_SUMMER, None), {"colleague"}, id="one of two has left the school"
        ),
        pytest.param(
            TODAY, False, (LAST_SUMMER, None), {"colleague"}, id="the leader ends one of two"
        ),
        pytest.param(
            TODAY, False, (TODAY, None), {"colleague"}, id="ended today, given from today"
        ),
        pytest.param(
            TODAY, False, (TOMORROW, None), set(), id="ended today, given from tomorrow: not yet"
        ),
        pytest.param(
            YESTERDAY, False, (TODAY, None), {"colleague"}, id="ended yesterday, given from today"
        ),
        pytest.param(TODAY, False, (LAST_SUMMER, TODAY), set(), id="both have ended"),
    ],
)
def test_what_reaches_nobody_is_answered_by_who_gives_the_subject_in_the_class(
    until, teacher_left, colleague, answers
):
    given = teaching(until=until, since=LAST_SUMMER)
    school = given.school_class.school
    following = TeacherFactory(works_at=school)
    teaching(
        given.school_class,
        subject=given.subject,
        teacher=following,
        since=colleague[0],
        until=colleague[1],
    )
    strangers = [
        teaching(given.school_class).teacher,  # another subject
        teaching(subject=given.subject).teacher,  # in another class
    ]
    if teacher_left:
        people.leave(
            membership=Membership.objects.get(person=given.teacher, organisation=school),
            last_day=YESTERDAY,
        )
    named = {
        "teacher": given.teacher,
        "colleague": following,
        "stranger": strangers[0],
        "elsewhere": strangers[1],
    }
    named = {name: type(person).objects.get(pk=person.pk) for name, person in named.items()}

    assert {
        name for name, person in named.items() if person in who_answers(given, TODAY)
    } == answers
    for_them = {name: Teaching.objects.answered_by(person, TODAY) for name, person in named.items()}
    assert {
        name for name, found in for_them.items() if found.filter(pk=given.pk).exists()
    } == answers
    assert {
        name for name, person in named.items() if given in taught_by(person, TODAY).answered
    } == answers


@pytest.mark.at("2026-11-25T12:00")
def test_what_is_still_to_come_is_answered_by_nobody_yet():
    given = teaching(since=TOMORROW)
    colleague = teaching(given.school_class, subject=given.subject, since=LAST_SUMMER).teacher

    assert who_answers(given, TODAY) == []
    assert given not in Teaching.objects.answered_by(colleague, TODAY)


@pytest.mark.at("2026-11-25T12:00")
def test_who_stands_in_for_the_colleague_answers_on_these_days():
    given = teaching(until=TODAY, since=LAST_SUMMER)
    colleague = teaching(given.school_class, subject=given.subject, since=LAST_SUMMER)
    deputy = TeacherFactory(works_at=given.school_class.school)
    StandIn.objects.create(teaching=colleague, teacher=deputy, first_day=TODAY, last_day=TODAY)

    assert who_answers(given, TODAY) == [colleague.teacher, deputy]
    assert given in Teaching.objects.answered_by(deputy, TODAY)
    assert given not in Teaching.objects.answered_by(deputy, TOMORROW)
