"""Whoever reaches further than own classes sets up a second step before anything else, from the day
that the site says.
"""

import datetime

import pytest
import time_machine
from django.utils import timezone

from courses.people.enums import Role
from courses.people.services import derive_groups
from courses.people.services import second_factor as services
from courses.people.values import PASSED_SECOND_FACTOR
from tests.factories.continuity import LeaderFactory, StudentFactory
from tests.factories.people import (
    AdviserFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    PlannerFactory,
    RegistrarFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.factories.second_factors import app_code, give_password, switched_on

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
PAGE = "/fr/profile/second-step/"


def officer():
    region = OrganisationFactory(kind="region", uai=None)
    return MembershipFactory(role=Role.OFFICER, organisation=region).person


@pytest.fixture(autouse=True)
def needed(settings):
    settings.SECOND_FACTOR_FROM = datetime.date(2026, 11, 25)


@pytest.mark.parametrize(
    ("maker", "is_led"),
    [
        pytest.param(LeaderFactory, True, id="leader"),
        pytest.param(AdviserFactory, True, id="adviser"),
        pytest.param(officer, True, id="officer"),
        pytest.param(RegistrarFactory, True, id="registrar"),
        pytest.param(lambda: PersonFactory(is_superuser=True), True, id="superuser"),
        pytest.param(PlannerFactory, False, id="planner"),
        pytest.param(TeacherFactory, False, id="teacher"),
        pytest.param(TrainerFactory, False, id="trainer"),
        pytest.param(StudentFactory, False, id="student"),
    ],
)
def test_who_is_led_there_first(client, maker, is_led):
    give_password(client, maker())

    answer = client.get("/fr/profile/?part=1")

    if is_led:
        assert answer.url == f"{PAGE}?next=%2Ffr%2Fprofile%2F%3Fpart%3D1"
    else:
        assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/admin/", "/admin/persons/", "/admin/reports/site-history/"])
def test_wagtails_admin_is_behind_it_too(client, path):
    registrar = RegistrarFactory()
    derive_groups(registrar)
    give_password(client, registrar)

    assert client.get(path).url.startswith(PAGE)


def test_once_it_is_set_up_everything_opens(client):
    adviser = AdviserFactory()
    derive_groups(adviser)
    give_password(client, adviser)
    key = client.get(PAGE).context["key"].replace(" ", "")

    codes = client.post(
        PAGE,
        {
            "password": "password",
            "code": services.pyotp.TOTP(key).at(timezone.now()),
            "next": "/fr/profile/",
        },
    )

    assert codes.context["next"] == "/fr/profile/"
    assert client.get("/admin/").status_code == 200


def test_a_session_from_before_is_led_there_too(client):
    """It began before the second step was set up on another device, or without one."""
    leader = LeaderFactory()
    client.force_login(leader)

    assert client.get("/fr/profile/").url.startswith(PAGE)


def test_a_login_with_the_code_isn_t_led_there(client):
    leader = LeaderFactory()
    switched_on(leader)
    give_password(client, leader)
    client.post("/fr/login/second-step/", {"code": app_code(leader)})

    assert client.get("/fr/profile/").status_code == 200


def test_a_form_leads_back_to_its_page_and_a_script_loads_the_page(client):
    client.force_login(LeaderFactory())

    form = client.post("/fr/profile/", {}, headers={"Referer": "http://testserver/fr/profile/"})
    script = client.get("/fr/profile/printed-name/", headers={"HX-Request": "true"})

    assert form.url == f"{PAGE}?next=%2Ffr%2Fprofile%2F"
    assert script.headers["HX-Redirect"].startswith(PAGE)


def test_switched_off_it_is_set_up_again_before_anything_else(client):
    leader = LeaderFactory()
    switched_on(leader)
    client.force_login(leader)
    session = client.session
    session[PASSED_SECOND_FACTOR] = True
    session.save()

    client.post(f"{PAGE}change/", {"password": "password", "code": app_code(leader), "wish": "off"})

    assert client.get("/fr/profile/").url.startswith(PAGE)


def test_public_pages_logging_out_and_the_page_itself_stay_open(client):
    client.force_login(LeaderFactory())

    assert client.get("/fr/login/").status_code == 302
    assert client.get(PAGE).status_code == 200
    assert client.post("/fr/logout/").url == "/fr/"


def test_before_the_day_nobody_is_led_anywhere_but_told(client, settings):
    settings.SECOND_FACTOR_FROM = datetime.date(2026, 12, 1)
    client.force_login(LeaderFactory())

    assert client.get("/fr/profile/").status_code == 200
    assert "À partir du mardi 1" in client.get(PAGE).text
    with time_machine.travel(timezone.now() + datetime.timedelta(days=6)):
        assert client.get("/fr/profile/").status_code == 302


@pytest.mark.parametrize("path", ["/fr/profile/", "/fr/today/", "/fr/letters/", "/fr/login/"])
def test_no_page_asks_more_of_the_database(
    client, settings, path, django_assert_num_queries, django_assert_max_num_queries
):
    teacher = TeacherFactory()
    client.force_login(teacher)
    client.get(path)
    settings.SECOND_FACTOR_FROM = None
    with django_assert_max_num_queries(100) as before:
        client.get(path)
    settings.SECOND_FACTOR_FROM = datetime.date.min

    with django_assert_num_queries(len(before.captured_queries)):
        client.get(path)


@pytest.mark.parametrize(
    ("maker", "needed_from", "is_told"),
    [
        pytest.param(LeaderFactory, datetime.date(2027, 1, 4), True, id="before the day"),
        pytest.param(LeaderFactory, datetime.date(2026, 11, 25), False, id="led there by now"),
        pytest.param(LeaderFactory, None, False, id="never"),
        pytest.param(TeacherFactory, datetime.date(2027, 1, 4), False, id="a teacher"),
    ],
)
def test_the_first_page_speaks_of_it_beforehand(client, settings, maker, needed_from, is_told):
    settings.SECOND_FACTOR_FROM = needed_from
    client.force_login(maker(language="fr"))

    page = client.get("/fr/today/").text

    assert ("deuxième étape" in page) == is_told


def test_whoever_has_one_reads_nothing_of_it(client, settings):
    settings.SECOND_FACTOR_FROM = datetime.date(2027, 1, 4)
    leader = LeaderFactory(language="fr")
    switched_on(leader)
    client.force_login(leader)

    assert "deuxième étape" not in client.get("/fr/today/").text
