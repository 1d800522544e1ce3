"""A student's actions on the week: tick off an item, ask for the week on paper."""

import datetime

from django.utils import timezone, translation

from continuity.models import PlanItem, Tick
from continuity.week.documents.paper import ON_PAPER
from continuity.week.queries.week import Week
from courses.documents import services as documents
from courses.documents.models import Paper
from courses.people.models import Person


def tick(*, item: PlanItem, student: Person, now: datetime.datetime | None = None) -> Tick:
    """Tick off the item for the student. Idempotent: the first time stays."""
    return Tick.objects.get_or_create(
        item=item, student=student, defaults={"ticked_at": now or timezone.now()}
    )[0]


def untick(*, item: PlanItem, student: Person) -> None:
    """It isn't done after all."""
    Tick.objects.filter(item=item, student=student).delete()


def ask_for_paper(*, student: Person, week: Week, now: datetime.datetime) -> Paper:
    """The sheet of the week as it stands, in the active language."""
    says = (
        week.monday,
        week.today,
        [(place.name, place.version) for place in week.places],
        list(week),
    )
    return documents.ask_for_paper(
        kind=ON_PAPER.key,
        about=f"{student.pk} {week.monday}",
        says=says,
        language=translation.get_language(),
        owner=student,
        now=now,
    )
