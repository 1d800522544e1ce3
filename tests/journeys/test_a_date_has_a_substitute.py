"""Another trainer of the provider leads one date: access to that date only, lost
after it.
"""

import datetime
from email.utils import parseaddr

import pytest
import time_machine
from django.core import mail
from icalendar import Calendar

from courses.agenda.values import Hours
from courses.live.models import RoomPass
from courses.mail.models import Letter
from tests.factories.people import TrainerFactory
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
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.enums import Letters
from training.exceptions import (
    DateIsOver,
    LeadsItAlready,
    LeadsItNot,
    MeetingHasBegun,
    NotATrainerHere,
    SubstituteIsNamed,
)
from training.models import Substitution
from training.services import attendance, session_dates, substitutes
from training.services.reminders import remind

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


def calendars_to(person) -> list[tuple[str, str, int]]:
    """Method in the header, in the body, and how many events, of each mail to the person."""
    found = []
    for one in mail.outbox:
        if not any(person.email in address for address in one.to):
            continue
        for part in one.message().walk():
            if part.get_content_type() == "text/calendar":
                calendar = Calendar.from_ical(part.get_payload(decode=True))
                method = part.get_param("method")
                found.append((method, str(calendar["METHOD"]), len(calendar.walk("VEVENT"))))
    return found


def test_a_substitute_named_that_morning_has_that_date_only(
    client, session, trainer, colleague, teacher, planner
):
    first, second, third = session.meetings
    with time_machine.travel(second.starts_at - 5 * HOUR, tick=False):
        sent = {"substitute": colleague.public_id, "replaces": trainer.public_id}
        names = (session.public_id, second.public_id)
        answer = page(client, trainer, "training:name_substitute", *names, **sent)
        assert "Camille Relais leads this date" in answer.text
    with time_machine.travel(second.starts_at - datetime.timedelta(minutes=5), tick=True):
        run_worker()
        own = page(client, colleague, "training:my_session", session.public_id).text
        replaced = page(client, trainer, "training:my_session", session.public_id).text
        doors = {
            person: page(client, person, "live:join", second.public_id).status_code
            for person in (colleague, trainer, teacher)
        }
        others = {status(client, colleague, "live:join", one.public_id) for one in (first, third)}
        sheet = attendance.prefill(second.pk)
        sheets = [
            status(client, person, "training:sheet", sheet.public_id)
            for person in (colleague, trainer, planner)
        ]

    assert calendars_to(colleague) == [("REQUEST", "REQUEST", 1)]
    assert calendars_to(trainer) == [("CANCEL", "CANCEL", 1)]
    assert calendars_to(teacher) == []
    assert doors == {colleague: 302, trainer: 403, teacher: 302}
    assert others == {403}
    assert sheets == [200, 404, 200]
    assert [own.count('<h2 id="meeting-'), replaced.count('<h2 id="meeting-')] == [1, 3]
    assert own.count("Ada") == 1  # on that date
    assert replaced.count("Ada") == 2  # on the two others


def test_the_access_ends_a_day_after_the_sheet_is_closed(
    client, session, trainer, colleague, teacher, planner
):
    second = session.meetings[1]
    named(session, second, trainer, colleague, planner)
    with time_machine.travel(second.ends_at + HOUR, tick=True):
        sheet = attendance.prefill(second.pk)
        lines = {f"choice-{line.public_id}": "none" for line in sheet.lines.participants()}
        closing = {"revision": sheet.revision, **lines}
        answer = page(client, colleague, "training:close_sheet", sheet.public_id, **closing)
        sheet.refresh_from_db()
        assert (answer.status_code, sheet.is_closed, sheet.closed_by) == (200, True, colleague)
    seen = []
    for later in (HOUR * 23, HOUR * 26):
        with time_machine.travel(second.ends_at + later, tick=False):
            own = page(client, colleague, "training:my_session", session.public_id).text
            seen.append(
                (status(client, colleague, "training:sheet", sheet.public_id), "Ada" in own)
            )

    assert seen == [(200, True), (404, False)]


@pytest.mark.parametrize(("days", "answers"), [(6, 200), (8, 404)], ids=["in time", "too late"])
def test_a_sheet_left_open_is_the_substitutes_for_a_week(
    client, session, trainer, colleague, teacher, planner, days, answers
):
    second = session.meetings[1]
    named(session, second, trainer, colleague, planner)
    with time_machine.travel(second.ends_at + days * DAY, tick=False):
        sheet = attendance.prefill(second.pk)

        assert status(client, colleague, "training:sheet", sheet.public_id) == answers


def test_the_page_and_the_reminder_say_who_leads_that_date(
    client, session, trainer, colleague, teacher, planner
):
    second = session.meetings[1]
    named(session, second, trainer, colleague, planner)
    said = "Camille Relais, in place of Dominique Absente"
    shown = [
        page(client, teacher, "training:session", session.public_id, session.slug).text,
        page(client, planner, "training:session_people", session.public_id).text,
    ]
    run_worker()
    mail.outbox.clear()
    with time_machine.travel(second.starts_at - HOUR * 20, tick=True):
        remind(second.starts_at - HOUR * 20)
        run_worker()
    reminded = {parseaddr(one.to[0])[1]: one.body for one in mail.outbox}

    assert said in shown[0]
    assert "Camille Relais leads this date, in place of Dominique Absente" in shown[1]
    assert set(reminded) == {teacher.email, colleague.email}
    assert "Camille Relais leads this date" in reminded[teacher.email]
    assert "because you lead this session" in reminded[colleague.email]


def test_whoever_waits_at_the_door_reads_who_is_to_come(
    client, session, trainer, colleague, teacher, planner
):
    second = session.meetings[1]
    named(session, second, trainer, colleague, planner)
    with time_machine.travel(second.starts_at + datetime.timedelta(minutes=6), tick=False):
        waiting = page(client, teacher, "live:join", second.public_id).text

    assert "Camille Relais" in waiting
    assert "Absente" not in waiting


def test_taken_back_before_the_start_everything_is_as_it_was(
    client, session, trainer, colleague, teacher, planner
):
    second = session.meetings[1]
    named(session, second, trainer, colleague, planner)
    run_worker()
    mail.outbox.clear()
    names = (session.public_id, second.public_id)
    answers = [
        page(client, planner, "training:take_back_substitute", *names, sure="yes").text
        for _twice in range(2)
    ]
    run_worker()
    assert ["no longer is told by email" in one for one in answers] == [True, False]
    passes = RoomPass.objects.filter(room__meeting=second, role="moderator")

    assert not Substitution.objects.exists()
    assert calendars_to(colleague) == [("CANCEL", "CANCEL", 1)]
    assert calendars_to(trainer) == [("REQUEST", "REQUEST", 1)]
    assert {one.person: one.is_withdrawn for one in passes} == {trainer: False, colleague: True}
    assert status(client, colleague, "training:my_session", session.public_id) == 404


def test_named_and_taken_back_before_the_worker_came_is_one_letter_each(
    session, trainer, colleague, teacher, planner
):
    second = session.meetings[1]
    named(session, second, trainer, colleague, planner)
    substitutes.take_back(session=session, meeting=second, by=planner)
    run_worker()

    assert calendars_to(colleague) == [("CANCEL", "CANCEL", 1)]
    assert calendars_to(trainer) == [("REQUEST", "REQUEST", 1)]


def test_once_the_date_has_begun_it_is_not_taken_back(session, trainer, colleague, planner):
    second = session.meetings[1]
    named(session, second, trainer, colleague, planner)
    with time_machine.travel(second.starts_at, tick=False), pytest.raises(MeetingHasBegun):
        substitutes.take_back(session=session, meeting=second, by=planner)


def test_who_cannot_take_the_place(licence, session, trainer, colleague, teacher, planner):
    second = session.meetings[1]
    other = trainer_of(licence)
    with pytest.raises(NotATrainerHere):
        named(session, second, trainer, TrainerFactory(), planner)
    with pytest.raises(LeadsItNot):
        named(session, second, other, colleague, planner)
    with pytest.raises(LeadsItAlready):
        named(session, second, trainer, trainer, planner)
    named(session, second, trainer, colleague, planner)
    named(session, second, trainer, colleague, planner)  # pressed twice
    with pytest.raises(SubstituteIsNamed):
        named(session, second, trainer, other, planner)
    with time_machine.travel(session.meetings[2].ends_at, tick=False), pytest.raises(DateIsOver):
        named(session, session.meetings[2], trainer, colleague, planner)

    assert Substitution.objects.count() == 1


def test_sent_from_two_tabs_it_is_named_once_and_another_name_is_refused_with_why(
    client, licence, session, trainer, colleague, planner
):
    second, other = session.meetings[1], trainer_of(licence)
    names = (session.public_id, second.public_id)
    answers = [
        page(
            client,
            planner,
            "training:name_substitute",
            *names,
            substitute=person.public_id,
            replaces=trainer.public_id,
        )
        for person in (colleague, colleague, other)
    ]

    assert [one.status_code for one in answers] == [200, 200, 422]
    assert "Camille Relais leads this date already" in answers[2].text
    assert "Select a valid choice" not in answers[2].text
    assert Substitution.objects.count() == 1


def test_a_change_of_that_date_is_told_to_who_leads_it(
    session, trainer, colleague, teacher, planner
):
    second = session.meetings[1]
    named(session, second, trainer, colleague, planner)
    run_worker()
    later = Hours(second.starts_at + HOUR, second.ends_at + HOUR)
    session.refresh_from_db()
    session_dates.move(
        session=session, moves={second.pk: later}, revision=session.revision, by=planner
    )
    run_worker_after_the_pause()
    told = Letter.objects.filter(kind=Letters.SESSION_MOVED).values_list("to__email", flat=True)

    assert set(told) == {colleague.email, teacher.email}


@pytest.mark.parametrize("dates", [1, 3])
def test_letters_speak_of_other_dates_where_there_are_some(
    session, licence, trainer, colleague, planner, dates
):
    if dates == 1:
        session = SessionFactory(resource=licence.resource, led_by=trainer)
    substitutes.name_substitute(
        session=session,
        meeting=session.meetings[0],
        substitute=colleague,
        replaces=trainer,
        by=planner,
    )
    run_worker()
    told = {parseaddr(one.to[0])[1]: one.body for one in mail.outbox}

    assert ("other dates stay as they are" in told[trainer.email]) == (dates > 1)
    assert ("other dates aren’t" in told[colleague.email]) == (dates > 1)


def test_the_way_to_a_substitute_reads_as_something_to_do(client, session, trainer, planner):
    """Not as a statement: the trainer leads this date."""
    theirs = page(client, trainer, "training:my_session", session.public_id).text
    plans = page(client, planner, "training:session_people", session.public_id).text

    for shown in (theirs, plans):
        assert "Let somebody else lead this date" in shown
        assert "Somebody else leads this date" not in shown
