"""Dates that a provider proposes: written and followed by its trainers, answered by planners.

A proposal of another provider isn't there (404). Trainers never read which planner answered.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.agenda.values import Hours
from courses.dates import day
from courses.exceptions import Refusal
from courses.fields import replace_sent
from courses.people.permissions import (
    PersonRequest,
    is_planner,
    is_trainer,
    keeps_what_was_typed,
    requires,
)
from training import rules
from training.enums import ProposalState
from training.exceptions import ProposalSentAlready
from training.forms.dates import Dates
from training.forms.proposal import DeclineForm, ProposalForm
from training.models import DateProposal
from training.queries import proposals as queries
from training.queries.filling import clashes_of_trainers
from training.services import proposals
from training.values import MOST_PROPOSALS
from training.views.date_rows import with_a_row_more
from training.views.preview import Preview, said_of_days_off
from training.views.rows import StateBadge

ON_A_PAGE = 20
WAITING_ON_A_PAGE = 10
ANSWERED_SHOWN = 10


@dataclass(frozen=True)
class ProposalRow:
    """A proposal as a trainer reads it. `leads_it`: they lead the session that was made of it.
    `planned`: its dates, where they aren't those proposed.
    """

    proposal: DateProposal
    standing: StateBadge
    outcome: str
    planned: list[Hours]
    leads_it: bool
    can_withdraw: bool


@require_safe
@requires(is_trainer)
def my_proposals(request: PersonRequest) -> HttpResponse:
    """Those of one's providers, colleagues' ones too, with what became of them."""
    now, me = timezone.now(), request.user
    page = Paginator(queries.proposals_of(me), ON_A_PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    led, planned = queries.led_of(me, found), queries.planned_hours(found)
    context = {
        "rows": [_row(one, led, planned.get(one.session_id, []), now) for one in found],
        "page": page,
        "now": now,
        "most": MOST_PROPOSALS,
    }
    return render(request, "training/trainer/proposals.html", context)


def _row(proposal: DateProposal, led: set[int], planned: list[Hours], now: datetime) -> ProposalRow:
    return ProposalRow(
        proposal,
        _standing(proposal, now),
        _outcome(proposal, now),
        planned=[] if rules.are_as_proposed(proposal.hours, planned) else planned,
        leads_it=proposal.session_id in led,
        can_withdraw=rules.why_not_answer_proposal(proposal) is None,
    )


def _standing(proposal: DateProposal, now: datetime) -> StateBadge:
    if proposal.is_open and not proposal.is_waiting_at(now):
        word = ngettext("The date is past", "The dates are past", len(proposal.hours))
        return StateBadge("calm", "clock", word)
    if proposal.is_given_up:
        return StateBadge("calm", "x", proposal.shown_state)
    tone, icon = {
        ProposalState.OPEN: ("wait", "hourglass"),
        ProposalState.PLANNED: ("done", "circle-check"),
        ProposalState.DECLINED: ("warn", "ban"),
        ProposalState.WITHDRAWN: ("calm", "x"),
    }[ProposalState(proposal.state)]
    return StateBadge(tone, icon, proposal.shown_state)


def _outcome(proposal: DateProposal, now: datetime) -> str:
    """Return a sentence on the draft's state, or that no answer came in time."""
    session = proposal.session
    if proposal.is_open and not proposal.is_waiting_at(now):
        return ngettext(
            "The date is over, and no session was made of it. You may propose other dates.",
            "The dates are over, and no session was made of them. You may propose other dates.",
            len(proposal.hours),
        )
    if proposal.state != ProposalState.PLANNED:
        return ""
    if session is None:
        return _("The académie made a draft of it, and deleted it since.")
    if session.is_draft:
        return _("The académie prepares the session: nobody can enrol before it is opened.")
    if session.is_cancelled:
        return _("The académie made a session of it, which is cancelled since.")
    return _("The académie made a session of it.")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_trainer)
@keeps_what_was_typed
def propose_dates(request: PersonRequest) -> HttpResponse:
    """A row more and *See the dates* save nothing."""
    me, sent = request.user, request.POST
    fixed = {
        "trainings": queries.trainings_to_propose(me),
        "resources": queries.resources_to_propose(me),
    }
    if request.method != "POST":
        form = ProposalForm(initial={"key": uuid.uuid4()}, **fixed)
        return _form(request, form, Dates(prefix="dates"))
    if sent.get("step") == "add":
        rows = Dates(initial=with_a_row_more(request), prefix="dates")
        return _form(request, ProposalForm(initial=sent.dict(), **fixed), rows)
    form, dates = ProposalForm(sent, **fixed), Dates(sent, prefix="dates")
    if not (form.is_valid() and dates.is_valid()):
        return _form(request, form, dates, status=422)
    hours = sorted(set(dates.hours))
    if sent.get("step") == "preview":
        return _form(request, form, dates, hours=hours)
    try:
        proposals.propose(by=me, hours=hours, **form.cleaned_data)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        if isinstance(refusal, ProposalSentAlready):
            replace_sent(form, "key", uuid.uuid4())
        return _form(request, form, dates, status=422)
    messages.success(
        request,
        _(
            "The académie can read your proposal. Nothing is published by it; you get an email when"
            " it answers, or once the last date has passed without an answer."
        ),
    )
    if remarks := said_of_days_off(hours) + overlaps_of(hours):
        messages.info(request, " ".join(remarks))
    return redirect("training:my_proposals")


def _form(
    request: PersonRequest,
    form: ProposalForm,
    dates,
    *,
    hours: list[Hours] | None = None,
    status: int = 200,
) -> HttpResponse:
    preview = None
    if hours is not None:
        refusal = rules.why_not_these_proposed(hours, now=timezone.now())
        preview = Preview(hours, refusal, clashes_of_trainers([request.user], hours))
    context = {
        "form": form,
        "dates": dates,
        "preview": preview,
        "overlaps": overlaps_of(hours or []),
    }
    return render(request, "training/trainer/propose.html", context, status=status)


def overlaps_of(hours: list[Hours]) -> list[str]:
    """A sentence for each day on which dates overlap: they may be meant as a choice."""
    days = sorted({timezone.localdate(one.starts_at) for one in rules.overlapping(hours)})
    words = _("%(day)s: dates of this proposal overlap.")
    return [words % {"day": capfirst(day(one))} for one in days]


@require_POST
@requires(is_trainer)
def withdraw_proposal(request: PersonRequest, public_id: str) -> HttpResponse:
    mine = DateProposal.objects.of_provider_of(request.user)
    try:
        proposals.withdraw(proposal=get_object_or_404(mine, public_id=public_id))
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, _("The proposal is withdrawn."))
    return redirect("training:my_proposals")


@require_safe
@requires(is_planner)
def proposals_to_answer(request: PersonRequest) -> HttpResponse:
    return _to_answer(request)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_planner)
@keeps_what_was_typed
def decline_proposal(request: PersonRequest, public_id: str) -> HttpResponse:
    """Read, as by the link to the other language after a refused answer, it leads to the list."""
    proposal = get_object_or_404(queries.with_all(DateProposal.objects.all()), public_id=public_id)
    if request.method != "POST":
        page = request.GET.get("page") or _page_of(proposal)
        return redirect(f"{reverse('training:proposals')}?{urlencode({'page': page})}")
    form = DeclineForm(request.POST, prefix=public_id)
    if not form.is_valid():
        return _to_answer(request, proposal, form)
    try:
        proposals.decline(proposal=proposal, by=request.user, **form.cleaned_data)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, _said_of_answer(proposal))
    return redirect("training:proposals")


def _said_of_answer(proposal: DateProposal) -> str:
    if not queries.without_proposer([proposal]):
        if not proposal.by.email:
            return _(
                "Answered. Who proposed the dates has no email address and reads your answer on"
                " Passerelle."
            )
        return _("Answered. Who proposed the dates gets an email.")
    return _(
        "Answered. Who proposed the dates is no trainer of %(provider)s any more and gets no email;"
        " its trainers read your answer on Passerelle."
    ) % {"provider": proposal.provider.name}


def _page_of(proposal: DateProposal) -> int:
    return queries.place_of(proposal, timezone.now()) // WAITING_ON_A_PAGE + 1


def _to_answer(
    request: PersonRequest, refused: DateProposal | None = None, sent: DeclineForm | None = None
) -> HttpResponse:
    """The page that is asked for, or the one with the answer that was refused: `sent` is its form."""
    now = timezone.now()
    waiting = Paginator(queries.proposals_waiting(now), WAITING_ON_A_PAGE)
    page = waiting.get_page(_page_of(refused) if refused else request.GET.get("page"))
    found = list(page.object_list)
    if refused and refused not in found:  # its last date ended meanwhile
        found.insert(0, refused)
    left = queries.without_proposer(found)
    rows = [
        {
            "one": one,
            "remarks": said_of_days_off(one.hours) + overlaps_of(one.hours),
            "form": sent if one.proposal == refused else DeclineForm(prefix=one.proposal.public_id),
            "proposer_left": one.proposal.pk in left,
        }
        for one in queries.with_clashes(found)
    ]
    context = {
        "rows": rows,
        "page": page,
        "now": now,
        "answered": queries.proposals_answered()[:ANSWERED_SHOWN],
    }
    return render(request, "training/planning/proposals.html", context, status=422 if sent else 200)
