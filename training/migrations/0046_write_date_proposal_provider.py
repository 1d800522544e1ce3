from django.db import migrations
from django.db.models import OuterRef, Subquery


def write_providers(apps, schema_editor):
    """Until now a proposal was of the provider that has its resource."""
    DateProposal = apps.get_model("training", "DateProposal")
    Resource = apps.get_model("courses", "Resource")
    resource = Resource.objects.filter(pk=OuterRef("resource"))
    DateProposal.objects.filter(provider__isnull=True).update(
        provider=Subquery(resource.values("provider"))
    )


class Migration(migrations.Migration):
    dependencies = [("training", "0045_date_proposal_provider")]
    operations = [migrations.RunPython(write_providers, migrations.RunPython.noop, elidable=True)]
