"""Ways to resources, and opening them as a browser does."""

import datetime
import html
import re
from urllib.parse import parse_qs, urlsplit

import factory
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from factory.django import DjangoModelFactory

from courses.launches import storage
from courses.launches.enums import LaunchWay
from courses.launches.gateways import lti
from courses.launches.models import ResourceConnection
from courses.people.models import Person
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.continuity import StudentFactory

FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
KEY_BEGINS = datetime.date(2000, 1, 1)


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


def reader_of(*connections, person=None) -> tuple[Client, Person]:
    """A student's browser, with a licence of the whole school for each resource."""
    student = person or StudentFactory(language="en")
    school = student.memberships.get().organisation
    for connection in connections:
        if not school.licences.filter(resource=connection.resource).exists():
            LicenceFactory(resource=connection.resource, school=school)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(student)
    return client, student


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


def make_test_key() -> None:
    """The site's key for LTI launches, once for all tests of a process. Where a demo was made
    before, its key is there, too, and isn't this one.
    """
    if KEY_BEGINS not in storage.days_of_keys(settings.LTI_KEYS, KEY_BEGINS):
        storage.make_key(settings.LTI_KEYS, KEY_BEGINS)


class LtiConnectionFactory(ConnectionFactory):
    """A tool at addresses that nobody asks, unless a story starts one. The tests' key is made with
    the first of them.
    """

    way = LaunchWay.LTI
    is_practice = False
    address = "https://tool.example/launch/"
    login_address = "https://tool.example/login/"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        make_test_key()
        return super()._create(model_class, *args, **kwargs)


def launch_begun(client, connection) -> str:
    """Step 1 of an LTI launch: the login_hint that the tool's login address is told."""
    address = goes_on_to(press_open(client, connection.resource))
    return parse_qs(urlsplit(address).query)["login_hint"][0]


def asked_by_tool(connection, hint: str, **other) -> dict:
    """Step 2, as a tool asks rightly; `other` is what it asks otherwise."""
    asked = {name: good for name, good, _fault in lti.ASKS} | {
        "client_id": connection.client_id,
        "redirect_uri": connection.address,
        "login_hint": hint,
        "state": "a state",
        "nonce": "a nonce",
    }
    return asked | other


def posted_to_tool(answer) -> dict[str, str]:
    """Step 3: the fields of the form that goes on by itself; none on any other page."""
    form = answer.text.partition("data-passes-on>")[2].partition("</form>")[0]
    return {name: html.unescape(value) for name, value in FIELD.findall(form)}
