"""A school's leader keeps the timetable of classes, closed days and A/B weeks."""

import pytest
from django.utils import timezone

from continuity.attendance.queries.roll_call import hours_for
from continuity.models import ContinuityPlan
from courses.agenda.models import ClassHour, Closure, SchoolCalendar
from courses.agenda.queries import school_days
from courses.people.enums import Role
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    at,
    class_hour,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.school_pages import ONE_DAY, get, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_an_hour_in_a_week_that_is_taken_is_refused_and_a_and_b_weeks_share_one(client):
    school_class = SchoolClassFactory()
    first, second = teaching(school_class), teaching(school_class)
    class_hour(first, weekday=2, begins=9, rhythm="A")
    leader = LeaderFactory(leads=school_class.school)
    hour = {
        "weekday": 2,
        "begins": "09:30",
        "ends": "10:25",
        "teaching": second.public_id,
        "since": str(timezone.localdate()),
    }

    refused = send(
        client, leader, "continuity:put_hour", school_class.public_id, **hour, rhythm="A"
    )
    send(client, leader, "continuity:put_hour", school_class.public_id, **hour, rhythm="B")

    assert "at that time already" in refused.context["form"].non_field_errors()[0]
    assert list(ClassHour.objects.filter(teaching=second).values_list("rhythm", flat=True)) == ["B"]


@pytest.mark.at("2026-11-25T12:00")
def test_an_hour_that_is_added_asks_for_no_roll_of_the_past(client):
    given = teaching()
    leader, today = LeaderFactory(leads=given.school_class.school), timezone.localdate()
    two_weeks_ago = today - 14 * ONE_DAY
    hour = {
        "weekday": today.isoweekday(),
        "begins": "09:00",
        "ends": "09:55",
        "teaching": given.public_id,
    }

    send(
        client,
        leader,
        "continuity:put_hour",
        given.school_class.public_id,
        **hour,
        since=str(today),
    )

    assert [found.day for found in hours_for(given.teacher, two_weeks_ago, today)] == [today]


@pytest.mark.at("2026-11-25T12:00")
def test_an_hour_that_is_taken_out_keeps_its_past(client):
    given = teaching()
    leader, today = LeaderFactory(leads=given.school_class.school), timezone.localdate()
    hour = class_hour(given, weekday=today.isoweekday())
    days = [today - 7 * ONE_DAY, today, today + 7 * ONE_DAY]

    send(client, leader, "continuity:take_hour_out", hour.public_id, until=str(today + ONE_DAY))

    assert [found.day for found in hours_for(given.teacher, days[0], days[-1])] == days[:2]
    assert (
        "No more from"
        in get(client, leader, "continuity:timetable", given.school_class.public_id).text
    )


def test_an_hour_follows_one_that_ends_at_the_same_time_of_the_week(client):
    given, today = teaching(), timezone.localdate()
    leader, in_a_week = LeaderFactory(leads=given.school_class.school), today + 7 * ONE_DAY
    class_hour(given, weekday=2, until=in_a_week)
    other = teaching(given.school_class)
    hour = {"weekday": 2, "begins": "09:00", "ends": "09:55", "teaching": other.public_id}

    refused = send(
        client,
        leader,
        "continuity:put_hour",
        given.school_class.public_id,
        **hour,
        since=str(today),
    )
    send(
        client,
        leader,
        "continuity:put_hour",
        given.school_class.public_id,
        **hour,
        since=str(in_a_week),
    )

    assert "at that time already" in refused.context["form"].non_field_errors()[0]
    assert list(other.hours.values_list("since", flat=True)) == [in_a_week]


def test_a_timetable_that_changes_makes_the_class_s_weeks_new(client):
    school_class = SchoolClassFactory()
    given, leader = teaching(school_class), LeaderFactory(leads=school_class.school)
    plan = part_of(given, timezone.localdate()).plan
    hour = class_hour(given)

    send(
        client, leader, "continuity:take_hour_out", hour.public_id, until=str(timezone.localdate())
    )

    assert ContinuityPlan.objects.get(pk=plan.pk).version == plan.version + 1


def test_a_work_due_on_a_day_that_is_closed_is_flagged_and_not_moved(client):
    """C6."""
    given = teaching()
    school, leader = given.school_class.school, LeaderFactory(leads=given.school_class.school)
    friday = timezone.localdate() + 30 * ONE_DAY
    work = homework_item(part_of(given, friday), due_at=at(friday, 18)).assignment

    response = send(
        client,
        leader,
        "continuity:close_days",
        school.public_id,
        **{"closure-first_day": str(friday), "closure-reason": "Grève"},
    )

    work.refresh_from_db()
    assert work.due_at == at(friday, 18)
    assert Closure.objects.get().last_day == friday
    assert response.context["due"] == [work]
    assert "Nothing is moved by itself" in response.text


@pytest.mark.at("2026-11-25T12:00")
def test_a_day_that_is_opened_again_is_a_school_day(client):
    leader, today = LeaderFactory(), timezone.localdate()
    (school,) = leader.places_as(Role.LEADER)
    closure = Closure.objects.create(school=school, first_day=today, last_day=today, reason="Neige")
    assert not school_days(school).has_class(today)

    send(client, leader, "continuity:reopen", closure.public_id)

    assert not Closure.objects.exists()
    assert school_days(school).has_class(today)


def test_the_school_s_own_date_says_which_week_is_a(client):
    """C3, the leader's side."""
    leader = LeaderFactory()
    (school,) = leader.places_as(Role.LEADER)

    send(
        client,
        leader,
        "continuity:count_weeks",
        school.public_id,
        **{"calendar-week_a": str(timezone.localdate())},
    )

    assert SchoolCalendar.objects.get(school=school).week_a == timezone.localdate()
    assert (
        "This week is a week A." in get(client, leader, "continuity:school", school.public_id).text
    )
