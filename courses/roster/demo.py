"""The demo's directory: its first school follows one. The people are invented."""

from courses.digest.values import World
from courses.people.enums import ClassKind, Role
from courses.people.models import (
    ClassMembership,
    Organisation,
    Person,
    SchoolClass,
    today,
)
from courses.people.models.classes import school_year
from courses.required import required
from courses.roster.services import applying, practice, receiving
from courses.roster.values import SaidStudent


def load(world: World, say) -> None:
    """The students of the first school get the keys of its directory."""
    school = world.pilots[0]
    leader = required(
        Person.objects.filter(memberships__organisation=school, memberships__role=Role.LEADER)
        .order_by("pk")
        .first()
    )
    data = practice.packed(school, _as_they_are(school), world.today)
    one = receiving.receive(school=school, data=data, by=leader)
    applying.say_yes(one, by=leader, they_are_the_same=True)
    while applying.apply_piece(one.pk):
        pass
    one.refresh_from_db()
    say(f"{one.students} students of one school in a set of its directory ({one.state})")


def _as_they_are(school: Organisation) -> list[SaidStudent]:
    """Students of today, under numbers in the order of their names."""
    held = (
        ClassMembership.objects.on(today())
        .filter(school_class__school=school, school_class__school_year=school_year(today()))
        .select_related("student", "school_class")
        .order_by("student__family_name", "student__given_name", "student_id", "school_class_id")
    )
    places: dict[Person, list[SchoolClass]] = {}
    for one in held:
        places.setdefault(one.student, []).append(one.school_class)
    return [
        practice.said_of(
            str(number),
            student,
            next((one.name for one in held if one.kind == ClassKind.CLASS), ""),
            [one.name for one in held if one.kind != ClassKind.CLASS],
        )
        for number, (student, held) in enumerate(places.items(), start=1)
    ]
