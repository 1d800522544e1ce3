"""A substitute, or who is replaced, works for the provider no more: who leads the date, and what
planners read.
"""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry
from courses.live.models import RoomPass
from tests.factories.departures import (
    colleague,
    edited,
    leaves,
    letters_to,
    named,
    opens,
    session,
    trainer,
)
from tests.factories.people import TrainerFactory
from tests.factories.worker import run_worker
from training.enums import Letters
from training.models import Substitution
from training.queries.leading import leaders_of, leads
from training.services import departures, substitutes

__all__ = ["colleague", "session", "trainer"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


def test_a_date_whose_substitute_left_is_led_by_who_was_replaced(
    client, session, trainer, colleague, planner
):
    second = session.meetings[1]
    named(session, second, trainer, colleague, planner)
    leaves(colleague, session)
    at_once = opens(client, colleague, "training:my_session", session.public_id)
    with_a_pass = RoomPass.objects.get(person=colleague)

    departures.release_who_left(timezone.now())
    run_worker()

    assert at_once == 404
    assert not Substitution.objects.exists()
    with_a_pass.refresh_from_db()
    assert with_a_pass.is_withdrawn
    assert leads(trainer, second)
    told = {
        person.pk: CalendarEntry.objects.get(person=person, meeting=second).method
        for person in (trainer, colleague)
    }
    assert told == {trainer.pk: CalendarMethod.REQUEST, colleague.pk: CalendarMethod.CANCEL}
    assert not RoomPass.objects.get(person=trainer, room__meeting=second).is_withdrawn


def test_a_substitute_keeps_the_date_when_who_is_replaced_leaves(
    session, trainer, colleague, planner
):
    first, second = session.meetings
    named(session, second, trainer, colleague, planner)
    leaves(trainer, session)
    departures.release_who_left(timezone.now())

    assert leaders_of(session, [first, second]) == {first.pk: [], second.pk: [colleague]}
    assert leads(colleague, second)

    mail.outbox.clear()
    substitutes.take_back(session=session, meeting=second, by=planner)
    run_worker()

    assert leaders_of(session, [second]) == {second.pk: []}
    entry = CalendarEntry.objects.get(person=trainer, meeting=second)
    assert entry.method == CalendarMethod.CANCEL
    assert RoomPass.objects.get(person=trainer, room__meeting=second).is_withdrawn


def test_a_trainer_named_after_the_replaced_one_left_leads_every_date_alone(
    session, trainer, colleague, planner, licence
):
    first, second = session.meetings
    named(session, second, trainer, colleague, planner)
    leaves(trainer, session)
    departures.release_who_left(timezone.now())
    third = TrainerFactory(works_for=licence.resource.provider)

    edited(session, planner, third)

    assert leaders_of(session, [first, second]) == {first.pk: [third], second.pk: [third]}
    assert not Substitution.objects.exists()
    told = CalendarEntry.objects.get(person=colleague, meeting=second)
    assert told.method == CalendarMethod.CANCEL
    assert RoomPass.objects.get(person=colleague, room__meeting=second).is_withdrawn


def test_a_substitute_who_is_named_for_the_session_is_in_nobody_s_place(
    session, trainer, colleague, planner
):
    first, second = session.meetings
    named(session, second, trainer, colleague, planner)
    leaves(trainer, session)
    departures.release_who_left(timezone.now())

    edited(session, planner, colleague)

    assert leaders_of(session, [first, second]) == {first.pk: [colleague], second.pk: [colleague]}
    assert not Substitution.objects.exists()
    entries = CalendarEntry.objects.filter(person=colleague)
    assert {one.method for one in entries} == {CalendarMethod.REQUEST}
    assert not RoomPass.objects.filter(person=colleague, is_withdrawn=True).exists()


def test_nobody_stands_in_for_who_left_beside_another_trainer(
    session, trainer, colleague, planner, licence
):
    first, second = session.meetings
    other = TrainerFactory(works_for=licence.resource.provider)
    edited(session, planner, trainer, other)
    named(session, second, trainer, colleague, planner)
    leaves(trainer, session)

    departures.release_who_left(timezone.now())

    assert leaders_of(session, [first, second]) == {first.pk: [other], second.pk: [other]}
    assert not Substitution.objects.exists()


def test_a_session_whose_dates_all_have_a_substitute_is_not_without_a_trainer(
    client, session, trainer, colleague, planner
):
    first, second = session.meetings
    named(session, first, trainer, colleague, planner)
    leaves(trainer, session)
    departures.release_who_left(timezone.now())
    client.force_login(planner)
    people = reverse("training:session_people", args=[session.public_id])
    half = "One session without a trainer" in client.get(reverse("today:home"), follow=True).text
    half &= "Nobody yet" in client.get(people).text

    Substitution.objects.create(
        session=session, meeting=second, replaces=trainer, substitute=colleague, by=planner
    )

    assert half
    assert "without a trainer" not in client.get(reverse("today:home"), follow=True).text
    assert not client.get(reverse("training:planning"), {"when": "unled"}).context["rows"]
    for address in (people, reverse("training:planning")):
        page = client.get(address).text
        assert "Nobody yet" not in page
        assert "A substitute on each date" in page


def test_taking_a_substitute_back_says_when_nobody_leads_the_date(
    client, session, trainer, colleague, planner
):
    second = session.meetings[1]
    named(session, second, trainer, colleague, planner)
    leaves(trainer, session)
    departures.release_who_left(timezone.now())
    client.force_login(planner)

    page = client.post(
        reverse("training:take_back_substitute", args=[session.public_id, second.public_id]),
        follow=True,
    )

    assert "Nobody leads this date now: name a trainer of the session." in page.text
    assert letters_to(colleague, Letters.SUBSTITUTION).count() == 2
    told = CalendarEntry.objects.get(person=colleague, meeting=second)
    assert told.method == CalendarMethod.CANCEL
