"""What a student does on the week: tick off, ask for help, make and revoke the calendar's address."""

import datetime

from django.db import transaction
from django.utils import timezone

from continuity.exceptions.feedback import NobodyTeaches
from continuity.models import FeedKey, HelpRequest, PlanItem, Tick
from continuity.models.week import feed_secret
from continuity.queries.taught import who_teaches
from courses.people.models import Person, Teaching


def tick(*, item: PlanItem, student: Person, now: datetime.datetime | None = None) -> Tick:
    """The student says that it is done. Said twice is once: the first time stays."""
    return Tick.objects.get_or_create(item=item, student=student, defaults={"ticked_at": now or timezone.now()})[0]


def untick(*, item: PlanItem, student: Person) -> None:
    """It isn't done after all."""
    Tick.objects.filter(item=item, student=student).delete()


def ask_for_help(
    *, student: Person, teaching: Teaching, item: PlanItem | None = None, text: str = "", now: datetime.datetime | None = None
) -> HelpRequest:
    """Put a question into the teacher's queue. Other words than those that wait there already are another question.

    Holds the student's row until commit, so that a form sent twice is one question. Raises `NobodyTeaches`.
    """
    if not who_teaches(teaching, timezone.localdate(now)):
        raise NobodyTeaches(subject=teaching.subject)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=student.pk)
        waiting = HelpRequest.objects.filter(student=student, teaching=teaching, item=item, answered_at=None)
        same = waiting.filter(text=text) if text else waiting
        if already := same.first():
            return already
        return HelpRequest.objects.create(student=student, teaching=teaching, item=item, text=text, asked_at=now or timezone.now())


def open_feed(*, student: Person) -> FeedKey:
    """The address for calendar programs; asked for twice, it is the same one."""
    return FeedKey.objects.get_or_create(student=student)[0]


def renew_feed(*, student: Person, now: datetime.datetime | None = None) -> FeedKey:
    """Another address: whoever has the old one reads nothing any more."""
    return FeedKey.objects.update_or_create(student=student, defaults={"secret": feed_secret(), "made_at": now or timezone.now()})[0]


def close_feed(*, student: Person) -> None:
    """No address at all."""
    FeedKey.objects.filter(student=student).delete()
