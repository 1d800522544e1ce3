"""Identity providers, and people whom they know."""

import factory
from factory.django import DjangoModelFactory

from courses.people.models import Identity
from courses.signin.models import IdentityProvider

DIRECTORY = "aaf:70"


class IdentityProviderFactory(DjangoModelFactory):
    """Open, of all schools. `schools`: a list."""

    class Meta:
        model = IdentityProvider
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"ent-{n}")
    title_fr = "L’ENT d’essai"
    title_en = "The trial ENT"
    address = "https://ent.example/cas"
    attribute = "aaf"
    namespace = DIRECTORY
    is_open = True

    @factory.post_generation
    def schools(self, create, extracted, **kwargs):
        if create and extracted:
            self.schools.set(extracted)


def known_as(person, value: str, namespace: str = DIRECTORY):
    """With this identifier, as a roster writes it."""
    Identity.objects.create(person=person, namespace=namespace, value=value)
    return person
