"""The demo's ways to resources: each leads to the practice resource. What of them is measured."""

from django.conf import settings
from django.urls import reverse

from courses.digest.values import BenchTarget, World
from courses.launches.enums import LaunchWay, Telling
from courses.launches.models import ResourceConnection
from courses.launches.queries import signing_key
from courses.launches.storage import make_key
from courses.people.models import today

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
