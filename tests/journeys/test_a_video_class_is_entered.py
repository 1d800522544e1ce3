"""Who enters the room of a video class, and who leads it no longer."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from continuity.attendance.services import roll_call as rolls
from continuity.models import (
    HandIn,
    RollCall,
)
from continuity.video import services as videos
from courses.live.enums import RoomRole
from courses.live.models import RoomPass
from courses.people.models import ClassMembership, Membership, StandIn
from courses.people.services import teachings
from tests.factories.continuity import StudentFactory, assignment, teaching
from tests.factories.people import TeacherFactory
from tests.factories.rolls import led, nine, prefilled, soon, video_class
from tests.factories.video_classes import DAY, JANUARY, hours, published
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db


def test_a_stand_in_leads_on_their_dates_only(client):
    """C19."""
    given = teaching()
    starts_at = soon()
    published(given, starts_at)
    meeting = video_class(given, starts_at)
    today = timezone.localdate(starts_at)
    in_time, too_late = TeacherFactory.create_batch(2, works_at=given.school_class.school)
    StandIn.objects.create(teaching=given, teacher=in_time, first_day=today, last_day=today)
    StandIn.objects.create(
        teaching=given, teacher=too_late, first_day=today + DAY, last_day=today + 3 * DAY
    )
    statuses = []

    for person in (in_time, too_late):
        client.force_login(person)
        statuses.append(
            client.get(reverse("continuity:enter_video", args=[meeting.public_id])).status_code
        )

    assert statuses == [302, 404]
    assert list(RoomPass.objects.values_list("person", "role")) == [
        (in_time.pk, RoomRole.MODERATOR)
    ]


def test_the_room_opens_with_the_teacher_to_who_is_in_the_class_that_day(client):
    given = teaching()
    starts_at = soon()
    day = timezone.localdate(starts_at)
    published(given, starts_at)
    meeting = video_class(given, starts_at)
    student, gone = StudentFactory.create_batch(2, in_class=given.school_class)
    ClassMembership.objects.filter(student=gone).update(until=day)
    elsewhere = StudentFactory()
    address = reverse("continuity:enter_video", args=[meeting.public_id])

    def tries(person):
        client.force_login(person)
        return client.get(address)

    waiting = tries(student)
    teacher = tries(given.teacher)
    entered, again = tries(student), tries(student)

    assert (waiting.status_code, waiting["Refresh"]) == (200, "10")
    assert f"The room opens when {given.teacher.display_name} is there" in waiting.text
    assert (
        teacher.url
        == entered.url
        == again.url
        == f"{reverse('live:join', args=[meeting.public_id])}?enter=1"
    )
    assert [tries(person).status_code for person in (gone, elsewhere)] == [404, 404]
    assert sorted(RoomPass.objects.values_list("person", "role")) == sorted(
        [(given.teacher.pk, RoomRole.MODERATOR), (student.pk, RoomRole.MEMBER)]
    )
    client.force_login(student)
    joined = client.get(entered.url)
    assert joined.status_code == 302
    assert "/practice/" in joined.url


def handed_over(given, stand_in):
    teachings.hand_over(teaching=given, to=stand_in.teacher)
    return given.teacher


def taken_back(given, stand_in):
    teachings.withdraw_stand_in(stand_in=stand_in)
    return stand_in.teacher


def left_the_school(given, stand_in):
    Membership.objects.filter(person=given.teacher).update(until=timezone.localdate() - DAY)
    return given.teacher


@pytest.mark.at("2026-11-27T10:57")
@pytest.mark.parametrize("no_longer_leads", [handed_over, taken_back, left_the_school])
def test_who_leads_no_longer_has_no_way_into_the_room_and_opens_it_to_nobody(
    client, no_longer_leads
):
    given = teaching()
    published(given, starts_at := soon())
    meeting = video_class(given, starts_at)
    student = StudentFactory(in_class=given.school_class)
    today = timezone.localdate()
    colleague = TeacherFactory(works_at=given.school_class.school)
    stand_in = StandIn.objects.create(
        teaching=given, teacher=colleague, first_day=today, last_day=today
    )
    enter = reverse("continuity:enter_video", args=[meeting.public_id])
    join = f"{reverse('live:join', args=[meeting.public_id])}?enter=1"

    def status(person, address):
        client.force_login(person)
        return client.get(address).status_code

    before = [given.teacher, colleague]
    gone = no_longer_leads(given, stand_in)
    # They entered while they led it: a pass of before.
    led(meeting, gone)
    led_by_nobody = status(student, enter)
    others = [person for person in before if person != gone]

    assert status(gone, enter) in {403, 404}
    assert status(gone, join) == 403
    assert led_by_nobody == 200
    assert [status(person, enter) for person in others] == [302]
    assert [status(person, join) for person in others] == [302]
    assert [status(student, enter), status(student, join)] == [302, 302]
    ClassMembership.objects.filter(student=student).update(until=today)
    assert status(student, join) == 403


def test_presence_in_the_practice_room_fills_the_roll(client, django_capture_on_commit_callbacks):
    """Teacher and student come through the doors, the room's own events do the rest."""
    given = teaching()
    starts_at = soon(-2)
    published(given, starts_at)
    meeting = video_class(given, starts_at)
    student = StudentFactory(in_class=given.school_class)

    with django_capture_on_commit_callbacks(execute=True):
        for person in (given.teacher, student):
            client.force_login(person)
            practice = client.get(
                reverse("continuity:enter_video", args=[meeting.public_id]), follow=True
            )
            client.post(reverse("live:enter_practice", args=[practice.context["room"].name]))
        run_worker()
    begun_by_the_room = RollCall.objects.filter(meeting=meeting).exists()
    prefilled(meeting, now=timezone.now() + datetime.timedelta(minutes=10))

    line = RollCall.objects.get(meeting=meeting).lines.get()
    assert begun_by_the_room
    assert (line.student, line.proposed_mode, line.minutes_seen) == (student, "video", 10)


@pytest.mark.parametrize(
    ("starts_in", "cancelled", "said"),
    [
        pytest.param(120, False, "opens", id="too early"),
        pytest.param(-120, False, "over", id="over"),
        pytest.param(30, True, "Grève", id="cancelled"),
    ],
)
def test_too_early_over_and_cancelled_are_said_in_words(client, starts_in, cancelled, said):
    given = teaching()
    starts_at = soon(starts_in)
    published(given, starts_at)
    meeting = video_class(given, starts_at)
    student = StudentFactory(in_class=given.school_class)
    if cancelled:
        videos.cancel(meeting=meeting, reason="Grève", by=given.teacher)
    client.force_login(student)

    answer = client.get(reverse("continuity:enter_video", args=[meeting.public_id]))

    assert answer.status_code == 200
    assert said in answer.text
    assert not RoomPass.objects.exists()


def test_a_plan_that_is_not_published_has_no_students_yet(client):
    given = teaching()
    meeting = video_class(given, soon())
    led(meeting)
    client.force_login(StudentFactory(in_class=given.school_class))

    assert (
        client.get(reverse("continuity:enter_video", args=[meeting.public_id])).status_code == 404
    )


def test_the_roll_follows_a_moved_date():
    given = teaching()
    StudentFactory(in_class=given.school_class)
    meeting = video_class(given, nine(JANUARY))
    early = nine(JANUARY) - datetime.timedelta(minutes=10)
    roll = prefilled(meeting, now=early)
    rolls.save(roll=roll, marks={}, revision=0, by=given.teacher, now=early)

    videos.move(
        meeting=meeting, hours=hours(nine(JANUARY, 14)), reason="", by=given.teacher, now=early
    )

    again = prefilled(meeting)
    assert (again.pk, again.starts_at) == (roll.pk, nine(JANUARY, 14))


def test_the_sweep_begins_the_roll_of_a_class_nobody_came_to_and_goes_on_for_work():
    given = teaching()
    StudentFactory(in_class=given.school_class)
    published(given, nine(JANUARY))
    meeting = video_class(given, nine(JANUARY))

    rolls.follow_the_rooms(nine(JANUARY, 8))
    before = RollCall.objects.count()
    rolls.follow_the_rooms(nine(JANUARY, 10))
    line = RollCall.objects.get(meeting=meeting).lines.get()
    assignment_done = HandIn.objects.create(
        assignment=assignment(given),
        student=line.student,
        state="handed_in",
        handed_in_at=nine(JANUARY, 19),
        receipt_number="2027-1",
    )
    rolls.follow_the_rooms(nine(JANUARY, 20))

    line.refresh_from_db()
    assert before == 0
    assert (line.proposed_mode, line.worked_at) == ("work", assignment_done.handed_in_at)
