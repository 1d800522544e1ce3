"""Of whom nobody has heard: one list for a teacher's classes, a tutor's, a leader's school."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Exists, Min, OuterRef, Q, Value, When

from continuity.contact.queries.expected import A_MONTH
from continuity.contact.queries.facts import read
from continuity.contact.queries.school_year import (
    Followed,
    SchoolYear,
    Silence,
    signs_from,
)
from continuity.contact.queries.signs import last_signs
from continuity.enums import Device
from continuity.equipment.queries.results import counted_answers
from continuity.models import AbsenceNotice, Call, EquipmentNeed, Loan
from continuity.plans.queries.taught import Taught
from continuity.school.queries.classes import students_kept_by
from courses.people.enums import Role
from courses.people.models import Organisation, Person, SchoolClass
from courses.people.models.classes import school_year_began


@dataclass(frozen=True)
class KnownEquipment:
    """What stands of a student's equipment beside the silence, in the school that counts it."""

    device: str = ""  # by the latest survey
    is_lent: bool = False  # something of the school
    has_asked: bool = False  # the school, and nothing is handed over for it yet

    @property
    def is_to_say(self) -> bool:
        return self.is_lent or self.has_asked or self.device in (Device.NONE, Device.PHONE)


@dataclass
class SilentLine:
    """One line of the list: what is known beside it, and who calls."""

    silent: Silence
    student: Person
    asked_at: datetime.datetime | None  # the oldest question without an answer
    calls: list[Call] = field(default_factory=list)  # that were made, the newest first
    taken: Call | None = None
    announced: list[AbsenceNotice] = field(default_factory=list)  # by guardians, around today
    equipment: KnownEquipment = KnownEquipment()  # for who reads answers by name

    @property
    def last_call(self) -> Call | None:
        return self.calls[0] if self.calls else None


def followed_as_teacher(person: Person, today: datetime.date) -> Followed:
    """Of one's classes as a teacher, stand-in or tutor. One query."""
    taught = SchoolClass.objects.taught_by(person, today).order_by().values_list("pk")
    tutored = SchoolClass.objects.tutored_by(person, today).order_by().values_list("pk")
    return Followed(classes=tuple(pk for (pk,) in taught.union(tutored).order_by()))


def followed_as_taught(taught: Taught) -> Followed:
    """The same, from what a first page has read already; of a class that nobody teaches there is
    nothing to be heard.
    """
    here = taught.person.places_as(Role.TEACHER)
    given = [*taught.open_on(taught.today), *taught.tutored_on(taught.today)]
    classes = {one.school_class_id for one in given if one.school_class.school in here}
    return Followed(classes=tuple(classes))


def followed_as_leader(person: Person) -> Followed:
    return Followed(led=tuple(school.pk for school in person.places_as(Role.LEADER)))


def how_many_silent(
    followed: Followed, schools: Collection[Organisation], today: datetime.date
) -> int:
    """How many of the students stand in the list. One query; two where somebody's leave, or days
    off of the school, reach back farther than the days that are read of all; none of nobody.
    """
    year = SchoolYear(followed, schools, today)
    unsure = tuple(student for student, is_sure in year.seeming.items() if not is_sure)
    signs = signs_from(read(last_signs(unsure, year.began)))
    silent = [student for student in unsure if year.is_silent_since(student, signs[student])]
    return len(year.seeming) - len(unsure) + len(silent)


def silent_students(
    person: Person, today: datetime.date, *, whole_school: bool = False
) -> list[Silence]:
    """Those among the students that the person follows, longest silence first. Three queries.

    `whole_school`: of the schools that the person leads; else of one's classes.
    """
    role = Role.LEADER if whole_school else Role.TEACHER
    followed = followed_as_leader(person) if whole_school else followed_as_teacher(person, today)
    year = SchoolYear(followed, person.places_as(role), today)
    return sorted(
        (one for one in year.silences(list(year.seeming)) if one.is_shown),
        key=lambda one: (one.last or datetime.date.min, -one.days, one.pk),
    )


def silent_lines(
    person: Person, now: datetime.datetime, today: datetime.date, *, whole_school: bool = False
) -> list[SilentLine]:
    """As `silent_students`, with the people, their open questions, their calls, announced absences,
    and what is known of their equipment. Five queries more, none of nobody.
    """
    found = silent_students(person, today, whole_school=whole_school)
    pks = [one.pk for one in found]
    if not pks:
        return []
    people = _people(person, found, today)
    calls = calls_of(pks, school_year_began(today), now)
    announced = announced_for(found, today)
    counted = counted_answers(person, pks, today)
    return [
        SilentLine(
            one,
            people[one.pk],
            people[one.pk].waits_since,
            [call for call in calls[one.pk] if call.noted_at],
            next((call for call in calls[one.pk] if not call.noted_at), None),
            announced[one.pk],
            KnownEquipment(
                counted[one.pk].device if one.pk in counted else "",
                people[one.pk].is_lent,
                people[one.pk].has_asked,
            ),
        )
        for one in found
    ]


def announced_for(
    students: Collection[Silence], today: datetime.date
) -> dict[int, list[AbsenceNotice]]:
    """Absences that guardians announced to the school in which a student is silent, for the month
    before or after, by student. One query.
    """
    found: dict[int, list[AbsenceNotice]] = defaultdict(list)
    school_of = {one.pk: one.school for one in students}
    around = AbsenceNotice.objects.between(today - A_MONTH, today + A_MONTH)
    around = around.filter(guardianship__student__in=list(school_of))
    for notice in around.select_related("guardianship").order_by("first_day", "pk"):
        told_to = notice.guardianship
        if told_to.school_id == school_of[told_to.student_id]:
            found[told_to.student_id].append(notice)
    return found


def _people(person: Person, students: Collection[Silence], today: datetime.date) -> dict[int, Any]:
    """With the oldest question that waits, `waits_since`; of who is in `students_kept_by`, whether the
    school in which they are silent lends them something, `is_lent`, or is asked, `has_asked`. One query.
    """
    by_school: dict[int, list[int]] = defaultdict(list)
    for one in students:
        by_school[one.school].append(one.pk)
    silent_in = Case(*(When(pk__in=pks, then=Value(school)) for school, pks in by_school.items()))
    kept = Exists(students_kept_by(person, today).filter(pk=OuterRef("pk")))
    there = {"student": OuterRef("pk"), "school": OuterRef("silent_in")}
    waits = Min("help_requests__asked_at", filter=Q(help_requests__answered_at__isnull=True))
    found = Person.objects.filter(pk__in=[one.pk for one in students]).annotate(
        waits_since=waits, silent_in=silent_in
    )
    return found.annotate(
        is_lent=Q(kept, Exists(Loan.objects.open().filter(**there))),
        has_asked=Q(kept, Exists(EquipmentNeed.objects.open().filter(**there))),
    ).in_bulk()


@dataclass(frozen=True)
class OwnSigns:
    """What is counted about one student, for the student."""

    silence: Silence | None  # none: in no class today
    calls: list[Call]  # that were made


def own_signs(student: Person, now: datetime.datetime, today: datetime.date) -> OwnSigns:
    """As the list of the student's school counts them. Three queries."""
    calls = calls_of([student.pk], school_year_began(today), now)[student.pk]
    return OwnSigns(silence_of(student, today), [call for call in calls if call.noted_at])


def silence_of(student: Person, today: datetime.date) -> Silence | None:
    """None: in no class today. Two queries, beside the student's memberships."""
    year = SchoolYear(Followed(these=(student.pk,)), student.places_as(Role.STUDENT), today)
    return next(iter(year.silences(list(year.times))), None)


def calls_of(
    students: Collection[int], since: datetime.date, now: datetime.datetime
) -> dict[int, list[Call]]:
    """Calls that were made and those that somebody has taken, the newest first, by the student's
    pk. One query.
    """
    found: dict[int, list[Call]] = defaultdict(list)
    made = Call.objects.noted().filter(noted_at__date__gte=since)
    standing = (made | Call.objects.taken(now)).filter(student__in=students)
    for call in standing.select_related("caller"):
        found[call.student_id].append(call)
    return found
