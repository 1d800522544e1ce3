"""Which of the assignments of one homework counts for a student: one student, one answer.

The same homework may be given to several classes of a student, who changed class or is in a class
and a group. The week's items, the student's pages and the staff's lists compare by `HomeworkClaim`.
"""

import datetime
import functools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from continuity.enums import Returns
from continuity.homework.queries.due import DueDates, due_dates_of, due_dates_of_each
from continuity.homework.values import HomeworkClaim
from continuity.models import Assignment, Extension, HandIn, Homework, PlanItem, Tick
from continuity.models.homework import items_given_to
from courses.agenda.values import PARIS
from courses.people.models import ClassMembership, Person
from courses.people.models.classes import holds
from courses.required import required

type Places = list[tuple[datetime.date, datetime.date | None]]  # days in a class
type PlacesOfEach = dict[tuple[int, int], Places]  # by student and class


def given_to(student: Person) -> QuerySet[Assignment]:
    """A student's assignments, each with whether they have left the class by its due date
    (`is_former`).
    """
    there = ClassMembership.objects.filter(
        Q(until__isnull=True) | Q(until__gt=OuterRef("due_on")),
        student=student,
        school_class=OuterRef("teaching__school_class"),
        since__lte=OuterRef("due_on"),
    )
    dated = Assignment.objects.given_to(student).alias(due_on=TruncDate("due_at", tzinfo=PARIS))
    return dated.annotate(is_former=~Exists(there))


def own_assignment(student: Person, public_id: str, *related: str) -> Assignment | None:
    """The assignment that counts for the student, of the homework at this address; None if it isn't
    given to them, nor was before it was taken from that class. One query, where it is given to one
    of their classes.
    """
    given = list(
        given_to(student)
        .filter(homework__assignments__public_id=public_id)
        .select_related(*related)
    )
    if not given:
        return _taken_from(student, public_id, *related)
    if not any(one.public_id == public_id for one in given):
        return None
    return _counting(given, student)


def _taken_from(student: Person, public_id: str, *related: str) -> Assignment | None:
    """Of the homework that was taken from the class at this address, if the student had it there
    and has it in another class.
    """
    gone = Homework.objects.taken_from_a_class()
    there = Assignment.objects.once_given_to(student).filter(homework__in=gone)
    first = there.filter(public_id=public_id).values_list("homework__copied_from", flat=True)
    return own_of(student, pk, *related) if (pk := first.first()) else None


def own_of(student: Person, homework: int, *related: str) -> Assignment | None:
    """As `own_assignment`, by the homework's pk."""
    given = given_to(student).filter(homework=homework).select_related(*related)
    return _counting(list(given), student)


def _counting(given: list[Assignment], student: Person) -> Assignment | None:
    """With the one by whose date it is late (`deciding`)."""
    if len(given) < 2:
        return given[0] if given else None
    due, done = due_dates_of(student), _done_for(student, given)
    found = max(given, key=lambda one: due.claim(one, is_in=one.pk in done))
    found.deciding = due.deciding(given)
    found.is_former = found.deciding.is_former
    return found


def _done_for(student: Person, given: list[Assignment]) -> set[int]:
    """Those for which the student has handed the work in, or ticked what isn't handed in."""
    handed_in = HandIn.objects.handed_in().filter(assignment__in=given, student=student)
    ticked = Tick.objects.filter(
        item__assignment__in=given,
        item__assignment__homework__returns=Returns.NOTHING,
        student=student,
    )
    done = handed_in.order_by().values_list("assignment")
    both = done.union(ticked.order_by().values_list("item__assignment"))
    return {pk for (pk,) in both.order_by()}


def given_to_each(
    pairs: Iterable[tuple[int, int]], *, places: PlacesOfEach | None = None
) -> dict[tuple[int, int], list[Assignment]]:
    """As `given_to`, of several students. `pairs`: student and homework; so is the answer, where it
    is given. Two queries.

    `places`: as they were, instead of as they are.
    """
    students_of: dict[int, set[int]] = defaultdict(set)
    for student, text in pairs:
        students_of[text].add(student)
    of_classes = _given(Q(assignment__homework__in=students_of))
    if places is None:
        classes = {one.assignment.teaching.school_class_id for one in of_classes}
        places = _places(set().union(*students_of.values()), classes)
    found: dict[tuple[int, int], list[Assignment]] = defaultdict(list)
    for one in of_classes:
        text, school_class = one.assignment.homework_id, one.assignment.teaching.school_class_id
        for student in students_of[text]:
            held = places.get((student, school_class), [])
            if one.is_given(held):
                found[student, text].append(one.as_given(held))
    return found


def in_several_classes(classes: Mapping[int, Iterable[int]]) -> set[tuple[int, int]]:
    """Student and homework of two or more of their classes: these, by student, and those that they
    are or were in. Two queries.
    """
    theirs = {student: set(those) for student, those in classes.items()}
    held = ClassMembership.objects.filter(student__in=theirs)
    for student, school_class in held.values_list("student", "school_class"):
        theirs[student].add(school_class)
    given = Assignment.objects.standing().filter(
        teaching__school_class__in=set().union(*theirs.values())
    )
    several = given.order_by().values("homework").annotate(number=Count("pk")).filter(number__gt=1)
    of_class: dict[int, list[int]] = defaultdict(list)
    rows = given.filter(homework__in=several.values("homework"))
    for text, school_class in rows.values_list("homework", "teaching__school_class"):
        of_class[school_class].append(text)
    found: set[tuple[int, int]] = set()
    for student, those in theirs.items():
        times = Counter(text for one in those for text in of_class[one])
        found |= {(student, text) for text, number in times.items() if number > 1}
    return found


def handed_in_apart(student: Person, since: datetime.date) -> list[HandIn]:
    """What the student handed in since that day, of homework that others see and that isn't given
    to them any more, as the days of a class or of the homework were changed; newest first.

    Two queries for most, who have nothing of the kind, else three: together they are one statement
    that PostgreSQL plans for longer than it takes to answer.
    """
    found = HandIn.objects.handed_in().filter(
        student=student,
        handed_in_at__date__gte=since,
        assignment__homework__deleted_at__isnull=True,
    )
    texts = set(found.order_by().values_list("assignment__homework", flat=True))
    if texts:
        given = items_given_to(student).filter(assignment__homework__in=texts)
        texts -= set(given.values_list("assignment__homework", flat=True))
    if not texts:
        return []
    return list(
        found.filter(
            Exists(PlanItem.objects.shown().filter(assignment=OuterRef("assignment"))),
            assignment__homework__in=texts,
        )
        .select_related("assignment__homework__author", "assignment__teaching__school_class")
        .order_by("-handed_in_at", "-pk")
    )


@dataclass(frozen=True)
class DecidingDate:
    """A student's date for a homework, by the assignment that decides (`DueDates.deciding`)."""

    assignment: Assignment
    due_at: datetime.datetime
    more: Extension | None  # given for this assignment


def deciding_for_each(
    pairs: Collection[tuple[int, int]], *, places: PlacesOfEach | None = None
) -> dict[tuple[int, int], DecidingDate]:
    """As `given_to_each`. As many queries as for one."""
    due_dates, found = due_dates_of_each({student for student, _text in pairs}), {}
    for (student, text), given in given_to_each(pairs, places=places).items():
        due = due_dates[student]
        decides = due.deciding(given)
        more = due.personal_extensions.get(decides.pk)
        found[student, text] = DecidingDate(decides, due.of(decides), more)
    return found


@dataclass(frozen=True)
class GivenToClass:
    """A homework as one class is given it."""

    assignment: Assignment
    day: datetime.date  # on which it is given

    def is_given(self, places: Places) -> bool:
        """As `AssignmentQuerySet.given_to`."""
        due_on = timezone.localdate(self.assignment.due_at)
        return any(
            since <= due_on and (until is None or until > self.day) for since, until in places
        )

    def as_given(self, places: Places) -> Assignment:
        """The assignment, with whether it is of a class that the student has left by then."""
        its, due_on = self.assignment, timezone.localdate(self.assignment.due_at)
        given = Assignment(
            pk=its.pk,
            public_id=its.public_id,
            homework_id=its.homework_id,
            teaching=its.teaching,
            due_at=its.due_at,
        )
        given.is_former = not any(holds(since, until, due_on) for since, until in places)
        return given


def given_to_classes(homework: int) -> list[GivenToClass]:
    """A homework in each class whose students see it. One query."""
    return _given(Q(assignment__homework=homework))


def _given(which: Q) -> list[GivenToClass]:
    found = PlanItem.objects.shown().filter(which, assignment__homework__deleted_at__isnull=True)
    items = found.select_related("assignment__teaching__school_class__school")
    return [GivenToClass(required(item.assignment), item.day) for item in items]


def _places(students: Collection[int], classes: Collection[int]) -> PlacesOfEach:
    """By student and class. One query."""
    found: dict[tuple[int, int], Places] = defaultdict(list)
    held = ClassMembership.objects.filter(student__in=students, school_class__in=classes)
    rows = held.values_list("student", "school_class", "since", "until")
    for student, school_class, since, until in rows:
        found[student, school_class].append((since, until))
    return found


@dataclass(frozen=True)
class OwnWork:
    """Of one student, who is given a homework in several classes."""

    counts: Assignment
    decides: Assignment  # as `DueDates.deciding`: by its date the work is late or not


def works_of_each(
    assignment: Assignment,
    of_classes: Collection[GivenToClass],
    due_dates: Mapping[int, DueDates],
    done_for: Mapping[int, Collection[int]],
) -> dict[int, OwnWork]:
    """By student, of those asked for the assignment; empty if no other class is given it.

    `of_classes`: from `given_to_classes`. `done_for`: assignments that the student has done. One
    query; none if no other class is given it.
    """
    if all(one.assignment.pk == assignment.pk for one in of_classes):
        return {}
    places = _places(
        list(due_dates), {one.assignment.teaching.school_class_id for one in of_classes}
    )

    def claim(one: Assignment, student: int, done: Collection[int]) -> HomeworkClaim:
        due_on = timezone.localdate(one.due_at)
        held = places[student, one.teaching.school_class_id]
        is_current = any(holds(since, until, due_on) for since, until in held)
        return HomeworkClaim(one.pk in done, is_current, due_dates[student].of(one), -one.pk)

    found = {}
    for student in due_dates:
        given = [
            one.assignment
            for one in of_classes
            if one.is_given(places[student, one.assignment.teaching.school_class_id])
        ]
        if not given:
            continue
        of_student = functools.partial(claim, student=student)
        done = done_for.get(student, ())
        found[student] = OwnWork(
            counts=max(given, key=functools.partial(of_student, done=done)),
            decides=max(given, key=functools.partial(of_student, done=())),
        )
    return found
