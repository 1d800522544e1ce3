"""Identity providers, people whom they know, and a browser that logs in by one."""

from urllib.parse import parse_qs, urlsplit

import factory
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
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
    """With this identifier, as a roster writes it, confirmed."""
    Identity.objects.create(
        person=person, namespace=namespace, value=value, confirmed_at=timezone.now()
    )
    return person


PEOPLE = {
    "lea": {"aaf": ["1000001"]},
    "both": {"aaf": ["1000001", "2000002"]},
    "stranger": {"aaf": ["999"]},
    "bare": {"cn": ["Bare"]},
}


def begins(browser, ent, **query) -> str:
    """The address of ours that the server is told."""
    answer = browser.get(reverse("signin:start", args=[ent.slug]), query)
    assert answer.status_code == 302
    assert answer.url.startswith(f"{ent.address}/login?service=")
    return parse_qs(urlsplit(answer.url).query)["service"][0]


def comes_back(browser, service: str, ticket: str):
    return browser.get(
        service.removeprefix(settings.SITE_ADDRESS), {"ticket": ticket, "s": once(service)}
    )


def once(service: str) -> str:
    return parse_qs(urlsplit(service).query)["s"][0]


def logs_in(browser, server, ent, user: str, **query):
    service = begins(browser, ent, **query)
    return comes_back(browser, service, server.ticket(service, user))


def is_in(browser) -> bool:
    return browser.get(reverse("people:profile")).status_code == 200
