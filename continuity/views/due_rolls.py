"""What rolls and video classes tell the first page of staff: take this roll, your class is waiting in the room."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from continuity.queries.roll_call import RollHour, Stage, hours_of_today
from continuity.queries.taught import taught_by
from courses.digest.values import DueItem
from courses.live.values import OPENS_BEFORE
from courses.people.enums import Role
from courses.people.permissions import is_teacher

AT_MOST = 6


def rolls_due(person, now: datetime) -> list[DueItem]:
    """A teacher's hours of today that have begun and whose roll isn't closed; a video class from when its room opens."""
    if not is_teacher(person):
        return []
    hours = hours_of_today(taught_by(person, timezone.localdate(now)))
    rooms = [_room(hour) for hour in hours if hour.meeting and hour.starts_at - OPENS_BEFORE <= now < hour.ends_at]
    to_take = [hour for hour in hours if hour.stage(now) in (Stage.NOW, Stage.NOT_TAKEN)]
    return rooms + [_roll(hour) for hour in to_take[:AT_MOST]]


def _room(hour: RollHour) -> DueItem:
    return DueItem(
        title=_("Video class: %(name)s, %(subject)s") % _names(hour),
        url=reverse("continuity:enter_video", args=[hour.meeting.public_id]),
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
    url = reverse("continuity:roll", args=[hour.roll.public_id]) if hour.roll else reverse("continuity:rolls")
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
