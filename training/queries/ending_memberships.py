"""Trainers whose membership with the provider ends before dates that they are to lead: planners
read it before that day.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate

from courses.agenda.values import PARIS
from courses.people.enums import Role
from courses.people.models import Membership, Person
from training.enums import SessionState
from training.models import Session, Substitution
from training.models.leading import working

PROVIDER = Q(organisation=OuterRef("provider")) | Q(
    organisation=OuterRef("training__resource__provider")
)


@dataclass(frozen=True)
class EndingMembership:
    """Of a trainer of a session: `ends_on` is its last day, `leads_until` the day of the last date
    to lead after it.
    """

    trainer: Person
    session_id: int
    ends_on: date
    leads_until: date


def ending_memberships(
    now: datetime, *, among: Collection[Session] | None = None
) -> list[EndingMembership]:
    """Of sessions not over, drafts too, the first to end first; a membership that follows is taken
    into account. Two queries, one if there are none.
    """
    held = Membership.objects.filter(PROVIDER, person=OuterRef("trainer"), role=Role.TRAINER)
    instead = Substitution.objects.filter(meeting=OuterRef("date"), replaces=OuterRef("trainer"))
    last_day = held.current().order_by(F("until").desc(nulls_first=True)).values("until")[:1]
    rows = (
        Session.objects.annotate(
            trainer=F("trainers"),
            date=F("series__meetings"),
            is_off=F("series__meetings__occurrence__cancelled"),
            over_at=F("series__meetings__occurrence__end"),
            day=TruncDate("series__meetings__occurrence__start", tzinfo=PARIS),
            ends_on=Subquery(last_day),
        )
        .filter(
            working("trainer", ""),
            ~Exists(held.on(OuterRef("day"))),
            ~Exists(instead),
            Q() if among is None else Q(pk__in=[one.pk for one in among]),
            state__in=(SessionState.OPEN, SessionState.DRAFT),
            is_off=False,
            over_at__gt=now,
            ends_on__isnull=False,
        )
        .order_by("ends_on", "day", "pk")
        .values_list("trainer", "pk", "ends_on", "day")
    )
    found = {(person, session): (ends_on, day) for person, session, ends_on, day in rows}
    people = Person.objects.in_bulk({person for person, _session in found}) if found else {}
    return [
        EndingMembership(people[person], session, ends_on, day)
        for (person, session), (ends_on, day) in found.items()
    ]
