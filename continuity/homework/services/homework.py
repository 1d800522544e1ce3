"""Homework is given, edited, deleted, brought back.

Each holds the plans of the weeks concerned, in one order, then the homework.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from continuity.enums import ItemKind
from continuity.homework.exceptions import NoClassChosen, NotDeleted, NotYourClass, StaleHomework
from continuity.homework.queries.homework import would_be_late
from continuity.homework.queries.writers import writer_of
from continuity.homework.rules import why_not_due, why_not_move_due, why_not_restore
from continuity.homework.services import taken_from, texts
from continuity.homework.services.lateness import forgive
from continuity.homework.values import DueDate, HomeworkText
from continuity.models import (
    Assignment,
    ContinuityPlan,
    HandIn,
    Homework,
    ItemChange,
    plan_of,
)
from continuity.permissions import teaches
from continuity.plans.services import items, plans
from continuity.plans.values.saved import FIRST_REVISION, columns_of
from courses.agenda.queries import monday_of
from courses.documents import services as documents
from courses.people.models import ClassMembership, Person, SchoolClass, Subject, Teaching

type Classes = Mapping[Teaching, DueDate]


def give(
    *,
    by: Person,
    subject: Subject,
    text: HomeworkText,
    classes: Classes,
    key: str = "",
    now: datetime.datetime | None = None,
) -> Homework:
    """Give one text to one or several classes, each with its dates: homework, assignments and items
    of plans, all or none.

    Each item goes to the class's part of the week of `DueDate.day`, which is made if there is none.
    `key` is the form's own, and becomes the homework's public id. Idempotent by key. The same key
    with other content edits that homework, or makes a new one where that was changed or deleted
    meanwhile. Raises a `Refusal`.
    """
    now = now or timezone.now()
    if not classes:
        raise NoClassChosen()
    with transaction.atomic():
        held = _hold(_weeks_of(classes))
        columns = columns_of(text, "homework")
        known = Homework.objects.filter(public_id=key).first() if key else None
        if known and known.author_id == by.pk:
            if same := _given_so(by, columns, classes, now):
                return same
            is_first = known.revision == FIRST_REVISION and not known.deleted_at
            if is_first and writer_of(known, by) == by:
                return edit(
                    homework=known,
                    revision=FIRST_REVISION,
                    by=by,
                    text=text,
                    classes=classes,
                    now=now,
                )
        own_id = {"public_id": key} if key and not known else {}
        homework = Homework.objects.create(
            **own_id, author=by, subject=subject, saved_at=now, **columns
        )
        for teaching, dates in classes.items():
            _add_class(homework, teaching, dates, by=by, now=now)
        plans.changed(*held)
    return homework


def edit(
    *,
    homework: Homework,
    revision: int,
    by: Person,
    text: HomeworkText | None = None,
    classes: Classes | None = None,
    now: datetime.datetime | None = None,
) -> Homework:
    """Change the text, and the dates of the classes that `by` keeps; without a text, the dates
    alone.

    A class of theirs that is left out of `classes` no longer has the homework: its part goes as a
    deleted one that can be restored. Students see the old and new values; those who had handed in
    see what changed in the text, and their hand-in stays (case C14). Raises `StaleHomework`, or
    another `Refusal`.
    """
    now = now or timezone.now()
    with transaction.atomic():
        held = _hold([*_weeks(homework), *_weeks_of(classes or {})])
        homework = Homework.objects.select_for_update().get(pk=homework.pk)
        if homework.revision != revision or homework.deleted_at:
            raise StaleHomework()
        if text:
            texts.rewrite(homework, text, by=by, now=now)
        if classes is not None:
            _set_classes(homework, classes, by=by, now=now)
        homework.revision += 1
        homework.saved_at = now
        homework.save(update_fields=["revision", "saved_at"])
        plans.changed(*held)
    return homework


def delete(*, homework: Homework, by: Person, now: datetime.datetime | None = None) -> Homework:
    """Delete the homework for every class, with its hand-ins; for thirty days all of it can be
    restored.

    Idempotent (case C17).
    """
    now = now or timezone.now()
    with transaction.atomic():
        held = _hold(_weeks(homework))
        homework = Homework.objects.select_for_update().get(pk=homework.pk)
        if homework.deleted_at:
            return homework
        for item in texts.items_of(homework):
            plans.record_change(item, "removed", was=item.title, at=now)
        homework.deleted_at, homework.deleted_by = now, by
        homework.save(update_fields=["deleted_at", "deleted_by"])
        log(instance=homework, action="continuity.delete_homework", user=by)
        plans.changed(*held)
    return homework


def restore(*, homework: Homework, by: Person, now: datetime.datetime | None = None) -> Homework:
    """Restore a deleted homework in every class, with hand-ins, answers and ticks; taken from one
    of several classes, it is again the homework of the others. Return the one that stands.

    Students no longer read that it was taken out.
    """
    now = now or timezone.now()
    with transaction.atomic():
        held = _hold(_weeks(homework))
        homework = Homework.objects.select_for_update().get(pk=homework.pk)
        if homework.deleted_at is None:
            raise NotDeleted()
        if refusal := why_not_restore(homework.deleted_at, now):
            raise refusal
        ItemChange.objects.filter(item__assignment__homework=homework, field="removed").delete()
        if first := taken_from.came_from(homework):
            taken_from.rejoin(homework, first, by=by, now=now)
            homework = first
        else:
            homework.deleted_at = homework.deleted_by = None
            homework.save(update_fields=["deleted_at", "deleted_by"])
        log(instance=homework, action="continuity.restore_homework", user=by)
        plans.changed(*held)
    return homework


def forget_deleted(now: datetime.datetime) -> int:
    """For the tick: delete for good what was deleted thirty days ago, with its files. Return how
    many.

    Homework for which something was handed in stays as a row that no list shows: a student's
    hand-in, with its receipt and its answer, isn't lost because a teacher deleted a text.
    """
    handed_in = HandIn.objects.filter(assignment__homework__deleted_at__isnull=False).values(
        "assignment__homework"
    )
    gone = list(Homework.objects.past_restoring(now).exclude(pk__in=handed_in))
    for homework in gone:
        with transaction.atomic():
            documents.forget([attachment.file for attachment in homework.attachments.all()])
            homework.delete()
    return len(gone)


# Weeks: what students see of a homework stands in the week it is given, and until the week it is
# due


def _weeks_of(classes: Classes) -> list[tuple[SchoolClass, datetime.date]]:
    days = [
        (teaching, day)
        for teaching, dates in classes.items()
        for day in (dates.day, timezone.localdate(dates.due_at))
        if day
    ]
    return [(teaching.school_class, monday_of(day)) for teaching, day in days]


def _weeks(homework: Homework) -> list[tuple[SchoolClass, datetime.date]]:
    found = []
    for assignment in homework.assignments.select_related("teaching__school_class"):
        school_class = assignment.teaching.school_class
        first = last = monday_of(timezone.localdate(assignment.due_at))
        for monday in assignment.items.values_list("part__plan__monday", flat=True):
            first, last = min(first, monday), max(last, monday)
        found += [
            (school_class, first + datetime.timedelta(weeks=n))
            for n in range((last - first).days // 7 + 1)
        ]
    return found


def _hold(weeks: Iterable[tuple[SchoolClass, datetime.date]]) -> list[ContinuityPlan]:
    """The plans of these weeks, made where there are none, held until commit.

    In one order: nobody waits for who waits for them.
    """
    wanted = {(school_class.pk, monday): school_class for school_class, monday in weeks}
    made = [plan_of(wanted[key], key[1]) for key in sorted(wanted)]
    return list(
        ContinuityPlan.objects.select_for_update()
        .filter(pk__in=[plan.pk for plan in made])
        .order_by("pk")
    )


# The same form sent again


def _given_so(
    by: Person, columns: dict, classes: Classes, now: datetime.datetime
) -> Homework | None:
    """The homework of this text, given to exactly these classes with exactly these dates."""
    said = {
        teaching.pk: replace(dates, day=dates.day or timezone.localdate(now))
        for teaching, dates in classes.items()
    }
    for homework in Homework.objects.standing().filter(author=by, **columns):
        has = homework.assignments.values_list("teaching", "due_at", "correction_at", "items__day")
        if {teaching: DueDate(*dates) for teaching, *dates in has} == said:
            return homework
    return None


# The classes


def _set_classes(
    homework: Homework, classes: Classes, *, by: Person, now: datetime.datetime
) -> None:
    has = {
        assignment.teaching_id: assignment
        for assignment in homework.assignments.select_related(
            "teaching__school_class", "teaching__subject"
        )
    }
    kept = set(
        Assignment.objects.open_to(by).filter(homework=homework).values_list("teaching", flat=True)
    )
    wanted = {teaching.pk for teaching in classes}
    _hold_students(has.keys() | wanted)
    if not wanted | (has.keys() - kept):
        raise NoClassChosen()
    for teaching, dates in classes.items():
        if teaching.pk not in has:
            _add_class(homework, teaching, dates, by=by, now=now)
        elif teaching.pk in kept:
            _move(has[teaching.pk], dates, by=by, now=now)
        else:
            raise NotYourClass(school_class=teaching.school_class.name)
    if gone := [has[pk] for pk in sorted(kept - wanted)]:
        for copy in taken_from.copies_for(gone, by=by, now=now):
            delete(homework=copy, by=by, now=now)
    forgive(homework.assignments.all())


def _hold_students(teachings: Iterable[int]) -> None:
    """Hold all of these classes until commit: who hands in meanwhile reads the new dates."""
    theirs = ClassMembership.objects.filter(school_class__teachings__in=teachings).values("student")
    held = Person.objects.select_for_update(no_key=True).filter(pk__in=theirs)
    list(held.order_by("pk").values_list("pk"))


def _add_class(
    homework: Homework, teaching: Teaching, dates: DueDate, *, by: Person, now: datetime.datetime
) -> None:
    day = dates.day or timezone.localdate(now)
    name = teaching.school_class.name
    if not (teaches(by, teaching) or teaches(by, teaching, day)):
        raise NotYourClass(school_class=name)
    if refusal := why_not_due(
        dates.due_at, school_class=name, given_on=day, correction_at=dates.correction_at, now=now
    ):
        raise refusal
    assignment = Assignment.objects.create(
        homework=homework,
        teaching=teaching,
        due_at=dates.due_at,
        correction_at=dates.correction_at,
        given_at=now,
    )
    part = plans.part_for(teaching=teaching, day=day, by=by)
    plans.add_item(
        part=part,
        kind=ItemKind.HOMEWORK,
        day=day,
        title=homework.title,
        minutes=homework.minutes,
        by=by,
        now=now,
        assignment=assignment,
    )


def _move(assignment: Assignment, dates: DueDate, *, by: Person, now: datetime.datetime) -> None:
    _move_due(assignment, dates, now=now)
    for item in assignment.items.select_related("part__plan"):
        if dates.day in {None, item.day}:
            continue
        part = plans.part_for(teaching=assignment.teaching, day=dates.day, by=by)
        if part != item.part:
            item.changes.all().delete()
            item.part = part
            item.save(update_fields=["part"])
        items.move(item=item, day=dates.day, by=by, now=now)


def _move_due(assignment: Assignment, dates: DueDate, *, now: datetime.datetime) -> None:
    was = assignment.due_at
    if (was, assignment.correction_at) == (dates.due_at, dates.correction_at):
        return
    late = would_be_late(assignment, dates.due_at, now) if dates.due_at < was else 0
    name = assignment.teaching.school_class.name
    if refusal := why_not_move_due(
        dates.due_at,
        was=was,
        school_class=name,
        would_be_late=late,
        correction_at=dates.correction_at,
    ):
        raise refusal
    assignment.due_at, assignment.correction_at = dates.due_at, dates.correction_at
    assignment.save(update_fields=["due_at", "correction_at"])
    if dates.due_at != was:
        for item in assignment.items.select_related("part__plan"):
            plans.record_change(item, "due", was, dates.due_at, at=now)
