"""A homework given to a class, the form of its text, its page."""

import datetime

from django.urls import reverse

from continuity.homework.values import HomeworkText
from continuity.models import Assignment, Homework
from tests.factories.continuity import at, homework_item, part_of, teaching

DAY = datetime.timedelta(days=1)
MONDAY = datetime.date(2026, 11, 30)
FRIDAY = MONDAY + 4 * DAY


def given_to_a_class(**kwargs) -> Assignment:
    """Published, due on Friday at 18:00."""
    of = kwargs.pop("of", None) or teaching()
    return homework_item(
        part_of(of, MONDAY), due_at=kwargs.pop("due_at", at(FRIDAY, 18)), **kwargs
    ).assignment


def text_of(homework: Homework, **changes) -> HomeworkText:
    names = ("title", "body", "minutes", "returns", "correction", "in_library")
    return HomeworkText(**{name: getattr(homework, name) for name in names} | changes)


def page_of(client, given: Assignment, reader) -> str:
    client.force_login(reader)
    return client.get(reverse("continuity:homework", args=[given.public_id])).content.decode()
