from django.db import migrations, models

from courses.indexes import AddIndexBesideWrites


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('continuity', '0024_handin_without_pdf_index'),
    ]

    operations = [
        AddIndexBesideWrites(
            model_name='rollcall',
            index=models.Index(fields=['starts_at'], name='roll_call_starts'),
        ),
    ]
