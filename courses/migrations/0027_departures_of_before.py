"""Which departure closed an account: known from now on. Of those before, the school that the student left
last and in which whoever closed the account kept students.
"""

from django.db import migrations

KEEP_STUDENTS = ("leader", "office")


def fill(apps, _schema_editor):
    AccountChange = apps.get_model("courses", "AccountChange")
    Membership = apps.get_model("courses", "Membership")
    closings = AccountChange.objects.filter(
        kind="closed", left_school=None, person__is_active=False, person__erased_at=None
    )
    newest = {one.person_id: one for one in closings.order_by("at", "pk")}
    for closing in newest.values():
        kept = Membership.objects.filter(person=closing.by_id, role__in=KEEP_STUDENTS)
        held = Membership.objects.filter(person=closing.person_id)
        left = held.filter(role="student", until__isnull=False).order_by("-until", "-since", "-pk")
        if not left or held.filter(until=None).exists():
            continue
        last = left.filter(until=left[0].until, organisation__in=kept.values("organisation"))
        if last:
            closing.left_school_id = last[0].organisation_id
            closing.save(update_fields=["left_school"])


class Migration(migrations.Migration):
    dependencies = [("courses", "0026_account_change_left_school")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
