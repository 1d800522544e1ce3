"""A video class: planned with its dates, moved or cancelled, entered by who is on the roster, met
by an absence.
"""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from continuity.attendance.exceptions import InThePast, TeacherIsAway, VideoHourTaken
from continuity.enums import ItemKind
from continuity.models import (
    ContinuityPlan,
    ItemChange,
    PlanItem,
    PlanPart,
    VideoClass,
)
from continuity.video import services as videos
from courses.agenda import services as agenda
from courses.agenda.models import Closure
from courses.mail.models import Letter
from courses.people.models import StandIn
from tests.factories.continuity import StudentFactory, class_hour, part_of, teaching
from tests.factories.people import TeacherFactory
from tests.factories.rolls import nine, prefilled, video_class
from tests.factories.video_classes import DAY, JANUARY, hours, published
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db


WEEK = datetime.timedelta(days=7)


def dates_of(video: VideoClass) -> list[datetime.date]:
    return [timezone.localdate(meeting.starts_at) for meeting in video.meetings]


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
