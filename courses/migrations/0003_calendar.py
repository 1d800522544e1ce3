"""Our one calendar of django-scheduler: every series of meetings is in it."""

from django.db import migrations

SLUG = "passerelle"


def make_the_calendar(apps, schema_editor):
    apps.get_model("schedule", "Calendar").objects.get_or_create(slug=SLUG, defaults={"name": "Passerelle"})


def forget_an_empty_calendar(apps, schema_editor):
    """Deleting a calendar takes its events along: one that is in use stays."""
    apps.get_model("schedule", "Calendar").objects.filter(slug=SLUG, event__isnull=True).delete()


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_rooms"), ("schedule", "0015_rename_indexes")]
    operations = [migrations.RunPython(make_the_calendar, forget_an_empty_calendar)]
