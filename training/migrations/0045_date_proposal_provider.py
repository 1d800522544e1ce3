import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0021_reminder_times"),
        ("training", "0044_answers_to_questions"),
    ]
    operations = [
        migrations.AddField(
            model_name="dateproposal",
            name="provider",
            field=models.ForeignKey(
                null=True,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="courses.organisation",
            ),
        ),
    ]
