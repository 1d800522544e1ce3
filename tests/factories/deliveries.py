"""Months of trainings that are over: dates held, sheets closed, people present and absent."""

import datetime

from django.utils import timezone

from tests.factories.attendance import absent, held_session, seated, was_there
from training.services import attendance


def day_at(day: str, hour: int = 14) -> datetime.datetime:
    """An hour of a day in Paris: "2026-10-13"."""
    instant = datetime.datetime.fromisoformat(f"{day}T{hour:02d}:30")
    return timezone.make_aware(instant)


def delivered(
    resource,
    trainer,
    day: str,
    *,
    present=(),
    absent_ones=(),
    is_closed=True,
    minutes=(0, 90),
    **more,
):
    """A session of one date of an hour and a half; its sheet closed by its trainer."""
    session = held_session(led_by=trainer, resource=resource, starts_at=day_at(day), **more)
    meeting = session.meetings.get()
    if minutes:
        was_there(meeting, trainer, minutes)
    for teacher in [*present, *absent_ones]:
        seated(session, teacher)
    for teacher in present:
        was_there(meeting, teacher, (0, 90))
    sheet = attendance.prefill(meeting.pk)
    if is_closed:
        attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet))
    return session
