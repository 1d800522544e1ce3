from django.db import migrations, models


def mark_lost_seats(apps, schema_editor):
    """Dates of seats that were lost before this column: those without words or a planner's name.

    Whoever waits with first refusal lost a seat, too, and gets it back with its dates.
    """
    participations = apps.get_model("training", "Participation").objects
    left = participations.filter(is_withdrawn=True, reason="", decided_by=None).exclude(
        enrolment__state__in=["confirmed", "to_confirm"]
    )
    left.update(left_with_seat=True)


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0045_subjects_at_start"),
    ]

    operations = [
        migrations.AddField(
            model_name="participation",
            name="left_with_seat",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Withdrawn because the whole seat was lost: it comes back with it.",
            ),
        ),
        migrations.RunPython(mark_lost_seats, migrations.RunPython.noop, elidable=True),
    ]
