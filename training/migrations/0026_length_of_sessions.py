"""The planned length of each session, in minutes: of its meetings that aren't cancelled."""

from django.db import migrations


def write_lengths(apps, schema_editor):
    Session = apps.get_model("training", "Session")
    Meeting = apps.get_model("courses", "Meeting")
    seconds: dict[int, float] = {}
    rows = Meeting.objects.filter(occurrence__cancelled=False)
    for series, start, end in rows.values_list("series_id", "occurrence__start", "occurrence__end"):
        seconds[series] = seconds.get(series, 0) + (end - start).total_seconds()
    for session in Session.objects.only("pk", "series_id").iterator():
        session.planned_minutes = round(seconds.get(session.series_id, 0) / 60)
        session.save(update_fields=["planned_minutes"])


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0025_level_and_length"),
        ("courses", "0016_teaching_once_while_open"),
    ]
    operations = [migrations.RunPython(write_lengths, migrations.RunPython.noop, elidable=True)]
