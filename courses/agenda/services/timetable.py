"""The timetable of classes, hour by hour."""

import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q

from courses.agenda.models import ClassHour
from courses.agenda.rules import why_not_put_hour
from courses.exceptions import Refusal
from courses.people.models import SchoolClass, Teaching, today
from courses.people.models.classes import holds_between

ONE_DAY = datetime.timedelta(days=1)


def put_hour(
    *,
    teaching: Teaching,
    weekday: int,
    begins: datetime.time,
    ends: datetime.time,
    rhythm: str = "",
    place: str = "",
    since: datetime.date | None = None,
    until: datetime.date | None = None,
) -> ClassHour:
    """One more hour from that day on (today, if none is given) until before another, wall time in Paris. Put twice is once.

    Holds the class's row until commit. Raises a `Refusal`.
    """
    since = max(since or today(), teaching.since)
    with transaction.atomic():
        SchoolClass.objects.select_for_update().get(pk=teaching.school_class_id)
        same_class, same_teacher = Q(teaching__school_class=teaching.school_class_id), Q(teaching__teacher=teaching.teacher_id)
        then = holds_between(since, until - ONE_DAY if until else datetime.date.max)
        teachings = Teaching.objects.filter(then)
        others = list(
            ClassHour.objects.filter(same_class | same_teacher, then, teaching__in=teachings).select_related(
                "teaching__school_class", "teaching__subject"
            )
        )
        asked = (teaching.pk, weekday, begins, ends, rhythm, until)
        for other in others:
            held = (other.teaching_id, other.weekday, other.begins, other.ends, other.rhythm, other.until)
            if held == asked and other.since <= since:
                return other
        if refusal := why_not_put_hour(teaching, weekday, begins, ends, rhythm, others=others):
            raise refusal
        return ClassHour.objects.create(
            teaching=teaching, weekday=weekday, begins=begins, ends=ends, rhythm=rhythm, place=place, since=since, until=until
        )


def copy_hours(*, of: Teaching, to: Teaching, until: datetime.date | None = None) -> list[tuple[ClassHour, Refusal]]:
    """The hours that hold on or after the last day of a teaching that has ended go on under the next one, each on its own days.

    `until`: the first day that isn't the next one's any more. Says which hours could not, and why.
    """
    refused = []
    for hour in of.hours.filter(Q(until__isnull=True) | Q(until__gt=of.until)):
        since, ends = max(hour.since, to.since), min((day for day in (hour.until, to.until, until) if day), default=None)
        if ends and ends <= since:
            continue
        put = partial(put_hour, teaching=to, weekday=hour.weekday, begins=hour.begins, ends=hour.ends, rhythm=hour.rhythm)
        try:
            put(place=hour.place, since=since, until=ends)
        except Refusal as refusal:
            refused.append((hour, refusal))
    return refused


def take_hour_out(*, hour: ClassHour, until: datetime.date | None = None) -> None:
    """End the hour: `until` (today, if none is given) is the first day on which it holds no more.

    What was planned and taken on its days stays. An hour that would not have had a day is deleted. Twice is once.
    """
    until = until or today()
    with transaction.atomic():
        held = ClassHour.objects.select_for_update().filter(pk=hour.pk).first()
        if held is None or held.until == until:
            return
        if until <= held.since:
            held.delete()
            return
        held.until = until
        held.save(update_fields=["until"])
