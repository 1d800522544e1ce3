"""The address of a person's trainings for calendar programs."""

from datetime import datetime

from django.utils import timezone

from courses.agenda.values import feed_secret
from courses.people.models import Person
from training.models import CalendarFeed


def open_feed(*, person: Person) -> CalendarFeed:
    """Asked for twice, it is the same one."""
    return CalendarFeed.objects.get_or_create(person=person)[0]


def renew_feed(*, person: Person, now: datetime | None = None) -> CalendarFeed:
    """Another address: whoever has the old one reads nothing any more."""
    facts = {"secret": feed_secret(), "made_at": now or timezone.now()}
    return CalendarFeed.objects.update_or_create(person=person, defaults=facts)[0]


def close_feed(*, person: Person) -> None:
    CalendarFeed.objects.filter(person=person).delete()
