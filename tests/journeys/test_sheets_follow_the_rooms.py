"""What happens by itself: a sheet for each room that opens, measured when the room reports, first
pages that say what is due.
"""

import datetime

import pytest
from django.utils import timezone, translation

from courses.agenda.values import Hours
from courses.live.models import Room
from courses.live.signals import presence_settled
from tests.factories.attendance import held_session, seated, was_there
from tests.factories.certificates import certificate_of
from tests.factories.people import PlannerFactory, TeacherFactory
from training.enums import SessionState
from training.models import Certificate, Sheet
from training.services import attendance, certificates
from training.views.due_sheets import certificates_there, sheets_due

pytestmark = pytest.mark.django_db
MINUTE, DAY = datetime.timedelta(minutes=1), datetime.timedelta(days=1)


def test_a_sheet_is_there_when_the_room_opens_and_is_measured_until_it_closes():
    start = timezone.now().replace(microsecond=0) + DAY
    session = held_session(starts_at=start)
    meeting, trainer = session.meetings[0], session.trainers.get()
    teacher = seated(session).teacher

    attendance.follow_the_rooms(start - 16 * MINUTE)
    before = Sheet.objects.count()
    attendance.follow_the_rooms(start - 15 * MINUTE)
    was_there(meeting, trainer, (0, 90))
    was_there(meeting, teacher, (0, 50))
    attendance.follow_the_rooms(start + 91 * MINUTE)

    sheet = Sheet.objects.get()
    assert (before, sheet.real_minutes, sheet.lines.get().measured_minutes) == (0, 90, 50)


def test_a_meeting_that_nobody_measured_still_gets_its_sheet():
    session = held_session()
    seated(session)

    attendance.follow_the_rooms(timezone.now() + 5 * DAY)

    assert Sheet.objects.get().real_minutes == 90


def test_a_sheet_that_cannot_be_measured_stops_no_other(monkeypatch):
    first, second = held_session(), held_session()
    seated(first), seated(second)
    prefill = attendance.prefill

    def fails_once(pk, **more):
        if pk == first.meetings[0].pk:
            raise ValueError("a row that nobody expected")
        return prefill(pk, **more)

    monkeypatch.setattr(attendance, "prefill", fails_once)
    attendance.follow_the_rooms(timezone.now() + 5 * DAY)

    assert [sheet.meeting for sheet in Sheet.objects.all()] == [second.meetings[0]]


def test_the_room_s_news_fills_the_sheet_and_another_meeting_s_news_does_nothing():
    session = held_session()
    meeting, trainer = session.meetings[0], session.trainers.get()
    was_there(meeting, trainer, (0, 60))

    presence_settled.send(sender=Room, meeting_id=meeting.pk)
    presence_settled.send(sender=Room, meeting_id=meeting.pk + 1000)

    assert Sheet.objects.get().real_minutes == 60


def test_a_seat_given_back_before_the_start_leaves_the_sheet():
    session = held_session()
    meeting = session.meetings[0]
    enrolment = seated(session)
    attendance.prefill(meeting.pk)

    enrolment.participations.update(is_withdrawn=True)
    sheet = attendance.prefill(meeting.pk)

    assert not sheet.lines.exists()


def test_certificates_wait_for_the_last_sheet_and_cancelled_meetings_do_not_count():
    first = timezone.now().replace(microsecond=0) - 3 * DAY
    hours = [Hours(first + n * DAY, first + n * DAY + 60 * MINUTE) for n in range(3)]
    session = held_session(starts_at=first, hours=hours)
    trainer, teacher = session.trainers.get(), seated(session).teacher
    one, two, three = session.meetings
    for meeting in (one, two):
        was_there(meeting, trainer, (0, 60))
        was_there(meeting, teacher, (0, 50))
    sheets = [attendance.prefill(meeting.pk) for meeting in (one, two)]

    for sheet in sheets:
        attendance.close(sheet=sheet, by=trainer, revision=sheet.revision)
    before = Certificate.objects.count()
    three.occurrence.cancel()
    certificates.issue_what_is_complete(timezone.now())
    certificates.issue_what_is_complete(timezone.now())

    session.refresh_from_db()
    words = Certificate.objects.get().content["en"]
    assert (before, session.state) == (0, SessionState.CLOSED)
    assert (words["followed"], words["planned"]) == ("1\xa0h\xa040\xa0min", "2\xa0h")
    assert words["dates"].endswith("(2 meetings)")


def test_first_pages_say_which_sheet_to_close_and_that_a_certificate_is_there():
    session = held_session(training__title_en="Getting started")
    sheet, trainer, adviser = (
        attendance.prefill(session.meetings[0].pk),
        session.trainers.get(),
        PlannerFactory(),
    )
    other = certificate_of(teacher=TeacherFactory())
    now = timezone.now()

    with translation.override("en"):
        due = [item.title for item in sheets_due(trainer, now)]
        early, late = (
            sheets_due(adviser, now),
            [item.title for item in sheets_due(adviser, now + 3 * DAY)],
        )
        news = [(item.title, item.aside) for item in certificates_there(other.person, now)]
        old = certificates_there(other.person, now + 31 * DAY)

    assert due == ["Close the sheet of “Getting started”"]
    assert (early, late) == ([], ["1 sheet has been open for three days"])
    assert (news, old) == ([("Your certificate is ready", True)], [])
    assert not sheet.is_closed
