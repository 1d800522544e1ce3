"""An hour of the timetable holds from a day until before another. Those that are there have held as long as their teaching."""

import courses.people.models.persons
from django.db import migrations, models
from django.db.models import F, OuterRef, Q, Subquery


def since_their_teaching(apps, schema_editor):
    hours = apps.get_model("courses", "ClassHour").objects.using(schema_editor.connection.alias)
    teachings = apps.get_model("courses", "Teaching").objects.filter(pk=OuterRef("teaching"))
    hours.update(since=Subquery(teachings.values("since")))


class Migration(migrations.Migration):
    dependencies = [("courses", "0004_classes_and_hours")]

    operations = [
        migrations.AddField("classhour", "since", models.DateField(verbose_name="from", null=True)),
        migrations.AddField(
            "classhour",
            "until",
            models.DateField(verbose_name="until", null=True, blank=True, help_text="The first day on which it holds no more."),
        ),
        migrations.RunPython(since_their_teaching, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            "classhour",
            "since",
            models.DateField(verbose_name="from", default=courses.people.models.persons.today),
        ),
        migrations.RemoveConstraint("classhour", "class_hour_once"),
        migrations.AddConstraint(
            "classhour",
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="class_hour_has_a_day"),
        ),
        migrations.AddConstraint(
            "classhour",
            models.UniqueConstraint(fields=["teaching", "weekday", "begins", "rhythm", "since"], name="class_hour_once_a_day"),
        ),
        migrations.AddConstraint(
            "classhour",
            models.UniqueConstraint(
                fields=["teaching", "weekday", "begins", "rhythm"],
                condition=Q(until__isnull=True),
                name="class_hour_open_once",
            ),
        ),
    ]
