"""What every letter of training keeps: a writer, an address that answers, a calendar that always
says the same.
"""

import datetime

import pytest
from django.conf import settings

from courses.agenda.enums import CalendarMethod
from courses.agenda.models import CalendarEntry
from courses.agenda.values import Hours
from courses.mail.models import Letter
from tests.factories.catalogue import LicenceFactory
from tests.factories.mail import calendars_in, event_of
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, in_a_week
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.enums import Letters, SessionState
from training.services import enrolment as enrolments
from training.services import session_dates, sessions

WEEK = datetime.timedelta(days=7)


@pytest.fixture
def series(db):
    """Three dates, opened for enrolment, with its trainer's invitations still unsent."""
    licence = LicenceFactory()
    start = in_a_week()
    hours = [
        Hours(start + n * WEEK, start + n * WEEK + datetime.timedelta(hours=1)) for n in range(3)
    ]
    session = SessionFactory(
        resource=licence.resource,
        hours=hours,
        state=SessionState.DRAFT,
        led_by=TrainerFactory(language="en"),
    )
    sessions.open_for_enrolment(session=session, by=PlannerFactory())
    session.refresh_from_db()
    session.licence = licence
    return session


def test_an_answer_to_a_letter_reaches_somebody_and_the_letter_says_whom(series, mailoutbox):
    enrolments.enrol(session=series, teacher=TeacherFactory(works_at=series.licence.school))
    run_worker()

    assert mailoutbox
    for mail in mailoutbox:
        assert mail.reply_to == [settings.CONTACT_ADDRESS]
        assert settings.CONTACT_ADDRESS in mail.body


def test_a_trainer_s_invitation_that_waited_while_its_date_was_cancelled_is_not_sent(
    series, mailoutbox
):
    """It said "You no longer lead this session", though two dates were still to be led."""
    cancelled = series.meetings[1]
    session_dates.cancel_meeting(
        session=series, meeting=cancelled, by=PlannerFactory(), reason="Salle prise"
    )

    run_worker()

    trainer = series.trainers.get()
    mails = [mail for mail in mailoutbox if trainer.email in mail.to[0]]
    assert not [mail for mail in mails if "no longer lead" in mail.subject]
    (invited,) = [mail for mail in mails if mail.subject.startswith("You lead a session")]
    kept = [meeting.calendar_uid for meeting in series.meetings if meeting.pk != cancelled.pk]
    assert [one.uid for one in calendars_in(invited)] == kept
    assert CalendarEntry.objects.get(meeting=cancelled).method == CalendarMethod.CANCEL


def test_after_a_move_the_calendar_still_says_where_to_give_the_seat_back(series):
    teacher = TeacherFactory(works_at=series.licence.school, language="en")
    enrolments.enrol(session=series, teacher=teacher)
    run_worker()
    meeting = series.meetings[0]
    series.refresh_from_db()

    hours = Hours(
        meeting.starts_at + datetime.timedelta(hours=1),
        meeting.ends_at + datetime.timedelta(hours=1),
    )
    session_dates.move(
        session=series, moves={meeting.pk: hours}, revision=series.revision, by=PlannerFactory()
    )
    run_worker_after_the_pause()

    first = event_of(Letter.objects.get(to=teacher, kind=Letters.SEAT_CONFIRMED))
    moved = event_of(Letter.objects.get(to=teacher, kind=Letters.SESSION_MOVED))
    assert "If you can’t come, say so here" in first["DESCRIPTION"]
    assert moved["DESCRIPTION"] == first["DESCRIPTION"]
    assert (moved["UID"], moved["SEQUENCE"]) == (first["UID"], 1)
