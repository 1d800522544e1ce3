"""Months of trainings that are over: dates held, sheets closed, people present and absent; delivery notes
of them, and their pages.
"""

import datetime
import re
from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone

from courses.agenda.values import Hours
from tests.factories.attendance import absent, held_session, seated, was_there
from tests.factories.catalogue import ResourceFactory
from tests.factories.people import TeacherFactory, TrainerFactory
from training.models import DeliveryNote
from training.services import attendance, deliveries
from training.values import Delivery

OCTOBER = datetime.date(2026, 10, 1)


def on(day: int) -> datetime.datetime:
    """A morning of November 2026, when October's notes are made and judged."""
    return timezone.make_aware(datetime.datetime(2026, 11, day, 9))


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


def october_note(resource=None, trainer=None) -> DeliveryNote:
    """Of one date with six people present, made on 3 November."""
    resource = resource or ResourceFactory()
    trainer = trainer or TrainerFactory(works_for=resource.provider)
    delivered(resource, trainer, "2026-10-06", present=TeacherFactory.create_batch(6))
    return deliveries.make(provider=resource.provider, month=OCTOBER, now=on(3))


def pressed(client, person, name, *args, **data):
    """A button, on the page of the note (if one is named) as it is now."""
    client.force_login(person)
    note = DeliveryNote.objects.filter(public_id=args[0]).first()
    sent = ({"revision": note.revision} if note else {}) | data
    return client.post(reverse(f"training:{name}", args=args), sent, follow=True)


class NotePages:
    """Opens a note's page as somebody, and presses one of its buttons later, as often as one likes."""

    def __init__(self, client, note: DeliveryNote):
        self.client, self.note = client, note

    def __call__(self, person, name: str, **typed) -> Callable:
        return self.on(self.open(person), person, name, **typed)

    def open(self, person) -> str:
        self.client.force_login(person)
        return self.client.get(reverse("training:delivery_note", args=[self.note.public_id])).text

    def on(self, page: str, person, name: str, **typed) -> Callable:
        """The press on a page that is open already."""
        address = reverse(f"training:{name}", args=[self.note.public_id])
        form = page.split(f'action="{address}"')[1].split("</form>")[0]
        hidden = dict(re.findall(r'type="hidden" name="(revision)" value="([^"]*)"', form))

        def press():
            self.client.force_login(person)
            return self.client.post(address, hidden | typed, follow=True)

        return press


def content_of(note) -> Delivery:
    """As it stands in the database."""
    return Delivery.from_json(DeliveryNote.objects.get(pk=note.pk).content)


def present_on(note) -> list[int | None]:
    """How many people were there, of each resource in the order of names."""
    return [one.present for one in content_of(note).resources]


def followed_on(note) -> list[int | None]:
    """Minutes, in the same order."""
    return list(content_of(note).followed_minutes.values())
