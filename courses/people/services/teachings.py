"""Who teaches a subject in a class, and who stands in. Overlaps are refused here, under a lock.

Teachings are half-open: `until` is the first day on which one holds no more. A stand-in's days are
both included.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from wagtail.log_actions import log

from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.exceptions import (
    AlreadyTeaches,
    AnswersAlready,
    BegunWithWork,
    BothEnd,
    GivesItAlready,
    GivesItLater,
    GivesItUntil,
    HasEnded,
)
from courses.people.models import (
    Membership,
    Organisation,
    Person,
    SchoolClass,
    StandIn,
    Subject,
    Teaching,
    today,
)
from courses.people.rules.classes import why_not_in_year, why_not_stand_in, why_not_teach
from courses.people.rules.memberships import is_there, last_day_there

ONE_DAY = datetime.timedelta(days=1)
IN_ONE_STATEMENT = 500


def give_teaching(
    *,
    school_class: SchoolClass,
    subject: Subject,
    teacher: Person,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    by: Person | None = None,
) -> Teaching:
    """Let the teacher give the subject there. Holds the class's row until commit. Idempotent.
    Raises a `Refusal`.

    Where the teacher's own ends that day or the day before, it goes on: an end that was a mistake
    leaves nothing behind. What is theirs from a later day on begins earlier. Of any other that has
    ended what waits is read by who gives the subject now (`answered_by`); its plans stay, unlike
    with `hand_over`.
    """
    since = since or today()
    with transaction.atomic():
        SchoolClass.objects.select_for_update().get(pk=school_class.pk)
        others = list(school_class.teachings.all())
        same = (subject.pk, teacher.pk, since, until)
        if already := next(
            (t for t in others if (t.subject_id, t.teacher_id, t.since, t.until) == same), None
        ):
            return already
        own = [t for t in others if (t.subject_id, t.teacher_id) == (subject.pk, teacher.pk)]
        begins = {one.pk: one.since for one in own}
        taken_up = _taken_up(own, since, until)
        others = [t for t in others if t not in own or t.until is None or t.until > since + ONE_DAY]
        teaching = taken_up or Teaching(
            school_class=school_class, subject=subject, teacher=teacher, since=since, until=until
        )
        if refusal := why_not_teach(
            teacher,
            subject,
            school_class,
            since,
            teaching.until,
            held=teacher.memberships.all(),
            others=[t for t in others if t is not taken_up],
        ) or why_not_in_year(school_class, since):
            raise refusal
        teaching.save()
        if taken_up and begins[taken_up.pk] != taken_up.since:
            taken_up.hours.filter(since=begins[taken_up.pk]).update(
                since=max(taken_up.since, today())
            )
        log(
            instance=teaching,
            action="classes.give",
            user=by,
            data={"teacher": teacher.pk},
        )
    return teaching


def give_teachings(given: list[Teaching]) -> None:
    """Save these new ones of one school, a whole timetable's at once, each from its first day on.

    The caller holds the rows of their classes. Three queries, and one more for each 500. Raises a
    `Refusal`: then none is saved.
    """
    people = {one.teacher_id for one in given}
    held, others = defaultdict(list), defaultdict(list)
    for membership in Membership.objects.filter(person__in=people):
        held[membership.person_id].append(membership)
    taught = Teaching.objects.filter(school_class__in={one.school_class_id for one in given})
    for other in taught.filter(teacher__in=people):
        others[other.school_class_id].append(other)
    for one in given:
        if refusal := why_not_teach(
            one.teacher,
            one.subject,
            one.school_class,
            one.since,
            one.until,
            held=held[one.teacher_id],
            others=others[one.school_class_id],
        ) or why_not_in_year(one.school_class, one.since):
            raise refusal
    Teaching.objects.bulk_create(given, IN_ONE_STATEMENT)


def _taken_up(
    own: list[Teaching], since: datetime.date, until: datetime.date | None
) -> Teaching | None:
    """The teacher's own, changed and not saved: what ends now goes on, what is to come begins
    earlier.
    """
    ended = [t for t in own if t.until in (since, since + ONE_DAY)]
    to_come = [t for t in own if t.since > max(since, today()) and until is None]
    if found := min(to_come, key=lambda one: one.since, default=None):
        found.since = max([since, *(one.until for one in ended if one.until)])
        return found
    if found := max(ended, key=lambda one: (one.until, one.pk), default=None):
        found.until = until
    return found


def end_teaching(
    *, teaching: Teaching, until: datetime.date | None = None, by: Person | None = None
) -> Teaching:
    """The teaching ends: `until` is the first day on which it holds no more. What was written
    stays; who stands in does so no longer.

    One that began today or is to come is taken away, if nothing hangs on it: it was given by
    mistake. Its `pk` is None then. An end is never moved later. Raises `BegunWithWork`.
    """
    until = until or today()
    with transaction.atomic():
        held = _hold_teaching(teaching)
        if held.until and held.until <= until:
            return held
        log(
            instance=held.school_class,
            action="classes.end",
            user=by,
            data={"subject": held.subject.title},
        )
        if held.since >= min(until, today()) and _is_taken_away(held):
            return held
        if until <= held.since:
            raise BegunWithWork(
                subject=held.subject.title, since=held.since, day=held.since + ONE_DAY
            )
        held.until = until
        held.save(update_fields=["until"])
        _end_stand_ins(held.stand_ins.all(), until)
    return held


def _is_taken_away(teaching: Teaching) -> bool:
    try:
        teaching.delete()
    except ProtectedError:
        return False
    return True


def end_stand_ins_of(person: Person, school: Organisation) -> None:
    """Their replacements begin and end with the days on which the person is a teacher of the
    school, up to a gap.
    """
    ahead = StandIn.objects.filter(
        teacher=person, teaching__school_class__school=school, last_day__gte=today()
    )
    held = list(Membership.objects.teaching().filter(person=person, organisation=school))
    for row in ahead:
        first = max(row.first_day, today())
        begins = [one.since for one in held if first < one.since <= row.last_day]
        is_here = is_there(Role.TEACHER, school, first, held)
        if begins and not is_here and row.first_day == first:
            first = row.first_day = min(begins)
            row.save(update_fields=["first_day"])
            is_here = True
        last = first - ONE_DAY
        if is_here:
            last = last_day_there(Role.TEACHER, school, first, held) or row.last_day
        _end_stand_ins(StandIn.objects.filter(pk=row.pk), last + ONE_DAY)


def _end_stand_ins(stand_ins: QuerySet[StandIn], day: datetime.date) -> None:
    """End stand-ins from that day on; the days before stay on record."""
    stand_ins.filter(first_day__gte=day).delete()
    stand_ins.filter(last_day__gte=day).update(last_day=day - ONE_DAY)


def hand_over(*, teaching: Teaching, to: Person, by: Person | None = None) -> Teaching:
    """Somebody else takes over from today, with all that hangs on it: hours, plans, homework, what
    waits for an answer (case C20).

    Who wrote what stays with their names: only the teaching changes hands. Handing over to who has
    it changes nothing. Holds the class's row until commit. Raises a `Refusal`.
    """
    with transaction.atomic():
        held = _hold_teaching(teaching)
        # Ended today, it goes on after all.
        until = None if held.until == today() + ONE_DAY else held.until
        subject, school_class = held.subject, held.school_class
        if until and until <= today():
            left = held.teacher.display_name
            raise HasEnded(teacher=left, subject=subject.title, school_class=school_class.name)
        if (held.teacher_id, held.until) == (to.pk, until):
            return held
        # Who takes over may have been standing in.
        _end_stand_ins(held.stand_ins.filter(teacher=to), today())
        others, day = school_class.teachings.exclude(pk=held.pk), max(held.since, today())
        memberships = to.memberships.all()
        if refusal := why_not_teach(
            to, subject, school_class, day, until, held=memberships, others=others
        ):
            is_colleague = isinstance(refusal, AlreadyTeaches)
            raise _of_a_colleague(refusal, held, to, others) if is_colleague else refusal
        data = {"from": held.teacher_id, "to": to.pk}
        held.teacher, held.until = to, until
        held.save(update_fields=["teacher", "until"])
        log(instance=held, action="classes.hand_over", user=by, data=data)
    return held


def _of_a_colleague(
    refusal: Refusal, held: Teaching, to: Person, others: Iterable[Teaching]
) -> Refusal:
    """They give the subject in the class already, will give it, or only until a day: the ways that
    lead on differ.
    """
    same = [
        other
        for other in others
        if (other.subject_id, other.teacher_id) == (held.subject_id, to.pk)
    ]
    theirs = min(
        (other for other in same if other.until is None or other.until > today()),
        key=lambda one: one.since,
    )
    values = {**refusal.values, "left": held.teacher.display_name}
    if theirs.since > today():
        return GivesItLater(**values, day=theirs.since)
    if theirs.until:
        ends = BothEnd if held.until else GivesItUntil
        return ends(**values, day=theirs.last_day, next=theirs.until)
    school, memberships = held.school_class.school, held.teacher.memberships.all()
    is_here = is_there(Role.TEACHER, school, today(), memberships)
    return GivesItAlready(**values) if is_here else AnswersAlready(**values)


def stand_in(
    *,
    teaching: Teaching,
    teacher: Person,
    first_day: datetime.date,
    last_day: datetime.date,
    by: Person | None = None,
) -> StandIn:
    """Let the teacher take the class on these days, both included; on these days only it is open to
    them (case C19).

    Holds the class's row until commit. Idempotent. Raises a `Refusal`.
    """
    with transaction.atomic():
        held = _hold_teaching(teaching)
        others = list(held.stand_ins.select_related("teacher"))
        same = (teacher.pk, first_day, last_day)
        if already := next(
            (o for o in others if (o.teacher_id, o.first_day, o.last_day) == same), None
        ):
            return already
        if refusal := why_not_stand_in(
            held, teacher, first_day, last_day, held=teacher.memberships.all(), others=others
        ):
            raise refusal
        standing_in = StandIn.objects.create(
            teaching=held, teacher=teacher, first_day=first_day, last_day=last_day
        )
        log(
            instance=held,
            action="classes.stand_in",
            user=by,
            data={"teacher": teacher.pk},
        )
    return standing_in


def withdraw_stand_in(*, stand_in: StandIn, by: Person | None = None) -> None:
    """The class closes for the stand-in at once; days that were taken before today stay on record."""
    with transaction.atomic():
        held = _hold_teaching(stand_in.teaching)
        yesterday = today() - ONE_DAY
        if stand_in.first_day > yesterday:
            StandIn.objects.filter(pk=stand_in.pk).delete()
        else:
            StandIn.objects.filter(pk=stand_in.pk, last_day__gt=yesterday).update(
                last_day=yesterday
            )
        log(
            instance=held,
            action="classes.withdraw_stand_in",
            user=by,
            data={"teacher": stand_in.teacher_id},
        )


def _hold_teaching(teaching: Teaching) -> Teaching:
    """Read the teaching as it is now, its class held until commit."""
    SchoolClass.objects.select_for_update().get(pk=teaching.school_class_id)
    return Teaching.objects.select_related("school_class__school", "subject", "teacher").get(
        pk=teaching.pk
    )
