"""A registrar sets the way to a resource: what can't work is said there; keys are renewed knowingly."""

import datetime
import html
import re
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.catalogue.demo import RESOURCES
from courses.catalogue.models import Resource
from courses.launches import demo
from courses.launches.enums import Attribute, LaunchWay, Telling
from courses.launches.gateways import lti
from courses.launches.models import Launch, LaunchCount, ResourceConnection
from courses.launches.queries import key_for_codes, launch_addresses_of, origins_of
from courses.launches.values import link_secret
from courses.launches.viewsets import failures_of
from courses.people import services as people
from courses.people.models import today
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.launches import (
    ConnectionFactory,
    EntConnectionFactory,
    LtiConnectionFactory,
    address_of,
    asked_by_tool,
    goes_on_to,
    make_test_key,
    posted_to_tool,
    press_open,
)
from tests.factories.people import OrganisationFactory, RegistrarFactory, TeacherFactory

pytestmark = pytest.mark.django_db

ADD = "resource_connections:add"
FIELDS = {
    "address": "https://madmagz.example/in",
    "login_address": "https://madmagz.example/login",
    "role_telling": Telling.NEVER,
    "school_telling": Telling.NEVER,
    "level_telling": Telling.NEVER,
}


LTI = {"way": LaunchWay.LTI, "works_without_a_name": "on"}


@pytest.fixture(autouse=True)
def with_key_for_lti():
    make_test_key()


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
        ({"way": LaunchWay.SIGNED}, "We give no name. If the provider insists on one"),
        ({"way": LaunchWay.LTI}, "We give no name. If the provider insists on one"),
        ({**LTI, "login_address": ""}, "LTI 1.3 needs the login address."),
        ({**LTI, "login_address": "http://madmagz.example/login"}, "Enter a valid URL."),
        ({**LTI, "address": "https://madmagz.example/in#a"}, "The address holds no “#”."),
        ({**LTI, "login_address": "https://madmagz.example/#a"}, "The address holds no “#”."),
        ({**LTI, "other_addresses": "https://a.example/#a"}, "The address holds no “#”."),
        ({**LTI, "other_addresses": "http://a.example/"}, "begins with https://."),
        ({**LTI, "other_origins": "https://a.example; script-src *"}, "begins with https://."),
        ({**LTI, "address": "https://a.example:99999/"}, "Enter a valid URL."),
        ({**LTI, "login_address": "https://a.example:99999/"}, "Enter a valid URL."),
        ({**LTI, "other_addresses": "https://a.example:99999/"}, "begins with https://."),
        ({**LTI, "other_origins": "https://a.example:99999"}, "begins with https://."),
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
        ({"way": "cas"}, "cas is not one of the available choices"),
        ({"way": LaunchWay.ENT, "purpose_en": "Why"}, "Write it in both languages."),
        ({"way": LaunchWay.ENT, "meanwhile_fr": "Attendez"}, "Write it in both languages."),
    ],
    ids=[
        "a name",
        "a name by LTI",
        "no login",
        "login http",
        "fragment",
        "login fragment",
        "redirect fragment",
        "redirect http",
        "a policy",
        "port",
        "login port",
        "redirect port",
        "origin port",
        "a query",
        "none",
        "http",
        "script",
        "a way not made",
        "purpose",
        "meanwhile",
    ],
)
def test_what_cannot_work_is_said_when_it_is_set(registrar, fields, sentence):
    assert sentence in said_to(registrar, **fields)
    assert ResourceConnection.objects.count() == 0


@pytest.mark.parametrize("way", LaunchWay)
def test_each_way_that_is_offered_can_be_set(registrar, way):
    said_to(registrar, way=way, works_without_a_name="on")

    assert ResourceConnection.objects.get().way == way


def test_lines_are_kept_clean_and_sites_as_a_policy_names_them(registrar):
    said_to(
        registrar,
        **LTI,
        other_addresses=" https://a.example/in \r\n\r\nhttps://b.example/in?x=1",
        other_origins="https://App.example/page?x=1\nhttps://app.example\nhttps://b.example:8443/",
    )

    connection = ResourceConnection.objects.get()
    assert launch_addresses_of(connection) == [
        "https://madmagz.example/in",
        "https://a.example/in",
        "https://b.example/in?x=1",
    ]
    assert origins_of(connection) == [
        "https://madmagz.example",
        "https://a.example",
        "https://b.example",
        "https://app.example",
        "https://b.example:8443",
    ]


def test_without_a_key_the_site_offers_no_lti(registrar, settings):
    settings.LTI_KEYS = ""

    assert "This site has no key for LTI 1.3." in said_to(registrar, **LTI)
    assert ResourceConnection.objects.count() == 0


def test_each_way_has_a_client_id_of_its_own():
    assert len({ConnectionFactory().client_id for _each in range(3)}) == 3


# The test of an LTI way


def test_what_the_provider_enters_is_said(registrar):
    connection = LtiConnectionFactory()

    page = registrar.get(address_of("keys", connection.resource)).text

    values = re.findall(r'<span class="value">([^<]+)</span>', page)
    assert values == [
        "http://testserver",
        connection.client_id,
        "1",
        "http://testserver/lti/authorize/",
        "http://testserver/lti/jwks.json",
        connection.address,
    ]
    assert "Show the secret" not in page


def page_after_test(registrar, connection, **other) -> str:
    """A test launch, as far as the tool comes; None: it doesn't come back. The page of keys."""
    begun = registrar.post(address_of("launch_test", connection.resource))
    hint = parse_qs(urlsplit(goes_on_to(begun)).query)["login_hint"][0]
    asked = asked_by_tool(connection, hint, **other)
    answer = registrar.get("/lti/authorize/", asked)
    page = html.unescape(registrar.get(address_of("keys", connection.resource)).text)
    assert (answer.status_code, answer.headers.get("Location")) in (
        (200, None),
        (302, address_of("keys", connection.resource, "en")),
    )
    return page


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({}, "the service was given a code"),
        ({"redirect_uri": "https://x.example/"}, "It wants the answer at an address"),
        ({"state": ""}, "It sent no state."),
        ({"scope": "openid email"}, "It wants something other than scope=openid."),
        ({"client_id": "of another"}, "It sent a client id that isn’t one of ours."),
    ],
    ids=["all is well", "address", "state", "scope", "client"],
)
def test_how_far_a_test_came_is_said_in_words(registrar, other, words):
    connection = LtiConnectionFactory()

    page = page_after_test(registrar, connection, **other)

    assert words in page
    assert ("https://x.example/" in page) == ("redirect_uri" in other)
    assert Launch.objects.count() == LaunchCount.objects.count() == 0


def test_a_tool_that_asks_rightly_in_the_end_is_not_said_to_ask_wrongly(registrar):
    connection = LtiConnectionFactory()
    begun = registrar.post(address_of("launch_test", connection.resource))
    hint = parse_qs(urlsplit(goes_on_to(begun)).query)["login_hint"][0]
    for asked in ({"redirect_uri": "https://x.example/"}, {}):
        registrar.get("/lti/authorize/", asked_by_tool(connection, hint, **asked))

    page = html.unescape(registrar.get(address_of("keys", connection.resource)).text)

    assert "the service was given a code" in page
    assert "https://x.example/" not in page


def test_a_tool_that_has_not_come_back_is_said(registrar):
    connection = LtiConnectionFactory()
    registrar.post(address_of("launch_test", connection.resource))

    page = html.unescape(registrar.get(address_of("keys", connection.resource)).text)
    registrar.force_login(RegistrarFactory(language="en"))
    of_another = html.unescape(registrar.get(address_of("keys", connection.resource)).text)

    assert "the service hasn’t come back" in page
    assert "the service hasn’t come back" not in of_another


def test_a_test_tells_a_code_that_is_nobodys_and_nothing_else(registrar):
    connection = LtiConnectionFactory(role_telling=Telling.ALWAYS, school_telling=Telling.ALWAYS)
    codes = []
    for _time in range(2):
        begun = registrar.post(address_of("launch_test", connection.resource))
        hint = parse_qs(urlsplit(goes_on_to(begun)).query)["login_hint"][0]
        answer = registrar.get("/lti/authorize/", asked_by_tool(connection, hint))
        claims = jwt.decode(posted_to_tool(answer)["id_token"], options={"verify_signature": False})
        assert set(claims) - lti.PROTOCOL == {"sub", lti.ROLES_CLAIM}
        assert claims[lti.ROLES_CLAIM] == []
        codes.append(claims["sub"])

    assert len(set(codes)) == 2


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

    unticked = registrar.post(address_of("renew_secret", connection.resource))

    assert unticked.status_code == 422
    assert ResourceConnection.objects.get().secret_seed == connection.secret_seed
    registrar.post(address_of("renew_secret", connection.resource), {"knows": "on"})
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

    assert "With a new key each gets another one" in page.text
    assert unticked.status_code == 422
    assert ResourceConnection.objects.get().code_key == connection.code_key
    registrar.post(renew, {"knows": "on"})
    press_open(client, connection.resource)
    new, old = (one.told[Attribute.CODE] for one in Launch.objects.all())
    assert new != old


def test_people_who_opened_a_resource_are_not_counted_while_one_looks(registrar):
    """From one look to the next the number would grow by one person."""
    connection = ConnectionFactory()
    licence = LicenceFactory(resource=connection.resource)
    opened = {"resource": connection.resource, "school": licence.school, "way": LaunchWay.SIGNED}
    pages = []
    for _n in range(6):
        Launch.objects.create(person=TeacherFactory(), **opened)
        page = registrar.get(address_of("keys", connection.resource)).text
        pages.append(page.partition('aria-labelledby="codes"')[2].partition("<form")[0])

    assert "With a new key each gets another one" in pages[0]
    assert len(set(pages)) == 1


def test_deleting_a_way_says_what_goes_with_it(registrar):
    connection = ConnectionFactory()

    page = registrar.get(reverse("resource_connections:delete", args=[connection.pk]))

    assert "everybody’s work there begins anew" in html.unescape(page.text)


def test_a_resource_with_a_licence_is_not_deleted_and_that_is_said(registrar):
    licence = LicenceFactory()

    page = registrar.post(reverse("resources:delete", args=[licence.resource_id]), follow=True)

    assert page.status_code == 200
    words = f"Nothing was deleted: other things still depend on “{licence.resource}”."
    assert words in html.unescape(page.text)
    assert Resource.objects.filter(pk=licence.resource_id).exists()
    assert not ModelLogEntry.objects.filter(action="wagtail.delete").exists()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "fewer than five times"),
        (4, "fewer than five times"),
        (5, "5 times or more"),
        (9, "5 times or more"),
        (10, "10 times or more"),
        (29, "20 times or more"),
        (30, "30 times or more"),
    ],
)
def test_failures_reported_are_told_in_steps(number, words):
    connection = ConnectionFactory.build()
    connection.failures = number

    assert failures_of(connection) == words


@pytest.mark.at("2026-11-25T12:00")
def test_a_registrar_reads_which_resources_were_said_not_to_open(registrar):
    """Of this week (from the 23rd) and the last, of all schools; in steps, never exactly."""
    often, seldom, before, never = (
        ConnectionFactory(),
        EntConnectionFactory(),
        LtiConnectionFactory(),
        ConnectionFactory(),
    )
    schools = OrganisationFactory.create_batch(2)
    for connection, week, failures in (
        (often, datetime.date(2026, 11, 23), (3, 4)),
        (often, datetime.date(2026, 11, 16), (5, 0)),
        (seldom, datetime.date(2026, 11, 16), (2, 1)),
        (before, datetime.date(2026, 11, 9), (7, 7)),
    ):
        for school, number in zip(schools, failures, strict=True):
            LaunchCount.objects.create(
                resource=connection.resource, school=school, week=week, failures=number
            )

    page = registrar.get(reverse("resource_connections:index"))

    assert {one.resource.name: str(failures_of(one)) for one in page.context["object_list"]} == {
        often.resource.name: "10 times or more",
        seldom.resource.name: "fewer than five times",
        before.resource.name: "fewer than five times",
        never.resource.name: "fewer than five times",
    }
    assert "Failures reported" in page.text
    assert page.text.count("fewer than five times") == 3


def test_the_way_leads_to_its_keys_where_it_has_some(registrar):
    for connection, has_keys in (
        (ConnectionFactory(), True),
        (LtiConnectionFactory(), True),
        (EntConnectionFactory(), False),
    ):
        page = registrar.get(reverse("resource_connections:edit", args=[connection.pk])).text
        keys = rf'href="/\w\w/resources/{connection.resource.slug}/keys/"'
        assert (re.search(keys, page) is not None) == has_keys
        answer = registrar.get(address_of("keys", connection.resource))
        assert answer.status_code == (200 if has_keys else 404)


def test_the_demo_has_a_way_to_each_of_its_resources():
    slugs = [texts["slug"] for texts in RESOURCES]
    world = SimpleNamespace(
        resources={slug: ResourceFactory(slug=slug) for slug in slugs},
        licences=[],
        today=today(),
        now=timezone.now(),
    )

    demo.load(world, lambda text: None)

    ways = ResourceConnection.objects.filter(is_practice=True)
    assert sorted(ways.values_list("resource__slug", flat=True)) == sorted(slugs)
    assert set(ways.values_list("way", flat=True)) == set(LaunchWay)
