"""First-page items about answers: a teacher's queue, and answers returned to a student."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from continuity.answers.queries.feedback import how_many_came_back
from continuity.answers.queries.queue import how_many_wait
from courses.digest.values import DueItem
from courses.people.enums import Role
from courses.people.models import Person
from courses.people.permissions import is_student, is_teacher
from courses.templatetags.passerelle import day_without_year


def answers_due(person: Person, now: datetime.datetime) -> list[DueItem]:
    items = []
    if is_teacher(person):
        items += _queue(person, now)
    if is_student(person):
        items += _came_back(person)
    return items


def _queue(person: Person, now: datetime.datetime) -> list[DueItem]:
    number, oldest = how_many_wait(person, now)
    if not number:
        return []
    title = ngettext(
        "%(number)s hand-in or question waits for your answer",
        "%(number)s hand-ins and questions wait for your answer",
        number,
    ) % {"number": number}
    text = _("The oldest has been waiting since %(day)s.") % {"day": day_without_year(oldest)}
    url = reverse("continuity:queue")
    return [
        DueItem(
            title,
            url,
            None,
            text,
            _("Answer them"),
            tone="wait",
            icon="message-square",
            order=30,
            role=Role.TEACHER,
        )
    ]


def _came_back(person: Person) -> list[DueItem]:
    number = how_many_came_back(person)
    if not number:
        return []
    title = ngettext(
        "%(number)s answer came back to you", "%(number)s answers came back to you", number
    ) % {"number": number}
    url = reverse("continuity:answers")
    return [
        DueItem(
            title,
            url,
            None,
            action=_("Read"),
            tone="now",
            icon="message-square",
            order=30,
            role=Role.STUDENT,
        )
    ]
