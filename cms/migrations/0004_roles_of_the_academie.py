"""Guidance, trainings and the directory are three roles: until now every adviser carried all of them.

A chief adviser keeps all three. An adviser without any editorial role worked on sessions or people alone, and keeps these
beside the role of adviser. An author, a translator, a reviewer or a publisher keeps guidance. Sessions and people are then
given to others by a registrar, one by one.
"""

import logging

from django.db import migrations

log = logging.getLogger(__name__)

FORWARD = ("planner", "registrar")


def split(apps, _schema_editor):
    Membership = apps.get_model("courses", "Membership")
    Scope = apps.get_model("cms", "Scope")
    chiefs = set(Scope.objects.filter(role="chief").values_list("person", flat=True))
    editors = set(Scope.objects.values_list("person", flat=True)) - chiefs
    added = []
    for held in Membership.objects.filter(role="adviser").exclude(person__in=editors):
        for role in FORWARD:
            there = Membership.objects.filter(
                person=held.person_id, organisation=held.organisation_id, role=role, since=held.since
            )
            if not there.exists():
                added.append(
                    Membership(
                        person_id=held.person_id,
                        organisation_id=held.organisation_id,
                        role=role,
                        since=held.since,
                        until=held.until,
                    )
                )
    Membership.objects.bulk_create(added)
    if added:
        log.warning("%d memberships of planners and registrars made from those of advisers", len(added))


def join(apps, _schema_editor):
    """Advisers carry everything again."""
    apps.get_model("courses", "Membership").objects.filter(role__in=FORWARD).delete()


class Migration(migrations.Migration):
    dependencies = [("cms", "0003_erased_accounts_and_counts"), ("courses", "0007_roles_apart")]

    operations = [migrations.RunPython(split, join, elidable=True)]
