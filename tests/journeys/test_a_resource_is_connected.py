"""A registrar sets the way to a resource: what can't work is said there; keys are renewed knowingly."""

import html
import re
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from courses.catalogue.demo import RESOURCES
from courses.launches import demo
from courses.launches.enums import Attribute, LaunchWay, Telling
from courses.launches.models import Launch, ResourceConnection
from courses.launches.queries import key_for_codes
from courses.launches.values import link_secret
from courses.people import services as people
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.launches import ConnectionFactory, EntConnectionFactory, address_of, press_open
from tests.factories.people import RegistrarFactory, TeacherFactory

pytestmark = pytest.mark.django_db

ADD = "resource_connections:add"
FIELDS = {
    "address": "https://madmagz.example/in",
    "role_telling": Telling.NEVER,
    "school_telling": Telling.NEVER,
    "level_telling": Telling.NEVER,
}


@pytest.fixture
def registrar():
    person = RegistrarFactory(language="en")
    people.derive_groups(person)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def said_to(registrar, **fields) -> str:
    answer = registrar.post(
        reverse(ADD), {**FIELDS, "resource": ResourceFactory().pk, **fields}, follow=True
    )
    return html.unescape(answer.text)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"way": LaunchWay.SIGNED}, "A signed link gives no name. If the provider insists on one"),
        (
            {
                "way": LaunchWay.SIGNED,
                "works_without_a_name": "on",
                "address": "https://madmagz.example/in?app=1",
            },
            "The address of a signed link holds neither “?” nor “#”.",
        ),
        ({"way": LaunchWay.ENT, "address": ""}, "Give the address."),
        ({"way": LaunchWay.ENT, "address": "http://ent.example/"}, "Enter a valid URL."),
        ({"way": LaunchWay.ENT, "address": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"way": "lti"}, "lti is not one of the available choices"),
        ({"way": LaunchWay.ENT, "purpose_en": "Why"}, "Write it in both languages."),
        ({"way": LaunchWay.ENT, "meanwhile_fr": "Attendez"}, "Write it in both languages."),
    ],
    ids=["a name", "a query", "none", "http", "script", "a way not made", "purpose", "meanwhile"],
)
def test_what_cannot_work_is_said_when_it_is_set(registrar, fields, sentence):
    assert sentence in said_to(registrar, **fields)
    assert ResourceConnection.objects.count() == 0


@pytest.mark.parametrize("way", LaunchWay)
def test_each_way_that_is_offered_can_be_set(registrar, way):
    said_to(registrar, way=way, works_without_a_name="on")

    assert ResourceConnection.objects.get().way == way


def test_a_resource_has_one_way(registrar):
    connection = ConnectionFactory()

    said_to(registrar, way=LaunchWay.ENT, resource=connection.resource.pk)

    assert ResourceConnection.objects.get() == connection


def test_the_secret_is_shown_when_asked_for_and_noted_and_no_row_holds_it(registrar):
    connection = ConnectionFactory()
    secret = link_secret(key_for_codes(), connection.secret_seed)

    page = registrar.get(address_of("keys", connection.resource))
    shown = registrar.post(address_of("show_secret", connection.resource))

    assert [secret in answer.text for answer in (page, shown)] == [False, True]
    assert "no-store" in shown["Cache-Control"]
    assert secret not in str(ResourceConnection.objects.values().get())
    assert ModelLogEntry.objects.get().action == "launches.show_secret"


def test_a_new_secret_leaves_the_codes(registrar):
    connection = ConnectionFactory()

    registrar.post(address_of("renew_secret", connection.resource))

    after = ResourceConnection.objects.get()
    assert after.secret_seed != connection.secret_seed
    assert after.code_key == connection.code_key


def test_new_codes_for_everybody_warn_first(registrar, settings):
    settings.ONE_CLICK_LOGINS = True
    connection = ConnectionFactory()
    licence = LicenceFactory(resource=connection.resource)
    client = Client()
    client.force_login(TeacherFactory(works_at=licence.school))
    press_open(client, connection.resource)
    renew = address_of("renew_codes", connection.resource)

    page = registrar.get(address_of("keys", connection.resource))
    unticked = registrar.post(renew)

    assert "Fewer than five people have opened this resource in the last six months" in page.text
    assert unticked.status_code == 422
    assert ResourceConnection.objects.get().code_key == connection.code_key
    registrar.post(renew, {"knows": "on"})
    press_open(client, connection.resource)
    new, old = (one.told[Attribute.CODE] for one in Launch.objects.all())
    assert new != old


def test_people_who_opened_a_resource_are_counted_from_five_on(registrar):
    connection = ConnectionFactory()
    licence = LicenceFactory(resource=connection.resource)
    opened = {"resource": connection.resource, "school": licence.school, "way": LaunchWay.SIGNED}
    counted = []
    for _n in range(5):
        person = TeacherFactory()
        for _twice in range(2):
            Launch.objects.create(person=person, **opened)
        page = registrar.get(address_of("keys", connection.resource)).text
        counted.append("people have opened this resource" in page and "Fewer than" not in page)

    assert counted == [False] * 4 + [True]
    assert "5 people have opened this resource in the last six months." in page


def test_deleting_a_way_says_what_goes_with_it(registrar):
    connection = ConnectionFactory()

    page = registrar.get(reverse("resource_connections:delete", args=[connection.pk]))

    assert "everybody’s work there begins anew" in html.unescape(page.text)


def test_the_way_leads_to_its_keys_where_it_has_some(registrar):
    for connection, has_keys in ((ConnectionFactory(), True), (EntConnectionFactory(), False)):
        page = registrar.get(reverse("resource_connections:edit", args=[connection.pk])).text
        keys = rf'href="/\w\w/resources/{connection.resource.slug}/keys/"'
        assert (re.search(keys, page) is not None) == has_keys
        answer = registrar.get(address_of("keys", connection.resource))
        assert answer.status_code == (200 if has_keys else 404)


def test_the_demo_has_a_way_to_each_of_its_resources():
    slugs = [texts["slug"] for texts in RESOURCES]
    world = SimpleNamespace(resources={slug: ResourceFactory(slug=slug) for slug in slugs})

    demo.load(world, lambda text: None)

    ways = ResourceConnection.objects.filter(is_practice=True)
    assert sorted(ways.values_list("resource__slug", flat=True)) == sorted(slugs)
    assert set(ways.values_list("way", flat=True)) == set(LaunchWay)
