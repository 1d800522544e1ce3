"""First-page items about rolls and video classes, for staff: a roll to take, a class that waits in
the room.
"""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from continuity.attendance.queries.roll_call import (
    RollHour,
    RollStage,
    hours_of_the_school_day,
    hours_of_today,
)
from continuity.attendance.queries.rolls import absent_students
from continuity.plans.queries.taught import taught_by
from courses.agenda.models import Meeting
from courses.digest.values import DueItem
from courses.live.values import OPENS_BEFORE
from courses.people.enums import Role
from courses.people.permissions import is_leader, is_teacher

AT_MOST = 6


def rolls_due(person, now: datetime) -> list[DueItem]:
    """A teacher's hours of today that have begun and whose roll isn't closed; a video class from
    when its room opens; a school's day.
    """
    return [*_to_take(person, now), *_of_the_school(person, now)]


def _to_take(person, now: datetime) -> list[DueItem]:
    if not is_teacher(person):
        return []
    hours = hours_of_today(taught_by(person, timezone.localdate(now)))
    rooms = [
        _room(hour, hour.meeting)
        for hour in hours
        if hour.meeting and hour.starts_at - OPENS_BEFORE <= now < hour.ends_at
    ]
    to_take = [hour for hour in hours if hour.stage(now) in (RollStage.NOW, RollStage.NOT_TAKEN)]
    return rooms + [_roll(hour) for hour in to_take[:AT_MOST]]


def _of_the_school(person, now: datetime) -> list[DueItem]:
    """A leader's items: the number of today's missing rolls, and of students noted absent."""
    if not is_leader(person):
        return []
    today = timezone.localdate(now)
    stages = [hour.stage(now) for hour in hours_of_the_school_day(person, today)]
    missing, taken = stages.count(RollStage.NOT_TAKEN), stages.count(RollStage.TAKEN)
    items = []
    if missing:
        title = ngettext(
            "%(number)d roll of today is missing", "%(number)d rolls of today are missing", missing
        ) % {"number": missing}
        items.append(_day_item(title, _("The hour is over and the roll isn’t closed."), "wait"))
    if taken:
        absent = absent_students(person, today).count()
        title = ngettext(
            "%(number)d student absent today", "%(number)d students absent today", absent
        ) % {"number": absent}
        text = ngettext("By %(number)d closed roll.", "By %(number)d closed rolls.", taken) % {
            "number": taken
        }
        items.append(_day_item(title, text, "calm"))
    return items


def _day_item(title: str, text: str, tone: str) -> DueItem:
    url = reverse("continuity:rolls_of_day")
    return DueItem(
        title,
        url,
        None,
        text,
        _("See the day’s rolls"),
        tone,
        "list-checks",
        order=20,
        role=Role.LEADER,
    )


def _room(hour: RollHour, meeting: Meeting) -> DueItem:
    return DueItem(
        title=_("Video class: %(name)s, %(subject)s") % _names(hour),
        url=reverse("continuity:enter_video", args=[meeting.public_id]),
        when=hour.starts_at,
        ends_at=hour.ends_at,
        text=_("The room opens to the class when you are in it."),
        action=_("Enter the room"),
        tone="now",
        icon="video",
        is_now=True,
        order=5,
        role=Role.TEACHER,
    )


def _roll(hour: RollHour) -> DueItem:
    url = (
        reverse("continuity:roll", args=[hour.roll.public_id])
        if hour.roll
        else reverse("continuity:rolls")
    )
    return DueItem(
        title=_("Roll to take: %(name)s, %(subject)s") % _names(hour),
        url=url,
        when=hour.starts_at,
        ends_at=hour.ends_at,
        action=_("Take the roll"),
        tone="wait",
        icon="list-checks",
        order=30,
        role=Role.TEACHER,
    )


def _names(hour: RollHour) -> dict[str, str]:
    return {"name": str(hour.teaching.school_class), "subject": str(hour.teaching.subject)}
