"""Another trainer of the provider leads one date: access to that date only, lost
after it.
"""

import datetime
from email.utils import parseaddr

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from icalendar import Calendar

from courses.agenda.values import Hours
from courses.live.models import RoomPass
from courses.mail.models import Letter
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.documents.certificate import certificate_content
from training.enums import Letters, SessionState
from training.exceptions import (
    DateIsOver,
    LeadsItAlready,
    LeadsItNot,
    MeetingHasBegun,
    NotATrainerHere,
    SubstituteIsNamed,
)
from training.models import Evaluation, Substitution
from training.queries.attendance import SessionTally
from training.queries.feed import dates_of
from training.queries.filling import clashes_of_trainers
from training.services import attendance, session_dates, sessions, substitutes
from training.services import enrolment as enrolments
from training.services.reminders import remind

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def planner():
    return PlannerFactory(language="en")


def trainer_of(licence, **person):
    return TrainerFactory(works_for=licence.resource.provider, language="en", **person)


@pytest.fixture
def trainer(licence):
    return trainer_of(licence, family_name="Absente")


@pytest.fixture
def colleague(licence):
    return trainer_of(licence, given_name="Camille", family_name="Relais")


@pytest.fixture
def session(licence, trainer, planner):
    """Three dates of an hour, in a week, each three days after the other; opened."""
    first = in_a_week()
    hours = [Hours(first + n * 3 * DAY, first + n * 3 * DAY + HOUR) for n in range(3)]
    made = SessionFactory(
        resource=licence.resource, hours=hours, led_by=trainer, state=SessionState.DRAFT
    )
    return sessions.open_for_enrolment(session=made, by=planner)


@pytest.fixture
def teacher(licence, session):
    teacher = TeacherFactory(works_at=licence.school, language="en", given_name="Ada")
    enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    return teacher


def page(client, person, name, *args, **sent):
    client.force_login(person)
    address = reverse(name, args=args)
    return client.post(address, sent, follow=True) if sent else client.get(address)


def status(client, person, name, *args) -> int:
    return page(client, person, name, *args).status_code


def named(session, meeting, trainer, colleague, by):
    return substitutes.name_substitute(
        session=session, meeting=meeting, substitute=colleague, replaces=trainer, by=by
    )


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
        now = first.starts_at
        return certificate_content(enrolment, session, counted, 60, issued_at=now)["fr"]["led_by"]

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
