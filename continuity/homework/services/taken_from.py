"""A homework is taken from some of its classes, with what was done for it; and brought back."""

import datetime

from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from continuity.homework.queries.homework import late_now
from continuity.homework.queries.own import own_of
from continuity.homework.rules import why_not_take_from
from continuity.homework.services import texts
from continuity.homework.services.lateness import forgive
from continuity.models import Assignment, Extension, HandIn, Homework, Tick
from continuity.plans.services import library
from courses.documents import services as documents
from courses.people.models import ClassMembership, Person


def copies_for(
    assignments: list[Assignment], *, by: Person, now: datetime.datetime
) -> list[Homework]:
    """Give each of these assignments of one homework its own copy of the text, and return the
    copies, to be deleted at that instant.

    Work of students who are still given the homework in another class stays with it, there, with
    the time that they were given; all other work goes along. Called with the homework held. Raises
    a `Refusal`, if that makes somebody late at once.
    """
    homework = assignments[0].homework
    held = _held_students(homework, assignments)
    late = late_now(homework, held, now)
    students = _with_work(held, assignments)
    copies = []
    for assignment in assignments:
        assignment.homework = library.copy_homework(homework=homework, by=by)
        assignment.homework.saved_at = now  # and deleted now: `Homework.was_taken_from_a_class`
        assignment.homework.save(update_fields=["saved_at"])
        assignment.save(update_fields=["homework"])
        copies.append(assignment.homework)
    for student in students:
        stays = own_of(student, homework.pk, "homework", "teaching__school_class__school")
        if stays is None:
            continue
        for gone in assignments:
            _move_work(student, gone, stays)
            _move_more_time(student, gone, stays, now=now)
    names = sorted(one.teaching.school_class.name for one in assignments)
    would_be_late = len(late_now(homework, held, now) - late)
    if refusal := why_not_take_from(get_text_list(names, _("and")), would_be_late=would_be_late):
        raise refusal
    return copies


def _held_students(homework: Homework, gone: list[Assignment]) -> list[int]:
    """Students of one of these and of a class that keeps the homework, whenever, held until commit:
    who hands in meanwhile waits, and hands in for that class (`versions.hold_work`).
    """
    stay = homework.assignments.exclude(pk__in=[one.pk for one in gone])
    handed_in = Q(pk__in=HandIn.objects.filter(assignment__in=gone).values("student"))
    here = ClassMembership.objects.filter(
        school_class__in=[one.teaching.school_class_id for one in gone]
    )
    there = ClassMembership.objects.filter(school_class__in=stay.values("teaching__school_class"))
    both = Person.objects.filter(
        handed_in | Q(pk__in=here.values("student")), pk__in=there.values("student")
    )
    held = both.select_for_update(no_key=True).order_by("pk")
    return [student.pk for student in held]


def _with_work(students: list[int], gone: list[Assignment]) -> list[Person]:
    """Those who have done or begun work for one of these, or have more time for it."""
    handed_in = Q(pk__in=HandIn.objects.filter(assignment__in=gone).values("student"))
    ticked = Q(pk__in=Tick.objects.filter(item__assignment__in=gone).values("student"))
    more = Extension.objects.standing().filter(assignment__in=gone)
    with_work = Person.objects.filter(handed_in | ticked | Q(pk__in=more.values("student")))
    return list(with_work.filter(pk__in=students).order_by("pk"))


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


def _move_more_time(
    student: Person, gone: Assignment, stays: Assignment, *, now: datetime.datetime
) -> None:
    """The teacher's word to the student stands: of two dates the later one."""
    more = gone.extensions.standing().filter(student=student, due_at__gt=stays.due_at).first()
    there = stays.extensions.standing().filter(student=student)
    if more is None or there.filter(due_at__gte=more.due_at).exists():
        return
    there.update(withdrawn_at=now)
    more.assignment, more.school = stays, stays.teaching.school_class.school
    more.save(update_fields=["assignment", "school"])


def came_from(homework: Homework) -> Homework | None:
    """The homework that was taken from this deleted one's class, held, if the class can have it
    again: it stands, isn't given to the class anew, and nobody has handed in for both.
    """
    if not homework.was_taken_from_a_class:
        return None
    first = Homework.objects.select_for_update().standing().filter(pk=homework.copied_from_id)
    found = first.first()
    if found is None:
        return None
    given_anew = found.assignments.filter(teaching__in=homework.assignments.values("teaching"))
    there = HandIn.objects.filter(assignment__homework=found).values("student")
    in_both = HandIn.objects.filter(assignment__homework=homework, student__in=there)
    return None if given_anew.exists() or in_both.exists() else found


def rejoin(copy: Homework, homework: Homework, *, by: Person, now: datetime.datetime) -> None:
    """Give the copy's class the homework itself again, as it reads now: a student of both classes
    is asked once, and not late by the other class's date alone.
    """
    items, was = texts.items_of(copy), texts.told(copy)
    copy.assignments.update(homework=homework)
    texts.follow(items, homework, was, now=now)
    if not homework.edits.filter(edited_at__gte=copy.deleted_at).exists():
        texts.keep_edit(homework, was, by=by, now=now)
    forgive(homework.assignments.all())
    documents.forget([attachment.file for attachment in copy.attachments.all()])
    copy.delete()
