from django.db import migrations, models
from django.utils import timezone


def confirm_keys(apps, schema_editor):
    """Those so far: sets put them on accounts of students, which schools keep."""
    apps.get_model("courses", "Identity").objects.update(confirmed_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0033_teachers_of_sets"),
    ]

    operations = [
        migrations.AddField(
            model_name="identity",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(confirm_keys, migrations.RunPython.noop, elidable=True),
    ]
