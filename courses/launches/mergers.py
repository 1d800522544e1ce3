"""What becomes of launches when a school goes on as another."""

from typing import Any

from django.db.models import QuerySet

from courses.launches.models import LaunchCount
from courses.people.services.mergers import (
    Follows,
    Merger,
    all_follow,
    all_stay,
    follow_unless_there,
)


def _counts(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    follow_unless_there("resource", "week")(rows, name, merger)
    for one in rows.all():
        there = LaunchCount.objects.get(school=merger.into, resource=one.resource_id, week=one.week)
        there.failures += one.failures
        there.save(update_fields=["failures"])
    rows.delete()


MERGERS = [
    Follows("courses.Launch.school", all_follow),
    Follows("courses.LaunchIntent.school", all_follow),
    Follows("courses.LaunchCount.school", _counts),
    # Of months that are closed: nothing is counted anew.
    Follows("courses.MonthOpeners.school", all_stay),
]
