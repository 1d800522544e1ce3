"""The dates that a person's calendar shows: as a teacher with a seat, and as a trainer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from courses.agenda.models import Meeting
from courses.people.enums import Role
from courses.people.models import Person
from training.enums import HOLD_A_SEAT, SessionState
from training.models import Participation, Session
from training.models.leading import led_by

KEPT_IN_CALENDAR = timedelta(days=60)  # after a date is over


@dataclass(frozen=True)
class FeedDate:
    meeting: Meeting
    session: Session
    is_trainer: bool


def dates_of(person: Person, now: datetime) -> list[FeedDate]:
    """Return the dates in time order, cancelled ones too: calendars show them as such. Three
    queries at most.
    """
    since, found = now - KEPT_IN_CALENDAR, []
    if Role.TRAINER in person.roles:
        sessions = Session.objects.with_dates_of(person).exclude(state=SessionState.DRAFT)
        led = {session.series_id: session for session in sessions.with_page_rows()}
        meetings = Meeting.objects.filter(
            led_by(person), series__in=list(led), occurrence__end__gt=since
        )
        found = [FeedDate(m, led[m.series_id], True) for m in meetings.in_time_order()]
    if Role.TEACHER in person.roles:
        seats = Participation.objects.filter(
            is_withdrawn=False,
            enrolment__teacher=person,
            enrolment__state__in=HOLD_A_SEAT,
            meeting__occurrence__end__gt=since,
        ).select_related("meeting__occurrence", "enrolment__session__training__resource__provider")
        known = {one.meeting.pk for one in found}
        found += [
            FeedDate(seat.meeting, seat.enrolment.session, False)
            for seat in seats
            if seat.meeting_id not in known
        ]
    return sorted(found, key=lambda one: (one.meeting.starts_at, one.meeting.pk))
