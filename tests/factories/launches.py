"""Ways to resources, and opening them as a browser does."""

import factory
from django.urls import reverse
from django.utils import translation
from factory.django import DjangoModelFactory

from courses.launches.enums import LaunchWay
from courses.launches.models import ResourceConnection
from tests.factories.catalogue import ResourceFactory


class ConnectionFactory(DjangoModelFactory):
    """A signed link to the practice resource, which tells a code alone."""

    class Meta:
        model = ResourceConnection

    resource = factory.SubFactory(ResourceFactory)
    way = LaunchWay.SIGNED
    is_practice = True


class EntConnectionFactory(ConnectionFactory):
    """A plain link."""

    way = LaunchWay.ENT
    is_practice = False
    address = "https://ent.example/mediacentre?idSrc=YXJr"


def address_of(name: str, resource, language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"launches:{name}", args=[resource.slug])


def shown_on(client, resource) -> str:
    """The fingerprint in the form of the page on what the resource learns."""
    page = client.get(address_of("learns", resource)).text
    return page.partition('name="shown" value="')[2].partition('"')[0]


def press_open(client, resource):
    """Press the button on that page; the answer goes on to the resource by itself."""
    return client.post(address_of("open", resource), {"shown": shown_on(client, resource)})


def goes_on_to(answer) -> str:
    """The address in the answer's Refresh."""
    assert answer.status_code == 200, answer.status_code
    seconds, _mark, address = answer["Refresh"].partition("; url=")
    assert seconds == "0"
    return address


class LtiConnectionFactory(ConnectionFactory):
    """A real tool, at addresses that nobody asks unless a story starts one there."""

    way = LaunchWay.LTI
    is_practice = False
    address = "https://tool.example/launch/"
    login_address = "https://tool.example/login/"
