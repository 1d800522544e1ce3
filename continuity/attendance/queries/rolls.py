"""Queries for a roll's page, and for a student's rolls."""

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import FETCH_PEERS, Count, Q, QuerySet
from django.utils import timezone

from continuity.attendance.values.roll_call import RollMark
from continuity.enums import Status
from continuity.models import RollCall, RollCorrection, RollLine
from continuity.models.roll_call import RollLineQuerySet, students_looked_after_by
from continuity.permissions import RollRights
from courses.agenda.queries import ONE_DAY
from courses.agenda.values import PARIS
from courses.people.enums import ClassKind
from courses.people.models import ClassMembership, Person, SchoolClass
from courses.people.models.classes import holds_on
from courses.people.values import in_register_order


def lines_for(roll: RollCall, person: Person, *, sees_all: bool) -> list[RollLine]:
    """Lines of the roll in its order; a tutor who doesn't teach there sees their own students only
    (case C1). One query.
    """
    lines = roll.lines.in_roll_order()
    if not sees_all:
        lines = lines.filter(student__in=students_looked_after_by(person))
    return sorted(lines.fetch_mode(FETCH_PEERS), key=lambda line: in_register_order(line.student))


def earlier_that_day(roll: RollCall, rights: RollRights) -> RollCall | None:
    """The latest roll that the person took of the same class before this one, on the same day.

    One query, and those of `rights`.
    """
    begins = datetime.datetime.combine(
        timezone.localdate(roll.starts_at), datetime.time(), tzinfo=PARIS
    )
    before = RollCall.objects.filter(
        starts_at__gte=begins,
        starts_at__lt=roll.starts_at,
        closed_at__isnull=False,
        teaching__school_class=roll.teaching.school_class_id,
    )
    for earlier in before.select_related("teaching").order_by("-starts_at"):
        earlier.teaching.school_class = roll.teaching.school_class
        if rights.writes(earlier):
            return earlier
    return None


def away_in(roll: RollCall) -> dict[int, RollMark]:
    """Marks of students absent or excused in a closed roll, by the student's pk, corrections
    included.

    Students who came late or left aren't carried over. One query.
    """
    away = roll.lines.as_they_stand().filter(stands__in=(Status.ABSENT, Status.EXCUSED))
    return {
        student: RollMark(stands, reason=reason)
        for student, stands, reason in away.values_list("student", "stands", "reason")
    }


def left_off(roll: RollCall, lines: Iterable[RollLine]) -> list[Person]:
    """Students of the class on that day who aren't on the roll: exempt, or new since it was begun.

    One query.
    """
    on_it = [line.student_id for line in lines]
    return list(
        roll.teaching.school_class.students_on(timezone.localdate(roll.starts_at)).exclude(
            pk__in=on_it
        )
    )


def corrections_of(lines: Iterable[int] | QuerySet) -> dict[int, list[RollCorrection]]:
    """Corrections by the line's pk, oldest first. One query."""
    found: dict[int, list[RollCorrection]] = {}
    for correction in RollCorrection.objects.filter(line__in=lines).select_related("corrected_by"):
        found.setdefault(correction.line_id, []).append(correction)
    return found


def students_seen_by(person: Person) -> QuerySet[Person]:
    """Those of today in the classes that the person teaches, looks after or leads."""
    taught, led = SchoolClass.objects.taught_by(person), SchoolClass.objects.led_by(person)
    in_them = ClassMembership.objects.filter(holds_on(timezone.localdate())).filter(
        Q(school_class__in=taught) | Q(school_class__in=led)
    )
    return Person.objects.filter(
        Q(pk__in=in_them.values("student")) | Q(pk__in=students_looked_after_by(person))
    )


def history_of(student: Person, lines: RollLineQuerySet) -> RollLineQuerySet:
    """A student's closed lines over all classes and years, newest first: history follows the
    student.
    """
    related = (
        "roll_call__teaching__school_class",
        "roll_call__teaching__subject",
        "roll_call__teaching__teacher",
    )
    found = lines.on_closed_rolls().filter(student=student).select_related(*related)
    return found.prefetch_related("corrections__corrected_by").order_by(
        "-roll_call__starts_at", "pk"
    )


def tally_of(lines: RollLineQuerySet) -> dict[str, int]:
    """Number of lines by status, corrections included. One query."""
    counted = lines.as_they_stand().order_by().values("stands").annotate(count=Count("pk"))
    return {row["stands"]: row["count"] for row in counted}


def tallies_of(rolls: Iterable[RollCall], person: Person) -> dict[int, dict[str, int]]:
    """Number of students by status, by the roll's pk, among those whom the person follows. One
    query.
    """
    lines = RollLine.objects.followed_by(person).filter(roll_call__in=[roll.pk for roll in rolls])
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for row in (
        lines.as_they_stand().order_by().values("roll_call", "stands").annotate(count=Count("pk"))
    ):
        found[row["roll_call"]][row["stands"]] = row["count"]
    return found


def absent_students(person: Person, day: datetime.date) -> QuerySet:
    """Students whom the person follows and who are absent in at least one closed roll of the day,
    each once.
    """
    led = RollLine.objects.followed_by(person).absent_on(day)
    return led.order_by().values("student").distinct()


def absences_by_class(
    person: Person, day: datetime.date
) -> dict[str, list[tuple[str, list[RollLine]]]]:
    """The names behind `absent_students`, by the student's own class in the order of a register,
    with the rolls. Two queries.
    """
    related = ("student", "roll_call__teaching__subject", "roll_call__teaching__school_class")
    lines = list(
        RollLine.objects.followed_by(person)
        .absent_on(day)
        .select_related(*related)
        .order_by("roll_call__starts_at", "pk")
    )
    whole = ClassMembership.objects.filter(
        holds_on(day), school_class__kind=ClassKind.CLASS, student__in={x.student_id for x in lines}
    )
    own_class = dict(whole.values_list("student", "school_class__name"))
    by_student: dict[int, list[RollLine]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: in_register_order(line.student)):
        by_student[line.student_id].append(line)
    found: dict[str, list[tuple[str, list[RollLine]]]] = defaultdict(list)
    for student, theirs in by_student.items():
        name = own_class.get(student) or theirs[0].roll_call.teaching.school_class.name
        found[name].append((theirs[0].listed_name, theirs))
    return dict(sorted(found.items()))


def register(
    person: Person, classes: Iterable[SchoolClass], first: datetime.date, last: datetime.date
) -> list[tuple[RollLine, RollLine | RollCorrection]]:
    """Lines of closed rolls of these classes on these days, for the school's register, each with
    its latest correction or itself. Two queries.

    A tutor's has their own students only (case C1).
    """
    since, until = (
        datetime.datetime.combine(day, datetime.time(), tzinfo=PARIS)
        for day in (first, last + ONE_DAY)
    )
    related = (
        "roll_call__teaching__school_class",
        "roll_call__teaching__subject",
        "roll_call__closed_by",
        "student",
    )
    within = Q(
        roll_call__starts_at__gte=since,
        roll_call__starts_at__lt=until,
        roll_call__teaching__school_class__in=classes,
    )
    lines = (
        RollLine.objects.on_closed_rolls()
        .filter(within)
        .followed_by(person)
        .select_related(*related)
    )
    corrected = corrections_of(lines.order_by().values("pk"))
    in_order = lines.order_by(
        "roll_call__starts_at", "roll_call", "student__family_name", "student__given_name", "pk"
    )
    return [(line, corrected[line.pk][-1] if line.pk in corrected else line) for line in in_order]
