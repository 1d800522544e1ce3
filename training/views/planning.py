"""The adviser's sessions: the list with its filling, planning, editing, opening."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from courses.agenda.queries import every_of
from courses.exceptions import Refusal, StaleSheet
from courses.fields import replace_sent
from courses.notices import warn_of_saved
from courses.people.models import Person
from courses.people.permissions import PersonRequest, is_planner, keeps_what_was_typed, requires
from training.enums import SessionState
from training.forms.dates import Dates
from training.forms.planning import SessionForm, TrainingForm
from training.models import DateProposal, RoomPlan, Session, Training
from training.queries import filling
from training.queries.late_entry import late_entry
from training.queries.leading import count_told_of_leading, working_trainers_of
from training.queries.proposals import with_all, without_proposer
from training.queries.rooms import room_plans_of
from training.rules import where_extra_seats_go, why_not_answer_proposal, why_not_place
from training.services import proposals, sessions
from training.values import RoomFields
from training.views.date_rows import days_later, hours_of_row, rows_of_dates, with_a_row_more
from training.views.differences import as_it_is, differences_between
from training.views.preview import preview_of, said_of_days_off
from training.views.rows import StateBadge, begun, how_it_stands, opens_later

CONFLICT = 409


def how_a_session_stands(session: Session, now: datetime) -> StateBadge:
    """Return the session's state in an adviser's words."""
    closed, is_open = str(SessionState.CLOSED.label), str(SessionState.OPEN.label)
    if standing := how_it_stands(session, now):
        return standing
    if session.awaits_date_at(now):
        return StateBadge("warn", "calendar-days", _("Date owed"))
    if not session.has_a_date:
        return StateBadge("calm", "ban", _("Closed: no date is left"))
    if session.ends_at <= now:
        return (
            StateBadge("wait", "hourglass", _("Sheets to close"))
            if session.is_open
            else StateBadge("calm", "check", closed)
        )
    if session.starts_at <= now:
        return begun(session, tone="now")
    if session.enrolment_opens_at and now < session.enrolment_opens_at:
        return opens_later(session.enrolment_opens_at)
    return StateBadge("done", "circle-check", is_open)


@requires(is_planner)
@keeps_what_was_typed
def new_session(request: PersonRequest) -> HttpResponse:
    """First the training, then all the rest: who may lead it depends on its provider.

    `proposal` in the address: filled in from dates that the provider proposed.
    """
    proposal = _find_proposal(request)
    chosen = TrainingForm(
        request.GET if "training" in request.GET else None,
        provider=proposal.provider if proposal else None,
    )
    if not chosen.is_valid():
        context = {"form": chosen, **said_of_proposal(proposal)}
        return render(request, "training/planning/choose_training.html", context)
    training = chosen.cleaned_data["training"]
    trainers = filling.trainers_working_for([training.resource.provider])
    if request.method != "POST":
        facts, rows = (
            _proposed(request, proposal, trainers)
            if proposal
            else _copied(request, training, trainers)
        )
        forms = SessionForm(initial=facts, trainers=trainers), Dates(initial=rows, prefix="dates")
        days_off = said_of_days_off([hours for row in rows for hours in hours_of_row(row)])
        return _form_of_new(request, training, *forms, days_off=days_off)
    if request.POST.get("step") == "add":
        return _form_of_new(
            request,
            training,
            _as_typed(request.POST, trainers),
            Dates(initial=with_a_row_more(request), prefix="dates"),
        )
    form, dates = SessionForm(request.POST, trainers=trainers), Dates(request.POST, prefix="dates")
    if not (form.is_valid() and dates.is_valid()):
        return _form_of_new(request, training, form, dates)
    if request.POST.get("step") == "preview":
        return _form_of_new(
            request,
            training,
            form,
            dates,
            preview=preview_of(dates.hours, form.cleaned_data["trainers"]),
        )
    try:
        plan = partial(proposals.plan, proposal=proposal) if proposal else sessions.plan
        session = plan(
            training=training,
            hours=dates.hours,
            every=dates.every,
            room=_copied_room(request, training),
            by=request.user,
            **form.facts,
        )
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return _form_of_new(request, training, form, dates)
    messages.success(request, _said_of_draft(proposal))
    if days_off := said_of_days_off(dates.hours):
        warn_of_saved(request, " ".join(days_off))
    return redirect("training:session_people", session.public_id)


def _said_of_draft(proposal: DateProposal | None) -> str:
    if proposal is None:
        return _("The session is planned, as a draft: nobody sees it until you open it.")
    return _(
        "The session is planned, as a draft: nobody can enrol before you open it. Trainers of"
        " %(provider)s read that it exists, and its dates."
    ) % {"provider": proposal.provider.name}


def _find_proposal(request: PersonRequest) -> DateProposal | None:
    if "proposal" not in request.GET:
        return None
    found = with_all(DateProposal.objects.all())
    return get_object_or_404(found, public_id=request.GET["proposal"])


def said_of_proposal(proposal: DateProposal | None) -> dict:
    """Context of planning/proposal_said.html."""
    return {
        "proposal": proposal,
        "proposer_left": bool(proposal and without_proposer([proposal])),
        "now": timezone.now(),
    }


def _proposed(
    request: PersonRequest, proposal: DateProposal, trainers: QuerySet[Person]
) -> tuple[dict, list[dict]]:
    """Return the form's initial values: the proposed dates that are to come, led by whoever
    proposed them.
    """
    now = timezone.now()
    if refusal := why_not_answer_proposal(proposal):
        messages.warning(request, refusal.reason)
    facts = {"trainers": [one for one in trainers if one == proposal.by]}
    return facts, rows_of_dates([one for one in proposal.hours if one.starts_at > now])


def _copied(
    request: PersonRequest, training: Training, trainers: QuerySet[Person]
) -> tuple[dict, list[dict]]:
    """Return the initial values of a copy's form: all of the other session, whole weeks later."""
    if "copy" not in request.GET:
        return {}, []
    source = find(request, request.GET["copy"])
    times = {"enrolment_opens_at": None, "enrolment_closes_at": None}  # of the other dates
    facts = as_it_is(source) | times | {"revision": None}
    facts["trainers"] = [one for one in facts["trainers"] if one in trainers]
    meetings = [meeting for meeting in source.meetings if not meeting.is_cancelled]
    rows = days_later(meetings, timezone.localdate(), every=every_of(source.series))
    messages.info(
        request,
        _("Copied from another session: its dates are proposed whole weeks later. Check them.")
        if source.training_id == training.pk
        else _("Copied from a session of another training. Check everything."),
    )
    if plans := room_plans_of(source):
        messages.info(request, _said_of_rooms(taken=_copied_room(request, training), plans=plans))
    return facts, rows


def _copied_room(request: PersonRequest, training: Training) -> RoomFields | None:
    """Return the room of all dates of the session that is copied, if the provider is the same."""
    if "copy" not in request.GET:
        return None
    source = find(request, request.GET["copy"])
    plan = room_plans_of(source).get(None)
    if plan is None or source.provider_id != training.resource.provider_id:
        return None
    return RoomFields(**{field.name: getattr(plan, field.name) for field in fields(RoomFields)})


def _said_of_rooms(*, taken: RoomFields | None, plans: dict[int | None, RoomPlan]) -> str:
    said = [_("Its rooms aren’t taken along: say where the new session takes place.")]
    if taken:
        said = [
            _("Its room is taken along, with address and plan B: check them once it is planned.")
        ]
        if len(plans) > 1:
            said.append(_("Rooms of single dates aren’t."))
    return " ".join(said)


def _form_of_new(
    request: PersonRequest,
    training: Training,
    form: SessionForm,
    dates,
    *,
    preview=None,
    days_off: Sequence[str] = (),
) -> HttpResponse:
    """`days_off`: what is said of the dates that the form is filled in with."""
    context = {
        "training": training,
        "form": form,
        "dates": dates,
        "preview": preview,
        "days_off": days_off,
        **said_of_proposal(_find_proposal(request)),
        "copied": request.GET.get("copy", ""),
    }
    return render(request, "training/planning/new.html", context)


def _as_typed(typed: QueryDict, trainers) -> SessionForm:
    """Return the form as typed so far, not judged yet: only a date was asked for."""
    initial = typed.dict() | {"trainers": typed.getlist("trainers")}
    return SessionForm(initial=initial, trainers=trainers)


@requires(is_planner)
@keeps_what_was_typed
def edit_session(request: PersonRequest, public_id: str) -> HttpResponse:
    """All but the dates.

    Somebody saved in the meantime: both versions are shown, nothing is lost.
    """
    session = find(request, public_id)
    trainers = filling.who_may_lead(session)
    fixed = {
        "trainers": trainers,
        "initial": as_it_is(session),
        "has_people": session.open_enrolments().exists(),
    }
    if request.method != "POST":
        return _form_of_edit(request, session, SessionForm(**fixed))
    form = SessionForm(request.POST, **fixed)
    if not form.is_valid():
        return _form_of_edit(request, session, form)
    before, since = filling.seats_and_offers(session), timezone.now()
    try:
        sessions.edit(
            session=session,
            revision=form.cleaned_data["revision"] or 0,
            by=request.user,
            **form.facts,
        )
    except StaleSheet as stale:
        messages.warning(request, stale.reason)
        return _form_of_edit(request, session, form, stale=True)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return _form_of_edit(request, session, form)
    saved = find(request, public_id)
    messages.success(request, _said_of_edit(fixed["initial"], saved, before, since=since))
    return redirect("training:session_people", session.public_id)


def _said_of_edit(was: dict, session: Session, before: tuple[int, int], *, since: datetime) -> str:
    """Who is written to because of what was changed, and who isn't."""
    if not session.is_open:
        return _("The draft is saved. Nobody gets an email.")
    said = [_("The session is saved.")]
    trainers = count_told_of_leading(session, since=since)
    seats, offers = filling.seats_and_offers(session)
    if (seated := seats - before[0]) > 0:
        said.append(
            ngettext(
                "%(count)s person who waited has a seat, and is told.",
                "%(count)s people who waited have a seat, and are told.",
                seated,
            )
            % {"count": seated}
        )
    if (offered := offers - before[1]) > 0:
        said.append(
            ngettext(
                "A seat is offered to %(count)s person who waited.",
                "Seats are offered to %(count)s people who waited.",
                offered,
            )
            % {"count": offered}
        )
    if trainers:
        said.append(
            ngettext("%(count)s trainer is told.", "%(count)s trainers are told.", trainers)
            % {"count": trainers}
        )
    if was["language"] != session.language:
        said.append(
            _("Everybody enrolled, those who wait and the trainers are told of the other language.")
        )
    if was["note"] != session.note:
        said.append(_("The note is shown on the session’s page; nobody gets an email about it."))
    return " ".join(said)


def _form_of_edit(
    request: HttpRequest, session: Session, form: SessionForm, *, stale: bool = False
) -> HttpResponse:
    differences = []
    if stale:
        differences = differences_between(form, session)
        # Saving again is then a decision over what was just shown, not an accident.
        replace_sent(form, "revision", session.revision)
    context = {
        "session": session,
        "form": form,
        "differences": differences,
        "is_stale": stale,
        "seats_go": _said_of_extra_seats(session) if session.is_open else "",
    }
    return render(
        request, "training/planning/edit.html", context, status=CONFLICT if stale else 200
    )


def _said_of_extra_seats(session: Session) -> str:
    now = timezone.now()
    late = late_entry(session, now=now)
    may_enter = bool(late) and why_not_place(session, late=late, now=now) is None
    return " ".join(where_extra_seats_go(session, may_enter_late=may_enter, now=now))


@require_POST
@requires(is_planner)
def open_session(request: PersonRequest, public_id: str) -> HttpResponse:
    session = find(request, public_id)
    try:
        sessions.open_for_enrolment(session=session, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        messages.success(request, _said_of_opening(session))
    return redirect("training:session_people", session.public_id)


def _said_of_opening(session: Session) -> str:
    """Whoever has no membership with the provider today, but will, is told on return."""
    invited = working_trainers_of(session)
    away = [one.display_name for one in session.trainers.all() if one not in invited]
    if not away:
        return _("The session is open: it is in the catalogue, and its trainers are invited.")
    said = ngettext(
        "The session is open: it is in the catalogue. %(names)s is no trainer of its provider today,"
        " and reads the dates in an email on return.",
        "The session is open: it is in the catalogue. %(names)s are no trainers of its provider"
        " today, and read the dates in an email on return.",
        len(away),
    ) % {"names": ", ".join(away)}
    return f"{said} {_('The other trainers are invited.')}" if invited else said


def find(request: PersonRequest, public_id: str) -> Session:
    """Return the session with its training, resource, provider, seats and turns; 404 if it isn't
    this person's to see.
    """
    return get_object_or_404(
        Session.objects.visible_to(request.user).with_page_rows().with_counts().with_rule(),
        public_id=public_id,
    )


def find_led_or_planned(person: Person, public_id: str) -> Session:
    """Any for a planner, for a trainer those they lead."""
    sessions = Session.objects.with_page_rows()
    if not is_planner(person):
        sessions = sessions.led_by(person)
    return get_object_or_404(sessions, public_id=public_id)
