"""Resources and licences."""

import datetime

import factory
from factory.django import DjangoModelFactory

from courses.catalogue.enums import LicenceScope
from courses.catalogue.models import Licence, ProviderProfile, Resource
from tests.factories.people import OrganisationFactory, ProviderFactory


class ResourceFactory(DjangoModelFactory):
    class Meta:
        model = Resource

    slug = factory.Sequence(lambda n: f"resource-{n}")
    name = factory.Sequence(lambda n: f"Resource {n}")
    provider = factory.SubFactory(ProviderFactory)
    summary_fr = "Une ressource."
    summary_en = "A resource."


class ProviderProfileFactory(DjangoModelFactory):
    """No facts, no contact."""

    class Meta:
        model = ProviderProfile

    organisation = factory.SubFactory(ProviderFactory)


class LicenceFactory(DjangoModelFactory):
    """The whole school, since 2020, without end."""

    class Meta:
        model = Licence
        skip_postgeneration_save = True

    resource = factory.SubFactory(ResourceFactory)
    school = factory.SubFactory(OrganisationFactory)
    scope = LicenceScope.WHOLE_SCHOOL
    since = datetime.date(2020, 1, 1)
    until = None
