"""Letters were found by the path of their function; they are found by a short key, so that functions can move."""

from django.db import migrations, models


def to_keys(apps, schema_editor):
    """`courses.people.notifications.invitation` becomes `people.invitation`: package or room, and function."""
    letters = apps.get_model("courses", "Letter").objects.using(schema_editor.connection.alias)
    for kind in letters.order_by().values_list("kind", flat=True).distinct():
        where, separator, function = kind.partition(".notifications.")
        if separator:
            key = f"{where.rpartition('.')[2]}.{function.rpartition('.')[2]}"
            letters.filter(kind=kind).update(kind=key)


class Migration(migrations.Migration):
    dependencies = [("courses", "0012_plain_english_2")]

    operations = [
        migrations.AlterField(
            model_name="letter",
            name="kind",
            field=models.CharField(help_text="Key of the function that writes it, such as training.seat_confirmed.", max_length=120),
        ),
        migrations.RunPython(to_keys, migrations.RunPython.noop, elidable=False),
    ]
