"""Months of trainings that are over: dates held, sheets closed, people present and absent."""

import datetime

from django.utils import timezone

from courses.agenda.values import Hours
from tests.factories.attendance import absent, held_session, seated, was_there
from training.models import DeliveryNote
from training.services import attendance
from training.values import Delivery


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


def delivered_over(resource, trainer, there: dict[str, list], *, seats, **more):
    """A session of several dates, of an hour and a half each, all sheets closed: who was `there` of those
    who had `seats`.
    """
    hours = [Hours(at, at + datetime.timedelta(minutes=90)) for at in map(day_at, there)]
    session = held_session(led_by=trainer, resource=resource, hours=hours, **more)
    for teacher in seats:
        seated(session, teacher)
    for meeting, present in zip(session.meetings, there.values(), strict=True):
        was_there(meeting, trainer, (0, 90))
        for teacher in present:
            was_there(meeting, teacher, (0, 90))
        sheet = attendance.prefill(meeting.pk)
        attendance.close(sheet=sheet, by=trainer, revision=sheet.revision, decisions=absent(sheet))
    return session


def content_of(note) -> Delivery:
    """As it stands in the database."""
    return Delivery.from_json(DeliveryNote.objects.get(pk=note.pk).content)


def present_on(note) -> list[int | None]:
    """How many people were there, of each resource in the order of names."""
    return [one.present for one in content_of(note).resources]


def followed_on(note) -> list[int | None]:
    """Minutes, in the same order."""
    return list(content_of(note).followed_minutes.values())
