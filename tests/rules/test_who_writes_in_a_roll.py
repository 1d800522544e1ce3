"""Who may write in a roll is asked in SQL, for many rolls, of one roll at hand, and for the list of
one's hours: one table for all.
"""

import datetime
from itertools import product

import pytest

from continuity.attendance.queries.roll_call import hours_for
from continuity.models import RollCall
from continuity.permissions import RollRights
from courses.people import services as people
from courses.people.models import Membership, Person, StandIn
from tests.factories.continuity import LAST_SUMMER, teaching
from tests.factories.people import TeacherFactory
from tests.factories.rolls import nine

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

TODAY = datetime.date(2026, 11, 25)
DAY = datetime.timedelta(days=1)
DAYS = [TODAY - n * DAY for n in (20, 14, 13, 6, 1, 0)]
STAND_INS = {
    "nobody stands in": None,
    "a stand-in these days": (TODAY - 6 * DAY, TODAY + DAY),
    "a stand-in last week": (TODAY - 13 * DAY, TODAY - 6 * DAY),
    "a stand-in from tomorrow": (TODAY + DAY, TODAY + 6 * DAY),
}


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def given_until(until, *, has_left, dates, has_colleague):
    """A teaching, with its teacher, who stands in, and who gives the same subject."""
    given = teaching(until=until, since=LAST_SUMMER)
    school = given.school_class.school
    deputy, colleague = TeacherFactory.create_batch(2, works_at=school)
    if dates:
        StandIn.objects.create(
            teaching=given, teacher=deputy, first_day=dates[0], last_day=dates[1]
        )
    if has_colleague:
        teaching(
            school_class=given.school_class,
            subject=given.subject,
            teacher=colleague,
            since=TODAY - 6 * DAY,
        )
    if has_left:
        membership = Membership.objects.get(person=given.teacher, organisation=school)
        people.leave(membership=membership, last_day=TODAY - DAY)
    return given, {"teacher": given.teacher, "deputy": deputy, "colleague": colleague}


def rolls_of(given, closed_by: list) -> list[RollCall]:
    """One a day for each of those who may have closed it."""
    rolls = [
        RollCall(
            teaching=given,
            starts_at=nine(day, 8 + n),
            ends_at=nine(day, 9 + n),
            saved_at=nine(day, 8 + n),
            closed_at=nine(day, 9 + n) if person else None,
            closed_by=person,
        )
        for day in DAYS
        for n, person in enumerate(closed_by)
    ]
    return RollCall.objects.bulk_create(rolls)


@pytest.mark.parametrize("dates", STAND_INS.values(), ids=STAND_INS)
@pytest.mark.parametrize(
    "until",
    [None, TODAY + DAY, TODAY, TODAY - 10 * DAY],
    ids=["goes on", "last day", "ended yesterday", "ended lately"],
)
def test_both_ways_of_asking_agree(until, dates):
    found = set()
    for has_left, has_colleague in product((False, True), repeat=2):
        given, named = given_until(
            until, has_left=has_left, dates=dates, has_colleague=has_colleague
        )
        rolls_of(given, [None, *named.values()])
        rolls = RollCall.objects.filter(teaching=given).select_related("teaching__school_class")
        for name, person in named.items():
            in_sql = set(rolls.writable_by(fresh(person)).values_list("pk", flat=True))
            rights = RollRights(fresh(person))
            at_hand = {roll.pk for roll in rolls if rights.writes(roll)}

            assert at_hand == in_sql, (name, has_left, has_colleague)
            listed = hours_for(fresh(person), TODAY - 21 * DAY, TODAY)
            assert {hour.roll.pk for hour in listed} == in_sql, (name, has_left, has_colleague)

            answers = type(given).objects.answered_by(fresh(person))
            assert rights.answers(given) == answers.filter(pk=given.pk).exists()
            if at_hand:
                found.add(name)
    assert "teacher" in found
    assert ("deputy" in found) == (dates is not None and dates[0] <= TODAY)
    # Who gives the subject answers for what reaches nobody: an ended teaching, a teacher who left.
    is_reached = until in (None, TODAY + DAY) and dates and dates[0] <= TODAY <= dates[1]
    assert ("colleague" in found) == (not is_reached)


def test_who_teaches_today_is_known_without_a_query(django_assert_num_queries):
    given = teaching()
    roll = rolls_of(given, [None])[0]
    teacher = fresh(given.teacher)
    assert teacher.roles

    with django_assert_num_queries(0):
        assert RollRights(teacher).writes(roll)
