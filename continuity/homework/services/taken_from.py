"""A homework is taken from one of several classes, with what was done for it; and brought back."""

import datetime

from django.db.models import Q, QuerySet

from continuity.homework.queries.own import own_of
from continuity.homework.services.lateness import forgive
from continuity.models import Assignment, HandIn, Homework, Tick
from continuity.plans.services import library
from courses.documents import services as documents
from courses.people.models import Person

TEXT = ("title", "body", "minutes", "returns", "correction")


def copy_for(assignment: Assignment, *, by: Person, now: datetime.datetime) -> Homework:
    """Give the assignment its own copy of the homework's text, and return the copy.

    Work of students who are still given the homework in another class stays with it, there; all
    other work goes along. Called with the homework held.
    """
    homework = assignment.homework
    copy = library.copy_homework(homework=homework, by=by)
    copy.saved_at = now  # deleted at that very instant: see `came_from`
    copy.save(update_fields=["saved_at"])
    students = list(_held_students(assignment))
    assignment.homework = copy
    assignment.save(update_fields=["homework"])
    for student in students:
        stays = own_of(student, homework.pk, "homework", "teaching__school_class__school")
        if stays:
            _move_work(student, assignment, stays)
    return copy


def _held_students(assignment: Assignment) -> QuerySet[Person]:
    """Those who have done or begun work for it and were ever in another of the homework's classes,
    held until commit: none of them hands in meanwhile.
    """
    others = Assignment.objects.filter(homework=assignment.homework_id).exclude(pk=assignment.pk)
    handed_in = HandIn.objects.filter(assignment=assignment).values("student")
    ticked = Tick.objects.filter(item__assignment=assignment).values("student")
    in_others = Person.objects.filter(
        class_memberships__school_class__in=others.values("teaching__school_class")
    )
    return (
        Person.objects.select_for_update(no_key=True)
        .filter(Q(pk__in=handed_in) | Q(pk__in=ticked), pk__in=in_others.values("pk"))
        .order_by("pk")
    )


def _move_work(student: Person, gone: Assignment, stays: Assignment) -> None:
    """All versions, with their answers, and ticks. What was on time stays so.

    Versions of both, from before one answer counted for all classes of a homework, stay apart.
    """
    versions = HandIn.objects.filter(assignment=gone, student=student)
    if not HandIn.objects.filter(
        assignment=stays, student=student, version__in=versions.values("version")
    ).exists():
        versions.update(assignment=stays)
    item = stays.items.shown().first()
    if item and not Tick.objects.filter(item=item, student=student).exists():
        first = Tick.objects.filter(item__assignment=gone, student=student).first()
        if first:
            first.item = item
            first.save(update_fields=["item"])
    forgive([stays], [student.pk])


def came_from(homework: Homework) -> Homework | None:
    """The homework that this deleted one was parted from, held, if the class can have it again:
    that one stands with the same text, isn't given to the class anew, and nobody has handed in for
    both.
    """
    if homework.saved_at != homework.deleted_at:
        return None
    first = Homework.objects.select_for_update().standing().filter(pk=homework.copied_from_id)
    found = first.first()
    if found is None or any(getattr(found, name) != getattr(homework, name) for name in TEXT):
        return None
    given_anew = found.assignments.filter(teaching__in=homework.assignments.values("teaching"))
    there = HandIn.objects.filter(assignment__homework=found).values("student")
    in_both = HandIn.objects.filter(assignment__homework=homework, student__in=there)
    return None if given_anew.exists() or in_both.exists() else found


def rejoin(copy: Homework, homework: Homework) -> None:
    """Give the copy's class the homework itself again: a student of both classes is asked once, and
    not late by the other class's date alone.
    """
    copy.assignments.update(homework=homework)
    forgive(homework.assignments.select_related("teaching__school_class__school"))
    documents.forget([attachment.file for attachment in copy.attachments.all()])
    copy.delete()
