"""Hours that a trainer led stay theirs, and the provider's for whom they were, after the membership
has ended.
"""

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry
from courses.people.enums import Role
from courses.people.models import today
from courses.people.services.memberships import join, leave, take_away
from tests.factories.attendance import absent, held_session, seated
from tests.factories.departures import DAY, edited, leaves, opens, session, trainer
from tests.factories.people import PlannerFactory, ProviderFactory, TeacherFactory, TrainerFactory
from training.models import Session
from training.queries.hours_led import dates_led
from training.queries.leading import everybody_who_led, leaders_of
from training.services import attendance, departures

__all__ = ["session", "trainer"]  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


def test_hours_that_were_led_stay_and_certificates_name_who_led(licence, trainer, client):
    held = held_session(led_by=trainer, resource=licence.resource)
    meeting = held.meetings[0]
    seated(held, TeacherFactory(works_at=licence.school))
    sheet = attendance.prefill(meeting.pk)
    leaves(trainer, held)
    departures.release_who_left(timezone.now())

    assert everybody_who_led(held, [meeting]) == [trainer]
    attendance.close(
        sheet=sheet,
        by=PlannerFactory(),
        revision=sheet.revision,
        decisions=absent(sheet),
        now=timezone.now() + 4 * DAY,
    )
    assert [one.person for one in dates_led(trainer)] == [trainer]
    client.force_login(PlannerFactory())
    assert trainer.display_name in client.get(reverse("training:hours_led")).text
    assert opens(client, trainer, "training:my_hours_led") == 200

    take_away(membership=trainer.memberships.get(until=None))
    join(person=trainer, organisation=licence.school, role=Role.TEACHER)
    assert opens(client, trainer, "training:my_hours_led") == 403


def test_dates_of_a_running_session_stay_with_who_led_them(session, trainer, planner):
    first, second = session.meetings
    with time_machine.travel(first.ends_at + DAY, tick=False):
        leaves(trainer, session)
        departures.release_who_left(timezone.now())

        assert everybody_who_led(session, [first, second]) == [trainer]
        assert leaders_of(session, [first, second]) == {first.pk: [], second.pk: []}
    assert {
        entry.meeting_id: entry.method for entry in CalendarEntry.objects.filter(person=trainer)
    } == {first.pk: CalendarMethod.REQUEST, second.pk: CalendarMethod.CANCEL}


def test_a_resource_taken_over_leaves_its_sessions_to_who_leads_them(
    client, session, trainer, planner, licence
):
    held = held_session(led_by=trainer, resource=licence.resource)
    seated(held, TeacherFactory(given_name="Grace"))
    sheet = attendance.prefill(held.meetings[0].pk)
    old, new = licence.resource.provider, ProviderFactory()
    licence.resource.provider = new
    licence.resource.save(update_fields=["provider"])
    newcomer = TrainerFactory(works_for=new)

    departures.release_who_left(timezone.now())

    for one in (session, held):
        assert opens(client, trainer, "training:my_session", one.public_id) == 200
    assert opens(client, trainer, "training:sheet", sheet.public_id) == 200
    assert opens(client, newcomer, "training:my_session", session.public_id) == 404
    first = session.meetings[0]
    assert leaders_of(session, [first]) == {first.pk: [trainer]}

    fresh = Session.objects.get(pk=session.pk)
    edited(fresh, planner, newcomer)
    assert leaders_of(fresh, [first]) == {first.pk: [newcomer]}
    assert opens(client, trainer, "training:my_session", session.public_id) == 404

    leave(membership=trainer.memberships.get(organisation=old), last_day=today() - DAY)
    join(person=trainer, organisation=ProviderFactory(), role=Role.TRAINER)
    assert opens(client, trainer, "training:sheet", sheet.public_id) == 404


def test_hours_led_stay_those_of_the_provider_for_whom_they_were(licence, trainer):
    held = held_session(led_by=trainer, resource=licence.resource)
    seated(held, TeacherFactory())
    sheet = attendance.prefill(held.meetings[0].pk)
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet))
    was = licence.resource.provider
    licence.resource.provider = ProviderFactory()
    licence.resource.save(update_fields=["provider"])

    assert [one.provider for one in dates_led(trainer)] == [was]
