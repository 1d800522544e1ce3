"""The demo's classes: those of the six pilots, with their students, teachers, class tutors and
leaders. All invented.
"""

import datetime
from dataclasses import dataclass

from courses.digest.values import World
from courses.people.demo import guardians
from courses.people.demo.cast import Cast
from courses.people.enums import ClassKind, Role
from courses.people.models import (
    ClassMembership,
    Organisation,
    Person,
    SchoolClass,
    StandIn,
    Subject,
    Teaching,
    Tutorship,
)
from courses.people.models.classes import classes_begin, school_year

# Taught to whole classes; English is taught in groups across both.
SUBJECTS = [
    "francais",
    "histoire-geographie",
    "mathematiques",
    "physique-chimie",
    "svt",
    "ses",
    "eps",
]
ENGLISH = "anglais"
OPTION = "arts-plastiques"
# By the school's place among the pilots.
CLASSES = [
    ("2de 3", "2de 4"),
    ("2de 1", "2de 2"),
    ("2de 5", "2de 6"),
    ("2de 7", "2de 8"),
    ("2de A", "2de B"),
    ("2de 9", "2de 10"),
]
STUDENTS = {"full": (29, 28), "small": (12, 11)}
PILOTS = {"full": 6, "small": 2}
# Beside the pilots, schools of which nothing is told but what they lend: 16 schools lend in all (press
# release of 16 April 2020).
LENDERS = {"full": 10, "small": 0}
STUDENTS_OF_A_LENDER = 9
IN_THE_OPTION = 9
STUDENT = ("eleve.demo", "Lou", "Bellanger")
TUTOR = ("pp.demo", "Frédérique", "Aubry", "mathematiques")
LEADER = ("direction.demo", "Dominique", "Chevallier")
CHANGED_CLASS_AFTER = datetime.timedelta(days=37)


@dataclass
class Staff:
    """Who teaches in one school, by subject; two for English, whose groups meet at the same hours."""

    by_subject: dict[str, Person]
    english: list[Person]
    stand_in: Person


def load(world: World, say) -> None:
    cast = Cast(world)
    first_day = min(classes_begin(world.today), world.today)
    taken: set[str] = set()
    plans = []
    for place, school in enumerate(world.pilots[: PILOTS[world.size]]):
        staff = staff_of(world, cast, school, taken, is_first=place == 0)
        if place == 0:
            cast.add(*LEADER, Role.LEADER, [school])
        else:
            cast.add(*cast.invent(), Role.LEADER, [school])
        students = [
            invent_students(world, cast, school, number, is_first=place == nth == 0)
            for nth, number in enumerate(STUDENTS[world.size])
        ]
        plans.append((school, CLASSES[place], staff, students))
    families = guardians.cast_families(cast, [plan[0] for plan in plans])
    world.lenders = [plan[0] for plan in plans] + invent_lenders(world, cast)
    cast.save()
    for school, names, staff, students in plans:
        make_classes(world, school, names, staff, students, first_day)
    world.in_use = world.classes[:2]
    one_changes_class(world, first_day)
    one_is_stood_in_for(world, plans[0][2].stand_in)
    guardians.load(world, families, say)
    found = {student.pk for students in world.students.values() for student in students}
    say(f"{len(world.classes)} classes and groups, {len(found)} students (invented)")


def staff_of(
    world: World, cast: Cast, school: Organisation, taken: set[str], *, is_first: bool
) -> Staff:
    """The school's own teachers where their subject is taught, else newly invented ones.

    Nobody teaches in two of the schools at once.
    """
    known: dict[str, list[Person]] = {}
    for membership in (
        school.memberships.filter(role=Role.TEACHER)
        .order_by("pk")
        .select_related("person")
        .prefetch_related("subjects")
    ):
        for subject in membership.subjects.all():
            if membership.person.login not in taken:
                known.setdefault(subject.code, []).append(world.people[membership.person.login])

    def somebody(code: str) -> Person:
        person = (
            known[code].pop(0)
            if known.get(code)
            else cast.add(*cast.invent(), Role.TEACHER, [school], [code])
        )
        taken.add(person.login)
        return person

    by_subject = {}
    for code in SUBJECTS:
        if is_first and code == TUTOR[-1]:
            by_subject[code] = cast.add(*TUTOR[:3], Role.TEACHER, [school], [code])
            taken.add(TUTOR[0])
        else:
            by_subject[code] = somebody(code)
    by_subject[OPTION] = somebody(OPTION)
    return Staff(by_subject, [somebody(ENGLISH), somebody(ENGLISH)], somebody("svt"))


def invent_students(
    world: World, cast: Cast, school: Organisation, number: int, *, is_first: bool
) -> list[Person]:
    names = [STUDENT] if is_first else []
    people = [
        cast.add(*(names.pop() if names else cast.invent()), Role.STUDENT, [school])
        for _n in range(number)
    ]
    return in_order(people)


def invent_lenders(world: World, cast: Cast) -> list[Organisation]:
    """A leader each, and students without a class."""
    others = [school for school in world.subscribers if not school.is_pilot]
    lenders = others[: LENDERS[world.size]]
    for school in lenders:
        cast.add(*cast.invent(), Role.LEADER, [school])
        for _n in range(STUDENTS_OF_A_LENDER):
            cast.add(*cast.invent(), Role.STUDENT, [school])
    return lenders


def in_order(students: list[Person]) -> list[Person]:
    return sorted(students, key=lambda person: (person.family_name, person.given_name))


def make_classes(
    world: World,
    school: Organisation,
    names: tuple[str, str],
    staff: Staff,
    students: list[list[Person]],
    since: datetime.date,
) -> None:
    """Two classes, English in two groups and an option drawn from both."""
    subjects = {subject.code: subject for subject in Subject.objects.all()}
    year = school_year(world.today)
    rosters = _rosters(names, staff, students)
    made = SchoolClass.objects.bulk_create(
        SchoolClass(school=school, kind=kind, name=name, level="2de", school_year=year)
        for kind, name, _people, _taught in rosters
    )
    ClassMembership.objects.bulk_create(
        ClassMembership(school_class=school_class, student=student, since=since)
        for school_class, (_kind, _name, people, _taught) in zip(made, rosters, strict=True)
        for student in people
    )
    for school_class, (_kind, _name, people, taught) in zip(made, rosters, strict=True):
        world.classes.append(school_class)
        world.students[school_class.pk] = people
        world.teachings[school_class.pk] = Teaching.objects.bulk_create(
            Teaching(
                school_class=school_class, subject=subjects[code], teacher=teacher, since=since
            )
            for code, teacher in taught
        )
    tutors = [staff.by_subject["mathematiques"], staff.by_subject["histoire-geographie"]]
    Tutorship.objects.bulk_create(
        Tutorship(school_class=school_class, teacher=teacher, since=since)
        for school_class, teacher in zip(made[:2], tutors, strict=True)
    )


def _rosters(
    names: tuple[str, str], staff: Staff, students: list[list[Person]]
) -> list[tuple[ClassKind, str, list[Person], list[tuple[str, Person]]]]:
    """Return for each class, group and option: kind, name, students, and who teaches
    which subject.
    """
    halves = [half for people in students for half in (people[::2], people[1::2])]
    english = [in_order(halves[0] + halves[2]), in_order(halves[1] + halves[3])]
    front = [person for person in students[0] if person.login == STUDENT[0]]
    option = in_order(
        [
            *front,
            *[person for person in students[0] if person not in front][: IN_THE_OPTION // 2],
            *students[1][: IN_THE_OPTION // 2],
        ]
    )
    return [
        (
            ClassKind.CLASS,
            names[0],
            students[0],
            [(code, staff.by_subject[code]) for code in SUBJECTS],
        ),
        (
            ClassKind.CLASS,
            names[1],
            students[1],
            [(code, staff.by_subject[code]) for code in SUBJECTS],
        ),
        (ClassKind.GROUP, "2de Anglais G1", english[0], [(ENGLISH, staff.english[0])]),
        (ClassKind.GROUP, "2de Anglais G2", english[1], [(ENGLISH, staff.english[1])]),
        (ClassKind.OPTION, "Option arts plastiques", option, [(OPTION, staff.by_subject[OPTION])]),
    ]


def one_changes_class(world: World, first_day: datetime.date) -> None:
    """The last of the second class came from the first, some weeks after the beginning."""
    first, second = world.in_use
    student = world.students[second.pk][-1]
    day = min(first_day + CHANGED_CLASS_AFTER, world.today)
    if day > first_day:
        ClassMembership.objects.filter(school_class=second, student=student).update(since=day)
        ClassMembership.objects.create(
            school_class=first, student=student, since=first_day, until=day
        )


def one_is_stood_in_for(world: World, stand_in: Person) -> None:
    """Life sciences have a stand-in from tomorrow for a week."""
    for school_class in world.in_use:
        teaching = next(
            teaching
            for teaching in world.teachings[school_class.pk]
            if teaching.subject.code == "svt"
        )
        first = world.today + datetime.timedelta(days=1)
        StandIn.objects.create(
            teaching=teaching,
            teacher=stand_in,
            first_day=first,
            last_day=first + datetime.timedelta(days=6),
        )
