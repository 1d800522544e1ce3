"""Arrivals and departures go after thirty days; what an open roll or sheet had of them stays."""

import datetime

import pytest
from django.utils import timezone

from cms.register.services import erasing
from courses.live.models import RoomPass, Stay
from tests.factories.attendance import held_session, seated, was_there
from tests.factories.continuity import StudentFactory, teaching
from tests.factories.rolls import begun, led, prefilled, video_class
from training.services import attendance

pytestmark = pytest.mark.django_db


def forty_days_pass(time_machine) -> datetime.datetime:
    later = timezone.now() + datetime.timedelta(days=40)
    time_machine.move_to(later)
    erasing.erase_what_is_over(later)
    assert not Stay.objects.exists()
    assert not RoomPass.objects.exists()
    return later


@pytest.mark.at("2026-11-25T12:00")
def test_a_roll_opened_after_forty_days_still_has_its_minutes(time_machine):
    given = teaching()
    student = StudentFactory(in_class=given.school_class)
    meeting = video_class(given)
    led(meeting)
    was_there(meeting, student, (0, 50))
    roll = prefilled(meeting)
    before = roll.lines.values_list("minutes_seen", "proposed_status").get()
    assert before[0] == 50

    later = forty_days_pass(time_machine)
    begun(given, meeting.starts_at, now=later)

    assert roll.lines.values_list("minutes_seen", "proposed_status").get() == before


def test_an_open_sheet_keeps_its_minutes_after_forty_days(time_machine):
    session = held_session()
    trainer, meeting = session.trainers.get(), session.meetings.get()
    enrolment = seated(session)
    was_there(meeting, trainer, (0, 90))
    was_there(meeting, enrolment.teacher, (0, 80))
    line = attendance.prefill(meeting.pk).lines.get()
    assert line.measured_minutes == 80

    attendance.prefill(meeting.pk, now=forty_days_pass(time_machine))

    again = line.sheet.lines.get()
    assert (again.measured_minutes, again.shown_name, again.stays) == (
        80,
        line.shown_name,
        line.stays,
    )
