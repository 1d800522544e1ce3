"""A video class: planned with its dates, moved or cancelled, entered by who is on the roster, met
by an absence.
"""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from continuity.attendance.exceptions import InThePast, TeacherIsAway, VideoHourTaken
from continuity.attendance.services import roll_call as rolls
from continuity.enums import ItemKind
from continuity.models import (
    ContinuityPlan,
    HandIn,
    ItemChange,
    PlanItem,
    PlanPart,
    RollCall,
    VideoClass,
)
from continuity.video import services as videos
from courses.agenda import services as agenda
from courses.agenda.models import Closure
from courses.agenda.values import Hours
from courses.live.enums import RoomRole
from courses.live.models import RoomPass
from courses.mail.models import Letter
from courses.people.models import ClassMembership, Membership, StandIn
from courses.people.services import teachings
from tests.factories.continuity import StudentFactory, assignment, class_hour, part_of, teaching
from tests.factories.people import TeacherFactory
from tests.factories.rolls import led, nine, prefilled, soon, video_class
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(days=7)
JANUARY = datetime.date(2027, 1, 12)  # a Tuesday


def dates_of(video: VideoClass) -> list[datetime.date]:
    return [timezone.localdate(meeting.starts_at) for meeting in video.meetings]


def published(given, starts_at):
    return part_of(
        given, timezone.localdate(starts_at) - timezone.localdate(starts_at).weekday() * DAY
    )


def hours(start, minutes=55) -> Hours:
    return Hours(start, start + datetime.timedelta(minutes=minutes))


def test_each_week_until_a_date_without_holidays_closures_and_exceptions(client, time_machine):
    """Dates are shown before anything is planned; each stands in its own week's plan."""
    time_machine.move_to(nine(JANUARY - 7 * DAY, 8))
    given = teaching()
    class_hour(given, weekday=2, begins=10)
    Closure.objects.create(
        school=given.school_class.school,
        first_day=JANUARY + WEEK,
        last_day=JANUARY + WEEK,
        reason="Pont",
    )
    part = part_of(given, JANUARY - DAY)
    client.force_login(given.teacher)
    address = reverse("continuity:new_video", args=[part.public_id])
    form = {
        "title": "Questions",
        "day": "2027-01-12",
        "hour": "10:00",
        "minutes": "55",
        "until": "2027-03-09",
    }

    offered = client.get(address, {"day": "2027-01-12"}).text
    shown = client.post(address, form)
    ticked = [date.day.isoformat() for date, is_ticked in shown.context["dates"] if is_ticked]
    planned_before = VideoClass.objects.count()
    ticked.remove("2027-02-02")
    client.post(address, form | {"step": "plan", "date": ticked})
    client.post(address, form | {"step": "plan", "date": ticked})

    assert 'value="10:00"' in offered
    assert planned_before == 0
    # The 19th is the school's bridge day; 23 February and 2 March lie in the holidays of zone B; 2
    # February is the teacher's exception.
    expected = [(1, 12), (1, 26), (2, 9), (2, 16), (3, 9)]
    assert dates_of(VideoClass.objects.get()) == [datetime.date(2027, *day) for day in expected]
    items = PlanItem.objects.filter(kind=ItemKind.VIDEO).order_by("day")
    assert [item.day for item in items] == dates_of(VideoClass.objects.get())
    assert {item.minutes for item in items} == {55}
    assert {item.part.plan.monday for item in items} == {
        day - DAY for day in dates_of(VideoClass.objects.get())
    }


def test_hours_that_cant_be_had_are_refused():
    given = teaching()
    class_hour(given, weekday=2, begins=14)
    agenda.record_absence(
        teacher=given.teacher, key="x", hours=hours(nine(JANUARY, 14)), reason="Formation"
    )
    video_class(given, nine(JANUARY))

    for start, refusal in [
        (nine(JANUARY - 60 * DAY), InThePast),
        (nine(JANUARY, 14), TeacherIsAway),
        (nine(JANUARY) + datetime.timedelta(minutes=30), VideoHourTaken),
    ]:
        with pytest.raises(refusal):
            videos.plan(
                teaching=given,
                title="Autre",
                hours=[hours(start)],
                by=given.teacher,
                now=nine(JANUARY - 30 * DAY),
            )


def test_a_moved_date_is_told_once_and_everything_follows():
    given = teaching()
    with_address = StudentFactory(in_class=given.school_class, email="eleve@example.org")
    StudentFactory(in_class=given.school_class)
    part = published(given, nine(JANUARY))
    meeting = video_class(given, nine(JANUARY))
    version = ContinuityPlan.objects.get(pk=part.plan_id).version
    uid = meeting.calendar_uid
    new = hours(nine(JANUARY + 2 * DAY, 14))

    for _twice in range(2):
        videos.move(
            meeting=meeting,
            hours=new,
            reason="Conseil de classe",
            by=given.teacher,
            now=nine(JANUARY - 7 * DAY),
        )

    meeting.refresh_from_db()
    item = meeting.plan_items.get()
    assert (meeting.starts_at, meeting.calendar_uid) == (new.starts_at, uid)
    assert (item.day, item.note) == (JANUARY + 2 * DAY, "Conseil de classe")
    changes = (
        ItemChange.objects.filter(item=item)
        .exclude(field="added")
        .values_list("field", "was", "now")
    )
    assert list(changes) == [("hours", "2027-01-12T08:00:00+00:00", "2027-01-14T13:00:00+00:00")]
    assert ContinuityPlan.objects.get(pk=part.plan_id).version > version
    assert list(Letter.objects.values_list("to", flat=True)) == [with_address.pk]


def test_a_date_that_leaves_its_week_says_so_there():
    given = teaching()
    part = published(given, nine(JANUARY))
    meeting = video_class(given, nine(JANUARY))

    videos.move(
        meeting=meeting,
        hours=hours(nine(JANUARY + WEEK)),
        reason="",
        by=given.teacher,
        now=nine(JANUARY - 7 * DAY),
    )

    assert meeting.plan_items.get().part.plan.monday == JANUARY + WEEK - DAY
    assert list(part.changes.filter(item=None).values_list("field", "was")) == [
        ("removed", "Classe virtuelle")
    ]


def test_a_cancelled_date_is_told_once_and_the_plan_stays():
    given = teaching()
    StudentFactory(in_class=given.school_class, email="eleve@example.org")
    published(given, nine(JANUARY))
    meeting = video_class(given, nine(JANUARY), nine(JANUARY + WEEK))

    videos.cancel(meeting=meeting, reason="Grève", by=given.teacher, now=nine(JANUARY - DAY))
    videos.cancel(meeting=meeting, reason="Autre raison", by=given.teacher, now=nine(JANUARY - DAY))

    item = PlanItem.objects.get(meeting=meeting)
    assert (meeting.cancel_reason, item.day) == ("Grève", JANUARY)
    assert [(change.field, change.now) for change in item.changes.exclude(field="added")] == [
        ("cancelled", "Grève")
    ]
    assert Letter.objects.count() == 1
    assert [one.is_cancelled for one in meeting.series.video_class.meetings] == [True, False]
    assert prefilled(meeting) is None


def test_a_teacher_away_cancels_the_video_class_not_the_plan(django_capture_on_commit_callbacks):
    """C19: told once, with or without the sweep; where somebody stands in that day it takes place."""
    given, covered = teaching(), teaching()
    StudentFactory(in_class=given.school_class, email="eleve@example.org")
    meetings = []
    for one in (given, covered):
        class_hour(one, weekday=2, begins=9)
        published(one, nine(JANUARY))
        meetings.append(video_class(one, nine(JANUARY)))
    other_day = video_class(given, nine(JANUARY + DAY), title="Le lendemain")
    StandIn.objects.create(
        teaching=covered,
        teacher=TeacherFactory(works_at=covered.school_class.school),
        first_day=JANUARY,
        last_day=JANUARY,
    )

    with django_capture_on_commit_callbacks(execute=True):
        for one in (given, covered):
            agenda.record_absence(
                teacher=one.teacher,
                key=f"absence:{one.pk}",
                hours=hours(nine(JANUARY)),
                reason="Formation",
            )
    videos.cancel_those_of(now=nine(JANUARY - DAY))

    for meeting in (*meetings, other_day):
        meeting.refresh_from_db()
    assert [meeting.is_cancelled for meeting in (*meetings, other_day)] == [True, False, False]
    assert PlanItem.objects.filter(meeting=meetings[0]).count() == 1
    assert Letter.objects.filter(to__email="eleve@example.org").count() == 1


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


@pytest.mark.at("2026-11-25T12:00")
def test_a_date_is_added_and_the_title_changed(client):
    given = teaching()
    published(given, nine(JANUARY))
    meeting = video_class(given, nine(JANUARY))
    video = meeting.series.video_class
    client.force_login(given.teacher)
    date = {"day": "2027-01-14", "hour": "14:00", "minutes": "45"}

    for _twice in range(2):
        client.post(reverse("continuity:add_video_date", args=[video.public_id]), date)
    client.post(reverse("continuity:rename_video", args=[video.public_id]), {"title": "Oral"})

    assert dates_of(video) == [JANUARY, JANUARY + 2 * DAY]
    assert set(PlanItem.objects.values_list("title", flat=True)) == {"Oral"}
    assert ItemChange.objects.filter(field="title", was="Classe virtuelle", now="Oral").exists()


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


def test_letters_say_what_was_what_is_and_why(client):
    given = teaching()
    StudentFactory(in_class=given.school_class, email="eleve@example.org", language="en")
    published(given, nine(JANUARY))
    meeting = video_class(given, nine(JANUARY), nine(JANUARY + WEEK))
    second = meeting.series.video_class.meetings[1]
    videos.move(
        meeting=meeting,
        hours=hours(nine(JANUARY, 14)),
        reason="Conseil",
        by=given.teacher,
        now=nine(JANUARY - DAY),
    )
    PlanPart.objects.update(state="published", published_at=nine(JANUARY - 7 * DAY))
    videos.cancel(meeting=second, reason="Grève", by=given.teacher, now=nine(JANUARY - DAY))

    run_worker()

    moved, cancelled = mail.outbox
    assert moved.subject == "New hours: Classe virtuelle"
    assert all(words in moved.body for words in ("9:00", "14:00", "14:55", "Conseil"))
    assert cancelled.subject == "Cancelled: Classe virtuelle"
    assert "Grève" in cancelled.body


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


def test_a_video_class_goes_on_until_the_end_of_the_school_year_by_one_press(client, time_machine):
    """Days without class are left out; a second press finds no date left."""
    time_machine.move_to(nine(JANUARY - 7 * DAY, 8))
    given = teaching()
    first = nine(JANUARY)
    video = videos.plan(
        teaching=given,
        title="Questions",
        hours=[hours(first), hours(first + WEEK)],
        every=1,
        by=given.teacher,
    )
    client.force_login(given.teacher)
    page = reverse("continuity:edit_video", args=[video.public_id])

    offered = client.get(page).text
    pressed = client.post(reverse("continuity:prolong_video", args=[video.public_id]))
    again = client.post(reverse("continuity:prolong_video", args=[video.public_id]), follow=True)

    assert "prolong" in offered
    assert pressed.url == page
    days = dates_of(video)
    assert days[:3] == [JANUARY, JANUARY + WEEK, JANUARY + 2 * WEEK]
    assert days[-1] == datetime.date(2027, 6, 29)
    assert datetime.date(2027, 2, 23) not in days, "the holidays of zone B"
    assert PlanItem.objects.filter(
        meeting__series=video.series, kind=ItemKind.VIDEO
    ).count() == len(days)
    assert dates_of(video) == days
    assert "prolong" not in again.text


def test_every_two_weeks_until_the_end_of_the_school_year_is_asked_for_at_once(
    client, time_machine
):
    time_machine.move_to(nine(JANUARY - 7 * DAY, 8))
    given = teaching()
    part = part_of(given, JANUARY - DAY)
    client.force_login(given.teacher)
    form = {
        "title": "Questions",
        "day": "2027-01-12",
        "hour": "10:00",
        "minutes": "55",
        "every": "2",
        "all_year": "on",
    }

    shown = client.post(reverse("continuity:new_video", args=[part.public_id]), form)

    days = [date.day for date, _is_ticked in shown.context["dates"]]
    assert days[:2] == [JANUARY, JANUARY + 2 * WEEK]
    assert days[-1] == datetime.date(2027, 6, 29)


def test_a_video_class_held_once_has_nothing_to_go_on_with(client, time_machine):
    time_machine.move_to(nine(JANUARY - 7 * DAY, 8))
    given = teaching()
    video = videos.plan(
        teaching=given, title="Questions", hours=[hours(nine(JANUARY))], by=given.teacher
    )
    client.force_login(given.teacher)

    refused = client.post(
        reverse("continuity:prolong_video", args=[video.public_id]), follow=True
    ).text

    assert (
        "prolong" not in client.get(reverse("continuity:edit_video", args=[video.public_id])).text
    )
    assert dates_of(video) == [JANUARY]
    assert refused
