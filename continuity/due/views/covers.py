"""First-page items about classes whose teacher will be in a training."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from continuity.plans.notifications import planner_of
from continuity.plans.queries.cover import missing_for_teacher, missing_the_next_day
from continuity.plans.queries.taught import taught_by
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_leader, is_teacher
from courses.templatetags.passerelle import paris_day


def covers_due(person: Person, now: datetime.datetime) -> list[DueItem]:
    """A teacher is asked for each plan at once; a leader sees the day before which are missing."""
    items = []
    if is_teacher(person):
        # No absence, no cover: it isn't asked for.
        is_away = any(
            absence.teacher_id == person.pk
            for absence in taught_by(person, paris_day(now)).absences
        )
        items += [_asked(cover) for cover in missing_for_teacher(person, now)] if is_away else []
    if is_leader(person):
        items += [_missing(cover) for cover in missing_the_next_day(person, now)]
    return items


def _asked(cover) -> DueItem:
    if cover.item and cover.item.lesson_id:
        text = _(
            "You will be at the training “%(training)s”. A draft was prepared from your library:"
            " read it, then publish it."
        )
    else:
        text = _(
            "You will be at the training “%(training)s”. The class has no work for this hour yet."
        )
    return _item(
        cover,
        text % {"training": cover.absence.reason},
        planner_of(cover),
        _("Write the plan"),
        Role.TEACHER,
    )


def _missing(cover) -> DueItem:
    text = _("%(name)s will be in a training, and the class has no plan for this hour yet.") % {
        "name": cover.absence.teacher.display_name
    }
    return _item(cover, text, reverse("continuity:covers"), _("See the classes"), Role.LEADER)


def _item(cover, text: str, url: str, action: str, role: Role) -> DueItem:
    title = _("%(class)s, %(subject)s") % {
        "class": cover.teaching.school_class,
        "subject": cover.teaching.subject,
    }
    return DueItem(
        title,
        url,
        cover.starts_at,
        text,
        action,
        tone="wait",
        icon="graduation-cap",
        ends_at=cover.ends_at,
        order=15,
        role=role,
    )
