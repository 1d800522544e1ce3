"""What rolls and video classes say on a teacher's first page, and which hours count as not taken."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from continuity.attendance.queries.roll_call import RollStage, hours_at, hours_for
from continuity.due.views.rolls import rolls_due
from continuity.enums import Mode, Status
from continuity.models import RollCall
from courses.agenda import services as agenda
from courses.agenda.values import Hours
from courses.people.enums import ClassKind
from courses.people.models import StandIn
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    class_hour,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.people import TeacherFactory
from tests.factories.rolls import A_TUESDAY, begun, closed, nine, video_class

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


def titles(person, now) -> list[str]:
    return [item.title for item in rolls_due(person, now)]


def test_a_roll_is_due_from_its_hour_on_until_it_is_closed():
    given = teaching()
    class_hour(given, weekday=2, begins=9)
    StudentFactory(in_class=given.school_class)
    words = f"Roll to take: {given.school_class}, {given.subject}"

    before, during, after = (titles(given.teacher, nine() + n * MINUTE) for n in (-10, 10, 300))
    closed(begun(given))
    taken = titles(given.teacher, nine() + 300 * MINUTE)

    assert (before, during, after, taken) == ([], [words], [words], [])


def test_a_successor_is_not_asked_for_the_rolls_that_were_left_behind():
    given = teaching(until=A_TUESDAY + DAY)
    class_hour(given, weekday=2, begins=9)
    StudentFactory(in_class=given.school_class)
    successor = TeacherFactory(works_at=given.school_class.school)
    teaching(given.school_class, subject=given.subject, teacher=successor, since=A_TUESDAY + DAY)
    last = A_TUESDAY + 6 * DAY

    with time_machine.travel(nine(last, hour=18)):
        listed = {
            teacher: [hour.day for hour in hours_for(teacher, A_TUESDAY, last)]
            for teacher in (given.teacher, successor)
        }

    assert listed == {given.teacher: [A_TUESDAY], successor: []}


def test_the_room_of_a_video_class_is_the_thing_to_press_now():
    given = teaching()
    part_of(given, A_TUESDAY - DAY)
    meeting = video_class(given)

    item = rolls_due(given.teacher, nine() - 5 * MINUTE)[0]

    assert (item.is_now, item.url) == (
        True,
        reverse("continuity:enter_video", args=[meeting.public_id]),
    )


@pytest.mark.at("2026-11-25T12:00")
def test_hours_of_an_absence_are_nobodys_roll_unless_somebody_stands_in():
    given = teaching()
    class_hour(given, weekday=2, begins=9)
    class_hour(given, weekday=2, begins=14)
    agenda.record_absence(
        teacher=given.teacher, key="x", hours=Hours(nine(), nine(hour=10)), reason="Formation"
    )
    without = [hour.starts_at for hour in hours_for(given.teacher, A_TUESDAY, A_TUESDAY)]
    stand_in = TeacherFactory(works_at=given.school_class.school)
    StandIn.objects.create(
        teaching=given, teacher=stand_in, first_day=A_TUESDAY, last_day=A_TUESDAY
    )

    assert without == [nine(hour=14)]
    assert [hour.starts_at for hour in hours_for(stand_in, A_TUESDAY, A_TUESDAY)] == [
        nine(),
        nine(hour=14),
    ]
    assert hours_for(stand_in, A_TUESDAY + 7 * DAY, A_TUESDAY + 7 * DAY) == []


def test_an_hour_before_one_gave_the_subject_anew_is_still_ones_own(client):
    """Ended by mistake, and entered again some days later: nobody else could take that roll."""
    given = teaching(until=A_TUESDAY + DAY)
    class_hour(given, weekday=2, begins=9)
    StudentFactory(in_class=given.school_class)
    teaching(
        school_class=given.school_class,
        subject=given.subject,
        teacher=given.teacher,
        since=A_TUESDAY + 3 * DAY,
    )
    client.force_login(given.teacher)

    with time_machine.travel(nine(A_TUESDAY + 6 * DAY, hour=18)):
        listed = [hour.day for hour in hours_for(given.teacher, A_TUESDAY, A_TUESDAY + 6 * DAY)]
        said = {"teaching": given.public_id, "starts_at": nine().isoformat()}
        pressed = client.post(reverse("continuity:begin_roll"), said, follow=True).status_code

    assert (listed, pressed) == ([A_TUESDAY], 200)


def test_two_weeks_after_ones_dates_an_hour_can_neither_be_seen_nor_begun(client):
    """Its page would be a 404, the empty roll would stay."""
    given = teaching()
    class_hour(given, weekday=2, begins=9)
    StudentFactory(in_class=given.school_class)
    stand_in = TeacherFactory(works_at=given.school_class.school)
    long_ago, lately = A_TUESDAY - 14 * DAY, A_TUESDAY - 7 * DAY
    StandIn.objects.create(teaching=given, teacher=stand_in, first_day=long_ago, last_day=lately)
    client.force_login(stand_in)

    def press(day):
        said = {"teaching": given.public_id, "starts_at": nine(day).isoformat()}
        return client.post(reverse("continuity:begin_roll"), said, follow=True).status_code

    with time_machine.travel(nine(hour=18)):
        listed = [hour.day for hour in hours_for(stand_in, long_ago, A_TUESDAY)]
        pressed = press(long_ago), press(lately)

    assert listed == [lately]
    assert pressed == (404, 200)
    assert RollCall.objects.count() == 1


def test_a_video_class_at_the_hour_of_the_timetable_is_one_roll_with_it():
    given = teaching()
    class_hour(given, weekday=2, begins=9)
    part_of(given, A_TUESDAY - DAY)
    meeting = video_class(given)

    (hour,) = hours_for(given.teacher, A_TUESDAY, A_TUESDAY)

    assert (hour.meeting, hour.class_hour) == (meeting, given.hours.get())
    assert hour.stage(nine(hour=18)) == RollStage.NOT_TAKEN


def test_a_day_without_class_has_no_roll():
    given = teaching()
    class_hour(given, weekday=3, begins=9)

    assert (
        hours_at([given.school_class], datetime.date(2026, 11, 11), datetime.date(2026, 11, 11))
        == []
    )


@pytest.mark.at("2026-11-25T12:00")
def test_a_tutors_register_has_their_own_students_only(client):
    """C1, in the export too."""
    classes = SchoolClassFactory.create_batch(2, school=SchoolClassFactory().school)
    group = SchoolClassFactory(school=classes[0].school, kind=ClassKind.GROUP, name="Groupe")
    for number, one in enumerate(classes):
        StudentFactory(in_class=[one, group], family_name=f"Nom{number}")
    closed(begun(teaching(group)))
    days = {"first": f"{A_TUESDAY}", "last": f"{A_TUESDAY}"}
    names = []

    for person in (tutor_of(classes[0]), LeaderFactory(leads=group.school)):
        client.force_login(person)
        text = client.get(reverse("continuity:export_rolls"), days).content.decode("utf-8-sig")
        names.append([line.split(";")[6] for line in text.splitlines()[1:]])

    assert names == [["Nom0"], ["Nom0", "Nom1"]]


@pytest.mark.at("2026-11-25T12:00")
def test_a_register_is_a_month_at_most(client):
    given = teaching()
    client.force_login(LeaderFactory(leads=given.school_class.school))

    answer = client.get(
        reverse("continuity:export_rolls"), {"first": "2026-09-01", "last": "2026-11-24"}
    )

    assert answer.status_code == 422
    assert "Choose a month at most" in answer.text


def test_a_leader_reads_how_many_rolls_of_today_are_missing_and_who_was_absent():
    given, other = teaching(), teaching()
    leader = LeaderFactory(leads=given.school_class.school)
    class_hour(given, weekday=2, begins=9)
    class_hour(given, weekday=2, begins=14)
    class_hour(other, weekday=2, begins=9)
    absent, _present = StudentFactory.create_batch(2, in_class=given.school_class)

    before = titles(leader, nine() - MINUTE)
    missing = titles(leader, nine(hour=18))
    roll = closed(begun(given))
    roll.lines.filter(student=absent).update(status=Status.ABSENT, mode=Mode.UNKNOWN)
    items = [(item.title, item.text) for item in rolls_due(leader, nine(hour=13))]

    assert before == []
    assert missing == ["2 rolls of today are missing"]
    assert items == [("1 student absent today", "By 1 closed roll.")]
