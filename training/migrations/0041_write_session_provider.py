from django.db import migrations
from django.db.models import OuterRef, Subquery


def write_providers(apps, schema_editor):
    """Until now a session was of the provider that has its resource."""
    Session = apps.get_model("training", "Session")
    Training = apps.get_model("training", "Training")
    training = Training.objects.filter(pk=OuterRef("training"))
    Session.objects.filter(provider__isnull=True).update(
        provider=Subquery(training.values("resource__provider"))
    )


class Migration(migrations.Migration):
    dependencies = [("training", "0040_session_provider")]
    operations = [migrations.RunPython(write_providers, migrations.RunPython.noop, elidable=True)]
