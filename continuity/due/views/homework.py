"""A teacher's first-page items about homework: due dates on days without class (case C6)."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from continuity.homework.queries.homework import to_move_for
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_teacher
from courses.templatetags.passerelle import day_without_year


def dates_off(person: Person, now: datetime) -> list[DueItem]:
    """One item for all due dates on days without class: it links to the first, whose page says what
    can be done.
    """
    found = to_move_for(person, now) if is_teacher(person) else []
    if not found:
        return []
    first = min(found, key=lambda closed: closed.assignment.due_at)
    title = ngettext(
        "A due date falls on a day without class",
        "%(number)s due dates fall on days without class",
        len(found),
    )
    return [
        DueItem(
            title=title % {"number": len(found)},
            url=reverse("continuity:homework", args=[first.assignment.public_id]),
            when=first.assignment.due_at,
            text=_("%(title)s, %(name)s: %(day)s, %(why)s.")
            % {
                "title": first.assignment.homework.title,
                "name": first.assignment.teaching.school_class.name,
                "day": day_without_year(first.day),
                "why": first.why,
            },
            action=_("Look at it"),
            tone="wait",
            icon="calendar-days",
            role=Role.TEACHER,
        )
    ]
