"""The demo's ways to resources: each leads to the practice resource."""

from courses.digest.values import World
from courses.launches.enums import LaunchWay, Telling
from courses.launches.models import ResourceConnection

MODELS = {
    "purpose_fr": "Le rôle ouvre la page des élèves ou celle des professeurs, le lycée vérifie "
    "l’abonnement ; le niveau d’un élève sert à proposer des modèles de journal.",
    "purpose_en": "The role opens the students’ page or the teachers’, the school is for checking "
    "the subscription, a student’s level for suggesting templates of magazines.",
}
CONNECTIONS: dict[str, dict[str, str]] = {
    "educarte": {"way": LaunchWay.SIGNED, "school_telling": Telling.OPTIONAL},
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


def load(world: World, say) -> None:
    ResourceConnection.objects.bulk_create(
        ResourceConnection(resource=world.resources[slug], is_practice=True, **fields)
        for slug, fields in CONNECTIONS.items()
    )
    say(f"{len(CONNECTIONS)} resources open practice resources")
