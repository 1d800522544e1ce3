"""A provider cancels on the eve: the reason and an apology reach everybody, calendars are emptied,
the join page says so.
"""

import datetime

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import translation
from icalendar import Calendar

from courses import dates as words
from courses.agenda.values import Hours
from courses.live.queries import join_url
from tests.factories.attendance import held_session, seated, was_there, yesterday
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import SessionState
from training.models import Certificate
from training.services import attendance, missed_dates, sessions
from training.services import enrolment as enrolments

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime.timedelta(days=1)
REASON = "La formatrice est souffrante."


@pytest.fixture
def cancelled(client):
    """Twenty hours before it begins."""
    licence = LicenceFactory()
    session = SessionFactory(
        resource=licence.resource,
        capacity=1,
        starts_at=in_a_week(),
        training__title_en="Quote a source",
    )
    first, waiting = TeacherFactory.create_batch(2, works_at=licence.school, language="en")
    for teacher in (first, waiting):
        enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    client.force_login(PlannerFactory())
    page = reverse("training:cancel_session", args=[session.public_id])

    with time_machine.travel(session.starts_at - datetime.timedelta(hours=20), tick=True):
        for _twice in range(2):
            client.post(page, {"reason": REASON, "revision": session.revision})
        run_worker()

    session.refresh_from_db()
    return session, first, waiting


def letters_to(person):
    return [message for message in mail.outbox if person.email in message.to[0]]


def calendar_in(message):
    parts = [
        part for part in message.message().walk() if part.get_content_type() == "text/calendar"
    ]
    return Calendar.from_ical(parts[0].get_payload(decode=True)) if parts else None


def test_cancelled_on_the_eve_everybody_is_told_why_with_an_apology_and_calendars_are_emptied(
    cancelled,
):
    session, first, waiting = cancelled

    assert (session.state, session.cancel_reason) == (SessionState.CANCELLED, REASON)
    (letter,) = letters_to(first)
    assert REASON in letter.body
    assert "We are sorry" in letter.body
    calendar = calendar_in(letter)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["UID"], event["STATUS"]) == (
        "CANCEL",
        session.meetings.get().calendar_uid,
        "CANCELLED",
    )
    (told,) = letters_to(waiting)
    assert REASON in told.body
    assert calendar_in(told) is None


def test_the_join_page_says_cancelled_and_why_not_error(client, cancelled):
    session, first, _waiting = cancelled
    client.force_login(first)

    page = client.get(join_url(session.meetings.get()), follow=True)

    assert page.status_code == 200
    assert REASON in page.content.decode()


def test_a_cancelled_session_can_not_be_changed_any_more(client, cancelled):
    session, _first, _waiting = cancelled
    client.force_login(PlannerFactory())

    answer = client.post(
        reverse("training:edit_session", args=[session.public_id]),
        {
            "language": "fr",
            "capacity": 5,
            "trainers": [session.trainers.get().pk],
            "open_to": "subscribers",
            "threshold_percent": 75,
            "revision": session.revision,
        },
    )

    assert "This session is cancelled." in answer.content.decode()
    session.refresh_from_db()
    assert session.capacity == 1


def test_who_attended_all_that_was_held_gets_the_certificate_when_the_rest_is_cancelled(client):
    start = yesterday(14)
    week = datetime.timedelta(days=7)
    hours = [
        Hours(start + n * week, start + n * week + datetime.timedelta(hours=1)) for n in range(2)
    ]
    session = held_session(hours=hours)
    held, trainer = session.meetings[0], session.trainers.get()
    seated(session, given_name="Anne", language="en")
    was_there(held, trainer, (0, 60))
    was_there(held, session.enrolments.get().teacher, (0, 60))
    sheet = attendance.prefill(held.pk)
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    address = reverse("training:cancel_session", args=[session.public_id])
    still_open = client.get(address).text
    attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    closed = client.get(address).text

    sessions.cancel(session=session, by=planner, reason=REASON)
    run_worker()

    at_once = "gets the certificate at once: from the first certificate on, this can’t be undone."
    assert (at_once in still_open, at_once in closed) == (False, True)
    way_back = "you can let the session take place after all"
    assert (way_back in still_open, way_back in closed) == (True, False)
    content = Certificate.objects.get().content["en"]
    assert (content["followed"], content["planned"]) == (
        "1\N{NO-BREAK SPACE}h",
        "1\N{NO-BREAK SPACE}h",
    )
    body = next(
        m.body
        for m in letters_to(session.enrolments.get().teacher)
        if "cancelled" in m.subject.lower()
    )
    assert "The rest of the session" in body
    assert words.day(held.starts_at) not in body


def test_an_old_form_does_not_cancel_what_somebody_else_has_just_moved(client):
    session = SessionFactory()
    adviser = PlannerFactory()
    client.force_login(adviser)
    sessions.edit(
        session=session,
        revision=0,
        by=adviser,
        capacity=9,
        trainers=list(session.trainers.all()),
        language="fr",
        threshold_percent=75,
        note="",
    )

    answer = client.post(
        reverse("training:cancel_session", args=[session.public_id]),
        {"reason": REASON, "revision": 0},
    )

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody saved this in the meantime" in text
    assert REASON in text
    session.refresh_from_db()
    assert session.state == SessionState.OPEN


def test_a_running_session_names_before_it_is_cancelled_what_is_cancelled(client, licence):
    """Three dates, the first one held: the page says what the letter will say."""
    start, hour = in_a_week(), datetime.timedelta(hours=1)
    hours = [Hours(start + n * DAY, start + n * DAY + hour) for n in range(3)]
    session = SessionFactory(resource=licence.resource, hours=hours)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    enrolments.enrol(session=session, teacher=teacher)
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    address = reverse("training:cancel_session", args=[session.public_id])
    before = client.get(address).text
    with time_machine.travel(start + 2 * hour, tick=True):
        running = client.get(address).text
        sessions.cancel(session=session, by=planner, reason=REASON)
        run_worker()
    letter = letters_to(teacher)[-1]

    counts = "What was held counts: whoever attended it receives a certificate for it."
    with translation.override("en"):
        days = [words.day(one.starts_at) for one in hours]
    assert [day in before for day in days] == [True, True, True]
    assert [day in running for day in days] == [False, True, True]
    assert (counts in before, counts in running) == (False, True)
    assert counts in " ".join(letter.body.split())
    assert [f"- {day}" in letter.body for day in days] == [False, True, True]
    assert "as long as no certificate was issued for what was held" in running
    assert "as long as no certificate" not in before


def test_a_date_to_which_no_trainer_came_is_not_said_to_have_been_held(client, licence):
    start, hour = in_a_week(), datetime.timedelta(hours=1)
    hours = [Hours(start + n * DAY, start + n * DAY + hour) for n in range(3)]
    session = SessionFactory(resource=licence.resource, hours=hours)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    enrolments.enrol(session=session, teacher=teacher)
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    address = reverse("training:cancel_session", args=[session.public_id])
    with time_machine.travel(start + hour / 2, tick=True):
        missed_dates.record(session=session, meeting=session.meetings[0], words="", by=planner)
    with time_machine.travel(start + 2 * hour, tick=True):
        page = client.get(address).text
        sessions.cancel(session=session, by=planner, reason=REASON)
        run_worker()
    letter = " ".join(letters_to(teacher)[-1].body.split())

    with translation.override("en"):
        days = [words.day(one.starts_at) for one in hours]
    assert [day in letter for day in days] == [False, True, True]
    for said in (page, letter):
        assert "What was held counts" not in said
        assert "The rest of the session" not in said


def test_while_a_date_goes_on_the_page_promises_no_way_back(client, licence):
    session = SessionFactory(resource=licence.resource, starts_at=in_a_week())
    client.force_login(PlannerFactory(language="en"))
    address = reverse("training:cancel_session", args=[session.public_id])
    before = client.get(address).text
    with time_machine.travel(session.starts_at + datetime.timedelta(minutes=5), tick=True):
        now = client.get(address).text

    promise = "you can let the session take place after all"
    assert (promise in before, promise in now) == (True, False)
    assert "This can’t be undone." in now
