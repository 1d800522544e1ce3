"""By login or by email address; in the demo with one click."""

import pytest
from django.urls import reverse

from courses.people.enums import Role
from courses.people.queries.demo import demo_accounts
from tests.factories.people import AdviserFactory, MembershipFactory, PersonFactory, TeacherFactory

pytestmark = pytest.mark.django_db

LOGIN = "/fr/login/"


def signed_in_as(client):
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize(
    "typed",
    ["m.leroy", "M.Leroy", " m.leroy ", "Marie.Leroy@lycee.example", "MARIE.LEROY@LYCEE.EXAMPLE"],
)
def test_a_person_logs_in_with_login_or_mail_address(client, typed):
    person = PersonFactory(login="m.leroy", email="marie.leroy@lycee.example")

    answer = client.post(LOGIN, {"username": typed, "password": "password"})

    assert (answer.status_code, answer.url) == (302, "/fr/today/")
    assert signed_in_as(client) == str(person.pk)


def test_a_login_that_is_another_persons_address_opens_only_its_own_account(client):
    PersonFactory(login="marie@lycee.example", email=None, password="another-password")
    PersonFactory(email="marie@lycee.example")

    client.post(LOGIN, {"username": "marie@lycee.example", "password": "password"})

    assert signed_in_as(client) is None


@pytest.mark.parametrize(
    ("account", "typed", "password"),
    [
        pytest.param({}, "m.leroy", "wrong", id="wrong password"),
        pytest.param({}, "nobody", "password", id="unknown"),
        pytest.param({"is_active": False}, "m.leroy", "password", id="closed account"),
        pytest.param({"email": None}, "", "password", id="nothing typed"),
    ],
)
def test_nobody_else_gets_in(client, account, typed, password):
    PersonFactory(login="m.leroy", **account)

    answer = client.post(LOGIN, {"username": typed, "password": password})

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert signed_in_as(client) is None


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/fr/profile/", "/fr/profile/"),
        ("https://elsewhere.example/", "/fr/today/"),
        ("//elsewhere.example/", "/fr/today/"),
        ("today", "today"),  # an address, never a view's name
    ],
)
def test_logging_in_leads_where_the_person_was_going(client, wanted, leads_to):
    PersonFactory(login="m.leroy")

    answer = client.post(LOGIN, {"username": "m.leroy", "password": "password", "next": wanted})

    assert answer.url == leads_to


def test_a_person_logs_out_with_a_form_not_with_a_link(client):
    client.force_login(PersonFactory())

    assert client.get("/fr/logout/").status_code == 405
    assert signed_in_as(client) is not None
    assert client.post("/fr/logout/").url == "/fr/"
    assert signed_in_as(client) is None


def test_who_is_in_and_may_not_enter_the_administration_is_told_so(client):
    client.force_login(TeacherFactory())

    assert client.get("/admin/", follow=True).status_code == 403


@pytest.fixture
def demo(settings):
    settings.ONE_CLICK_LOGINS = True
    settings.DEMO_ACCOUNTS = ["prof.demo", "conseil.demo"]


def test_the_demo_opens_an_account_with_one_click(client, demo, django_assert_num_queries):
    TeacherFactory(login="prof.demo", given_name="Ada", family_name="Lebrun")
    other = PersonFactory(login="somebody")

    # Accounts, their places, the words above every page, identity providers
    with django_assert_num_queries(4):
        page = client.get(LOGIN)

    assert [(door.login, door.name) for door in page.context["doors"]] == [
        ("prof.demo", "Ada Lebrun")
    ]
    assert client.post(reverse("people:demo_login"), {"login": other.login}).status_code == 404
    assert client.post(reverse("people:demo_login"), {"login": "prof.demo"}).url == "/fr/today/"
    assert signed_in_as(client) is not None


def test_outside_the_demo_there_are_no_doors(client, settings):
    settings.DEMO_ACCOUNTS = ["prof.demo"]
    TeacherFactory(login="prof.demo")

    assert client.get(LOGIN).context["doors"] == []
    assert client.post(reverse("people:demo_login"), {"login": "prof.demo"}).status_code == 404
    assert signed_in_as(client) is None


def test_a_door_of_the_demo_says_a_place_once_however_many_roles_are_held_there(client, settings):
    settings.DEMO_ACCOUNTS = ["conseil.demo"]
    person = AdviserFactory(login="conseil.demo")
    (academie,) = [membership.organisation for membership in person.memberships.all()]
    for role in (Role.PLANNER, Role.REGISTRAR):
        MembershipFactory(person=person, organisation=academie, role=role)

    (door,) = demo_accounts()

    assert door.places == "Académie de Normandie"
    assert door.roles.count(",") == 2


@pytest.mark.parametrize("address", ["/en/logout/", "/admin/logout/"])
def test_what_no_page_has_said_yet_is_not_said_to_who_comes_next(client, address):
    """A second tab logs out before the first one's answer is shown."""
    client.force_login(TeacherFactory())
    asked = {"email": "mine@home.example", "password": "password"}
    assert client.post("/en/profile/mail-address/", asked).url == "/en/profile/"

    client.post(address)

    assert "mine@home.example" not in client.get("/en/").text
