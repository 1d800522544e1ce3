"""Who gives a teaching on a day is asked in four ways; one table of cases holds them together."""

import datetime

import pytest
from django.utils import timezone

from continuity.plans.queries.taught import taught_by, who_teaches
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
        pytest.param(None, False, (TODAY, TODAY), False, {"teacher", "stand-in"}, id="a stand-in today"),
        pytest.param(None, True, (YESTERDAY, TOMORROW), False, {"stand-in"}, id="the teacher left, a stand-in is there"),
        pytest.param(None, True, (TODAY, TODAY), True, set(), id="both have left"),
        pytest.param(None, False, (YESTERDAY, YESTERDAY), False, {"teacher"}, id="a stand-in until yesterday"),
        pytest.param(None, False, (TOMORROW, TOMORROW), False, {"teacher"}, id="a stand-in from tomorrow"),
        pytest.param(TODAY, False, (TODAY, TODAY), False, set(), id="ended, with a stand-in"),
    ],
)
def test_all_ways_of_asking_agree(until, teacher_left, stand_in, stand_in_left, reached):
    given = teaching(until=until, since=LAST_SUMMER)
    school = given.school_class.school
    deputy = TeacherFactory(works_at=school)
    if stand_in:
        StandIn.objects.create(teaching=given, teacher=deputy, first_day=stand_in[0], last_day=stand_in[1])
    for person, has_left in ((given.teacher, teacher_left), (deputy, stand_in_left)):
        if has_left:
            membership = Membership.objects.get(person=person, organisation=school)
            people.leave(membership=membership, last_day=YESTERDAY)
    assert timezone.localdate() == TODAY
    named = {"teacher": type(deputy).objects.get(pk=given.teacher_id), "stand-in": type(deputy).objects.get(pk=deputy.pk)}

    assert {name for name, person in named.items() if person in who_teaches(given, TODAY)} == reached
    assert {name for name, person in named.items() if Teaching.objects.open_to(person, TODAY).exists()} == reached
    assert Teaching.objects.reaching_somebody(TODAY).exists() == bool(reached)
    assert Teaching.objects.reaching_nobody(TODAY).exists() == (not reached and until != TODAY)
    in_school = {name: person for name, person in named.items() if person.places_as("teacher")}
    assert {name for name, person in in_school.items() if taught_by(person, TODAY).open_on(TODAY)} == reached
