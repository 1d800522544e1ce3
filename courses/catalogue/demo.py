"""The demo's resources and licences.

Texts are in `data/demo.toml`; the licences are invented.
"""

import datetime
import tomllib
from pathlib import Path
from typing import Any

from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence, ProviderProfile, Resource, ResourceCost
from courses.catalogue.queries import Entitlements, entitlements_for
from courses.dates import school_year_begun
from courses.digest.values import World
from courses.people.models import Subject
from courses.required import required

TEXTS = tomllib.loads((Path(__file__).parent / "data" / "demo.toml").read_text(encoding="utf-8"))
RESOURCES = TEXTS["resource"]
WHOLE, SOME, NAMED = LicenceScope.WHOLE_SCHOOL, LicenceScope.SUBJECTS, LicenceScope.NAMED
YEAR = 365
NEXT_MONTH = None  # from its first day
# The number of a school among the subscribers, scope, first day and last day counted from today
# (None: without end), subjects. The first three schools are those of the demo's logins.
LICENCES: dict[str, list[tuple[Any, ...]]] = {
    "educarte": [
        *[(number, WHOLE, -430, None) for number in (0, 1, 2, 3, 5, 8, 9, 12, 13, 15, 17, 18)],
        (6, SOME, -90, 275, ["histoire-geographie", "anglais", "allemand", "espagnol"]),
        (16, NAMED, -90, 275),
        (19, WHOLE, NEXT_MONTH, 395),
    ],
    "universalis": [
        *[(number, WHOLE, -430, None) for number in (0, 3, 4, 7, 10, 11, 13, 17, 20)],
        (14, SOME, -90, 275, ["francais", "philosophie", "documentation"]),
        (1, NAMED, -90, 275),
        (9, WHOLE, -YEAR, -40),
    ],
    "madmagz": [
        (0, WHOLE, -345, 20),
        *[(number, WHOLE, -90, 275) for number in (2, 4, 6, 10, 14, 16, 19)],
        (5, SOME, -90, 275, ["francais", "arts-plastiques", "documentation"]),
        (12, NAMED, -90, 275),
        (8, WHOLE, -YEAR, -30),
        (20, WHOLE, NEXT_MONTH, 395),
    ],
    "enseigno": [
        *[(number, WHOLE, -90, None) for number in (2, 7, 11, 15, 18, 20)],
        (3, SOME, -90, 275, ["mathematiques", "physique-chimie", "svt"]),
        (17, NAMED, -90, 275),
        (13, WHOLE, -YEAR, -12),
    ],
}
NAMED_TEACHERS = 2
# Euros a school year, invented; those of last year were a twentieth less.
COSTS = {"educarte": 14_200, "universalis": 11_900, "enseigno": 6_400, "madmagz": 5_100}


def load(world: World, say) -> None:
    for texts in RESOURCES:
        slug = texts["slug"]
        world.resources[slug] = Resource.objects.create(provider=world.providers[slug], **texts)
        ProviderProfile.objects.create(
            organisation=world.providers[slug], website=texts.get("url", ""), **TEXTS["provider"]
        )
    load_licences(world)
    load_costs(world)
    world.entitled = entitled_in(world)
    say(f"{len(world.resources)} resources, {len(world.licences)} licences (invented)")


def load_licences(world: World) -> None:
    subjects = {subject.code: subject for subject in Subject.objects.all()}
    for slug, lines in LICENCES.items():
        for number, scope, first, last, *codes in lines:
            school = world.subscribers[number]
            licence = Licence.objects.create(
                resource=world.resources[slug],
                school=school,
                scope=scope,
                since=(
                    first_of_next_month(world.today)
                    if first is NEXT_MONTH
                    else world.today + datetime.timedelta(days=first)
                ),
                until=None if last is None else world.today + datetime.timedelta(days=last),
                contact=TEXTS["contacts"][number % len(TEXTS["contacts"])],
            )
            if scope == SOME:
                licence.subjects.set(subjects[code] for code in codes[0])
            if scope == NAMED:
                licence.teachers.set(required(world.teachers_of)(school)[:NAMED_TEACHERS])
            world.licences.append(licence)


def load_costs(world: World) -> None:
    this_year = school_year_begun(world.today)
    for slug, amount in COSTS.items():
        for year, euros in ((this_year, amount), (this_year - 1, amount * 95 // 100)):
            resource = world.resources[slug]
            ResourceCost.objects.create(resource=resource, school_year=year, amount=euros)


def first_of_next_month(day: datetime.date) -> datetime.date:
    return (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)


def entitled_in(world: World):
    """A function (slug of a resource, first day, last day) → the teachers who have it on these
    days, the demo's logins first.
    """
    known: dict[int, Entitlements] = {}

    def entitled(slug: str, first: datetime.date, last: datetime.date) -> list:
        found = []
        for teacher in world.teachers:
            if teacher.pk not in known:
                known[teacher.pk] = entitlements_for(teacher)
            period = known[teacher.pk].of(world.resources[slug].pk, first, last)
            if period and period.covers(first, last):
                found.append(teacher)
        return found

    return entitled
