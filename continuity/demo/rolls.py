"""Three weeks of rolls in the classes in use, and a video class each week with who was in its room.

All invented.
"""

import datetime
import uuid
from collections.abc import Iterator

from django.utils import timezone

from continuity.attendance.queries.roll_call import RollHour
from continuity.attendance.services import roll_call as rolls
from continuity.attendance.values.roll_call import RollMark
from continuity.demo.silence import silent_ones, silent_since
from continuity.demo.texts import content_of
from continuity.enums import Mode, Status
from continuity.models import ItemChange, RollCall, RollLine
from continuity.video import services as videos
from courses.agenda.models import Meeting
from courses.agenda.queries import ONE_DAY, ONE_WEEK, DatedHour, class_hours, monday_of, school_days
from courses.agenda.values import Hours
from courses.live import services as rooms
from courses.live.enums import RoomEventKind, RoomRole
from courses.people.models import Teaching
from courses.required import required

MINUTE = datetime.timedelta(minutes=1)
A_MONTH = datetime.timedelta(days=30)
LATE_BY = (3, 7, 12)
MUC = "conference.meet.demo.invalid"
REASONS = content_of("messages")["roll"]


def load(world, say) -> None:
    teacher = world.people["prof.demo"]
    first, second = world.in_use
    monday = monday_of(world.today) - ONE_WEEK
    meetings = _video_classes(world, teacher, first, monday)
    taken = sum(
        _weeks_of_rolls(world, school_class, monday - ONE_WEEK) for school_class in (first, second)
    )
    absent = (
        RollLine.objects.on_closed_rolls()
        .filter(status=Status.ABSENT, roll_call__teaching__teacher=teacher)
        .order_by("pk")
        .first()
    )
    if absent:
        mark = RollMark(Status.EXCUSED, reason=REASONS["corrected"])
        key = uuid.UUID(int=world.rng.getrandbits(128))
        rolls.correct(
            line=absent,
            mark=mark,
            by=world.people["pp.demo"],
            key=key,
            saw_a_document=True,
            now=world.now,
        )
    say(f"{taken} rolls taken, {meetings} video classes, one line corrected")


def _video_classes(world, teacher, school_class, monday: datetime.date) -> int:
    """Plan one video class a week in an hour of prof.demo; fill the rooms of past ones as their
    server would.
    """
    teaching = (
        Teaching.objects.filter(school_class=school_class, teacher=teacher).order_by("pk").first()
    )
    if teaching is None:
        return 0
    dated = _one_a_week(
        class_hours(
            [teaching], monday, monday + 3 * ONE_WEEK - ONE_DAY, school_days(school_class.school)
        )
    )
    if not dated:
        return 0
    video = videos.plan(
        teaching=teaching,
        title="Questions sur la semaine",
        hours=[Hours(one.starts_at, one.ends_at) for one in dated],
        by=teacher,
        now=min(world.now, dated[0].starts_at) - A_MONTH,
    )
    ItemChange.objects.filter(
        item__meeting__series=video.series
    ).delete()  # it was planned before the weeks were published
    held = [meeting for meeting in video.meetings if meeting.ends_at < world.now]
    for number, meeting in enumerate(held):
        _fill_room(world, meeting, teacher, with_guest=number == len(held) - 1)
        roll = rolls.prefill(meeting.pk, now=meeting.ends_at + MINUTE)
        if number < len(held) - 1:
            _close(world, required(roll), at=meeting.ends_at + 2 * MINUTE)
    return len(dated)


def _one_a_week(dated: list[DatedHour]) -> list[DatedHour]:
    last_of_week = {monday_of(one.day): one for one in dated}
    return list(last_of_week.values())


def _fill_room(world, meeting: Meeting, teacher, *, with_guest: bool) -> None:
    """Most in time, one late, one gone early, one whose line was cut three times, some nowhere;
    once somebody without a name.
    """
    room, start, end = rooms.room_for(meeting), meeting.starts_at, meeting.ends_at
    students = list(
        meeting.series.video_class.teaching.school_class.students_on(timezone.localdate(start))
    )
    events = list(
        _events(
            world,
            room,
            rooms.give_pass(meeting=meeting, person=teacher, role=RoomRole.MODERATOR),
            [(start - 6 * MINUTE, end)],
        )
    )
    silent = silent_ones(world)
    for place, student in enumerate(students):
        stays = _stays(place, start, end)
        if stays and student not in silent:
            known = rooms.give_pass(meeting=meeting, person=student, role=RoomRole.MEMBER)
            events += _events(world, room, known, stays)
    if with_guest:
        events += _events(world, room, None, [(start + 4 * MINUTE, end - 3 * MINUTE)])
    for _at, kind, body in sorted(events, key=lambda event: event[0]):
        rooms.receive(kind, body)
    rooms.settle(room)


def _stays(
    place: int, start: datetime.datetime, end: datetime.datetime
) -> list[tuple[datetime.datetime, datetime.datetime]]:
    match place % 14:
        case 3:
            return [(start + 12 * MINUTE, end)]
        case 6:
            return [(start - MINUTE, end - 20 * MINUTE)]
        case 8:
            cuts = (0, 10), (12, 21), (24, 37), (38, 55)
            return [
                (start + begin * MINUTE, min(start + until * MINUTE, end)) for begin, until in cuts
            ]
        case 10 | 13:
            return []
    return [(start - (place % 5) * MINUTE, end)]


def _events(world, room, known, stays) -> Iterator[tuple[datetime.datetime, str, dict]]:
    """Events as the real server sends them. A guest has a name of their own choice and no token."""
    for begin, until in stays:
        own = uuid.UUID(int=world.rng.getrandbits(128), version=4)
        jid = f"{own}@meet.demo.invalid/{world.rng.getrandbits(32):08x}"
        occupant = {
            "occupant_jid": jid,
            "name": known.display_name if known else "tel-de-maman",
            "joined_at": int(begin.timestamp()),
        }
        if known:
            occupant["id"] = known.subject
        common = {"room_name": room.name, "room_jid": f"{room.name}@{MUC}", "is_breakout": False}
        joined = {**common, "event_name": "muc-occupant-joined", "occupant": dict(occupant)}
        left = {
            **common,
            "event_name": "muc-occupant-left",
            "occupant": {**occupant, "left_at": int(until.timestamp())},
        }
        yield begin, RoomEventKind.OCCUPANT_JOINED, joined
        yield until, RoomEventKind.OCCUPANT_LEFT, left


def _weeks_of_rolls(world, school_class, monday: datetime.date) -> int:
    """Take and close the rolls of past hours, except the latest before today and prof.demo's of
    today.
    """
    teachings = Teaching.objects.filter(school_class=school_class)
    by_video = set(
        RollCall.objects.filter(meeting__isnull=False).values_list("teaching", "starts_at")
    )
    dated = [
        one
        for one in class_hours(teachings, monday, world.today, school_days(school_class.school))
        if one.ends_at < world.now and (one.hour.teaching_id, one.starts_at) not in by_video
    ]
    forgotten = max(
        (one for one in dated if one.day < world.today), key=lambda one: one.starts_at, default=None
    )
    taken = 0
    for one in dated:
        if one == forgotten or (
            one.day == world.today and one.hour.teaching.teacher.login == "prof.demo"
        ):
            continue
        hour = RollHour(one.hour.teaching, one.starts_at, one.ends_at, one.hour)
        _close(world, rolls.begin(hour=hour, now=one.ends_at), at=one.ends_at)
        taken += 1
    return taken


def _close(world, roll: RollCall, *, at: datetime.datetime) -> None:
    lines = roll.lines.select_related("roll_call")
    marks = {line.public_id: _mark(world, line) for line in lines}
    rolls.close(roll=roll, marks=marks, revision=roll.revision, by=roll.teaching.teacher, now=at)


def _mark(world, line: RollLine) -> RollMark:
    """The proposed mark, but now and then late or absent. A student without a trace by video is
    mostly absent, a silent one always.
    """
    chance = world.rng.random()
    if line.student_id in {one.pk for one in silent_ones(world)} and (
        timezone.localdate(line.roll_call.starts_at) >= silent_since(world)
    ):
        return RollMark(Status.ABSENT)
    if not line.proposed_status:
        return (
            RollMark(Status.ABSENT)
            if chance < 0.7
            else RollMark(Status.PRESENT, Mode.UNKNOWN, reason=REASONS["heard"])
        )
    if line.proposed_mode == Mode.ROOM and chance < 0.05:
        return (
            RollMark(Status.ABSENT)
            if chance < 0.025
            else RollMark(Status.LATE, Mode.ROOM, late=world.rng.choice(LATE_BY))
        )
    return RollMark(
        line.proposed_status, line.proposed_mode, line.proposed_late, line.proposed_early
    )
