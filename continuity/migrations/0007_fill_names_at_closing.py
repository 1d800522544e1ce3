"""Closed rolls and hand-ins that are already there take the names of today: no older ones were kept."""

from django.db import migrations
from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Concat, Trim

LAST_NAME = Case(When(usage_name="", then=F("family_name")), default=F("usage_name"))
WHOLE_NAME = Trim(Concat("given_name", Value(" "), LAST_NAME))


def fill(apps, _schema_editor):
    Person = apps.get_model("courses", "Person")

    def name(expression, of: str):
        return Subquery(Person.objects.filter(pk=OuterRef(of)).annotate(name=expression).values("name")[:1])

    closed = apps.get_model("continuity", "RollCall").objects.filter(closed_at__isnull=False)
    closed.update(closed_by_name=name(WHOLE_NAME, "closed_by"))
    lines = apps.get_model("continuity", "RollLine").objects.filter(roll_call__in=closed.values("pk"))
    lines.update(closed_family_name=name(LAST_NAME, "student"), closed_given_name=name(F("given_name"), "student"))
    handed_in = apps.get_model("continuity", "HandIn").objects.filter(handed_in_at__isnull=False)
    handed_in.update(student_name=name(WHOLE_NAME, "student"))


class Migration(migrations.Migration):
    dependencies = [("continuity", "0006_names_at_closing")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
