"""More time for one student: on one homework, or standing.

Only they and staff see it (case C16).
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail.log_actions import log

from continuity.homework.exceptions import NotInThisClass
from continuity.homework.queries.homework import roster
from continuity.homework.queries.own import (
    DecidingDate,
    PlacesOfEach,
    deciding_for_each,
    in_several_classes,
)
from continuity.homework.rules import why_not_extend, why_not_extend_always
from continuity.homework.services.lateness import forgive, forgive_student
from continuity.models import Assignment, ContinuityPlan, Extension
from courses.people.models import Organisation, Person


def extend(
    *,
    assignment: Assignment,
    student: Person,
    due_at: datetime.datetime,
    by: Person,
    reason: str = "",
    now: datetime.datetime | None = None,
) -> Extension:
    """Give one student more time for this homework, until `due_at`. It replaces an earlier
    extension. What they handed in by then isn't late.

    Holds the plans of the student's classes, the assignment and the student, in the order in which
    a homework is edited. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        _seen_anew(student)
        assignment = _held(assignment)
        Person.objects.select_for_update(no_key=True).get(pk=student.pk)
        if not roster(assignment).filter(pk=student.pk).exists():
            raise NotInThisClass(name=student.display_name)
        if refusal := why_not_extend(due_at, class_due_at=assignment.due_at):
            raise refusal
        standing = assignment.extensions.standing().filter(student=student)
        if (same := standing.first()) and (same.due_at, same.reason) == (due_at, reason):
            return same
        standing.update(withdrawn_at=now)
        extension = Extension.objects.create(
            student=student,
            school=assignment.teaching.school_class.school,
            assignment=assignment,
            due_at=due_at,
            reason=reason,
            granted_by=by,
            granted_at=now,
        )
        forgive([assignment], [student.pk])
        log(instance=extension, action="continuity.extend", user=by)
    return extension


def extend_always(
    *,
    student: Person,
    school: Organisation,
    days_more: int,
    first_day: datetime.date,
    last_day: datetime.date | None = None,
    by: Person,
    reason: str = "",
    now: datetime.datetime | None = None,
) -> Extension:
    """Some days more on everything due from a day to another (both included; without an end, until
    taken back).

    Holds the plans of the student's classes, then the student's row, in the order in which a
    homework is taken from a class. Raises a `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        if refusal := why_not_extend_always(first_day, last_day):
            raise refusal
        _seen_anew(student)
        Person.objects.select_for_update().get(pk=student.pk)
        facts = {"days_more": days_more, "first_day": first_day, "last_day": last_day}
        if same := student.extensions.standing().filter(assignment__isnull=True, **facts).first():
            return same
        extension = Extension.objects.create(
            student=student, school=school, reason=reason, granted_by=by, granted_at=now, **facts
        )
        forgive_student(student)
        log(instance=extension, action="continuity.extend", user=by)
    return extension


def withdraw(*, extension: Extension, by: Person, now: datetime.datetime | None = None) -> None:
    """Withdraw the extension: the class's own date counts again. Work handed in meanwhile stays on
    time; late work isn't, if nothing is late on the class's own date. Idempotent.

    Holds the plans of the student's classes, then the student's row.
    """
    now = now or timezone.now()
    with transaction.atomic():
        _seen_anew(extension.student)
        Person.objects.select_for_update(no_key=True).get(pk=extension.student_id)
        if Extension.objects.standing().filter(pk=extension.pk).update(withdrawn_at=now):
            forgive_student(extension.student)
            log(instance=extension, action="continuity.withdraw_extension", user=by)


def keep_dates_of(
    before: Mapping[int, Iterable[tuple[int, datetime.date, datetime.date | None]]],
    *,
    by: Person | None,
) -> None:
    """Leave students the later dates of homework of several of their classes, now that their
    stays in them changed. `before`, by student: class, first day and end of each until then; one left
    today counts as one that they are leaving, so that two presses are one change in either order.

    Called with the students held. Two queries where no homework is of several classes of a student,
    none of who was in no class.
    """
    places: PlacesOfEach = defaultdict(list)
    today = timezone.localdate()
    for student, stays in before.items():
        for school_class, since, until in stays:
            places[student, school_class].append((since, None if until == today else until))
    classes = {
        student: [one for one, *_days in stays] for student, stays in before.items() if stays
    }
    if classes and (pairs := in_several_classes(classes)):
        was = deciding_for_each(pairs, places=places)
        keep_dates(was, deciding_for_each(pairs), by=by, now=timezone.now())


def keep_dates(
    before: Mapping[tuple[int, int], DecidingDate],
    after: Mapping[tuple[int, int], DecidingDate],
    *,
    by: Person | None,
    now: datetime.datetime,
) -> None:
    """Leave their date to come to students whose date would be an earlier one, now that one of two
    classes has the homework no more, or that they left it: as more time in the class that decides.
    Where nobody is named, its teacher gives it.

    Called with the students held.
    """
    found = []
    for (student, homework), was in before.items():
        kept = after.get((student, homework))
        if kept and not was.assignment.is_former and was.due_at > max(now, kept.due_at):
            taught = kept.assignment.teaching
            gives = by.pk if by else taught.teacher_id
            made_it = (
                was.more and was.more.due_at == was.due_at
            )  # else its reason isn't that date's
            more = was.more if made_it else None
            more = more or Extension(student_id=student, granted_by_id=gives, granted_at=now)
            more.assignment_id, more.due_at = kept.assignment.pk, was.due_at
            more.school = taught.school_class.school
            found.append(more)
    for assignment in {one.assignment_id for one in found}:
        theirs = [one.student_id for one in found if one.assignment_id == assignment]
        there = Extension.objects.standing().filter(assignment=assignment, student__in=theirs)
        there.update(withdrawn_at=now)
    Extension.objects.bulk_create([one for one in found if one.pk is None])
    moved = [one for one in found if one.pk is not None]
    Extension.objects.bulk_update(moved, ["assignment", "due_at", "school"])


def _held(assignment: Assignment) -> Assignment:
    # Not its key: a hand-in that holds its versions refers to it.
    Assignment.objects.select_for_update(no_key=True).get(pk=assignment.pk)
    return Assignment.objects.select_related(
        "homework", "teaching__subject", "teaching__school_class__school"
    ).get(pk=assignment.pk)


def _seen_anew(student: Person) -> None:
    """The student's own week is no longer what their phone keeps."""
    plans = ContinuityPlan.objects.filter(school_class__memberships__student=student).order_by("pk")
    # Held in their order first: an update takes its rows in any.
    held = list(
        ContinuityPlan.objects.select_for_update(of=("self",))
        .filter(pk__in=plans.values("pk"))
        .order_by("pk")
    )
    ContinuityPlan.objects.filter(pk__in=[plan.pk for plan in held]).update(
        version=F("version") + 1
    )
