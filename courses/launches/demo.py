"""The demo's ways to resources: each leads to the practice resource. What of them is measured."""

from django.conf import settings
from django.urls import reverse

from courses.dates import month_before, month_bounds
from courses.digest.values import BenchTarget, World
from courses.launches.enums import LaunchWay, Telling
from courses.launches.models import Launch, ResourceConnection
from courses.launches.queries import signing_key
from courses.launches.services import months
from courses.launches.storage import make_key
from courses.people.models import Organisation, Person, today
from courses.required import required

MONTHS_OPENED = 3
MOST_OPENERS = 24  # of a school in a month

MODELS = {
    "purpose_fr": "Le rôle ouvre la page des élèves ou celle des professeurs, le lycée vérifie "
    "l’abonnement ; le niveau d’un élève sert à proposer des modèles de journal.",
    "purpose_en": "The role opens the students’ page or the teachers’, the school is for checking "
    "the subscription, a student’s level for suggesting templates of magazines.",
}
PAGES = {
    "purpose_fr": "Le rôle ouvre la page des élèves ou celle des professeurs.",
    "purpose_en": "The role opens the students’ page or the teachers’.",
}
CONNECTIONS: dict[str, dict[str, str]] = {
    "educarte": {
        "way": LaunchWay.LTI,
        "role_telling": Telling.ALWAYS,
        "school_telling": Telling.OPTIONAL,
        **PAGES,
    },
    "universalis": {"way": LaunchWay.ENT},
    "madmagz": {
        "way": LaunchWay.SIGNED,
        "role_telling": Telling.ALWAYS,
        "school_telling": Telling.ALWAYS,
        "level_telling": Telling.OPTIONAL,
        **MODELS,
    },
    "enseigno": {"way": LaunchWay.SIGNED},
}


def targets() -> list[BenchTarget]:
    """Of `manage.py bench`."""
    return [BenchTarget("my resources", goal="≥ 0.4", page=reverse("launches:mine"))]


def load(world: World, say) -> None:
    """With the key that signs LTI launches, in the demo's own folder."""
    if not signing_key(today()):
        make_key(settings.LTI_KEYS, today())
    ResourceConnection.objects.bulk_create(
        ResourceConnection(resource=world.resources[slug], is_practice=True, **fields)
        for slug, fields in CONNECTIONS.items()
    )
    say(f"{len(CONNECTIONS)} resources open practice resources")
    say(f"{load_openings(world)} openings of the months before (invented)")


def load_openings(world: World) -> int:
    """Some of those whom each licence reaches opened the resource in the months that are closed; no
    demo login did. The month before is closed by the tick if its third day is still to come.
    """
    openings = []
    month = month_before(world.today)
    for _back in range(MONTHS_OPENED):
        first, last = month_bounds(month)
        for licence in world.licences:
            people = _people_of(world, licence.school)
            for person in people[: world.rng.randint(0, min(len(people), MOST_OPENERS))]:
                at = first + (last - first) * world.rng.random()
                openings.append(
                    Launch(person=person, resource=licence.resource, school=licence.school, at=at)
                )
        month = month_before(month)
    for opening in openings:
        opening.way = CONNECTIONS[opening.resource.slug]["way"]
    Launch.objects.bulk_create(openings)
    months.close_months(world.now)
    return len(openings)


def _people_of(world: World, school: Organisation) -> list[Person]:
    """In a random order; none that is a demo login."""
    teachers = required(world.teachers_of)(school)
    students = [
        student
        for one in world.classes
        if one.school_id == school.pk
        for student in world.students.get(one.pk, [])
    ]
    people = [one for one in {*teachers, *students} if one.login not in settings.DEMO_ACCOUNTS]
    people.sort(key=lambda one: one.pk)
    world.rng.shuffle(people)
    return people
