"""Guardians of the students of a school."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q

from courses.people.enums import Role
from courses.people.models import (
    ComingOfAge,
    Guardianship,
    Membership,
    Organisation,
    Person,
)
from courses.people.models.guardians import GuardianshipQuerySet
from courses.people.models.persons import PersonQuerySet
from courses.people.values import in_register_order


def students_led_by(person: Person) -> PersonQuerySet:
    """Students of today of the schools that the person leads."""
    there = Membership.objects.current().filter(
        role=Role.STUDENT, organisation__in=person.places_as(Role.LEADER)
    )
    return Person.objects.filter(pk__in=there.values("person"), is_active=True)


def school_led_of(student: Person, leader: Person) -> Organisation:
    """The student's school that the leader leads; of `students_led_by`. One query."""
    there = student.memberships.current().filter(
        role=Role.STUDENT, organisation__in=leader.places_as(Role.LEADER)
    )
    return there.select_related("organisation").order_by("since", "pk")[0].organisation


def guardians_of(student: Person, school: Organisation) -> GuardianshipQuerySet:
    running = Guardianship.objects.running().filter(student=student, school=school)
    return running.select_related("guardian", "link").order_by("since", "pk")


def guardians_kept_by(leader: Person) -> PersonQuerySet:
    """Guardians of today of the schools that the person leads, whose accounts are nothing else: who
    was ever anything elsewhere is not a school's to decide about, nor is a superuser.
    """
    schools = leader.places_as(Role.LEADER)
    theirs = Guardianship.objects.running().filter(school__in=schools)
    here = Q(role=Role.GUARDIAN, organisation__in=schools)
    other = Membership.objects.filter(~here, person=OuterRef("pk"))
    found = Person.objects.filter(
        pk__in=theirs.values("guardian"), is_active=True, is_superuser=False
    )
    return found.exclude(Exists(other))


def guardians_left_over(student: Person, leader: Person) -> list[Guardianship]:
    """Whom the student's leaving ended, in the schools that the person leads; each once. One query."""
    found = Guardianship.objects.left_over().kept_by(leader).filter(student=student)
    in_order = found.select_related("guardian", "school").order_by("until", "pk")
    return list({(one.guardian_id, one.school_id): one for one in in_order}.values())


def guardians_elsewhere(kept: Guardianship) -> list[tuple[Guardianship, bool]]:
    """Whom other schools of the student today have entered, each with True if something is shown to
    that guardian there. One query.
    """
    there = Membership.objects.current().filter(
        person=OuterRef("student"), organisation=OuterRef("school"), role=Role.STUDENT
    )
    in_force = Guardianship.objects.in_force().order_by().filter(pk=OuterRef("pk"))
    running = Guardianship.objects.running().filter(Exists(there), student=kept.student_id)
    found = running.exclude(school=kept.school_id).annotate(opens=Exists(in_force))
    in_order = found.select_related("guardian", "school").order_by("school__name", "opens", "pk")
    return [(one, one.opens) for one in in_order]


def guardians_in(school: Organisation) -> list[tuple[Person, list[Guardianship]]]:
    """By student, in the order of a register. One query."""
    running = Guardianship.objects.running().filter(school=school)
    by_student: dict[Person, list[Guardianship]] = defaultdict(list)
    for one in running.select_related("guardian", "student", "link"):
        by_student[one.student].append(one)
    return sorted(by_student.items(), key=lambda pair: in_register_order(pair[0]))


def coming_of_age(student: Person) -> ComingOfAge | None:
    return ComingOfAge.objects.filter(student=student).first()
