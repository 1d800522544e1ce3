"""Dates that a provider proposes."""

from collections.abc import Iterable
from datetime import datetime

from courses.agenda.values import Hours
from courses.exceptions import Refusal
from training.exceptions import (
    ProposalAnswered,
    ProposalsEnough,
    ProposedDatesEnough,
    WordMissing,
)
from training.models import DateProposal
from training.rules.sessions import why_not_propose_hours
from training.values import MOST_PROPOSALS, MOST_PROPOSED_DATES


def why_not_propose(hours: list[Hours], *, waiting: int, now: datetime) -> Refusal | None:
    """`waiting` is how many proposals of the provider wait for an answer."""
    if waiting >= MOST_PROPOSALS:
        return ProposalsEnough(most=MOST_PROPOSALS)
    return why_not_these_proposed(hours, now=now)


def why_not_these_proposed(hours: list[Hours], *, now: datetime) -> Refusal | None:
    """Days off and dates that overlap aren't in the way: they are shown."""
    if len(hours) > MOST_PROPOSED_DATES:
        return ProposedDatesEnough(most=MOST_PROPOSED_DATES)
    return why_not_propose_hours(hours, now=now)


def why_not_answer_proposal(proposal: DateProposal) -> Refusal | None:
    """Planned, declined or withdrawn: each once."""
    return None if proposal.is_open else ProposalAnswered()


def why_not_decline_proposal(proposal: DateProposal, *, answer: str) -> Refusal | None:
    return why_not_answer_proposal(proposal) or (None if answer.strip() else WordMissing())


def are_as_proposed(proposed: Iterable[Hours], planned: Iterable[Hours]) -> bool:
    """The session that was made of them has these dates and hours, and no others."""
    return sorted(proposed) == sorted(planned)


def overlapping(hours: Iterable[Hours]) -> list[Hours]:
    """Those that begin before an earlier one is over, in time order."""
    found, busy_until = [], None
    for one in sorted(hours):
        if busy_until and one.starts_at < busy_until:
            found.append(one)
        busy_until = max(busy_until, one.ends_at) if busy_until else one.ends_at
    return found
