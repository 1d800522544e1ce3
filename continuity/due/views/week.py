"""A student's first-page items: the open room, the next due homework, late homework."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from continuity.week.queries.student_items import MyItem, items_for, room_is_open
from continuity.week.queries.to_hand_in import to_hand_in
from continuity.week.views.week_rows import class_parts
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_student
from courses.templatetags.passerelle import duration

NEXT = 3  # of what is due; the others stand in the week


def week_due(person: Person, now: datetime.datetime) -> list[DueItem]:
    """A student's items, from the same source as the week itself."""
    if not is_student(person):
        return []
    items = items_for(person, now, load=class_parts)
    rooms = [mine for mine in items if room_is_open(mine.item, now) and not mine.look.is_exempt]
    works = to_hand_in(items, now)
    soonest = works.following[:NEXT]
    return [*map(_room, rooms), *map(_to_hand_in, soonest), *_late(works.all_late)]


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
    item, is_again = mine.item, mine.look.is_again
    return DueItem(
        title=_("%(subject)s: %(title)s") % {"subject": item.subject_title, "title": item.title},
        url=reverse("continuity:hand_in", args=[item.assignment]),
        when=None if is_again else mine.due_at,
        text=", ".join(
            filter(
                None, [duration(item.minutes), pgettext("work", "to do again") if is_again else ""]
            )
        ),
        action=pgettext("button", "Do it again") if is_again else _("Hand in"),
        tone="warn" if is_again else "wait",
        icon="upload",
        order=20,
        role=Role.STUDENT,
    )


def _late(late: list[MyItem]) -> list[DueItem]:
    if not late:
        return []
    title = ngettext(
        "One late piece of work, which you can still hand in",
        "%(number)s late pieces of work, which you can still hand in",
        len(late),
    ) % {"number": len(late)}
    see = ngettext("See it", "See them", len(late))
    text = ", ".join(mine.item.title for mine in late[:NEXT])
    return [
        DueItem(
            title,
            reverse("continuity:to_hand_in"),
            None,
            text,
            see,
            "warn",
            "clock",
            order=40,
            role=Role.STUDENT,
        )
    ]
