"""What becomes of launches when a school goes on as another."""

from typing import Any

from django.db.models import F, QuerySet

from courses.people.services.mergers import Follows, Merger, all_follow, follow_unless_there


def _counts(rows: QuerySet[Any], name: str, merger: Merger) -> None:
    """Those of one week and resource are added: who opened it at both schools counts twice."""
    follow_unless_there("resource", "week")(rows, name, merger)
    for one in rows.all():
        rows.model.objects.filter(
            school=merger.into, resource=one.resource_id, week=one.week
        ).update(
            launches=F("launches") + one.launches,
            people=F("people") + one.people,
            failures=F("failures") + one.failures,
        )
    rows.delete()


MERGERS = [
    Follows("courses.Launch.school", all_follow),
    Follows("courses.LaunchIntent.school", all_follow),
    Follows("courses.LaunchCount.school", _counts),
]
