"""A training with all its dates, and for planners what it has come to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Min, Q, Sum
from django.db.models.functions import Coalesce

from courses.people.models import Person
from courses.people.permissions import is_planner
from training.enums import HOLD_A_SEAT, NOT_HELD, SessionState, SheetState
from training.models import DateAlert, Enrolment, Session, SheetLine, Training
from training.queries.catalogue import (
    CatalogueFilter,
    CatalogueResults,
    sessions_with_entitlement_for,
)

FEWEST_FOR_A_RATE = 5  # people: of fewer, a rate would say something of one of them


@dataclass(frozen=True)
class TrainingFigures:
    """Figures of the sessions that took place; `called_off` after some of their dates. `people`,
    `expected` and `present` are of closed sheets: who, how many dates they were expected on, and on how
    many of these minutes are attested.
    """

    sessions: int
    called_off: int
    seats: int
    taken: int
    people: int
    expected: int
    present: int

    @property
    def presence_percent(self) -> int | None:
        if self.people < FEWEST_FOR_A_RATE:
            return None
        return round(100 * self.present / self.expected)


@dataclass(frozen=True)
class TrainingPage:
    """`shortest` and `longest` are the lengths of its sessions; None while it has none."""

    training: Training
    found: CatalogueResults
    past: int
    shortest: timedelta | None
    longest: timedelta | None
    is_alerted: bool = False
    figures: TrainingFigures | None = None


def training_page(
    public_id: str, person: Person | AnonymousUser, *, now: datetime
) -> TrainingPage | None:
    """Three queries beside those of its sessions; one more for somebody signed in, three for
    a planner.
    """
    training = (
        Training.objects.visible_to(person)
        .select_related("resource__provider")
        .prefetch_related("subjects")
        .filter(public_id=public_id)
        .first()
    )
    if training is None:
        return None
    is_past = Q(ends_at__lte=now)
    known = training.sessions.exclude(state__in=NOT_HELD).aggregate(
        past=Count("pk", filter=is_past),
        shortest=Min("planned_minutes", filter=Q(planned_minutes__gt=0)),
        longest=Max("planned_minutes"),
    )
    return TrainingPage(
        training,
        sessions_with_entitlement_for(
            person, CatalogueFilter(), now=now, only=Q(training=training)
        ),
        known["past"],
        _length(known["shortest"]),
        _length(known["longest"]),
        is_alerted=person.is_authenticated
        and DateAlert.objects.filter(training=training, person=person.pk).exists(),
        figures=_figures(training, now) if is_planner(person) else None,
    )


def _length(minutes: int | None) -> timedelta | None:
    return timedelta(minutes=minutes) if minutes else None


def _figures(training: Training, now: datetime) -> TrainingFigures:
    sessions = Session.objects.took_place(now).filter(training=training).order_by()
    counted = sessions.aggregate(
        sessions=Count("pk"),
        called_off=Count("pk", filter=Q(state=SessionState.CANCELLED)),
        seats=Coalesce(Sum("capacity"), 0),
    )
    taken = Enrolment.objects.filter(session__in=sessions, state__in=HOLD_A_SEAT)
    lines = SheetLine.objects.participants().filter(
        sheet__session__training=training,
        sheet__state=SheetState.CLOSED,
        participation__is_withdrawn=False,
    )
    attended = (
        lines.with_corrections()
        .annotate(counted=Coalesce("corrected_minutes", "attested_minutes", 0))
        .aggregate(
            people=Count("participation__enrolment__teacher", distinct=True),
            expected=Count("pk"),
            present=Count("pk", filter=Q(counted__gt=0)),
        )
    )
    return TrainingFigures(taken=taken.count(), **counted, **attended)
