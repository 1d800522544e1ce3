"""The days of the meetings of each session, in Paris, of those that aren't cancelled."""

from zoneinfo import ZoneInfo

from django.db import migrations

PARIS = ZoneInfo("Europe/Paris")


def write_days(apps, schema_editor):
    Session = apps.get_model("training", "Session")
    Meeting = apps.get_model("courses", "Meeting")
    days: dict[int, set[str]] = {}
    rows = Meeting.objects.filter(occurrence__cancelled=False)
    for series, start in rows.values_list("series_id", "occurrence__start"):
        days.setdefault(series, set()).add(start.astimezone(PARIS).date().isoformat())
    for session in Session.objects.only("pk", "series_id").iterator():
        session.meeting_days = sorted(days.get(session.series_id, ()))
        session.save(update_fields=["meeting_days"])


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0012_the_right_to_attend"),
        ("courses", "0016_teaching_once_while_open"),
    ]
    operations = [migrations.RunPython(write_days, migrations.RunPython.noop, elidable=True)]
