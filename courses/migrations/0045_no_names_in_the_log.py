"""The log says whose class or teaching it was by the account's key; until then by name, which stayed
when the account was erased.
"""

from django.db import migrations

NAMED = ["classes.hand_over", "classes.look_after", "classes.look_after_no_more"]


def forget_names(apps, schema_editor):
    apps.get_model("wagtailcore", "ModelLogEntry").objects.filter(action__in=NAMED).update(data={})


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0044_merged_schools"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(forget_names, migrations.RunPython.noop)]
