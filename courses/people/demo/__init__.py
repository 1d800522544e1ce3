"""The demo's schools and people. The schools exist; the people are invented, the same each time."""

import csv
from collections import defaultdict
from pathlib import Path

from courses.digest.values import World
from courses.people.demo import classes
from courses.people.demo.cast import Cast
from courses.people.enums import OrganisationKind, Role
from courses.people.models import Organisation, Subject
from courses.people.values import title_case_fr

SCHOOLS_FILE = Path(__file__).parent.parent / "data" / "normandy_lycees.csv"
TEACHERS = {"full": 120, "small": 14}
IN_TWO_SCHOOLS_EVERY = 15

# The six of « lycéens connectés », as the Région named them on 16 April 2020; the last two UAI are
# our best match.
PILOTS = {
    "0610019P": "",
    "0762964J": "",
    "0271580W": "",
    "0141687H": "",
    "0141421U": "Lycée Les Champs de Tracy",
    "0501213X": "Lycée Nature",
}
# The file's own slips.
CORRECTED = {"Evreux": "Évreux", "Saint-Etienne-du-Rouvray": "Saint-Étienne-du-Rouvray"}

# The release names none of the twenty or so schools of the bouquet: these are the demo's choice.
SUBSCRIBERS = [
    "0610019P",  # Flora Tristan, La Ferté-Macé
    "0141687H",  # Jules Verne, Mondeville
    "0762964J",  # Le Corbusier, Saint-Étienne-du-Rouvray
    "0140013N",  # Malherbe, Caen
    "0142059M",  # Victor Hugo, Caen
    "0142132S",  # François Rabelais, Ifs
    "0141796B",  # Salvador Allende, Hérouville-Saint-Clair
    "0141112H",  # Le Robillard, agricultural
    "0270016W",  # Aristide Briand, Évreux
    "0271582Y",  # Marc Bloch, Val-de-Reuil
    "0271580W",  # André Malraux, Gaillon
    "0271431J",  # Jacques Prévert, Pont-Audemer
    "0500017X",  # Alexis de Tocqueville, Cherbourg
    "0500065Z",  # Le Verrier, Saint-Lô
    "0501850P",  # Maurice Marland, Granville
    "0610001V",  # Alain, Alençon
    "0610021S",  # Jean Guéhenno, Flers
    "0760090K",  # Pierre Corneille, Rouen
    "0760174B",  # Claude Monet, Le Havre
    "0762169V",  # Pablo Neruda, Dieppe
    "0760035A",  # Guy de Maupassant, Fécamp
]
SUBJECTS = [
    ("francais", "Français", "French"),
    ("histoire-geographie", "Histoire-géographie", "History and geography"),
    ("mathematiques", "Mathématiques", "Mathematics"),
    ("philosophie", "Philosophie", "Philosophy"),
    ("anglais", "Anglais", "English"),
    ("allemand", "Allemand", "German"),
    ("espagnol", "Espagnol", "Spanish"),
    ("physique-chimie", "Physique-chimie", "Physics and chemistry"),
    ("svt", "Sciences de la vie et de la Terre", "Life and earth sciences"),
    ("ses", "Sciences économiques et sociales", "Economics and social sciences"),
    ("arts-plastiques", "Arts plastiques", "Visual arts"),
    ("documentation", "Documentation", "Library and information skills"),
    ("economie-gestion", "Économie et gestion", "Business and management"),
    ("eps", "Éducation physique et sportive", "Physical education"),
]
# One provider for each resource, by the resource's slug.
PROVIDERS = {
    "educarte": "Educ’Arte",
    "universalis": "Encyclopaedia Universalis",
    "madmagz": "Madmagz",
    "enseigno": "Enseigno",
}
# login, first name, family name, UAI of the schools, subjects, language
FRONT_TEACHERS = [
    ("prof.demo", "Camille", "Martin", ["0610019P"], ["francais"], "fr"),
    ("prof.deux", "Alix", "Renard", ["0141687H", "0762964J"], ["anglais"], "en"),
    ("prof.attente", "Dominique", "Morel", ["0610019P"], ["histoire-geographie"], "fr"),
]
FRONT_TRAINER = ("formatrice.demo", "Claire", "Leroy", "educarte")
# login, first name, family name, language
FRONT_ADVISERS = [
    ("conseil.demo", "Sacha", "Lefèvre", "fr"),
    ("redaction.demo", "Maxime", "Vasseur", "fr"),
    ("relecture.demo", "Jeanne", "Quesnel", "fr"),
    ("traduction.demo", "Ashley", "Fontaine", "en"),
]
FRONT_OFFICER = ("region.demo", "Romane", "Aubépine")
TRAINERS_PER_PROVIDER = 2


def load(world: World, say) -> None:
    load_schools(world)
    say(f"{len(world.schools)} lycées")
    load_subjects()
    load_others(world)
    load_people(world)
    trainers = sum(len(trainers) for trainers in world.trainers.values())
    say(
        f"{len(world.teachers)} teachers, {trainers} trainers, {len(world.advisers)} advisers"
        " (invented)"
    )
    classes.load(world, say)


def load_schools(world: World) -> None:
    with SCHOOLS_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    schools = [
        Organisation(
            kind=OrganisationKind.SCHOOL,
            uai=row["uai"],
            name=PILOTS.get(row["uai"]) or title_case_fr(row["name"]),
            official_name=row["name"],
            city=city_of(row["city"]),
            postcode=row["postcode"],
            department=row["department"],
            is_pilot=row["uai"] in PILOTS,
        )
        for row in rows
    ]
    Organisation.objects.bulk_create(schools)
    world.schools = {str(school.uai): school for school in schools}
    world.pilots = [world.schools[uai] for uai in PILOTS]
    world.subscribers = [world.schools[uai] for uai in SUBSCRIBERS]


def city_of(written: str) -> str:
    city = title_case_fr(written)
    return CORRECTED.get(city, city)


def load_subjects() -> None:
    Subject.objects.bulk_create(
        Subject(code=code, title_fr=fr, title_en=en) for code, fr, en in SUBJECTS
    )


def load_others(world: World) -> None:
    """The providers, the académie and the Région."""
    for slug, name in PROVIDERS.items():
        world.providers[slug] = Organisation.objects.create(
            kind=OrganisationKind.PROVIDER, name=name
        )
    Organisation.objects.create(kind=OrganisationKind.ACADEMIE, name="Académie de Normandie")
    Organisation.objects.create(kind=OrganisationKind.REGION, name="Région Normandie")


def load_people(world: World) -> None:
    cast = Cast(world)
    for login, given, family, uais, subjects, language in FRONT_TEACHERS:
        schools = [world.schools[uai] for uai in uais]
        world.teachers.append(
            cast.add(login, given, family, Role.TEACHER, schools, subjects, language)
        )
    codes = [code for code, _fr, _en in SUBJECTS]
    for number in range(TEACHERS[world.size] - len(FRONT_TEACHERS)):
        # In turn, so that every subscriber has teachers; some teach in the next school, too.
        first = number % len(world.subscribers)
        schools = [world.subscribers[first]]
        if number % IN_TWO_SCHOOLS_EVERY == IN_TWO_SCHOOLS_EVERY - 1:
            schools.append(world.subscribers[(first + 1) % len(world.subscribers)])
        language = "en" if number % 8 == 7 else "fr"
        world.teachers.append(
            cast.add(*cast.invent(), Role.TEACHER, schools, [world.rng.choice(codes)], language)
        )
    login, given, family, slug = FRONT_TRAINER
    world.trainers = {slug: [] for slug in world.providers}
    world.trainers[slug].append(
        cast.add(login, given, family, Role.TRAINER, [world.providers[slug]])
    )
    for slug, provider in world.providers.items():
        while len(world.trainers[slug]) < TRAINERS_PER_PROVIDER:
            world.trainers[slug].append(cast.add(*cast.invent(), Role.TRAINER, [provider]))
    academie = Organisation.objects.get(kind=OrganisationKind.ACADEMIE)
    for login, given, family, language in FRONT_ADVISERS:
        world.advisers.append(
            cast.add(login, given, family, Role.ADVISER, [academie], language=language)
        )
    for role in (Role.PLANNER, Role.REGISTRAR):  # one person runs the office of the demo's académie
        cast.add_role(world.people[FRONT_ADVISERS[0][0]], role, [academie])
    region = Organisation.objects.get(kind=OrganisationKind.REGION)
    cast.add(*FRONT_OFFICER, Role.OFFICER, [region])
    cast.save()

    by_school = defaultdict(list)
    for membership, _codes in cast.memberships:
        if membership.role == Role.TEACHER:
            by_school[membership.organisation_id].append(membership.person)
    world.teachers_of = lambda school: by_school[school.pk]
