"""Rolls and video classes: made as the doors make them."""

import datetime
import uuid

from django.utils import timezone

from continuity.attendance.queries.roll_call import RollHour
from continuity.attendance.services import roll_call as rolls
from continuity.attendance.values.roll_call import RollMark
from continuity.enums import Status
from continuity.models import RollCall, RollCorrection
from continuity.video import services as videos
from courses.agenda.models import Meeting
from courses.agenda.values import PARIS, Hours
from courses.live import services as live
from courses.live.enums import RoomRole
from courses.people.models import Teaching

A_TUESDAY = datetime.date(
    2026, 11, 24
)  # a school day, in a week A as a school without a calendar counts


def nine(day: datetime.date = A_TUESDAY, hour: int = 9) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour), tzinfo=PARIS)


def begun(
    teaching: Teaching, starts_at: datetime.datetime | None = None, *, minutes: int = 55, now=None
) -> RollCall:
    """The roll of an hour in a classroom, not saved yet."""
    starts_at = starts_at or nine()
    ends_at = starts_at + datetime.timedelta(minutes=minutes)
    return rolls.begin(hour=RollHour(teaching, starts_at, ends_at), now=now or ends_at)


def video_class(
    teaching: Teaching,
    *starts: datetime.datetime,
    minutes: int = 55,
    title: str = "Classe virtuelle",
    now=None,
) -> Meeting:
    """The first of its dates; planned a month before by the teacher."""
    starts = starts or (nine(),)
    hours = [Hours(start, start + datetime.timedelta(minutes=minutes)) for start in starts]
    before = now or min(starts) - datetime.timedelta(days=30)
    return videos.plan(
        teaching=teaching, title=title, hours=hours, by=teaching.teacher, now=before
    ).meetings.first()


def soon(minutes: float = 5) -> datetime.datetime:
    return (timezone.now() + datetime.timedelta(minutes=minutes)).replace(microsecond=0)


def led(meeting: Meeting, teacher=None) -> None:
    """The teacher's pass: the room is open to students."""
    teacher = teacher or meeting.series.video_class.teaching.teacher
    live.give_pass(meeting=meeting, person=teacher, role=RoomRole.MODERATOR)


def prefilled(meeting: Meeting, *, now=None) -> RollCall | None:
    return rolls.prefill(meeting.pk, now=now or meeting.ends_at + datetime.timedelta(minutes=1))


def marks_of(roll: RollCall, **by_login: RollMark) -> dict[str, RollMark]:
    """Everybody as proposed, but those named."""
    lines = roll.lines.select_related("student")
    return {
        line.public_id: (
            by_login.get(line.student.login)
            or RollMark(
                line.proposed_status, line.proposed_mode, line.proposed_late, line.proposed_early
            )
        )
        for line in lines
        if line.proposed_status or line.student.login in by_login
    }


def closed(roll: RollCall, by=None, **by_login: RollMark) -> RollCall:
    marks = marks_of(roll, **by_login)
    return rolls.close(
        roll=roll,
        marks=marks,
        revision=roll.revision,
        by=by or roll.teaching.teacher,
        now=roll.ends_at,
    )


def corrected_with_a_paper(roll: RollCall) -> RollCorrection:
    """The first line of a closed roll is excused after the fact, a document was shown."""
    line = roll.lines.order_by("pk").first()
    mark = RollMark(Status.EXCUSED, reason="Mot des parents")
    return rolls.correct(
        line=line, mark=mark, by=roll.teaching.teacher, key=uuid.uuid4(), saw_a_document=True
    )
