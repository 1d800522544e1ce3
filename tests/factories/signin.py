"""Identity providers, people whom they know, and a browser that logs in by one."""

from urllib.parse import parse_qs, urlsplit

import factory
import pytest
import requests
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from factory.django import DjangoModelFactory

from courses.people.models import Identity
from courses.signin.enums import ProviderKind
from courses.signin.models import IdentityProvider
from tests.doors import lying_op
from tests.factories.cas_server import running
from tests.factories.continuity import StudentFactory
from tests.factories.people import TeacherFactory

DIRECTORY = "aaf:70"
# What a superuser enters.
FORM = {
    "title_fr": "L’ENT", "title_en": "The ENT", "slug": "ent", "kind": "cas", "attribute": "",
    "token_auth": "client_secret_basic", "address": "https://ent.example/cas",
    "namespace": "aaf:70", "value_form": "plain", "schools": "", "is_open": "on",
}  # fmt: skip


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


class OidcProviderFactory(IdentityProviderFactory):
    """`address`: the issuer. Whom it means is its `sub`."""

    kind = ProviderKind.OIDC
    slug = "ent"
    attribute = ""
    client_id = lying_op.CLIENT
    secret = lying_op.SECRET


def known_as(person, value: str, namespace: str = DIRECTORY):
    """With this identifier, as a roster writes it, confirmed."""
    Identity.objects.create(
        person=person, namespace=namespace, value=value, confirmed_at=timezone.now()
    )
    return person


STRANGER = "9990009"  # so long that no digest holds it by chance
PEOPLE = {
    "lea": {"aaf": ["1000001"]},
    "both": {"aaf": ["1000001", "2000002"]},
    "stranger": {"aaf": [STRANGER]},
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


def refused(answer) -> tuple[int, str]:
    return answer.status_code, answer.context["reason"]


# By OpenID Connect


def goes(browser, ent, **query) -> str:
    """The address of the provider to which one is sent."""
    answer = browser.get(reverse("signin:start", args=[ent.slug]), query)
    assert answer.status_code == 302
    return answer.url


def said_there(address: str) -> str:
    """The address of ours, without the site, to which the provider sends the browser back."""
    answer = requests.get(address, allow_redirects=False, timeout=5)
    return answer.headers["Location"].removeprefix(settings.SITE_ADDRESS)


# Fixtures of the stories about one ENT: tests/journeys/conftest.py


@pytest.fixture
def server():
    """A pretend CAS server that knows `PEOPLE`."""
    with running(PEOPLE) as server:
        yield server


@pytest.fixture
def ent(server):
    return IdentityProviderFactory(slug="ent", address=server.address)


@pytest.fixture
def lea():
    return known_as(StudentFactory(login="lea"), "1000001")


@pytest.fixture
def teacher():
    return known_as(TeacherFactory(login="teacher"), "2000002")
