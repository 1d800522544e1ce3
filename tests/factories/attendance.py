"""A session that was held: who was in the room from which minute to which, and its sheets."""

import datetime

from django.utils import timezone

from courses.live import services as live
from courses.live.enums import RoomRole
from courses.live.models import Stay
from tests.factories.people import TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory
from training.enums import Attested, EnrolmentState
from training.models import Enrolment, Participation
from training.values import Decision


def yesterday(hour: int = 14, minute: int = 30) -> datetime.datetime:
    return (timezone.localtime() - datetime.timedelta(days=1)).replace(
        hour=hour, minute=minute, second=0, microsecond=0
    )


def held_session(*, led_by=None, **kwargs):
    """One meeting of an hour and a half, yesterday at 14:30, unless told otherwise; its trainers
    have their passes.
    """
    kwargs.setdefault("starts_at", yesterday())
    trainer = led_by or TrainerFactory()
    session = SessionFactory(led_by=trainer, **kwargs)
    for meeting in session.meetings:
        live.give_pass(meeting=meeting, person=trainer, role=RoomRole.MODERATOR)
    return session


def seated(session, teacher=None, **person) -> Enrolment:
    """A confirmed enrolment with what hangs on it, and no letters."""
    teacher = teacher or TeacherFactory(**person)
    enrolment = Enrolment.objects.create(
        session=session,
        teacher=teacher,
        school=teacher.schools[0],
        state=EnrolmentState.CONFIRMED,
        asked_at=session.made_at,
    )
    for meeting in session.meetings:
        Participation.objects.create(enrolment=enrolment, meeting=meeting)
        live.give_pass(meeting=meeting, person=teacher, role=RoomRole.MEMBER)
    return enrolment


def absent(sheet) -> dict[str, Decision]:
    """Decisions: whoever the room didn't see wasn't there."""
    lines = sheet.lines.participants()
    return {line.public_id: Decision(Attested.NONE) for line in lines if line.is_to_check}


def was_there(
    meeting, person, *minutes: tuple[float, float | None], device: str = "laptop"
) -> None:
    """Stays from minute to minute of the planned time; None: still there."""
    known = live.give_pass(meeting=meeting, person=person, role=_role(meeting, person))
    _stays(meeting, known.subject, known.display_name, f"{known.subject}/{device}", minutes)


def came_as_guest(
    meeting, shown_name: str, *minutes: tuple[float, float | None], device: str = "guest"
) -> None:
    """Somebody without a token."""
    _stays(meeting, "", shown_name, f"{shown_name}/{device}", minutes)


def _role(meeting, person) -> RoomRole:
    known = person.room_passes.filter(room__meeting=meeting).first()
    return RoomRole(known.role) if known else RoomRole.MEMBER


def _stays(meeting, subject, shown_name, jid, minutes) -> None:
    room = live.room_for(meeting)

    def instant(minute):
        return None if minute is None else meeting.starts_at + datetime.timedelta(minutes=minute)

    Stay.objects.bulk_create(
        Stay(
            room=room,
            room_jid=f"{room.name}@conference",
            occupant_jid=jid,
            subject=subject,
            shown_name=shown_name,
            joined_at=instant(begin),
            left_at=instant(end),
        )
        for begin, end in minutes
    )
