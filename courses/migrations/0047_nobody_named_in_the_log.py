"""The log says to whom a teaching, a stand-in or a page was given by the account's key, as migration
0045 did for tutors and teachings that changed hands.
"""

from django.db import migrations

NAMED = [
    "classes.give",
    "classes.stand_in",
    "classes.withdraw_stand_in",
    "guidance.hand_over",
]


def forget_names(apps, schema_editor):
    apps.get_model("wagtailcore", "ModelLogEntry").objects.filter(action__in=NAMED).update(data={})


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0046_academy_set_read_once"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(forget_names, migrations.RunPython.noop)]
