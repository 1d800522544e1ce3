"""Persons and where they belong: plain, valid, no surprises."""

import datetime

import factory
from factory.django import DjangoModelFactory

from courses.people.enums import OrganisationKind, Role
from courses.people.models import Membership, Organisation, Person, Subject

LONG_AGO = datetime.date(2020, 1, 1)


class SubjectFactory(DjangoModelFactory):
    class Meta:
        model = Subject

    code = factory.Sequence(lambda n: f"subject-{n}")
    title_fr = "Français"
    title_en = "French"


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    kind = OrganisationKind.SCHOOL
    name = factory.Sequence(lambda n: f"Lycée {n}")
    city = "Caen"
    uai = factory.Maybe(
        factory.LazyAttribute(lambda o: o.kind == OrganisationKind.SCHOOL),
        factory.Sequence(lambda n: f"{n:07d}A"),
        None,
    )


class ProviderFactory(OrganisationFactory):
    kind = OrganisationKind.PROVIDER
    name = factory.Sequence(lambda n: f"Provider {n}")
    city = ""


class PersonFactory(DjangoModelFactory):
    """Password: `password`."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    login = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda o: f"{o.login}@example.org")
    given_name = "Camille"
    family_name = factory.Sequence(lambda n: f"Martin{n}")
    password = factory.django.Password("password")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.TEACHER
    since = LONG_AGO


def _member(person, organisation, role):
    Membership.objects.create(person=person, organisation=organisation, role=role, since=LONG_AGO)


class TeacherFactory(PersonFactory):
    """`works_at`: a school, or a list of schools; one of its own if not given."""

    @factory.post_generation
    def works_at(self, create, extracted, **kwargs):
        if create:
            schools = (
                extracted
                if isinstance(extracted, list | tuple)
                else [extracted or OrganisationFactory()]
            )
            for school in schools:
                _member(self, school, Role.TEACHER)


class TrainerFactory(PersonFactory):
    """`works_for`: a provider."""

    given_name = "Dominique"

    @factory.post_generation
    def works_for(self, create, extracted, **kwargs):
        if create:
            _member(self, extracted or ProviderFactory(), Role.TRAINER)


def works_as_trainer(person, provider):
    """For the provider, too, unless they do, or did."""
    if not person.memberships.filter(organisation=provider, role=Role.TRAINER).exists():
        _member(person, provider, Role.TRAINER)
        person.forget_memberships()


def _academie():
    return OrganisationFactory(kind=OrganisationKind.ACADEMIE, name="Académie de Normandie")


class AdviserFactory(PersonFactory):
    """Works on guidance, and on nothing else."""

    given_name = "Claude"

    @factory.post_generation
    def works_in(self, create, extracted, **kwargs):
        if create:
            _member(self, extracted or _academie(), Role.ADVISER)


class PlannerFactory(PersonFactory):
    given_name = "Sacha"

    @factory.post_generation
    def works_in(self, create, extracted, **kwargs):
        if create:
            _member(self, extracted or _academie(), Role.PLANNER)


class OfficerFactory(PersonFactory):
    """Pays for the Region."""

    given_name = "Romane"

    @factory.post_generation
    def works_in(self, create, extracted, **kwargs):
        if create:
            region = OrganisationFactory(kind=OrganisationKind.REGION, name="Région Normandie")
            _member(self, extracted or region, Role.OFFICER)


class RegistrarFactory(PersonFactory):
    given_name = "Andrea"

    @factory.post_generation
    def works_in(self, create, extracted, **kwargs):
        if create:
            _member(self, extracted or _academie(), Role.REGISTRAR)
