"""An adviser moves meetings: one notice says was and is, calendars and rooms follow, nothing that
was promised is lost.
"""

import datetime
import re
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.urls import reverse
from icalendar import Calendar

from courses.agenda.models import CalendarEntry
from courses.agenda.values import Hours
from courses.live.models import RoomPass
from courses.mail.models import Letter
from tests.factories.catalogue import LicenceFactory
from tests.factories.mail import calendars_in
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import TrainingFactory, in_a_week
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.exceptions import DateIsCancelled, MeetingInThePast, OnlyMeeting
from training.models import SessionChange
from training.services import enrolment as enrolments
from training.services import session_dates, sessions

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def adviser():
    return PlannerFactory()


def open_session(adviser, *, licence, dates=1, capacity=5, language="fr"):
    first = in_a_week()
    training = TrainingFactory(resource=licence.resource, title_en="Quote a source")
    session = sessions.plan(
        training=training,
        language=language,
        capacity=capacity,
        hours=[Hours(first + 7 * n * DAY, first + 7 * n * DAY + HOUR) for n in range(dates)],
        trainers=[TrainerFactory(works_for=licence.resource.provider, language="en")],
        by=adviser,
    )
    return sessions.open_for_enrolment(session=session, by=adviser)


def calendar_of(message) -> Calendar:
    (part,) = [
        part for part in message.message().walk() if part.get_content_type() == "text/calendar"
    ]
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == calendar["METHOD"]
    return calendar


def event_of(message):
    (event,) = calendar_of(message).walk("VEVENT")
    return event


def to(person):
    return [message for message in mail.outbox if person.email in message.to[0]]


def test_a_session_moved_to_another_day_is_one_mail_old_to_new_and_the_same_calendar_entry_moves(
    adviser,
):
    licence = LicenceFactory()
    session = open_session(adviser, licence=licence)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    (invited,) = [event_of(message) for message in to(teacher)]
    mail.outbox.clear()
    meeting = session.meetings.get()
    was, now = meeting.starts_at, meeting.starts_at + DAY

    session_dates.move(
        session=session,
        moves={meeting.pk: Hours(now, now + HOUR)},
        revision=0,
        by=adviser,
        reason="La salle est prise.",
    )
    run_worker_after_the_pause()

    (letter,) = to(teacher)
    moved = event_of(letter)
    assert (moved["UID"], calendar_of(letter)["METHOD"]) == (invited["UID"], "REQUEST")
    assert moved["SEQUENCE"] > invited["SEQUENCE"]
    assert moved["DTSTART"].dt == now
    assert "Was:" in letter.body
    assert "Now:" in letter.body
    assert "La salle est prise." in letter.body
    assert session.changes.values_list("was_starts_at", "starts_at", "reason").get() == (
        was,
        now,
        "La salle est prise.",
    )
    session.refresh_from_db()
    assert (session.starts_at, session.ends_at, session.revision) == (now, now + HOUR, 1)
    (trainer,) = session.trainers.all()
    assert [event_of(message)["DTSTART"].dt for message in to(trainer)] == [now]


def test_from_the_mail_of_a_move_who_is_no_longer_free_gives_the_seat_back(adviser, client):
    """The link of the mail opens the session's page; there it is one form."""
    licence = LicenceFactory()
    session = open_session(adviser, licence=licence)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    seat = enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    meeting = session.meetings.get()
    later = Hours(meeting.starts_at + DAY, meeting.ends_at + DAY)
    session_dates.move(session=session, moves={meeting.pk: later}, revision=0, by=adviser)
    run_worker_after_the_pause()
    client.force_login(teacher)

    (letter,) = to(teacher)
    page = client.get(urlsplit(re.search(r"https?://\S+/trainings/\S+", letter.body)[0]).path)
    give_back = reverse("training:cancel_enrolment", args=[seat.public_id])
    client.post(give_back)

    assert f'action="{give_back}"' in page.text
    assert not session.enrolments.holding_a_seat().exists()


def test_a_participant_reads_the_hours_that_are_left(adviser, client):
    licence = LicenceFactory()
    session = open_session(adviser, licence=licence, dates=3)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    enrolments.enrol(session=session, teacher=teacher)
    client.force_login(teacher)
    page = session.get_absolute_url()

    def asked() -> str:
        said = re.search(r"(\d+)\s*h, from 75\s*% of attendance", client.get(page).text)
        return said[1] if said else ""

    before = asked()
    session_dates.cancel_meeting(
        session=session, meeting=session.meetings[2], by=adviser, reason="Grève."
    )

    assert (before, asked()) == ("3", "2")


def test_the_pass_into_the_room_stays_when_a_meeting_moves(adviser):
    licence = LicenceFactory()
    session = open_session(adviser, licence=licence)
    teacher = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=session, teacher=teacher)
    before = RoomPass.objects.get(person=teacher)
    meeting = session.meetings.get()

    session_dates.move(
        session=session,
        moves={meeting.pk: Hours(meeting.starts_at + DAY, meeting.ends_at + DAY)},
        revision=0,
        by=adviser,
    )

    after = RoomPass.objects.get(person=teacher)
    assert (after.subject, after.code, after.is_withdrawn) == (before.subject, before.code, False)


def test_several_meetings_move_with_one_mail_that_holds_each_calendar(adviser):
    licence = LicenceFactory()
    session = open_session(adviser, licence=licence, dates=3)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    first, second, third = session.meetings

    session_dates.move(
        session=session,
        moves={
            first.pk: Hours(first.starts_at, first.ends_at),  # stays
            second.pk: Hours(second.starts_at + DAY, second.ends_at + DAY),
            third.pk: Hours(third.starts_at + DAY, third.ends_at + DAY),
        },
        revision=0,
        by=adviser,
    )
    run_worker_after_the_pause()

    (notice,) = to(teacher)
    assert notice.body.count("Was:") == 2
    told = calendars_in(notice)
    assert [one.uid for one in told] == [second.calendar_uid, third.calendar_uid]
    assert {one.event["SEQUENCE"] for one in told} == {1}
    assert "The other date is attached as a calendar file." in notice.body
    assert SessionChange.objects.count() == 2


def test_who_waits_is_told_of_the_new_date_without_a_calendar_part(adviser):
    licence = LicenceFactory()
    session = open_session(adviser, licence=licence, capacity=1)
    seated, waiting = TeacherFactory.create_batch(2, works_at=licence.school, language="en")
    for teacher in (seated, waiting):
        enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    meeting = session.meetings.get()

    session_dates.move(
        session=session,
        moves={meeting.pk: Hours(meeting.starts_at + DAY, meeting.ends_at + DAY)},
        revision=0,
        by=adviser,
    )
    run_worker_after_the_pause()

    (letter,) = to(waiting)
    assert "Was:" in letter.body
    assert not [
        part for part in letter.message().walk() if part.get_content_type() == "text/calendar"
    ]


def test_one_date_of_three_is_cancelled_only_that_date(adviser):
    licence = LicenceFactory()
    session = open_session(adviser, licence=licence, dates=3)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    first, second, third = session.meetings

    session_dates.cancel_meeting(
        session=session, meeting=third, by=adviser, reason="Conseils de classe."
    )
    run_worker_after_the_pause()

    (letter,) = to(teacher)
    assert calendar_of(letter)["METHOD"] == "CANCEL"
    assert event_of(letter)["UID"] == third.calendar_uid
    assert [meeting.is_cancelled for meeting in session.meetings] == [False, False, True]
    session.refresh_from_db()
    assert session.ends_at == second.ends_at
    assert list(
        CalendarEntry.objects.filter(person=teacher)
        .order_by("meeting__ordinal")
        .values_list("method", flat=True)
    ) == [
        "REQUEST",
        "REQUEST",
        "CANCEL",
    ]
    with pytest.raises(DateIsCancelled):
        session_dates.move(
            session=session,
            moves={third.pk: Hours(third.starts_at + DAY, third.ends_at + DAY)},
            revision=session.revision,
            by=adviser,
        )
    session_dates.cancel_meeting(session=session, meeting=second, by=adviser, reason="Grève.")
    with pytest.raises(OnlyMeeting):
        session_dates.cancel_meeting(session=session, meeting=first, by=adviser, reason="Grève.")


def test_a_date_added_to_a_running_series_invites_who_has_a_seat_and_the_trainer(adviser):
    licence = LicenceFactory()
    session = open_session(adviser, licence=licence)
    teacher = TeacherFactory(works_at=licence.school, language="en")
    enrolment = enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()

    added = session_dates.add_meeting(
        session=session,
        hours=Hours(session.starts_at - DAY, session.starts_at - DAY + HOUR),
        by=adviser,
        revision=0,
    )
    run_worker()

    assert [event_of(letter)["UID"] for letter in to(teacher)] == [added.calendar_uid]
    assert [event_of(letter)["UID"] for letter in to(session.trainers.get())] == [
        added.calendar_uid
    ]
    assert enrolment.participations.filter(meeting=added).exists()
    session.refresh_from_db()
    assert session.starts_at == added.starts_at


def test_a_move_into_the_past_is_refused_in_words_and_nothing_is_sent(adviser):
    licence = LicenceFactory()
    session = open_session(adviser, licence=licence)
    meeting = session.meetings.get()
    letters = Letter.objects.count()

    with pytest.raises(MeetingInThePast) as refusal:
        session_dates.move(
            session=session,
            moves={meeting.pk: Hours(meeting.starts_at - 30 * DAY, meeting.ends_at - 30 * DAY)},
            revision=0,
            by=adviser,
        )

    assert "already past" in refusal.value.reason
    assert (session.meetings.get().starts_at, Letter.objects.count()) == (
        meeting.starts_at,
        letters,
    )
