"""What a student's first page is told: the room that is open, what is due next, what is late."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from continuity.queries.week import MyItem, week_first_shown, week_of
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_student
from courses.templatetags.passerelle import duration

NEXT = 3  # of what is due; the others stand in the week


def week_due(person: Person, now: datetime.datetime) -> list[DueItem]:
    """From the same list as the week itself."""
    if not is_student(person):
        return []
    week = week_of(person, week_first_shown(now), now)
    to_come = {mine.item.assignment: mine for mine in week if mine.waits_for_hand_in and mine not in week.late}
    soonest = sorted(to_come.values(), key=lambda mine: mine.due_at)[:NEXT]
    return [*map(_room, week.now), *map(_to_hand_in, soonest), *_late(week.late)]


def _room(mine: MyItem) -> DueItem:
    item = mine.item
    return DueItem(
        title=_("%(subject)s, video class") % {"subject": item.subject_title},
        url=reverse("continuity:enter_video", args=[item.meeting]),
        when=item.starts_at,
        ends_at=item.ends_at,
        text=item.title,
        action=_("Enter the room"),
        tone="now",
        icon="video",
        is_now=True,
        order=1,
        role=Role.STUDENT,
    )


def _to_hand_in(mine: MyItem) -> DueItem:
    item = mine.item
    return DueItem(
        title=_("%(subject)s: %(title)s") % {"subject": item.subject_title, "title": item.title},
        url=reverse("continuity:hand_in", args=[item.assignment]),
        when=mine.due_at,
        text=duration(item.minutes),
        action=_("Hand in"),
        tone="wait",
        icon="upload",
        order=20,
        role=Role.STUDENT,
    )


def _late(late: list[MyItem]) -> list[DueItem]:
    if not late:
        return []
    title = ngettext("One work is late, and still possible", "%(number)s works are late, and still possible", len(late)) % {
        "number": len(late)
    }
    text = ", ".join(mine.item.title for mine in late[:NEXT])
    return [DueItem(title, reverse("continuity:to_hand_in"), None, text, _("See them"), "warn", "clock", order=40, role=Role.STUDENT)]
