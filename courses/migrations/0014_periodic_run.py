import datetime

from django.db import migrations, models

LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


class Migration(migrations.Migration):
    dependencies = [("courses", "0013_letter_keys")]

    operations = [
        migrations.CreateModel(
            name="PeriodicRun",
            fields=[
                ("name", models.CharField(help_text="Package and function.", max_length=150, primary_key=True, serialize=False)),
                ("started_at", models.DateTimeField(default=LONG_AGO)),
                ("ended_at", models.DateTimeField(default=LONG_AGO, null=True)),
                ("succeeded_at", models.DateTimeField(default=LONG_AGO)),
            ],
        ),
    ]
