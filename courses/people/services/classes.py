"""Who is in a class, and who teaches it. Overlaps are refused here, under a lock: SQLite has no
exclusion constraint.

Memberships of a class are half-open: `until` is the first day on which one holds no more.
"""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from wagtail.log_actions import log

from courses.exceptions import Refusal
from courses.people.enums import ClassKind, Role
from courses.people.exceptions import (
    AlreadyTeaches,
    BegunWithWork,
    ClassNameTaken,
    GivesItAlready,
    GivesItLater,
    GivesItUntil,
    HasEnded,
    NotATeacherThere,
    NotInClass,
    SameClass,
)
from courses.people.models import (
    ClassMembership,
    Organisation,
    Person,
    SchoolClass,
    StandIn,
    Subject,
    Teaching,
    Tutorship,
    today,
)
from courses.people.models.classes import holds_on, school_year
from courses.people.rules import is_there, why_not_join_class, why_not_stand_in, why_not_teach

ONE_DAY = datetime.timedelta(days=1)


def open_class(
    *, school: Organisation, kind: str, name: str, level: str = "", by: Person | None = None
) -> SchoolClass:
    """A class, group or option of the current school year.

    Holds the school's row until commit. Raises `ClassNameTaken`.
    """
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=school.pk)
        year = school_year(today())
        if SchoolClass.objects.filter(school=school, school_year=year, name__iexact=name).exists():
            raise ClassNameTaken(name=name)
        school_class = SchoolClass.objects.create(
            school=school, kind=kind, name=name, level=level, school_year=year
        )
        log(instance=school_class, action="classes.open", user=by)
    return school_class


# Students


def join_class(
    *,
    student: Person,
    school_class: SchoolClass,
    since: datetime.date | None = None,
    by: Person | None = None,
) -> ClassMembership:
    """Put the student into the class from that day on. Joining twice on the same day gives the same
    membership.

    Holds the student's row until commit. Raises a `Refusal`: not a student there, in the class or
    in another whole class already.
    """
    since = since or today()
    with transaction.atomic():
        _hold(student)
        others = list(student.class_memberships.select_related("school_class"))
        if same := next(
            (
                m
                for m in others
                if m.school_class_id == school_class.pk and m.since == since and m.until is None
            ),
            None,
        ):
            return same
        if refusal := why_not_join_class(
            student, school_class, since, held=student.memberships.all(), others=others
        ):
            raise refusal
        membership = ClassMembership.objects.create(
            student=student, school_class=school_class, since=since
        )
        log(instance=student, action="classes.join", user=by, data={"class": school_class.name})
    return membership


def draw(
    *,
    students: Iterable[Person],
    school_class: SchoolClass,
    since: datetime.date | None = None,
    by: Person | None = None,
) -> list[ClassMembership]:
    """All of them into a group, or nobody. As `join_class`."""
    with transaction.atomic():
        return [
            join_class(student=student, school_class=school_class, since=since, by=by)
            for student in students
        ]


def leave_class(
    *,
    student: Person,
    school_class: SchoolClass,
    until: datetime.date | None = None,
    by: Person | None = None,
) -> ClassMembership | None:
    """End the open membership: `until` is the first day that doesn't count. What was done in the
    class is kept.

    One that would not have had a day is taken away: then the answer is None, as for somebody who
    isn't in the class. Holds the student's row until commit.
    """
    until = until or today()
    with transaction.atomic():
        _hold(student)
        membership = student.class_memberships.filter(
            school_class=school_class, until__isnull=True
        ).first()
        if membership is None:
            return None
        log(instance=student, action="classes.leave", user=by, data={"class": school_class.name})
        return _end(membership, until)


def take_back(
    *, student: Person, school: Organisation, on: datetime.date, by: Person | None = None
) -> int:
    """Open the memberships of this year's classes of the school again that ended on that day.

    Says how many.
    """
    with transaction.atomic():
        _hold(student)
        year = school_year(today())
        ended = student.class_memberships.filter(
            school_class__school=school, school_class__school_year=year, until=on
        )
        opened = student.class_memberships.filter(until=None).values("school_class")
        return ended.exclude(school_class__in=opened).update(until=None)


def change_class(
    *, student: Person, to: SchoolClass, on: datetime.date | None = None, by: Person | None = None
) -> ClassMembership:
    """From that day on the student is in `to` instead of the class they were in; groups and options
    stay as they are.

    Holds the student's row until commit. Changing twice gives the same membership. Raises a
    `Refusal`.
    """
    on = on or today()
    with transaction.atomic():
        _hold(student)
        whole = student.class_memberships.select_related("school_class").filter(
            school_class__kind=ClassKind.CLASS
        )
        current = whole.filter(until__isnull=True, since__lte=on).exclude(school_class=to).first()
        if current is None:
            if already := whole.filter(school_class=to, since=on, until__isnull=True).first():
                return already
            if whole.filter(holds_on(on), school_class=to).exists():
                raise SameClass(student=student.display_name, school_class=to.name)
            raise NotInClass(student=student.display_name, day=on)
        _end(current, on)
        others = student.class_memberships.select_related("school_class")
        if refusal := why_not_join_class(
            student, to, on, held=student.memberships.all(), others=others
        ):
            raise refusal
        membership = ClassMembership.objects.create(student=student, school_class=to, since=on)
        log(
            instance=student,
            action="classes.change",
            user=by,
            data={"from": current.school_class.name, "to": to.name},
        )
    return membership


def _end[Period: (ClassMembership, Tutorship)](
    membership: Period, until: datetime.date
) -> Period | None:
    if until <= membership.since:
        membership.delete()
        return None
    membership.until = until
    membership.save(update_fields=["until"])
    return membership


# Teachers


def give_teaching(
    *,
    school_class: SchoolClass,
    subject: Subject,
    teacher: Person,
    since: datetime.date | None = None,
    until: datetime.date | None = None,
    by: Person | None = None,
) -> Teaching:
    """The teacher gives the subject there. Holds the class's row until commit. Given twice is once.
    Raises a `Refusal`.

    Where the teacher's own ends that day or the day before, it goes on: an end that was a mistake
    leaves nothing behind. Of any other that has ended what waits is read by who gives the subject
    now (`answered_by`); its plans stay, unlike with `hand_over`.
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
        others = [t for t in others if t not in own or t.until is None or t.until > since + ONE_DAY]
        if refusal := why_not_teach(
            teacher,
            subject,
            school_class,
            since,
            until,
            held=teacher.memberships.all(),
            others=others,
        ):
            raise refusal
        ended = [t for t in own if t.until in (since, since + ONE_DAY)]
        teaching = max(ended, key=lambda one: (one.until, one.pk), default=None)
        teaching = teaching or Teaching(
            school_class=school_class, subject=subject, teacher=teacher, since=since
        )
        teaching.until = until
        teaching.save()
        log(
            instance=teaching,
            action="classes.give",
            user=by,
            data={"teacher": teacher.display_name},
        )
    return teaching


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


def _end_stand_ins(stand_ins: QuerySet[StandIn], day: datetime.date) -> None:
    """From that day on; the days before stay on record."""
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
        data = {"from": held.teacher.display_name, "to": to.display_name}
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
    return (
        GivesItUntil(**values, day=theirs.last_day, next=theirs.until)
        if theirs.until
        else GivesItAlready(**values)
    )


def stand_in(
    *,
    teaching: Teaching,
    teacher: Person,
    first_day: datetime.date,
    last_day: datetime.date,
    by: Person | None = None,
) -> StandIn:
    """The teacher takes the class on these days, both included; on these days only it is open to
    them (case C19).

    Holds the class's row until commit. Asked twice is once. Raises a `Refusal`.
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
            data={"teacher": teacher.display_name},
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
            data={"teacher": stand_in.teacher.display_name},
        )


def look_after(
    *, school_class: SchoolClass, teacher: Person, by: Person | None = None
) -> Tutorship:
    """From today the teacher is the class's tutor; who was it before is it no more.

    Holds the class's row until commit.
    """
    with transaction.atomic():
        SchoolClass.objects.select_for_update().get(pk=school_class.pk)
        if not is_there(Role.TEACHER, school_class.school, today(), teacher.memberships.all()):
            raise NotATeacherThere(
                teacher=teacher.display_name, school=school_class.school.name, day=today()
            )
        current = list(school_class.tutorships.filter(holds_on(today())))
        if already := next(
            (tutorship for tutorship in current if tutorship.teacher_id == teacher.pk), None
        ):
            return already
        for tutorship in current:
            _end(tutorship, today())
        tutorship = Tutorship.objects.create(
            school_class=school_class, teacher=teacher, since=today()
        )
        log(
            instance=school_class,
            action="classes.look_after",
            user=by,
            data={"teacher": teacher.display_name},
        )
    return tutorship


def _hold(student: Person) -> None:
    Person.objects.select_for_update().get(pk=student.pk)


def _hold_teaching(teaching: Teaching) -> Teaching:
    """As it is now, its class held until commit."""
    SchoolClass.objects.select_for_update().get(pk=teaching.school_class_id)
    return Teaching.objects.select_related("school_class__school", "subject", "teacher").get(
        pk=teaching.pk
    )
