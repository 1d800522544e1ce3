"""Who finishes a roll whose teacher no longer gives the subject, or doesn't yet."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from courses.people import services as people
from courses.people.enums import Role
from courses.people.models import Membership, Person, StandIn
from courses.people.services import teachings
from tests.factories.continuity import LeaderFactory, StudentFactory, at, class_hour, teaching
from tests.factories.leaving import leave_school
from tests.factories.people import MembershipFactory, TeacherFactory
from tests.factories.rolls import begun

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
YESTERDAY, TODAY = datetime.date(2026, 11, 24), datetime.date(2026, 11, 25)
DAY = datetime.timedelta(days=1)
TOMORROW = datetime.date(2026, 11, 26)
IN_TWO_WEEKS = datetime.date(2026, 12, 9)


def marked(roll) -> dict:
    """What the form says where everybody was there."""
    lines = list(roll.lines.all())
    return {"revision": str(roll.revision)} | {
        f"{name}-{line.public_id}": value
        for line in lines
        for name, value in (("status", "present"), ("mode", "in_class"))
    }


def saved_on_the_last_day(client, given, colleague=None):
    """A roll of today, saved and left open; the subject ends tonight."""
    StudentFactory(in_class=given.school_class)
    roll = begun(given, at(TODAY, 9))
    client.force_login(colleague or given.teacher)
    client.post(reverse("continuity:save_roll", args=[roll.public_id]), marked(roll))
    roll.refresh_from_db()
    assert roll.saved_at
    teachings.end_teaching(teaching=given, until=TOMORROW)
    return roll


def closes(client, person, roll) -> int:
    """The status of the roll's page, then of closing it."""
    client.force_login(person)
    page = reverse("continuity:roll", args=[roll.public_id])
    if (status := client.get(page).status_code) != 200:
        return status
    answer = client.post(
        reverse("continuity:close_roll", args=[roll.public_id]), marked(roll), follow=True
    )
    roll.refresh_from_db()
    return answer.status_code if roll.is_closed else 0


@pytest.mark.parametrize("days", [1, 13, 14])
def test_who_gave_the_subject_finishes_a_roll_for_two_weeks_and_then_no_longer(client, days):
    given = teaching()
    Person.objects.filter(pk=given.teacher_id).update(language="en")
    roll = saved_on_the_last_day(client, given)
    later, page = at(TODAY + days * DAY, 9), reverse("continuity:roll", args=[roll.public_id])

    with time_machine.travel(later, tick=False):
        client.force_login(given.teacher)
        listed = page in client.get(reverse("continuity:rolls")).text
        says = "finish and close this roll until Tuesday 8 December" in client.get(page).text
        status = closes(client, given.teacher, roll)

    assert (listed, says, status) == ((days < 14), (days < 14), 200 if days < 14 else 404)


def test_who_is_given_the_subject_again_isn_t_told_that_it_is_no_longer_theirs(client):
    given = teaching()
    Person.objects.filter(pk=given.teacher_id).update(language="en")
    roll = saved_on_the_last_day(client, given)
    page, says = (
        reverse("continuity:roll", args=[roll.public_id]),
        "You no longer give this subject",
    )
    client.force_login(given.teacher)

    with time_machine.travel(at(TOMORROW, 9), tick=False):
        ended = client.get(page).text
        teaching(given.school_class, subject=given.subject, teacher=given.teacher, since=TOMORROW)
        given_again = client.get(page).text

    assert says in ended
    assert says not in given_again


def test_who_stood_in_that_day_finishes_the_roll_and_one_taken_back_does_not(client):
    given = teaching()
    there, taken_back = TeacherFactory.create_batch(2, works_at=given.school_class.school)
    StandIn.objects.create(teaching=given, teacher=there, first_day=TODAY, last_day=TODAY)
    row = StandIn.objects.create(
        teaching=given, teacher=taken_back, first_day=TODAY, last_day=IN_TWO_WEEKS
    )
    roll = saved_on_the_last_day(client, given, colleague=taken_back)
    teachings.withdraw_stand_in(stand_in=row)

    with time_machine.travel(at(TOMORROW, 9), tick=False):
        assert closes(client, taken_back, roll) == 404
        assert closes(client, there, roll) == 200


def test_who_gives_the_subject_now_closes_the_roll_and_who_has_left_does_not(client):
    given = teaching()
    school = given.school_class.school
    newcomer = TeacherFactory(works_at=school, language="en")
    leader = LeaderFactory(leads=school, language="en")
    roll = saved_on_the_last_day(client, given)
    teachings.give_teaching(
        school_class=given.school_class, subject=given.subject, teacher=newcomer, since=TOMORROW
    )
    people.leave(
        membership=Membership.objects.get(person=given.teacher, organisation=school), last_day=TODAY
    )
    close = reverse("continuity:close_roll", args=[roll.public_id])
    page = reverse("continuity:roll", args=[roll.public_id])

    with time_machine.travel(at(TOMORROW, 9), tick=False):
        client.force_login(leader)
        assert client.post(close, marked(roll)).status_code == 404
        read = client.get(page).text
        assert "begun and not closed yet" in read
        assert "hasn’t been taken" not in read
        day = client.get(reverse("continuity:rolls_of_day"), {"day": f"{TODAY}"}).text
        assert page in day
        assert "Begun and not closed yet" in day
        assert closes(client, given.teacher, roll) in {403, 404}
        client.force_login(newcomer)
        assert page in client.get(reverse("continuity:rolls")).text
        assert closes(client, newcomer, roll) == 200


def test_who_is_to_give_the_subject_later_can_begin_earlier(client):
    given = teaching()
    school = given.school_class.school
    leader = LeaderFactory(leads=school, language="en")
    newcomer = TeacherFactory(works_at=school)
    teachings.end_teaching(teaching=given, until=TOMORROW)
    later = teachings.give_teaching(
        school_class=given.school_class,
        subject=given.subject,
        teacher=newcomer,
        since=IN_TWO_WEEKS,
    )
    class_hour(later, since=IN_TWO_WEEKS)
    client.force_login(leader)

    page = client.post(
        reverse("continuity:give_teaching", args=[given.school_class.public_id]),
        {
            "subject": given.subject.code,
            "teacher": newcomer.public_id,
            "since": TOMORROW.isoformat(),
        },
        follow=True,
    )

    later.refresh_from_db()
    assert page.status_code == 200
    assert newcomer.teachings.get() == later
    assert later.since == TOMORROW
    assert later.hours.get().since == TOMORROW


def test_who_ended_today_and_is_to_give_the_subject_again_later_can_begin_earlier():
    given = teaching()
    teachings.end_teaching(teaching=given, until=TOMORROW)
    again = {"school_class": given.school_class, "subject": given.subject, "teacher": given.teacher}
    later = teachings.give_teaching(**again, since=IN_TWO_WEEKS)

    assert teachings.give_teaching(**again, since=TODAY) == later

    days = given.teacher.teachings.order_by("since").values_list("since", "until")
    assert list(days) == [(given.since, TOMORROW), (TOMORROW, None)]


@pytest.mark.parametrize("days", [1, 20])
def test_a_leader_closes_a_begun_roll_where_nobody_gives_the_subject(client, days):
    given = teaching()
    school = given.school_class.school
    leader = LeaderFactory(leads=school, language="en")
    elsewhere = LeaderFactory()
    untouched = begun(given, at(TODAY, 10))
    roll = saved_on_the_last_day(client, given)
    people.leave(
        membership=Membership.objects.get(person=given.teacher, organisation=school), last_day=TODAY
    )

    with time_machine.travel(at(TODAY + days * (TOMORROW - TODAY), 9), tick=False):
        client.force_login(leader)
        page = client.get(reverse("continuity:roll", args=[roll.public_id])).text
        assert "Nobody gives this subject at the moment" in page
        assert f'name="status-{roll.lines.get().public_id}" value="present"' in page
        assert closes(client, elsewhere, roll) in {403, 404}
        assert closes(client, leader, untouched) == 0
        form = marked(roll)
        assert closes(client, leader, roll) == 200
        close = reverse("continuity:close_roll", args=[roll.public_id])
        double_tap = client.post(close, form, follow=True)
        assert (double_tap.status_code, "The roll is closed." in double_tap.text) == (200, True)
        client.force_login(leader)
        assert "Closed on" in client.get(reverse("continuity:roll", args=[roll.public_id])).text


def test_an_hour_of_who_has_left_asks_no_roll(client):
    given = teaching()
    school = given.school_class.school
    class_hour(given, weekday=TODAY.isoweekday(), begins=9)
    follows = teaching(given.school_class, subject=given.subject, since=TODAY)
    class_hour(follows, weekday=TODAY.isoweekday(), begins=9)
    people.leave(
        membership=Membership.objects.get(person=given.teacher, organisation=school),
        last_day=YESTERDAY,
    )
    client.force_login(LeaderFactory(leads=school, language="en"))

    with time_machine.travel(at(TODAY, 12), tick=False):
        page = client.get(reverse("today:home")).text

    assert "1 roll of today is missing" in page


def test_a_stand_in_who_joined_lately_finds_the_rolls_of_their_days(client):
    given = teaching()
    school = given.school_class.school
    for day in (YESTERDAY, TODAY):
        class_hour(given, weekday=day.isoweekday(), begins=9)
    newcomer = TeacherFactory(works_at=school, language="en")
    newcomer.memberships.update(since=YESTERDAY)
    StandIn.objects.create(
        teaching=given, teacher=newcomer, first_day=YESTERDAY, last_day=IN_TWO_WEEKS
    )
    client.force_login(newcomer)

    with time_machine.travel(at(TODAY, 12), tick=False):
        page = client.get(reverse("continuity:rolls")).text
    leave_school(newcomer, school)
    MembershipFactory(person=newcomer, role=Role.TEACHER)
    with time_machine.travel(at(TODAY, 12), tick=False):
        gone = client.get(reverse("continuity:rolls")).text

    assert page.count("Take the roll") == 2
    assert "Take the roll" not in gone
