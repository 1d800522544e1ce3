"""A homework is taken from some of its classes, with what was done for it, or a student leaves one;
and it is brought back.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Q
from django.utils import timezone

from continuity.homework.queries.due import due_dates_of_each
from continuity.homework.queries.own import deciding_for_each, given_to_each
from continuity.homework.services import texts
from continuity.homework.services.extensions import keep_dates
from continuity.homework.services.lateness import forgive
from continuity.models import Assignment, HandIn, Homework, PlanItem, Tick
from continuity.plans.services import library
from courses.documents import services as documents
from courses.people.models import ClassMembership, Person


def copies_for(
    assignments: list[Assignment], *, by: Person, now: datetime.datetime
) -> list[Homework]:
    """Give each of these assignments of one homework its own copy of the text, and return the
    copies, to be deleted at that instant.

    Work of students who are still given the homework in another class stays with it, there, and so
    does their date, where it is the later one; all other work goes along. Called with the homework
    held. In a number of queries that doesn't grow with the students.
    """
    homework = assignments[0].homework
    pairs = [(one, homework.pk) for one in _held_students(homework, assignments)]
    before = deciding_for_each(pairs)
    copies = []
    for assignment in assignments:
        assignment.homework = library.copy_homework(homework=homework, by=by)
        assignment.homework.saved_at = now  # and deleted now: `Homework.was_taken_from_a_class`
        assignment.homework.save(update_fields=["saved_at"])
        assignment.save(update_fields=["homework"])
        copies.append(assignment.homework)
    after = deciding_for_each(pairs)
    for gone in assignments:
        _move_work(gone, {student: kept.assignment.pk for (student, _text), kept in after.items()})
    keep_dates(before, after, by=by, now=now)
    return copies


def follow_classes(students: Iterable[int]) -> None:
    """Move the work of these students to come with them: of a class that they left before it was
    given, to their class that has the homework.

    Called with the students held.
    """
    done = _to_come(students)
    if not done:
        return
    works = list(Assignment.objects.filter(pk__in=done).order_by())
    pairs = {(student, work.homework_id) for work in works for student in done[work.pk]}
    given = given_to_each(pairs)
    due = due_dates_of_each({student for student, _text in pairs})
    for work in works:
        there = {}
        for student in done[work.pk]:
            theirs = given.get((student, work.homework_id))
            if theirs and work.pk not in {one.pk for one in theirs}:
                there[student] = due[student].deciding(theirs).pk
        if there:
            _move_work(work, there)


def _to_come(students: Iterable[int]) -> dict[int, set[int]]:
    """Who of them has done work for it, by assignment that is due later. One query."""
    to_come = Assignment.objects.standing().filter(due_at__gt=timezone.now()).order_by()
    handed_in = HandIn.objects.filter(student__in=students, assignment__in=to_come).order_by()
    ticked = Tick.objects.filter(student__in=students, item__assignment__in=to_come).order_by()
    pairs = handed_in.values_list("assignment", "student").union(
        ticked.values_list("item__assignment", "student")
    )
    found = defaultdict(set)
    for work, student in pairs.order_by():
        found[work].add(student)
    return found


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


def _move_work(gone: Assignment, of_student: Mapping[int, int]) -> None:
    """To each student's assignment that keeps the homework: all versions, with their answers, and ticks.
    What was on time stays so.

    Versions of both, from before one answer counted for all classes of a homework, stay apart.
    """
    stay = set(of_student.values())
    there = HandIn.objects.filter(assignment__in=stay, student__in=of_student)
    known = set(there.values_list("assignment", "student", "version"))
    versions: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    apart = set()
    moved = HandIn.objects.filter(assignment=gone, student__in=of_student)
    for pk, student, version in moved.values_list("pk", "student", "version"):
        versions[of_student[student]][student].append(pk)
        if (of_student[student], student, version) in known:
            apart.add(student)
    for assignment, theirs in versions.items():
        found = [pk for student, pks in theirs.items() if student not in apart for pk in pks]
        HandIn.objects.filter(pk__in=found).update(assignment=assignment)
    _move_ticks(gone, of_student)


def _move_ticks(gone: Assignment, of_student: Mapping[int, int]) -> None:
    items = PlanItem.objects.shown().filter(assignment__in=set(of_student.values()))
    for item in items:
        theirs = [pk for pk, assignment in of_student.items() if assignment == item.assignment_id]
        ticks = Tick.objects.filter(item__assignment=gone, student__in=theirs)
        ticks.exclude(student__in=item.ticks.values("student")).update(item=item)


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
