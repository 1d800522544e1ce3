"""What a student does on the week: tick off, ask for help, make and revoke the calendar's address."""

import datetime

from django.utils import timezone

from continuity.models import FeedKey, PlanItem, Tick
from continuity.models.week import feed_secret
from courses.people.models import Person


def tick(*, item: PlanItem, student: Person, now: datetime.datetime | None = None) -> Tick:
    """The student says that it is done. Said twice is once: the first time stays."""
    return Tick.objects.get_or_create(item=item, student=student, defaults={"ticked_at": now or timezone.now()})[0]


def untick(*, item: PlanItem, student: Person) -> None:
    """It isn't done after all."""
    Tick.objects.filter(item=item, student=student).delete()


def open_feed(*, student: Person) -> FeedKey:
    """The address for calendar programs; asked for twice, it is the same one."""
    return FeedKey.objects.get_or_create(student=student)[0]


def renew_feed(*, student: Person, now: datetime.datetime | None = None) -> FeedKey:
    """Another address: whoever has the old one reads nothing any more."""
    return FeedKey.objects.update_or_create(student=student, defaults={"secret": feed_secret(), "made_at": now or timezone.now()})[0]


def close_feed(*, student: Person) -> None:
    """No address at all."""
    FeedKey.objects.filter(student=student).delete()
