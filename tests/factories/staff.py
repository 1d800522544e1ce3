"""A school that follows sets with files of the staff."""

import datetime

from courses.people.enums import Role
from courses.people.models import Membership, Organisation, Person, Subject, Teaching, today
from courses.people.models.classes import school_year
from tests.factories.continuity import SchoolClassFactory
from tests.factories.people import SubjectFactory
from tests.factories.rosters import (
    SAMPLES,
    UAI,
    a_student,
    a_teacher,
    apply,
    choose,
    packed,
    with_staff,
)

NEXT_DAY = datetime.datetime(2026, 11, 26, 9, tzinfo=datetime.UTC)
STUDENTS = (a_student("1", "Inès", "ABADIE"), a_student("2", "Tom", "BRUNET", "2DE2"))
STAFF = [a_teacher(f"40{n:02}", f"Zoé{'abcdefghij'[n % 10]}", "HÉBERT") for n in range(25)]


def a_school_with_subjects() -> Organisation:
    """That of the samples, with two classes."""
    school = SchoolClassFactory(name="2DE1", school_year=school_year(today())).school
    school.uai = UAI
    school.save()
    SchoolClassFactory(name="2DE2", school=school, school_year=school_year(today()))
    SubjectFactory(code="francais", title_fr="Français", title_en="French")
    SubjectFactory(code="maths", title_fr="Mathématiques", title_en="Mathematics")
    SubjectFactory(code="anglais", title_fr="Anglais", title_en="English")
    return school


def follow(client, keeper, school, *staff, day="20261120", what="all", **said):
    """Choose a set and say yes; the page before, and the one after."""
    trial = choose(client, keeper, school, with_staff(UAI, *staff, students=STUDENTS, day=day))
    return trial, apply(client, keeper, what=what, **said)


def with_the_samples_of(day: str) -> bytes:
    return packed(
        {path.name.replace("20261120", day): path.read_bytes() for path in SAMPLES.iterdir()}
    )


def subject(code: str) -> Subject:
    return Subject.objects.get(code=code)


def taught(person: Person) -> list[tuple[str, str]]:
    held = Teaching.objects.on(today()).filter(teacher=person)
    return sorted(held.values_list("school_class__name", "subject__code"))


def schools_of(person: Person) -> list[int]:
    held = Membership.objects.current().filter(person=person, role=Role.TEACHER)
    return list(held.exclude(until=today()).values_list("organisation", flat=True))


def teachers_of(school: Organisation) -> list[int]:
    held = Membership.objects.current().filter(organisation=school, role=Role.TEACHER)
    return list(held.exclude(until=today()).values_list("person", flat=True))
