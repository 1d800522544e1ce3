"""Who leads a session: of its provider, with a moderator's pass and an invitation."""

from datetime import datetime

from django.db.models import QuerySet

from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod
from courses.agenda.models import Meeting
from courses.live import services as rooms
from courses.live.enums import RoomRole
from courses.mail import services as mail
from courses.people.models import Organisation, Person
from training import rules
from training.enums import Letters
from training.models import Session
from training.queries.leading import leads, one_of


def check_trainers(
    trainers: list[Person], *, allowed: QuerySet[Person], providers: list[Organisation]
) -> None:
    """Somebody, and of those allowed: trainers of the providers, and who leads the session already."""
    may_lead = set(allowed)
    foreign = [trainer for trainer in trainers if trainer not in may_lead]
    provider = one_of(providers)
    if refusal := rules.why_not_these_trainers(trainers, foreign=foreign, provider=provider):
        raise refusal


def call_trainer(
    session: Session, trainer: Person, *, now: datetime, meetings: list[Meeting] | None = None
) -> None:
    """A moderator's pass for each meeting that isn't over and that they lead, and one invitation."""
    meetings = meetings or [one for one in _not_over(session, now) if leads(trainer, one)]
    for meeting in meetings:
        rooms.give_pass(meeting=meeting, person=trainer, role=RoomRole.MODERATOR)
    _tell(session, trainer, meetings, CalendarMethod.REQUEST)


def release_trainer(session: Session, trainer: Person, *, now: datetime) -> None:
    """No longer the session's trainer. A date that they lead in somebody's place stays theirs."""
    meetings = [one for one in _not_over(session, now) if not leads(trainer, one)]
    for meeting in meetings:
        rooms.take_back_pass(meeting=meeting, person=trainer)
    _tell(session, trainer, meetings, CalendarMethod.CANCEL)


def _not_over(session: Session, now: datetime) -> list[Meeting]:
    return [meeting for meeting in session.meetings.going_on() if meeting.ends_at > now]


def _tell(
    session: Session, trainer: Person, meetings: list[Meeting], method: CalendarMethod
) -> None:
    told = [agenda.tell(meeting=one, person=trainer, method=method) for one in meetings]
    if entries := [entry for entry in told if entry]:
        key = f"trainer:{entries[0].meeting_id}:{trainer.pk}:{entries[0].sequence}"
        details = {"meetings": [entry.meeting_id for entry in entries], "method": method}
        mail.post(Letters.TRAINER_INVITATION, about=session, to=trainer, key=key, details=details)
