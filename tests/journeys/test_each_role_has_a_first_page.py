"""After login everybody finds what is due next, in one step."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from wagtail import hooks

from courses.digest.enums import Hook
from courses.digest.values import DueItem
from courses.people.enums import Role
from tests.factories.continuity import LeaderFactory, StudentFactory
from tests.factories.people import (
    AdviserFactory,
    MembershipFactory,
    OfficerFactory,
    PersonFactory,
    PlannerFactory,
    ProviderFactory,
    RegistrarFactory,
    TeacherFactory,
    TrainerFactory,
)

pytestmark = pytest.mark.django_db


def first_page(client, person, language="en"):
    client.force_login(person)
    with translation.override(language):
        return client.get(reverse("today:home"))


def due(*items):
    """A product that says these are due."""
    return hooks.register_temporarily(Hook.DUE, lambda person, now: list(items))


def item(title, **kwargs):
    return DueItem(title=title, url=f"/en/{title}/", when=kwargs.pop("when", None), **kwargs)


@pytest.mark.parametrize(
    ("factory", "says"),
    [
        pytest.param(
            TeacherFactory,
            "Sessions of the next seven days in which you are enrolled",
            id="teacher",
        ),
        pytest.param(
            TrainerFactory,
            "Your sessions of the next seven days appear here, then the sheet to close.",
            id="trainer",
        ),
        pytest.param(AdviserFactory, "Pages to review, pages sent back to you", id="adviser"),
        pytest.param(
            PlannerFactory, "Sessions that need a decision will appear here", id="planner"
        ),
        pytest.param(
            RegistrarFactory, "Organisations, accounts, memberships and licences", id="registrar"
        ),
        pytest.param(LeaderFactory, "Classes without a plan", id="leader"),
    ],
)
def test_an_empty_first_page_says_what_will_stand_there(client, factory, says):
    response = first_page(client, factory())

    assert response.status_code == 200
    assert says in response.text


def test_a_student_comes_to_the_week_after_login_and_from_the_brand(client):
    student = StudentFactory()

    logged_in = client.post(
        "/fr/login/", {"username": student.login, "password": "password"}, follow=True
    )
    from_the_brand = client.get("/fr/today/", follow=True)

    assert [logged_in.redirect_chain[-1][0], from_the_brand.redirect_chain[-1][0]] == [
        "/fr/week/"
    ] * 2
    # What the other first page leads to beside what is due stays in reach: the menu under the name,
    # and the bar.
    with translation.override("fr"):
        beside = [
            reverse(name)
            for name in (
                "continuity:my_attendance",
                "people:letters",
                "continuity:to_hand_in",
                "continuity:answers",
            )
        ]
    assert [address for address in beside if f'href="{address}"' not in logged_in.text] == []


def test_a_student_who_also_teaches_keeps_the_page_of_what_is_due(client):
    student = StudentFactory()
    MembershipFactory(person=student, role=Role.TEACHER)

    assert first_page(client, student).status_code == 200


def test_an_officer_of_the_region_arrives_beside_subscriptions_and_delivery_notes(client):
    response = first_page(client, OfficerFactory(language="en"))

    assert response.status_code == 200
    assert "Delivery notes to check and subscriptions that end soon appear here." in response.text
    for page in ("training:subscriptions", "training:delivery_notes"):
        assert f'href="{reverse(page)}"' in response.text


def test_somebody_who_belongs_nowhere_today_is_told_whom_to_ask(client):
    response = first_page(client, PersonFactory())

    assert "You belong to no school or provider at the moment" in response.text


def test_the_most_urgent_thing_is_the_one_filled_panel_and_the_rest_are_rows(client):
    now = timezone.now()
    later = item("later", when=now + datetime.timedelta(days=2), order=10)
    sooner = item("sooner", when=now + datetime.timedelta(days=1), order=10)
    open_room = item(
        "open-room",
        when=now,
        ends_at=now + datetime.timedelta(hours=1),
        tone="now",
        icon="video",
        is_now=True,
    )
    certificate = item("certificate", aside=True)

    with due(later, sooner, certificate, open_room):
        response = first_page(client, TeacherFactory())

    day = response.context["day"]
    assert day.now == open_room
    assert [part.items for part in day.parts] == [[sooner, later]]
    assert day.news == [certificate]
    assert response.text.count('class="next ') == 1


def test_a_person_with_two_roles_sees_each_apart(client):
    person = TeacherFactory()
    MembershipFactory(person=person, role=Role.TRAINER, organisation=ProviderFactory())
    learn, lead = item("learn", role=Role.TEACHER), item("lead", role=Role.TRAINER)

    with due(lead, learn):
        response = first_page(client, person)

    assert [(part.role, part.items) for part in response.context["day"].parts] == [
        (Role.TEACHER, [learn]),
        (Role.TRAINER, [lead]),
    ]
    assert "As a teacher" in response.text
    assert "As a trainer" in response.text


def test_a_visitor_is_sent_to_log_in(client):
    with translation.override("fr"):
        response = client.get(reverse("today:home"))

    assert response.status_code == 302
    assert response["Location"] == "/fr/login/?next=/fr/today/"


@pytest.mark.parametrize(
    ("asked", "home"), [("fr", "/fr/"), ("en-GB,en;q=0.8", "/en/"), ("de", "/fr/")]
)
def test_the_front_door_leads_to_the_reader_s_language(client, asked, home):
    response = client.get("/", headers={"accept-language": asked})

    assert response.status_code == 302
    assert response["Location"] == home
