from django.conf import settings
from django.db import migrations, models


def freeze_leaders(apps, schema_editor):
    """Sheets that are closed already: the session's trainers of today and, on that date, who took
    the place of one of them.
    """
    Sheet = apps.get_model("training", "Sheet")
    Substitution = apps.get_model("training", "Substitution")
    trained = apps.get_model("training", "Session").trainers.through.objects
    instead = {one.meeting_id: one for one in Substitution.objects.all()}
    trainers = {}
    for session, person in trained.order_by("pk").values_list("session", "person"):
        trainers.setdefault(session, []).append(person)
    rows = []
    for sheet in Sheet.objects.filter(state="closed").iterator():
        people = dict.fromkeys(trainers.get(sheet.session_id, []))
        if one := instead.get(sheet.meeting_id):
            people.pop(one.replaces_id, None)
            people[one.substitute_id] = None
        rows += [Sheet.leaders.through(sheet_id=sheet.pk, person_id=person) for person in people]
    Sheet.leaders.through.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0028_session_cancelled_at"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="sheet",
            name="leaders",
            field=models.ManyToManyField(
                blank=True,
                help_text="Who led the meeting. Frozen when the sheet is closed.",
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(freeze_leaders, migrations.RunPython.noop, elidable=True),
    ]
