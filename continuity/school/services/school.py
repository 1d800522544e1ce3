"""Services on a school's settings: its ceiling, its days, its timetable.

The students' pages of these weeks are drawn anew.
"""

import datetime

from django.db import transaction

from continuity.models import ContinuityPlan, Cover, SchoolSettings
from continuity.plans.services import cover, plans
from courses.agenda import services as agenda
from courses.agenda.models import ClassHour, Closure
from courses.agenda.queries import ONE_DAY, monday_of
from courses.people.models import Organisation, Person, SchoolClass, Subject, Teaching, today
from courses.people.services import teachings


def set_ceiling(*, school: Organisation, minutes: int) -> SchoolSettings:
    """Minutes of work due on one day, for one student, over all subjects."""
    return SchoolSettings.objects.update_or_create(
        school=school, defaults={"ceiling_minutes": minutes}
    )[0]


def set_silence(*, school: Organisation, days: int) -> SchoolSettings:
    """School days without a sign after which a student stands in the list of those not heard of."""
    return SchoolSettings.objects.update_or_create(school=school, defaults={"silent_after": days})[
        0
    ]


def count_weeks(*, school: Organisation, week_a: datetime.date, pauses_in_holidays: bool) -> None:
    with transaction.atomic():
        agenda.count_weeks(school=school, week_a=week_a, pauses_in_holidays=pauses_in_holidays)
        plans.changed(
            *ContinuityPlan.objects.filter(
                school_class__school=school, monday__gte=monday_of(today())
            )
        )


def close_days(
    *, school: Organisation, first_day: datetime.date, last_day: datetime.date, reason: str
) -> Closure:
    """No class on these days.

    Work that is due on them stays due: its teachers are told on their first page (case C6).
    """
    with transaction.atomic():
        closure = agenda.close_days(
            school=school, first_day=first_day, last_day=last_day, reason=reason
        )
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
        hour = agenda.put_hour(
            teaching=teaching,
            weekday=weekday,
            begins=begins,
            ends=ends,
            rhythm=rhythm,
            place=place,
            since=since,
        )
        _from_this_week(teaching.school_class)
        cover.follow_teachers(teaching.teacher)
    return hour


def take_hour_out(*, hour: ClassHour, until: datetime.date | None = None) -> None:
    with transaction.atomic():
        agenda.take_hour_out(hour=hour, until=until)
        _from_this_week(hour.teaching.school_class)
        cover.follow_teachers(hour.teaching.teacher)


def give_teaching(
    *,
    school_class: SchoolClass,
    subject: Subject,
    teacher: Person,
    since: datetime.date,
    by: Person,
) -> Teaching:
    """Call `classes.give_teaching`; drafts for the hours of absences follow who has the subject.

    Raises a `Refusal`.
    """
    with transaction.atomic():
        given = teachings.give_teaching(
            school_class=school_class, subject=subject, teacher=teacher, since=since, by=by
        )
        _from_this_week(school_class)
        cover.follow_teachers(teacher)
    return given


def hand_over(*, teaching: Teaching, to: Person, by: Person) -> Teaching:
    """Call `classes.hand_over`; drafts for the hours of absences follow who has the subject.

    Raises a `Refusal`.
    """
    before = teaching.teacher
    with transaction.atomic():
        held = teachings.hand_over(teaching=teaching, to=to, by=by)
        cover.follow_teachers(before, to)
    return held


def end_teaching(*, teaching: Teaching, by: Person) -> Teaching:
    """Today is its last day, as `classes.end_teaching`; nobody is asked any more for plans of its
    hours. Raises a `Refusal`.
    """
    with transaction.atomic():
        if (
            teaching.since >= today()
        ):  # what the machine has noted down doesn't keep it from being taken back
            Cover.objects.filter(teaching=teaching, item=None).delete()
        held = teachings.end_teaching(teaching=teaching, until=today() + ONE_DAY, by=by)
        _from_this_week(held.school_class)
        cover.follow_teachers(held.teacher)
    return held


def _weeks_of(closure: Closure) -> None:
    weeks = (monday_of(closure.first_day), monday_of(closure.last_day))
    plans.changed(
        *ContinuityPlan.objects.filter(school_class__school=closure.school_id, monday__range=weeks)
    )


def _from_this_week(school_class: SchoolClass) -> None:
    plans.changed(
        *ContinuityPlan.objects.filter(school_class=school_class, monday__gte=monday_of(today()))
    )
