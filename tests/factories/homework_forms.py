"""The form by which a homework is given."""

import datetime

from django.urls import reverse

from tests.factories.continuity import (
    at,
)

DAY = datetime.timedelta(days=1)

NOW = at(datetime.date(2026, 11, 30), 7)

MONDAY = datetime.date(2026, 11, 30)

FRIDAY = MONDAY + 4 * DAY


def sent(*rows, **more) -> dict:
    """The form as a browser sends it; a row is a teaching, a due day and hour, and what else its
    row holds.
    """
    text = {
        "title": "Paragraphe argumenté",
        "body": "Dire **pourquoi**.",
        "minutes": 45,
        "returns": "photos",
        "correction": "",
        "step": "save",
    }
    for of, due_on, due_hour, *rest in rows:
        name = f"class-{of.public_id}"
        text |= {
            f"{name}-given": "on",
            f"{name}-day": MONDAY,
            f"{name}-due_on": due_on,
            f"{name}-due_hour": due_hour,
        }
        text |= {f"{name}-{key}": value for key, value in (rest[0] if rest else {}).items()}
    return text | more


def address_for(part) -> str:
    return reverse("continuity:new_homework", args=[part.public_id])
