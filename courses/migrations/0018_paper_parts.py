"""Archives: the list that they hold, and how far they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0017_provider_profile")]

    operations = [
        migrations.AddField(
            "paper",
            "selection",
            models.JSONField(
                blank=True, default=dict, help_text="The filters of a list, if it shows a list."
            ),
        ),
        migrations.AddField(
            "paper",
            "parts",
            models.PositiveIntegerField(default=0, help_text="Of a file made part by part."),
        ),
        migrations.AddField("paper", "parts_done", models.PositiveIntegerField(default=0)),
    ]
