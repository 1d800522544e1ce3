"""What becomes of launches when a school goes on as another."""

from typing import Any

from django.db.models import QuerySet

from courses.disclosure.values import FEWEST_PEOPLE
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
        _add(one, there)
        there.save()
    rows.delete()


def _add(one: LaunchCount, there: LaunchCount) -> None:
    """Numbers of one resource and week at both schools, such that no number of fewer than five people
    can be told, though officers have read the larger one before: beside it, the small one goes.

    `people` is the larger of both, since some may have opened the resource at both schools.
    """
    small, large = sorted((one, there), key=lambda count: count.people)
    is_told = [count.people >= FEWEST_PEOPLE for count in (small, large)]
    adds = [large] if is_told == [False, True] else [small, large]
    launches, failures = (
        sum(getattr(count, name) for count in adds) for name in ("launches", "failures")
    )
    there.launches, there.people, there.failures = launches, large.people, failures


MERGERS = [
    Follows("courses.Launch.school", all_follow),
    Follows("courses.LaunchIntent.school", all_follow),
    Follows("courses.LaunchCount.school", _counts),
    # Of months that are closed: nothing is counted anew.
    Follows("courses.MonthOpeners.school", all_stay),
]
