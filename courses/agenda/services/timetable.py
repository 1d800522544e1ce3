"""The timetable of classes, hour by hour."""

import datetime

from django.db import transaction
from django.db.models import Q

from courses.agenda.models import ClassHour
from courses.agenda.rules import why_not_put_hour
from courses.people.models import SchoolClass, Teaching, today
from courses.people.models.classes import holds_on


def put_hour(
    *, teaching: Teaching, weekday: int, begins: datetime.time, ends: datetime.time, rhythm: str = "", place: str = ""
) -> ClassHour:
    """One more hour, wall time in Paris. Put twice is once. Holds the class's row until commit. Raises a `Refusal`."""
    with transaction.atomic():
        SchoolClass.objects.select_for_update().get(pk=teaching.school_class_id)
        same_class, same_teacher = Q(teaching__school_class=teaching.school_class_id), Q(teaching__teacher=teaching.teacher_id)
        on_now = Teaching.objects.filter(holds_on(max(today(), teaching.since)))
        others = list(
            ClassHour.objects.filter(same_class | same_teacher, teaching__in=on_now).select_related(
                "teaching__school_class", "teaching__subject"
            )
        )
        asked = (teaching.pk, weekday, begins, ends, rhythm)
        if already := next((o for o in others if (o.teaching_id, o.weekday, o.begins, o.ends, o.rhythm) == asked), None):
            return already
        if refusal := why_not_put_hour(teaching, weekday, begins, ends, rhythm, others=others):
            raise refusal
        return ClassHour.objects.create(teaching=teaching, weekday=weekday, begins=begins, ends=ends, rhythm=rhythm, place=place)


def take_hour_out(*, hour: ClassHour) -> None:
    """What was planned for it stays on its day. Taken out twice is once."""
    ClassHour.objects.filter(pk=hour.pk).delete()
