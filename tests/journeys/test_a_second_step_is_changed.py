"""Switched off, new recovery codes, taken off by a registrar: the owner is told each time."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from courses.mail.models import Letter
from courses.people.enums import Role
from courses.people.models import RecoveryCode, SecondFactor
from tests.factories.people import (
    AdviserFactory,
    MembershipFactory,
    PersonFactory,
    RegistrarFactory,
    TeacherFactory,
)
from tests.factories.second_factors import app_code, give_password, switched_on
from tests.factories.worker import run_worker

pytestmark = pytest.mark.django_db
PAGE, CHANGE = "/fr/profile/second-step/", "/fr/profile/second-step/change/"


@pytest.fixture
def teacher(client):
    teacher = TeacherFactory()
    switched_on(teacher)
    client.force_login(teacher)
    return teacher


def events_told(person) -> list[str]:
    letters = Letter.objects.filter(to=person).order_by("pk")
    return list(letters.values_list("details__event", flat=True))


def change(client, code, *, wish, password="password"):
    return client.post(CHANGE, {"password": password, "code": code, "wish": wish})


def take_off(client, person):
    return client.post(reverse("people:take_off_second_factor", args=[person.public_id]))


def test_its_owner_switches_it_off_with_password_and_code(client, teacher):
    change(client, app_code(teacher), wish="off")
    client.post("/fr/logout/")

    answer = give_password(client, teacher)

    assert answer.url == "/fr/today/"
    assert client.session[SESSION_KEY] == str(teacher.pk)
    assert (SecondFactor.objects.count(), RecoveryCode.objects.count()) == (0, 0)
    assert events_told(teacher) == ["on", "off"]


@pytest.mark.parametrize(
    ("password", "steps"),
    [pytest.param("wrong", 0, id="wrong password"), pytest.param("password", 9, id="wrong code")],
)
@pytest.mark.parametrize("wish", ["off", "codes"])
def test_an_open_screen_changes_nothing(client, teacher, password, steps, wish):
    marks = set(RecoveryCode.objects.values_list("mark", flat=True))

    answer = change(client, app_code(teacher, steps=steps), wish=wish, password=password)

    assert answer.status_code == 422
    assert set(RecoveryCode.objects.values_list("mark", flat=True)) == marks
    assert events_told(teacher) == ["on"]


def test_new_recovery_codes_replace_the_earlier_ones(client, teacher):
    marks = set(RecoveryCode.objects.values_list("mark", flat=True))

    answer = change(client, app_code(teacher), wish="codes")

    assert len(answer.context["codes"]) == 10
    assert "Ces codes remplacent les précédents" in answer.text
    assert "est activée" not in answer.text
    assert marks.isdisjoint(RecoveryCode.objects.values_list("mark", flat=True))
    assert RecoveryCode.objects.count() == 10
    assert events_told(teacher) == ["on", "codes"]


def test_recovery_codes_are_nowhere_in_the_clear(client, teacher):
    answer = change(client, app_code(teacher), wish="codes")

    code = answer.context["codes"][0].replace(" ", "")

    assert code in answer.text.replace(" ", "")
    assert code not in str(list(RecoveryCode.objects.values()))
    assert code not in client.get(PAGE).text.replace(" ", "")


def test_a_registrar_takes_it_off_and_its_owner_is_told(client, teacher):
    lost_phone = Client()
    lost_phone.force_login(teacher)
    client.force_login(registrar := RegistrarFactory())

    take_off(client, teacher)

    run_worker()
    assert lost_phone.get(PAGE).status_code == 302
    letter = Letter.objects.filter(to=teacher).order_by("pk").last()
    assert not SecondFactor.objects.exists()
    assert events_told(teacher) == ["on", "taken_off"]
    assert letter.details["by"] == registrar.display_name


@pytest.mark.parametrize(
    ("by", "of", "is_taken_off"),
    [
        pytest.param("registrar", "adviser", True, id="registrar, adviser"),
        pytest.param("registrar", "registrar", False, id="registrar, another registrar"),
        pytest.param("superuser", "registrar", True, id="superuser, registrar"),
        pytest.param("superuser", "other superuser", True, id="superuser, another superuser"),
    ],
)
def test_who_takes_it_off_whom(client, by, of, is_taken_off):
    made = {
        "registrar": RegistrarFactory,
        "adviser": AdviserFactory,
        "superuser": lambda: PersonFactory(is_superuser=True),
        "other superuser": lambda: PersonFactory(is_superuser=True),
    }
    owner = made[of]()
    switched_on(owner)
    client.force_login(made[by]())

    take_off(client, owner)

    assert SecondFactor.objects.exists() is not is_taken_off


@pytest.mark.parametrize("is_superuser", [False, True])
def test_nobody_takes_off_their_own_this_way(client, is_superuser):
    owner = RegistrarFactory(is_superuser=is_superuser)
    switched_on(owner)
    client.force_login(owner)

    take_off(client, owner)

    assert SecondFactor.objects.filter(person=owner).exists()


def test_a_registrar_finds_no_student_there(client):
    student = MembershipFactory(role=Role.STUDENT).person
    client.force_login(RegistrarFactory())

    assert take_off(client, student).status_code == 404


def test_whoever_runs_the_site_takes_it_off_on_the_command_line(teacher):
    call_command("take_off_second_factor", teacher.login)

    assert not SecondFactor.objects.exists()
    assert events_told(teacher) == ["on", "taken_off"]
