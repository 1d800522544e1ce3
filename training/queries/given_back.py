"""Seats of sessions to come that are nobody's any more, as numbers."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from courses.mail.models import Letter
from courses.people.enums import Role
from courses.people.models import Person
from training.enums import HOLD_A_SEAT, EnrolmentState, Letters, SessionState
from training.models import Enrolment, EnrolmentStep, Session
from training.models.leading import working
from training.queries.role_holders import holders_of


def seats_given_back(now: datetime) -> QuerySet[EnrolmentStep]:
    """The steps by which somebody who had a seat in an open session left it, and has none there
    now.
    """
    before = (
        EnrolmentStep.objects.filter(enrolment=OuterRef("enrolment"), pk__lt=OuterRef("pk"))
        .order_by("-pk")
        .values("state")[:1]
    )
    has_a_seat = Enrolment.objects.filter(
        session=OuterRef("enrolment__session"), teacher=OuterRef("enrolment__teacher")
    ).holding_a_seat()
    return (
        EnrolmentStep.objects.filter(
            ~Exists(has_a_seat),
            state=EnrolmentState.CANCELLED,
            enrolment__session__in=Session.objects.filter(state=SessionState.OPEN).not_over(now),
        )
        .annotate(state_before=Subquery(before))
        .filter(state_before__in=HOLD_A_SEAT)
        .select_related("enrolment__session")
        .order_by("pk")
    )


def readers_of(sessions: Collection[Session]) -> dict[Person, set[int]]:
    """Who is told of the seats of which sessions: the training planners, of all; trainers, as long as
    they work for the provider, of their own. Three queries.
    """
    found: dict[Person, set[int]] = defaultdict(set)
    for planner in holders_of(Role.PLANNER):
        found[planner] = {session.pk for session in sessions}
    led: dict[int, set[int]] = defaultdict(set)
    rows = Session.trainers.through.objects.filter(
        working("person", "session__"), session__in=sessions
    )
    for session_id, person_id in rows.values_list("session", "person"):
        led[person_id].add(session_id)
    for trainer in holders_of(Role.TRAINER).filter(pk__in=led):
        found[trainer] |= led[trainer.pk]
    return found


def told_before(
    readers: Collection[Person], since: datetime
) -> tuple[dict[int, set[int]], dict[int, datetime]]:
    """Return the steps that each reader was told of in letters posted since then, and when the last
    of these was. One query.
    """
    steps: dict[int, set[int]] = defaultdict(set)
    last_at: dict[int, datetime] = {}
    for reader, details, at in (
        Letter.objects.filter(kind=Letters.SEATS_GIVEN_BACK, to__in=readers, posted_at__gt=since)
        .order_by("posted_at")
        .values_list("to", "details", "posted_at")
    ):
        steps[reader] |= set(details["steps"])
        last_at[reader] = at
    return steps, last_at
