"""Makes the demo's persons and where they belong."""

import datetime

from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from courses.digest.values import World
from courses.people.enums import Role
from courses.people.models import Membership, Person, Subject

MAIL_DOMAIN = "demo.passerelle.example"
MEMBERS_SINCE = datetime.timedelta(days=400)


class Cast:
    """Makes persons and memberships; all with the same password, hashed once."""

    def __init__(self, world: World):
        self.world = world
        self.password = make_password(world.password)
        self.since = world.today - MEMBERS_SINCE
        self.persons: list[Person] = []
        self.memberships: list[tuple[Membership, list[str]]] = []

    def invent(self) -> tuple[str, str, str]:
        """A login nobody has yet, a first name and a family name."""
        while True:
            given, family = self.world.faker.first_name(), self.world.faker.last_name()
            login = f"{slugify(given)}.{slugify(family)}"
            if login not in self.world.people:
                return login, given, family

    def add(
        self,
        login: str,
        given: str,
        family: str,
        role: Role,
        organisations,
        subjects=(),
        language="fr",
    ) -> Person:
        """Students have no email address."""
        person = Person(
            login=login,
            email=None if role == Role.STUDENT else f"{login}@{MAIL_DOMAIN}",
            given_name=given,
            family_name=family,
            language=language,
            password=self.password,
        )
        self.persons.append(person)
        self.world.people[login] = person
        self.add_role(person, role, organisations, subjects)
        return person

    def add_role(self, person: Person, role: Role, organisations, subjects=()) -> None:
        for organisation in organisations:
            membership = Membership(
                person=person, organisation=organisation, role=role, since=self.since
            )
            self.memberships.append((membership, list(subjects)))

    def save(self) -> None:
        Person.objects.bulk_create(self.persons)
        Membership.objects.bulk_create(membership for membership, _codes in self.memberships)
        subjects = {subject.code: subject.pk for subject in Subject.objects.all()}
        through = Membership.subjects.through
        through.objects.bulk_create(
            through(membership_id=membership.pk, subject_id=subjects[code])
            for membership, codes in self.memberships
            for code in codes
        )
