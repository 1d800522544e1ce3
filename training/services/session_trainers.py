"""Who leads a session: of its provider, with a moderator's pass and an invitation."""

from collections.abc import Iterable
from datetime import datetime

from courses.agenda import services as agenda
from courses.agenda.enums import CalendarMethod
from courses.agenda.models import Meeting
from courses.live import services as rooms
from courses.live.enums import RoomRole
from courses.mail import services as mail
from courses.people.models import Person
from training import rules
from training.enums import Letters
from training.models import Session, Training
from training.queries import filling


def check_trainers(
    training: Training, trainers: list[Person], *, already: Iterable[Person] = ()
) -> None:
    """Somebody, and of the provider; who leads the session already may stay."""
    allowed = {*filling.trainers_of(training.resource), *already}
    foreign = [trainer for trainer in trainers if trainer not in allowed]
    if refusal := rules.why_not_these_trainers(training, foreign=foreign, trainers=trainers):
        raise refusal


def call_trainer(
    session: Session, trainer: Person, *, now: datetime, meetings: list[Meeting] | None = None
) -> None:
    """A moderator's pass and an invitation for each meeting that isn't over."""
    for meeting in meetings or [m for m in session.meetings.going_on() if m.ends_at > now]:
        rooms.give_pass(meeting=meeting, person=trainer, role=RoomRole.MODERATOR)
        _post_calendar(session, trainer, meeting, CalendarMethod.REQUEST)


def release_trainer(session: Session, trainer: Person, *, now: datetime) -> None:
    for meeting in session.meetings.going_on():
        if meeting.ends_at > now:
            rooms.take_back_pass(meeting=meeting, person=trainer)
            _post_calendar(session, trainer, meeting, CalendarMethod.CANCEL)


def _post_calendar(
    session: Session, trainer: Person, meeting: Meeting, method: CalendarMethod
) -> None:
    if entry := agenda.tell(meeting=meeting, person=trainer, method=method):
        key = f"trainer:{meeting.pk}:{trainer.pk}:{entry.sequence}"
        mail.post(
            Letters.TRAINER_INVITATION,
            about=session,
            to=trainer,
            key=key,
            details={"meeting": meeting.pk, "method": method},
        )
