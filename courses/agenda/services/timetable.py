"""The timetable of classes, hour by hour."""

import datetime

from django.db import transaction
from django.db.models import Q

from courses.agenda.exceptions import AfterTheLastDay
from courses.agenda.models import ClassHour
from courses.agenda.rules import why_not_put_hour
from courses.people.models import SchoolClass, Teaching, today
from courses.people.models.classes import holds_between


def put_hour(
    *,
    teaching: Teaching,
    weekday: int,
    begins: datetime.time,
    ends: datetime.time,
    rhythm: str = "",
    place: str = "",
    since: datetime.date | None = None,
) -> ClassHour:
    """Add an hour from that day on (today, if none is given), wall time in Paris. Idempotent.

    Holds the class's row until commit. Raises a `Refusal`.
    """
    since = max(since or today(), teaching.since)
    if teaching.until and since >= teaching.until:
        names = {"teacher": teaching.teacher.display_name, "subject": teaching.subject.title}
        raise AfterTheLastDay(**names, day=teaching.last_day)
    with transaction.atomic():
        SchoolClass.objects.select_for_update().get(pk=teaching.school_class_id)
        others = _hours_beside(teaching, since)
        asked = (teaching.pk, weekday, begins, ends, rhythm, None)
        for other in others:
            held = (
                other.teaching_id,
                other.weekday,
                other.begins,
                other.ends,
                other.rhythm,
                other.until,
            )
            if held == asked and other.since <= since:
                return other
        if refusal := why_not_put_hour(teaching, weekday, begins, ends, rhythm, others=others):
            raise refusal
        return ClassHour.objects.create(
            teaching=teaching,
            weekday=weekday,
            begins=begins,
            ends=ends,
            rhythm=rhythm,
            place=place,
            since=since,
        )


def _hours_beside(teaching: Teaching, since: datetime.date) -> list[ClassHour]:
    """The hours of the same class or the same teacher from that day on."""
    same_class = Q(teaching__school_class=teaching.school_class_id)
    same_teacher = Q(teaching__teacher=teaching.teacher_id)
    from_then_on = holds_between(since, datetime.date.max)
    teachings = Teaching.objects.filter(from_then_on)
    return list(
        ClassHour.objects.filter(
            same_class | same_teacher, from_then_on, teaching__in=teachings
        ).select_related("teaching__school_class", "teaching__subject")
    )


def take_hour_out(*, hour: ClassHour, until: datetime.date | None = None) -> None:
    """End the hour: `until` (today, if none is given) is the first day on which it holds no more.

    What was planned and taken on its days stays. An hour that would not have had a day is deleted.
    Holds the class's row until commit. Idempotent.
    """
    until = until or today()
    with transaction.atomic():
        SchoolClass.objects.select_for_update(no_key=True).get(pk=hour.teaching.school_class_id)
        held = ClassHour.objects.select_for_update().filter(pk=hour.pk).first()
        if held is None or held.until == until:
            return
        if until <= held.since:
            held.delete()
            return
        held.until = until
        held.save(update_fields=["until"])
