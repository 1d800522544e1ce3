"""A provider proposes dates: proposed, withdrawn; a planner makes a draft of them, or declines;
whoever proposed is told that they passed, or that the draft is deleted.

`propose` holds the provider's row until commit, so that two at once don't pass the most there may
be; the others hold the proposal's, so that it is answered once. `now` is aware.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from courses.agenda.values import Hours
from courses.catalogue.models import Resource
from courses.documents.values import keys_of_form
from courses.mail import services as mail
from courses.mail.models import Letter
from courses.people.models import Organisation, Person
from training import rules
from training.enums import Letters, ProposalState
from training.exceptions import OtherProvidersTraining, ProposalSentAlready
from training.models import DateProposal, ProposedDate, Session, Training
from training.services import sessions

PASSED_TOLD_FOR = timedelta(days=30)


def propose(
    *,
    by: Person,
    resource: Resource,
    training: Training | None,
    title: str,
    words: str,
    hours: Iterable[Hours],
    key: UUID,
    now: datetime | None = None,
) -> DateProposal:
    """The same key is one proposal, the same hours twice are one date. Raises a `Refusal`, also where
    the key is known and what it came with is another proposal, or one that waits no longer.
    """
    now, hours = now or timezone.now(), sorted(set(hours))
    keys = keys_of_form(key, by.pk, resource.provider_id)
    title, words = training.title_fr if training else title.strip(), words.strip()
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=resource.provider_id)
        of_form = DateProposal.objects.filter(by=by, provider=resource.provider_id, key__in=keys)
        if known := of_form.first():
            same = (known.resource, known.training, known.title, known.words, known.hours)
            if not known.is_open or same != (resource, training, title, words, hours):
                raise ProposalSentAlready()
            return known
        of_provider = DateProposal.objects.filter(provider=resource.provider_id)
        waiting = of_provider.waiting(now).count()
        if refusal := rules.why_not_propose(hours, waiting=waiting, now=now):
            raise refusal
        proposal = DateProposal.objects.create(
            resource=resource,
            provider_id=resource.provider_id,
            training=training,
            title=title,
            words=words,
            by=by,
            proposed_at=now,
            ends_at=max(one.ends_at for one in hours),
            key=keys.own,
        )
        ProposedDate.objects.bulk_create(
            ProposedDate(proposal=proposal, starts_at=one.starts_at, ends_at=one.ends_at)
            for one in hours
        )
    return proposal


def withdraw(*, proposal: DateProposal, now: datetime | None = None) -> None:
    """Withdraw the proposal, by any trainer of the provider. Idempotent. Raises a `Refusal`."""
    with transaction.atomic():
        proposal = _held(proposal)
        if proposal.state == ProposalState.WITHDRAWN:
            return
        if refusal := rules.why_not_answer_proposal(proposal):
            raise refusal
        proposal.state = ProposalState.WITHDRAWN
        proposal.answered_at = now or timezone.now()
        proposal.save(update_fields=["state", "answered_at"])


def plan(
    *,
    proposal: DateProposal,
    training: Training,
    by: Person,
    now: datetime | None = None,
    **facts: Any,
) -> Session:
    """Make a draft of it; `facts` are those of `sessions.plan`. Its dates may be others than those
    proposed: the letter tells them. Raises a `Refusal`.
    """
    with transaction.atomic():
        proposal = _held(proposal)
        if refusal := rules.why_not_answer_proposal(proposal):
            raise refusal
        if training.resource.provider_id != proposal.provider_id:
            raise OtherProvidersTraining(provider=proposal.provider.name)
        proposal.session = sessions.plan(training=training, by=by, now=now, **facts)
        _answer(proposal, ProposalState.PLANNED, by=by, now=now)
    return proposal.session


def decline(
    *, proposal: DateProposal, answer: str, by: Person, now: datetime | None = None
) -> None:
    """Raises a `Refusal`."""
    with transaction.atomic():
        proposal = _held(proposal)
        if refusal := rules.why_not_decline_proposal(proposal, answer=answer):
            raise refusal
        proposal.answer = answer.strip()
        _answer(proposal, ProposalState.DECLINED, by=by, now=now)
        log(instance=proposal, action="training.decline_proposal", user=by)


def give_up_draft(*, session: Session, now: datetime) -> None:
    """The draft that was made of a proposal is deleted: the proposal waits for an answer again,
    unless its last date is over. Whoever proposed is told.
    """
    proposal = DateProposal.objects.select_for_update().filter(session=session).first()
    if proposal is None:
        return
    proposal.session = None
    if proposal.ends_at > now:
        proposal.state, proposal.answered_by, proposal.answered_at = ProposalState.OPEN, None, None
    proposal.save(update_fields=["state", "answered_by", "answered_at", "session"])
    key = f"proposal:{proposal.pk}:given_up:{session.pk}"
    mail.post(Letters.PROPOSAL_DRAFT_DELETED, about=proposal, to=proposal.by, key=key)


def tell_of_passed(now: datetime) -> int:
    """Post one letter to whoever proposed dates that passed without an answer, within a month after the
    last of them: after an outage, too. Gives their number.
    """
    passed = DateProposal.objects.passed(now).filter(ends_at__gt=now - PASSED_TOLD_FOR)
    due = {f"proposal:{one.pk}:passed": one for one in passed.select_related("by")}
    known = set(Letter.objects.filter(key__in=due).values_list("key", flat=True))
    new = {key: one for key, one in due.items() if key not in known}
    for key, proposal in new.items():
        mail.post(Letters.PROPOSAL_PASSED, about=proposal, to=proposal.by, key=key)
    return len(new)


def _answer(
    proposal: DateProposal, state: ProposalState, *, by: Person, now: datetime | None
) -> None:
    """Who proposed is told, of two answers before the letter is written once; it isn't written to
    whoever left the provider.
    """
    proposal.state, proposal.answered_by, proposal.answered_at = state, by, now or timezone.now()
    proposal.save(update_fields=["state", "answered_by", "answered_at", "answer", "session"])
    of_answers = Letter.objects.filter(
        kind=Letters.PROPOSAL_ANSWERED, about_model=proposal._meta.label, about_pk=proposal.pk
    )
    if of_answers.may_still_grow().exists():
        return
    key = f"proposal:{proposal.pk}:answered:{proposal.answered_at:%Y%m%d%H%M%S%f}"
    mail.post(Letters.PROPOSAL_ANSWERED, about=proposal, to=proposal.by, key=key)


def _held(proposal: DateProposal) -> DateProposal:
    return DateProposal.objects.select_for_update().get(pk=proposal.pk)
