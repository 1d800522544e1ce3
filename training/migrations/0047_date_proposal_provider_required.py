import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0046_write_date_proposal_provider")]
    operations = [
        migrations.AlterField(
            model_name="dateproposal",
            name="provider",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="courses.organisation",
            ),
        ),
    ]
