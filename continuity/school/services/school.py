"""What a school sets: its ceiling, its days, its timetable. What students see of these weeks is drawn anew."""

import datetime

from django.db import transaction
from django.db.models import Q

from continuity.models import ContinuityPlan, SchoolSettings
from continuity.plans.services import cover, plans
from courses.agenda import services as agenda
from courses.agenda.models import ClassHour, Closure
from courses.agenda.queries import monday_of
from courses.exceptions import Refusal
from courses.people.models import Organisation, Person, SchoolClass, Subject, Teaching, today
from courses.people.services import classes


def set_ceiling(*, school: Organisation, minutes: int) -> SchoolSettings:
    """Minutes of work due on one day, for one student, over all subjects."""
    return SchoolSettings.objects.update_or_create(school=school, defaults={"ceiling_minutes": minutes})[0]


def count_weeks(*, school: Organisation, week_a: datetime.date, pauses_in_holidays: bool) -> None:
    with transaction.atomic():
        agenda.count_weeks(school=school, week_a=week_a, pauses_in_holidays=pauses_in_holidays)
        plans.changed(*ContinuityPlan.objects.filter(school_class__school=school, monday__gte=monday_of(today())))


def close_days(*, school: Organisation, first_day: datetime.date, last_day: datetime.date, reason: str) -> Closure:
    """No class on these days. Work that is due on them stays due: its teachers are told on their first page (case C6)."""
    with transaction.atomic():
        closure = agenda.close_days(school=school, first_day=first_day, last_day=last_day, reason=reason)
        _weeks_of(closure)
    return closure


def reopen(*, closure: Closure) -> None:
    with transaction.atomic():
        agenda.reopen(closure=closure)
        _weeks_of(closure)


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
    with transaction.atomic():
        hour = agenda.put_hour(teaching=teaching, weekday=weekday, begins=begins, ends=ends, rhythm=rhythm, place=place, since=since)
        _from_this_week(teaching.school_class)
        cover.follow_teachers(teaching.teacher)
    return hour


def take_hour_out(*, hour: ClassHour, until: datetime.date | None = None) -> None:
    with transaction.atomic():
        agenda.take_hour_out(hour=hour, until=until)
        _from_this_week(hour.teaching.school_class)
        cover.follow_teachers(hour.teaching.teacher)


def give_teaching(
    *, school_class: SchoolClass, subject: Subject, teacher: Person, since: datetime.date, by: Person
) -> list[tuple[ClassHour, Refusal]]:
    """As `classes.give_teaching`; hours of a teaching of the subject that has ended go on. Says which of them could not, and why."""
    with transaction.atomic():
        given = classes.give_teaching(school_class=school_class, subject=subject, teacher=teacher, since=since, by=by)
        return _pass_hours_on(given)


def _pass_hours_on(teaching: Teaching) -> list[tuple[ClassHour, Refusal]]:
    """The hours of the subject's last teaching that has ended, for the first that follows: unless somebody has hours there by then."""
    school_class, day = teaching.school_class, today()
    same = list(Teaching.objects.filter(school_class=school_class, subject=teaching.subject_id).select_related("school_class"))
    ended = [one for one in same if one.until and one.until <= day]
    following = sorted((one for one in same if one not in ended), key=lambda one: (one.since, one.pk))
    with_hours = [one for one in following if one.hours.filter(Q(until__isnull=True) | Q(until__gt=day)).exists()]
    heir = next((one for one in following if one not in with_hours), None)
    if heir is None or not ended or any(one.since <= max(heir.since, day) for one in with_hours):
        return []
    last = max(ended, key=lambda one: (one.until, one.pk))
    refused = agenda.copy_hours(of=last, to=heir, until=min((one.since for one in with_hours), default=None))
    _from_this_week(school_class)
    cover.follow_teachers(heir.teacher)
    return refused


def hand_over(*, teaching: Teaching, to: Person, by: Person) -> Teaching:
    """As `classes.hand_over`; drafts for the hours of absences follow who has the subject. Raises a `Refusal`."""
    before = teaching.teacher
    with transaction.atomic():
        held = classes.hand_over(teaching=teaching, to=to, by=by)
        cover.follow_teachers(before, to)
    return held


def end_teaching(*, teaching: Teaching, by: Person) -> list[tuple[ClassHour, Refusal]]:
    """As `classes.end_teaching`; its hours go on under who gives the subject and has none. Says which of them could not, and why."""
    with transaction.atomic():
        held = classes.end_teaching(teaching=teaching, by=by)
        _from_this_week(held.school_class)
        cover.follow_teachers(held.teacher)
        return _pass_hours_on(held)


def _weeks_of(closure: Closure) -> None:
    weeks = (monday_of(closure.first_day), monday_of(closure.last_day))
    plans.changed(*ContinuityPlan.objects.filter(school_class__school=closure.school_id, monday__range=weeks))


def _from_this_week(school_class: SchoolClass) -> None:
    plans.changed(*ContinuityPlan.objects.filter(school_class=school_class, monday__gte=monday_of(today())))
