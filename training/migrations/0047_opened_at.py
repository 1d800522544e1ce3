"""The moment of the opening, which was read from the log."""

from django.db import migrations, models
from django.db.models import Max


def take_from_the_log(apps, schema_editor):
    session_model = apps.get_model("training", "Session")
    opened = (
        apps.get_model("wagtailcore", "ModelLogEntry")
        .objects.filter(
            action="training.open",
            content_type__app_label="training",
            content_type__model="session",
        )
        .order_by()
        .values_list("object_id")
        .annotate(at=Max("timestamp"))
    )
    for object_id, at in opened:
        session_model.objects.filter(pk=object_id).update(opened_at=at)


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("training", "0046_dates_left_with_the_seat"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="opened_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(take_from_the_log, migrations.RunPython.noop, elidable=True),
    ]
