"""A timetable from files is taken back, as long as nothing was built on it."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from courses.agenda.models import ClassHour
from courses.people.models import StandIn, Teaching
from courses.people.services import teachings
from courses.timetables.models import TimetableImport
from tests.factories.continuity import LeaderFactory, at, class_hour
from tests.factories.rolls import begun
from tests.factories.timetables import (
    TimetableSchool,
    calendar,
    choose,
    counts,
    each_week,
    given,
    hours,
    press,
    say_yes,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]
NEXT_MONDAY = datetime.date(2026, 11, 30)


@pytest.fixture
def school():
    return TimetableSchool()


@pytest.fixture
def leader(school):
    return LeaderFactory(leads=school.school, language="en")


def test_a_timetable_is_undone_before_it_begins_as_if_it_had_never_been(client, school, leader):
    class_hour(given(school), weekday=1, begins=9, place="B01")
    class_hour(given(school, "emc", "EXEMPLE"), weekday=2, begins=9)
    ClassHour.objects.update(is_from_file=True)
    before = hours()
    file = calendar(
        each_week(),
        each_week(subject="EMC", teacher="M. EXEMPLE Paul", begins="13:00", ends="14:00"),
        each_week(subject="SVT", teacher="M. SPECIMEN Luc", begins="15:00", ends="16:00"),
    )
    say_yes(client, choose(client, leader, school.school, ("2de3.ics", file)))
    applied = hours()

    undone = press(client, "undo_timetable")

    assert "The timetable is undone" in undone.text
    assert applied != before
    assert hours() == before
    assert Teaching.objects.count() == 2


def test_an_undone_timetable_leaves_the_days_that_are_over(client, school, leader):
    class_hour(given(school), weekday=1, begins=9)
    ClassHour.objects.update(is_from_file=True)
    other = each_week(subject="SVT", teacher="M. SPECIMEN Luc", begins="13:00", ends="14:00")
    say_yes(client, choose(client, leader, school.school, ("a.ics", calendar(each_week(), other))))

    with time_machine.travel(at(datetime.date(2026, 12, 9), 9), tick=False):
        client.force_login(leader)
        press(client, "undo_timetable")

    assert hours() == [
        "2de 3 francais 1 08:00-08:55 30/11-09/12",
        "2de 3 francais 1 09:00-09:55 01/09-30/11",
        "2de 3 francais 1 09:00-09:55 09/12-",
        "2de 3 svt 1 13:00-14:00 30/11-09/12",
    ]
    assert Teaching.objects.get(subject__code="svt").until == datetime.date(2026, 12, 9)


def test_a_timetable_with_a_roll_call_is_not_undone(client, school, leader):
    say_yes(client, choose(client, leader, school.school, ("a.ics", calendar(each_week()))))
    roll = begun(ClassHour.objects.get().teaching, at(NEXT_MONDAY, 8))
    roll.class_hour = ClassHour.objects.get()
    roll.save()
    before = hours()

    refused = press(client, "undo_timetable")

    assert "there are roll calls or plans of its hours (Français, 2de 3" in refused.text
    assert hours() == before


def test_a_timetable_whose_hours_were_changed_by_hand_is_not_undone(client, school, leader):
    say_yes(client, choose(client, leader, school.school, ("a.ics", calendar(each_week()))))
    ClassHour.objects.update(until=datetime.date(2026, 12, 14))

    refused = press(client, "undo_timetable")

    assert "have been changed since: it can’t be undone" in refused.text


def test_an_hour_that_was_put_in_the_old_place_since_keeps_a_timetable_from_being_undone(
    client, school, leader
):
    class_hour(given(school), weekday=1, begins=10)
    ClassHour.objects.update(is_from_file=True)
    other = each_week(subject="SVT", teacher="M. SPECIMEN Luc", begins="13:00", ends="14:00")
    say_yes(client, choose(client, leader, school.school, ("a.ics", calendar(each_week(), other))))
    class_hour(given(school, "emc", "EXEMPLE"), weekday=1, begins=10, since=NEXT_MONDAY)
    before = hours()

    refused = press(client, "undo_timetable")

    assert "have been changed since: it can’t be undone" in refused.text
    assert hours() == before


def test_only_the_last_timetable_is_undone_and_only_for_30_days(client, school, leader):
    say_yes(client, choose(client, leader, school.school, ("a.ics", calendar(each_week()))))
    first = TimetableImport.objects.get()
    later = calendar(each_week(begins="10:00", ends="10:55"))
    say_yes(client, choose(client, leader, school.school, ("b.ics", later)))
    before = hours()

    undo_first = reverse("continuity:undo_timetable", args=[first.public_id])
    refused = client.post(undo_first, follow=True)
    with time_machine.travel(at(datetime.date(2026, 12, 28), 9), tick=False):
        client.force_login(leader)
        too_late = press(client, "undo_timetable")

    for answer in (refused, too_late):
        assert "Only the timetable that was applied last can be undone" in answer.text
    assert hours() == before


def test_rooms_change_at_once_and_come_back_when_undone(client, school, leader):
    hour = class_hour(given(school), weekday=1, begins=8, place="A01")
    page = choose(client, leader, school.school, ("a.ics", calendar(each_week())))

    say_yes(client, page)
    hour.refresh_from_db()
    applied = hour.place, hour.is_from_file
    press(client, "undo_timetable")
    hour.refresh_from_db()

    assert counts(page) == {"same": 1, "places": 1}
    assert applied == ("B12", True)
    assert (hour.place, hour.is_from_file) == ("A01", False)


def test_an_hour_that_was_entered_for_a_begun_subject_stays_when_a_timetable_is_undone(
    client, school, leader
):
    say_yes(client, choose(client, leader, school.school, ("a.ics", calendar(each_week()))))
    class_hour(Teaching.objects.get(), weekday=5, begins=15, since=NEXT_MONDAY)

    press(client, "undo_timetable")

    assert hours() == ["2de 3 francais 5 15:00-15:55 30/11-"]
    assert Teaching.objects.get().until is None


@pytest.mark.parametrize(
    ("last_day", "stay"),
    [(NEXT_MONDAY, 1), (datetime.date(2026, 11, 29), 0)],
    ids=["until its first day", "over by then"],
)
def test_a_begun_subject_in_which_somebody_stands_in_stays(client, school, leader, last_day, stay):
    say_yes(client, choose(client, leader, school.school, ("a.ics", calendar(each_week()))))
    Teaching.objects.get().stand_ins.create(
        teacher=school.teachers["TYPE"], first_day=datetime.date(2026, 11, 29), last_day=last_day
    )

    press(client, "undo_timetable")

    assert (Teaching.objects.count(), StandIn.objects.count()) == (stay, stay)


def test_a_begun_subject_that_another_teacher_took_over_stays(client, school, leader):
    say_yes(client, choose(client, leader, school.school, ("a.ics", calendar(each_week()))))
    given_, taker = Teaching.objects.get(), school.teachers["TYPE"]
    teachings.hand_over(teaching=given_, to=taker, by=leader)

    press(client, "undo_timetable")

    given_.refresh_from_db()
    assert hours() == []
    assert (given_.teacher, given_.until) == (taker, None)
