"""A draft that is given up: nobody has seen it, so nobody hears of it."""

import importlib

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from schedule.models import Event, Occurrence

from courses.agenda.models import Meeting
from courses.agenda.values import Hours
from courses.mail.models import Letter
from tests.factories.people import PlannerFactory
from tests.factories.training import SessionFactory, in_a_week
from training.enums import SessionState
from training.exceptions import SessionIsDraft, SessionIsNoDraft
from training.models import Session
from training.services import drafts, session_dates, sessions

pytestmark = pytest.mark.django_db

INTERNAL = "Jean-Michel n’a pas signé le devis."


def test_a_draft_that_is_given_up_leaves_nothing_for_visitors_and_no_letter(client):
    session, adviser = SessionFactory(state=SessionState.DRAFT), PlannerFactory()
    trainer = session.trainers.get()
    client.force_login(adviser)

    asked = client.get(reverse("training:delete_draft", args=[session.public_id]))
    answer = client.post(reverse("training:delete_draft", args=[session.public_id]))

    assert (asked.status_code, answer.status_code) == (200, 302)
    assert not Session.objects.exists()
    assert (Meeting.objects.count(), Occurrence.objects.count(), Event.objects.count()) == (0, 0, 0)
    assert not Letter.objects.filter(to=trainer).exists()


def test_a_draft_can_not_be_cancelled_so_that_its_reason_is_never_published(client):
    session, adviser = SessionFactory(state=SessionState.DRAFT), PlannerFactory()
    client.force_login(adviser)

    with pytest.raises(SessionIsDraft):
        sessions.cancel(session=session, by=adviser, reason=INTERNAL)
    client.post(
        reverse("training:cancel_session", args=[session.public_id]),
        {"reason": INTERNAL, "revision": 0},
    )
    client.logout()

    assert INTERNAL not in client.get(reverse("training:catalogue")).content.decode()
    assert client.get(session.get_absolute_url()).status_code == 404


def test_what_people_have_seen_is_never_deleted():
    session = SessionFactory()

    with pytest.raises(SessionIsNoDraft):
        drafts.delete(session=session, by=PlannerFactory())


def test_drafts_called_off_before_are_drafts_again_and_sessions_that_were_opened_stay_cancelled():
    adviser = PlannerFactory()
    called_off = SessionFactory(state=SessionState.DRAFT)
    opened = SessionFactory(state=SessionState.DRAFT)
    sessions.open_for_enrolment(session=opened, by=adviser)
    Session.objects.filter(pk__in=[called_off.pk, opened.pk]).update(
        state=SessionState.CANCELLED, cancel_reason=INTERNAL
    )

    migration = importlib.import_module("training.migrations.0004_called_off_drafts")
    migration.drafts_again(apps, connection.schema_editor())

    states = dict(Session.objects.values_list("pk", "state"))
    assert states == {called_off.pk: SessionState.DRAFT, opened.pk: SessionState.CANCELLED}


def test_a_draft_of_several_dates_may_lose_one_and_be_deleted():
    start = in_a_week()
    session = SessionFactory(
        state=SessionState.DRAFT,
        hours=[
            Hours(start, start.replace(hour=18)),
            Hours(start.replace(hour=19), start.replace(hour=20)),
        ],
    )
    adviser = PlannerFactory()
    session_dates.cancel_meeting(
        session=session, meeting=session.meetings[0], by=adviser, reason="Doublon"
    )

    drafts.delete(session=session, by=adviser)

    assert not Session.objects.exists()
