"""What first pages are told of students of whom nobody has heard."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from continuity.contact.queries.counts import count_silent
from continuity.contact.queries.school_year import Followed
from continuity.contact.queries.silent import followed_as_leader, followed_as_taught
from continuity.plans.queries.taught import taught_by
from courses.agenda.queries import public_day_off
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_leader, is_teacher
from courses.templatetags.passerelle import paris_day


def silent_due(person: Person, now: datetime.datetime) -> list[DueItem]:
    """A teacher's own classes, a leader's school. Nothing in holidays and at weekends (case C5)."""
    today = paris_day(now)
    if today.isoweekday() > 5 or public_day_off(today):
        return []
    items = []
    if is_teacher(person):
        items += _item(person, followed_as_taught(taught_by(person, today)), today, Role.TEACHER)
    if is_leader(person):
        items += _item(person, followed_as_leader(person), today, Role.LEADER)
    return items


def _item(person: Person, followed: Followed, today: datetime.date, role: Role) -> list[DueItem]:
    number = count_silent(person, followed, role, today)
    if not number:
        return []
    title = ngettext(
        "%(number)s student not heard of", "%(number)s students not heard of", number
    ) % {"number": number}
    texts = {
        Role.TEACHER: _("In your classes, for several school days."),
        Role.LEADER: _("In your school, for several school days."),
    }
    url = reverse("continuity:silent") + ("?school" if role == Role.LEADER else "")
    return [
        DueItem(
            title,
            url,
            today,
            texts[role],
            _("See who"),
            tone="wait",
            icon="phone",
            order=1,
            role=role,
        )
    ]
