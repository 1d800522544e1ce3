"""A teacher's planner, and what its week says."""

import datetime

from django.urls import reverse

from continuity.models import ItemChange
from tests.factories.continuity import (
    MONDAY,
)

TUESDAY, WEDNESDAY, FRIDAY = (MONDAY + datetime.timedelta(days=n) for n in (1, 2, 4))

WEEK = MONDAY.isoformat()


def planner(of, monday=MONDAY, **query) -> str:
    return reverse(
        "continuity:planner",
        args=[of.school_class.public_id, monday.isoformat()],
        query=query or None,
    )


def changes(part) -> list[tuple]:
    return list(
        ItemChange.objects.filter(part=part)
        .order_by("pk")
        .values_list("item_title", "field", "was", "now")
    )
