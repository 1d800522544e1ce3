"""The calendar, the certificate, evaluations, clashes and rooms go by who leads a date in another's place."""

import pytest
import time_machine
from django.urls import reverse

from courses.agenda.values import Hours
from courses.live.models import RoomPass
from tests.factories.people import TeacherFactory
from tests.factories.substitutes import (
    DAY,
    HOUR,
    enrolled,
    named,
    opened_with_three_dates,
    page,
    status,
    trainer_of,
)
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.documents.certificate import certificate_content
from training.enums import SessionState
from training.models import Evaluation, Substitution
from training.queries.attendance import SessionTally
from training.queries.feed import dates_of
from training.queries.filling import clashes_of_trainers
from training.queries.leading import everybody_who_led
from training.services import enrolment as enrolments
from training.services import sessions

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]


@pytest.fixture
def trainer(licence):
    return trainer_of(licence, family_name="Absente")


@pytest.fixture
def colleague(licence):
    return trainer_of(licence, given_name="Camille", family_name="Relais")


@pytest.fixture
def session(licence, trainer, planner):
    return opened_with_three_dates(licence, led_by=trainer, by=planner)


@pytest.fixture
def teacher(licence, session):
    return enrolled(licence, session)


def test_a_trainer_reads_no_title_of_a_session_that_a_colleague_leads_then(
    client, session, trainer, colleague, planner
):
    second = session.meetings[1]
    elsewhere = SessionFactory(led_by=colleague, starts_at=second.starts_at)
    names = (session.public_id, second.public_id)
    with time_machine.travel(second.starts_at - DAY, tick=False):
        by_trainer, by_planner = (
            page(client, one, "training:name_substitute", *names).text for one in (trainer, planner)
        )
    with time_machine.travel(second.starts_at + HOUR / 2, tick=False):
        begun = page(client, trainer, "training:name_substitute", *names).text

    assert f"already leads “{elsewhere.title}” then" in by_planner
    assert "already leads another session then" in by_trainer
    assert elsewhere.title not in by_trainer
    assert "You can take it back until the date begins." in by_trainer
    assert "You can take it back" not in begun


def test_the_calendar_of_each_has_the_dates_they_lead(session, trainer, colleague, planner):
    first, second, third = session.meetings
    named(session, second, trainer, colleague, planner)
    now = first.starts_at - DAY

    assert [one.meeting for one in dates_of(trainer, now)] == [first, third]
    assert [one.meeting for one in dates_of(colleague, now)] == [second]


def test_the_certificate_names_who_led_the_dates_that_count(session, trainer, colleague, planner):
    first, second, _third = session.meetings
    named(session, second, trainer, colleague, planner)
    enrolment = enrolments.enrol(
        session=session, teacher=TeacherFactory(works_at=session.resource.licences.get().school)
    )

    def led_by(*meetings):
        counted = SessionTally(meetings=list(meetings))
        led_by, now = everybody_who_led(session, meetings), first.starts_at
        content = certificate_content(enrolment, session, counted, 60, led_by=led_by, issued_at=now)
        return content["fr"]["led_by"]

    assert led_by(first, second) == "Dominique Absente, Camille Relais"
    assert led_by(second) == "Camille Relais"


def test_evaluations_are_read_by_who_taught(client, licence, trainer, colleague, planner):
    start = in_a_week()
    one_date = SessionFactory(
        resource=licence.resource, starts_at=start, led_by=trainer, state=SessionState.DRAFT
    )
    sessions.open_for_enrolment(session=one_date, by=planner)
    named(one_date, one_date.meetings[0], trainer, colleague, planner)
    rows = [
        Evaluation(session=one_date, closes_on=start.date(), useful=4, clear=4, pace=4, online=4)
        for _one in range(5)
    ]
    Evaluation.objects.bulk_create(rows)
    with time_machine.travel(start + 20 * DAY, tick=False):  # long after the access to names ended
        read = [
            status(client, person, "training:evaluation_results", one_date.public_id)
            for person in (colleague, trainer, planner)
        ]

    assert read == [200, 404, 200]


def test_a_trainer_who_leaves_the_session_takes_the_substitute_along(
    licence, session, trainer, colleague, planner
):
    second, heir = session.meetings[1], trainer_of(licence)
    named(session, second, trainer, colleague, planner)
    run_worker()
    session.refresh_from_db()
    sessions.edit(
        session=session,
        revision=session.revision,
        by=planner,
        capacity=session.capacity,
        trainers=[heir],
        language=session.language,
        threshold_percent=session.threshold_percent,
        note="",
    )
    passes = RoomPass.objects.filter(room__meeting=second, is_withdrawn=False)

    assert not Substitution.objects.exists()
    assert {one.person for one in passes} == {heir}


def test_a_substitute_who_is_no_longer_a_trainer_of_the_session_keeps_that_date(
    session, trainer, colleague, planner
):
    """Became a trainer of the whole session, then no longer."""
    second = session.meetings[1]
    named(session, second, trainer, colleague, planner)
    for trainers in ([trainer, colleague], [trainer]):
        session.refresh_from_db()
        sessions.edit(
            session=session,
            revision=session.revision,
            by=planner,
            capacity=session.capacity,
            trainers=trainers,
            language=session.language,
            threshold_percent=session.threshold_percent,
            note="",
        )
    open_to = RoomPass.objects.filter(person=colleague, is_withdrawn=False)

    assert [one.room.meeting for one in open_to] == [second]


def test_what_they_lead_in_somebodys_place_is_a_clash(
    licence, session, trainer, colleague, planner
):
    second = session.meetings[1]
    named(session, second, trainer, colleague, planner)
    hours = [Hours(second.starts_at, second.ends_at)]

    found = clashes_of_trainers([trainer, colleague], hours)

    assert [(one.trainer, one.title) for one in found] == [(colleague, session.title)]


def test_the_room_of_that_date_is_the_substitutes_to_set(
    client, session, trainer, colleague, teacher, planner
):
    first, second, _third = session.meetings
    named(session, second, trainer, colleague, planner)
    room = {"address": "https://zoom.example/j", "tool": "Zoom", "learns": "Your name"}
    rooms = page(client, colleague, "training:session_rooms", session.public_id).text
    answers = [
        page(client, colleague, "training:set_date_room", session.public_id, one, **room)
        for one in (second.public_id, first.public_id)
    ]
    whole = page(client, colleague, "training:set_room", session.public_id, **room)

    assert [answer.status_code for answer in (*answers, whole)] == [200, 404, 404]
    assert rooms.count("For this date only") == 1
    assert reverse("training:set_room", args=[session.public_id]) not in rooms
