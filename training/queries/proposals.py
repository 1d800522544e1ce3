"""Dates that providers propose: for their trainers, and for planners."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from courses.agenda.models import Meeting
from courses.agenda.values import Hours
from courses.catalogue.models import Resource
from courses.people.enums import Role
from courses.people.models import Membership, Organisation, Person
from training.models import DateProposal, Session, Training
from training.models.proposal import DateProposalQuerySet
from training.queries.filling import Clash, clashes_of_trainers


def providers_of(person: Person) -> QuerySet[Organisation]:
    """Whose trainer this person is today."""
    held = Membership.objects.current().filter(person=person, role=Role.TRAINER)
    return Organisation.objects.providers().filter(pk__in=held.values("organisation"))


def trainings_to_propose(person: Person) -> QuerySet[Training]:
    """Those in the catalogue, on the resources of their providers."""
    found = Training.objects.published().filter(resource__provider__in=providers_of(person))
    return found.select_related("resource").order_by("resource__name", "title_fr")


def resources_to_propose(person: Person) -> QuerySet[Resource]:
    return Resource.objects.filter(provider__in=providers_of(person))


def proposals_of(person: Person) -> DateProposalQuerySet:
    """Return the proposals that a trainer reads, newest first."""
    return with_all(DateProposal.objects.of_provider_of(person))


def with_all(found: DateProposalQuerySet) -> DateProposalQuerySet:
    """Fetch the relations that a list of proposals shows: one query more, for the dates."""
    return found.select_related(
        "resource", "provider", "training__resource", "by", "session__training"
    ).prefetch_related("dates")


def led_of(person: Person, proposals: list[DateProposal]) -> set[int]:
    """The sessions made of them whose page as a trainer this person may open."""
    made = [one.session_id for one in proposals if one.session_id]
    if not made:
        return set()
    return set(Session.objects.led_by(person).filter(pk__in=made).values_list("pk", flat=True))


def proposal_of(session: Session) -> DateProposal | None:
    """The one that it was made of."""
    return with_all(DateProposal.objects.filter(session=session)).first()


def planned_hours(proposals: list[DateProposal]) -> dict[int, list[Hours]]:
    """Return the dates that each session made of them has by now, by session: one query for all."""
    by_series = {one.session.series_id: one.session.pk for one in proposals if one.session}
    planned: dict[int, list[Hours]] = {}
    if by_series:
        for meeting in Meeting.objects.filter(series__in=by_series).going_on().in_time_order():
            hours = Hours(meeting.starts_at, meeting.ends_at)
            planned.setdefault(by_series[meeting.series_id], []).append(hours)
    return planned


def without_proposer(proposals: list[DateProposal]) -> set[int]:
    """Those whose proposer is no trainer of their provider any more: nobody gets an email about the
    answer.
    """
    people = {one.by_id for one in proposals}
    held = Membership.objects.current().filter(
        person__in=people, person__is_active=True, role=Role.TRAINER
    )
    there = set(held.values_list("person", "organisation"))
    return {one.pk for one in proposals if (one.by_id, one.provider_id) not in there}


def place_of(proposal: DateProposal, now: datetime) -> int:
    """How many wait before it, in the planners' order; 0 if it doesn't wait."""
    pks = list(proposals_waiting(now).prefetch_related(None).values_list("pk", flat=True))
    return pks.index(proposal.pk) if proposal.pk in pks else 0


def proposals_waiting(now: datetime) -> DateProposalQuerySet:
    """Return the waiting proposals of all providers, the oldest first."""
    return with_all(DateProposal.objects.waiting(now)).order_by("proposed_at", "pk")


def proposals_answered() -> DateProposalQuerySet:
    """The last answered first; withdrawn ones aren't the planners' business."""
    found = DateProposal.objects.filter(answered_by__isnull=False)
    return with_all(found).order_by("-answered_at", "-pk")


def count_proposals(now: datetime) -> int:
    return DateProposal.objects.waiting(now).count()


@dataclass(frozen=True)
class WaitingProposal:
    """`clashes`: what else the person who proposes leads at these hours."""

    proposal: DateProposal
    hours: list[Hours]
    clashes: list[Clash]


def with_clashes(proposals: list[DateProposal]) -> list[WaitingProposal]:
    """The same number of queries for one and for many."""
    people = list({one.by_id: one.by for one in proposals}.values())
    all_hours = [hours for one in proposals for hours in one.hours]
    clashes = clashes_of_trainers(people, all_hours)
    return [
        WaitingProposal(one, one.hours, [c for c in clashes if _is_of(c, one)]) for one in proposals
    ]


def _is_of(clash: Clash, proposal: DateProposal) -> bool:
    other = Hours(clash.meeting.starts_at, clash.meeting.ends_at)
    return clash.trainer == proposal.by and any(one.overlap(other) for one in proposal.hours)
