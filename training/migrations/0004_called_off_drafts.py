"""Drafts that were called off stood in the catalogue with their internal reason: they are drafts again, for an adviser to delete."""

from django.db import migrations


def drafts_again(apps, schema_editor):
    """A session that was opened has invited its trainers: it has calendar entries. One that never was has none."""
    Session = apps.get_model("training", "Session")
    CalendarEntry = apps.get_model("courses", "CalendarEntry")
    invited = CalendarEntry.objects.values("meeting__series")
    never_opened = Session.objects.filter(state="cancelled", enrolments__isnull=True).exclude(series__in=invited)
    never_opened.update(state="draft", cancel_reason="")


class Migration(migrations.Migration):
    dependencies = [("training", "0003_enrolment_step_refusal"), ("courses", "0003_calendar")]

    operations = [migrations.RunPython(drafts_again, migrations.RunPython.noop, elidable=True)]
