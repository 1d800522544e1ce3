"""The demo's guardians: one with an account and three children in two schools, one with a personal
link alone. Invented.
"""

from courses.digest.values import World
from courses.people.demo.cast import Cast
from courses.people.enums import GuardianQuality, Role
from courses.people.models import GuardianLink, Guardianship, Organisation, Person
from courses.people.models.classes import end_of_school_year
from courses.people.services.guardians import hash_of

BY_ACCOUNT = ("famille.demo", "Morgane", "Bellanger")
BY_LINK = ("famille.lien", "Gwenaël", "Bellanger")
DEMO_LINK = "demo-0f3b7c5e9a1d4f6280b3"  # everybody knows it: its data are invented
FRONT_STUDENT = "eleve.demo"


def cast_families(cast: Cast, schools: list[Organisation]) -> list[Person]:
    by_account = cast.add(*BY_ACCOUNT, Role.GUARDIAN, schools[:2])
    by_link = cast.add(*BY_LINK, Role.GUARDIAN, schools[:1])
    by_link.email = None
    return [by_account, by_link]


def load(world: World, families: list[Person], say) -> None:
    """After the classes: the front student, one of the class beside, one of the next school."""
    by_account, by_link = families
    first, second = world.in_use
    elsewhere = next(one for one in world.classes if one.school_id != first.school_id)
    front = world.people[FRONT_STUDENT]
    children = [
        (front, first.school),
        (world.students[second.pk][0], second.school),
        (world.students[elsewhere.pk][0], elsewhere.school),
    ]
    schools = {school.pk for _student, school in children}
    Organisation.objects.filter(pk__in=schools).update(with_guardians=True)
    for student, school in children:
        Guardianship.objects.create(
            guardian=by_account,
            student=student,
            school=school,
            quality=GuardianQuality.AUTHORITY,
            since=world.today,
        )
    other = Guardianship.objects.create(
        guardian=by_link,
        student=front,
        school=first.school,
        quality=GuardianQuality.INFORMED,
        since=world.today,
    )
    GuardianLink.objects.create(
        guardianship=other,
        token_hash=hash_of(DEMO_LINK),
        ends_on=end_of_school_year(world.today),
    )
    say(f"2 guardians; a personal link ends with /families/link/{DEMO_LINK}/ (invented)")
