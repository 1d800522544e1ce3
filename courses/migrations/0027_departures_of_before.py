"""Which departure closed an account: known from now on. Of those before, the school that the student left
last and in which whoever closed the account kept students.
"""

from collections import defaultdict
from itertools import batched

from django.db import migrations

KEEP_STUDENTS = ("leader", "office")
A_BATCH = 500


def fill(apps, _schema_editor):
    """Four queries a batch of accounts."""
    AccountChange = apps.get_model("courses", "AccountChange")
    closings = AccountChange.objects.filter(
        kind="closed", left_school=None, person__is_active=False, person__erased_at=None
    )
    newest = dict(closings.order_by("at", "pk").values_list("person_id", "pk"))
    for pks in batched(newest.values(), A_BATCH):
        batch = list(AccountChange.objects.filter(pk__in=pks).only("person_id", "by_id"))
        _find_schools(apps.get_model("courses", "Membership"), batch)
        AccountChange.objects.bulk_update(batch, ["left_school"])


def _find_schools(Membership, closings):
    kept = set(
        Membership.objects.filter(
            person__in={one.by_id for one in closings if one.by_id}, role__in=KEEP_STUDENTS
        ).values_list("person_id", "organisation_id")
    )
    held = defaultdict(list)
    for one in Membership.objects.filter(person__in=[one.person_id for one in closings]):
        held[one.person_id].append(one)
    for closing in closings:
        closing.left_school_id = _school_left(
            held[closing.person_id], {school for by, school in kept if by == closing.by_id}
        )


def _school_left(held, kept):
    """The pk, or None: of those left on the last day, one that is in `kept`, the last one begun."""
    left = [one for one in held if one.role == "student" and one.until]
    if not left or any(one.until is None for one in held):
        return None
    last_day = max(one.until for one in left)
    last = [one for one in left if one.until == last_day and one.organisation_id in kept]
    return max(last, key=lambda one: (one.since, one.pk)).organisation_id if last else None


class Migration(migrations.Migration):
    dependencies = [("courses", "0026_account_change_left_school")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
