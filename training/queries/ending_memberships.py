"""Trainers and substitutes whose membership with the provider ends before dates that they are to
lead: planners read it before that day.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate

from courses.agenda.values import PARIS
from courses.people.enums import Role
from courses.people.models import Membership, Person
from courses.people.models.persons import MembershipQuerySet
from training.enums import SessionState
from training.models import Session, Substitution
from training.models.leading import working

HAVE_DATES = (SessionState.OPEN, SessionState.DRAFT)


@dataclass(frozen=True)
class EndingMembership:
    """Membership of a trainer of a session, or of one date in somebody's place: `ends_on` is its
    last day, `leads_until` the day of the last date to lead after it.
    """

    trainer: Person
    session_id: int
    ends_on: date
    leads_until: date


def ending_memberships(
    now: datetime, *, among: Collection[Session] | None = None
) -> list[EndingMembership]:
    """List ending memberships in sessions not over, drafts too, the first to end first; a
    membership that follows is taken into account. Two queries, one if there are none.
    """
    rows = _of_trainers(now, among).union(_of_substitutes(now, among), all=True)
    in_order = rows.order_by("ends_on", "day", "session_pk")
    found = {(person, session): (ends_on, day) for ends_on, day, session, person in in_order}
    people = Person.objects.in_bulk({person for person, _session in found}) if found else {}
    return [
        EndingMembership(people[person], session, ends_on, day)
        for (person, session), (ends_on, day) in found.items()
    ]


def _of_trainers(now: datetime, among: Collection[Session] | None) -> QuerySet:
    """`ends_on`, `day`, session and person of each date to come without a membership."""
    instead = Substitution.objects.filter(meeting=OuterRef("date"), replaces=OuterRef("person"))
    rows = Session.objects.annotate(
        session_pk=F("pk"),
        person=F("trainers"),
        date=F("series__meetings"),
        is_off=F("series__meetings__occurrence__cancelled"),
        over_at=F("series__meetings__occurrence__end"),
        day=TruncDate("series__meetings__occurrence__start", tzinfo=PARIS),
        ends_on=_last_day("person", ""),
    ).filter(
        working("person", ""),
        ~Exists(instead),
        Q() if among is None else Q(pk__in=[one.pk for one in among]),
        state__in=HAVE_DATES,
    )
    return _without_membership(rows, now, "")


def _of_substitutes(now: datetime, among: Collection[Session] | None) -> QuerySet:
    """As `_of_trainers`, of the dates that somebody leads in another's place."""
    rows = Substitution.objects.annotate(
        session_pk=F("session"),
        person=F("substitute"),
        is_off=F("meeting__occurrence__cancelled"),
        over_at=F("meeting__occurrence__end"),
        day=TruncDate("meeting__occurrence__start", tzinfo=PARIS),
        ends_on=_last_day("substitute", "session__"),
    ).filter(
        working("substitute", "session__"),
        Q() if among is None else Q(session__in=[one.pk for one in among]),
        session__state__in=HAVE_DATES,
    )
    return _without_membership(rows, now, "session__")


def _without_membership(rows: QuerySet, now: datetime, session: str) -> QuerySet:
    held = _held("person", session).on(OuterRef("day"))
    left = rows.filter(~Exists(held), is_off=False, over_at__gt=now, ends_on__isnull=False)
    return left.order_by().values_list("ends_on", "day", "session_pk", "person")


def _last_day(person: str, session: str) -> Subquery:
    """The last day of the last membership before the date, of the row's annotation `day`."""
    latest = F("until").desc(nulls_first=True)
    before = _held(person, session).filter(since__lte=OuterRef("day"))
    return Subquery(before.order_by(latest).values("until")[:1])


def _held(person: str, session: str) -> MembershipQuerySet:
    """Memberships of this person as a trainer of the session's provider; both are paths from the
    row around.
    """
    provider = Q(organisation=OuterRef(f"{session}provider")) | Q(
        organisation=OuterRef(f"{session}training__resource__provider")
    )
    return Membership.objects.filter(provider, person=OuterRef(person), role=Role.TRAINER)
