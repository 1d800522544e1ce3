from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("continuity", "0003_health_data_goes")]

    operations = [
        migrations.RemoveField(model_name="exemption", name="document"),
        migrations.RemoveField(model_name="exemption", name="reason"),
        migrations.RemoveField(model_name="rollcorrection", name="document"),
        migrations.RemoveField(model_name="rollline", name="leave_reason"),
    ]
