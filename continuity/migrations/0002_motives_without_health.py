from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("continuity", "0001_the_week")]

    operations = [
        migrations.AddField(
            model_name="exemption",
            name="motive",
            field=models.CharField(
                choices=[
                    ("agreed", "Agreed with the school"),
                    ("activity", "School outing or activity"),
                    ("placement", "Work placement"),
                    ("official", "Exam, competition or appointment with an authority"),
                    ("arranged", "Arranged timetable"),
                ],
                default="agreed",
                max_length=10,
                verbose_name="motive",
            ),
        ),
        migrations.AddField(
            model_name="exemption",
            name="document_seen_on",
            field=models.DateField(blank=True, help_text="A document was shown to `entered_by`; it isn't kept.", null=True),
        ),
        migrations.AddField(
            model_name="rollcorrection",
            name="saw_a_document",
            field=models.BooleanField(default=False, help_text="`corrected_by` saw one; it isn't kept."),
        ),
    ]
