"""Delivery notes: the Region's officers check them, training planners correct what they say."""

import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from courses.dates import month_after, month_before
from courses.documents.services.download import serve
from courses.exceptions import Refusal
from courses.people.models import Organisation, today
from courses.people.permissions import (
    PersonRequest,
    is_officer,
    is_planner,
    keeps_what_was_typed,
    posted_from,
    requires,
)
from training.documents.delivery import delivery_file_name
from training.exceptions import NothingDelivered
from training.forms.month import MonthForm
from training.forms.officer import AnswerNoteForm, ContestNoteForm
from training.models import DeliveryNote, MonthNoShows
from training.permissions import reads_delivery_notes
from training.queries import deliveries as queries
from training.queries.month_sheets import (
    closed_sheets_in,
    has_lost_lines,
    has_open_sheets,
    meetings_in,
    without_closed_sheet,
)
from training.rules import (
    is_outdated,
    why_no_box,
    why_not_any_more,
    why_not_correct_note,
    why_not_write_month,
)
from training.services import deliveries as services
from training.values import Delivery

ON_A_PAGE = 25


@require_safe
@requires(reads_delivery_notes)
def delivery_notes(request: PersonRequest) -> HttpResponse:
    """The newest month first; beside them, who has none for a month that is over."""
    form = MonthForm(request.GET)
    form.is_valid()
    last_month = month_before(today())
    month = min(form.cleaned_data.get("month") or last_month, last_month)
    without = queries.providers_without_note(month)
    page = Paginator(queries.notes(), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(note, Delivery.from_json(note.content)) for note in page.object_list],
        "month": month,
        "month_before": month_before(month),
        "month_after": month_after(month) if month < last_month else None,
        "has_dates": bool(without) or meetings_in(month).exists(),
        "without": _without_note(month, without),
        "may_check": is_officer(request.user),
    }
    return render(request, "training/officer/delivery_notes.html", context)


def _without_note(
    month: datetime.date, providers: list[Organisation]
) -> list[tuple[Organisation, Refusal | None, bool]]:
    """Each with why its note can't be made, as `services.make` refuses it, and whether it has open sheets."""
    if not providers:
        return []
    of_month = why_not_write_month(
        month,
        is_written=MonthNoShows.objects.filter(month=month).exists(),
        has_open_sheets=has_open_sheets(month),
        has_lost_lines=has_lost_lines(month, timezone.now()),
        today=today(),
    )
    closed = set(closed_sheets_in(month).values_list("session__provider", flat=True))
    open_ones = without_closed_sheet(month).order_by()
    still_open = set(open_ones.values_list("series__training_session__provider", flat=True))
    return [
        (
            provider,
            of_month or (None if provider.pk in closed else NothingDelivered()),
            provider.pk in still_open,
        )
        for provider in providers
    ]


@require_POST
@requires(is_officer)
def make_delivery_note(request: PersonRequest, public_id: str) -> HttpResponse:
    """The note of a provider's month, before the tick makes it or for an older month."""
    provider = get_object_or_404(Organisation.objects.providers(), public_id=public_id)
    form = MonthForm(request.POST)
    month = form.cleaned_data["month"] if form.is_valid() else None
    if month is None:
        raise Http404
    try:
        note = services.make(provider=provider, month=month, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        address = reverse("training:delivery_notes", query={"month": f"{month:%Y-%m}"})
        return redirect(address)
    messages.success(request, _("Note no. %(number)s is made.") % {"number": note.number})
    return redirect("training:delivery_note", note.public_id)


@require_GET
@requires(reads_delivery_notes)
def delivery_note(request: PersonRequest, public_id: str) -> HttpResponse:
    note = get_object_or_404(queries.notes(), public_id=public_id)
    return _page(request, note)


def _page(
    request: PersonRequest,
    note: DeliveryNote,
    *,
    form: ContestNoteForm | None = None,
    answer_form: AnswerNoteForm | None = None,
    words: str = "",
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    content = Delivery.from_json(note.content)
    *replaced, this = queries.versions_up_to(note)
    follows_sheets = is_planner(request.user)
    sheets = queries.sheets_by_meeting(content) if follows_sheets else {}
    has_box = why_no_box(note, for_answer=bool(answer_form)) is None
    box = form["reason"] if form else answer_form["answer"] if answer_form else None
    context = {
        "note": note,
        "content": content,
        "dates": [(one, sheets.get(one.meeting)) for one in content.dates],
        "not_counted": [(one, sheets.get(one.meeting)) for one in content.not_counted],
        "standing": this.standing,
        "history": [*((one.note, one.acts) for one in replaced), (note, this.earlier)],
        "form": form or ContestNoteForm(),
        "answer_form": answer_form or AnswerNoteForm(),
        "may_check": is_officer(request.user),
        "may_answer": follows_sheets and why_no_box(note, for_answer=True) is None,
        "refused_form": (form or answer_form) if has_box and status == 422 else None,
        "refusal": refusal,
        "words": words,
        "box": box.auto_id if box and has_box else "",
        # A refused form was sent from a page that showed another state, perhaps: it says which.
        "revision": _revision(request) if status == 422 else note.revision,
        **_correction(note),
    }
    return render(request, "training/officer/delivery_note.html", context, status=status)


def _correction(note: DeliveryNote) -> dict[str, bool]:
    """Whether the press would be taken, and whether one that is right would say something else now."""
    if note.replacement:
        return {}
    corrected = queries.corrected_delivery(note).content
    return {
        "may_correct": why_not_correct_note(note, corrected) is None,
        "is_outdated": is_outdated(note, corrected),
    }


@require_safe
@requires(reads_delivery_notes)
def delivery_note_file(request: PersonRequest, public_id: str) -> HttpResponseBase:
    """The one way to the file; that of a replaced note stays readable: it was held against an invoice."""
    note = get_object_or_404(DeliveryNote, public_id=public_id)
    if not note.file:
        messages.info(request, _("The file is being made. Come back in a minute."))
        return redirect("training:delivery_note", note.public_id)
    answer = serve(request, note.file, name=delivery_file_name(note), media_type="application/pdf")
    answer["Cache-Control"] = "private, no-store"
    return answer


@posted_from("training:delivery_note")
@requires(is_officer)
def find_note_right(request: PersonRequest, public_id: str) -> HttpResponse:
    note = get_object_or_404(DeliveryNote, public_id=public_id)
    try:
        services.find_right(note=note, by=request.user, revision=_revision(request))
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        said = _("Note no. %(number)s is right.") % {"number": note.number}
        messages.success(request, said)
    return redirect("training:delivery_note", note.public_id)


@posted_from("training:delivery_note")
@requires(is_officer)
@keeps_what_was_typed
def contest_note(request: PersonRequest, public_id: str) -> HttpResponse:
    note = get_object_or_404(queries.notes(), public_id=public_id)
    form = ContestNoteForm(request.POST)
    if not form.is_valid():
        return _misfilled(request, note, request.POST.get("reason", ""), form=form)
    words = form.cleaned_data["reason"]
    try:
        services.contest(note=note, reason=words, by=request.user, revision=_revision(request))
    except Refusal as refusal:
        return _refused(request, public_id, refusal, words, form=form)
    messages.success(request, _("The training planners read what isn’t right."))
    return redirect("training:delivery_note", note.public_id)


@posted_from("training:delivery_note")
@requires(is_planner)
@keeps_what_was_typed
def answer_note(request: PersonRequest, public_id: str) -> HttpResponse:
    note = get_object_or_404(queries.notes(), public_id=public_id)
    form = AnswerNoteForm(request.POST)
    if not form.is_valid():
        return _misfilled(request, note, request.POST.get("answer", ""), answer_form=form)
    words = form.cleaned_data["answer"]
    try:
        services.answer(note=note, words=words, by=request.user, revision=_revision(request))
    except Refusal as refusal:
        return _refused(request, public_id, refusal, words, answer_form=form)
    messages.success(request, _("The Region reads your answer with the note."))
    return redirect("training:delivery_note", note.public_id)


def _revision(request: PersonRequest) -> str:
    """Of the page on which somebody pressed; one of an earlier release sends none, and fits no judged note."""
    return request.POST.get("revision", "")


def _misfilled(request: PersonRequest, note: DeliveryNote, words: str, **form: Any) -> HttpResponse:
    """With what is wrong at the top; where the box is gone meanwhile, with who did what instead."""
    if refusal := why_no_box(note, for_answer="answer_form" in form):
        refusal = why_not_any_more(note, refusal, revision=_revision(request), by=request.user)
        return _refused(request, note.public_id, refusal, words, **form)
    return _page(request, note, **form, words=words, status=422)


def _refused(
    request: PersonRequest, public_id: str, refusal: Refusal, words: str, **form: Any
) -> HttpResponse:
    """The note as it is now, with what was typed: in its box, or to copy where there is none any more."""
    note = get_object_or_404(queries.notes(), public_id=public_id)
    return _page(request, note, **form, words=words, refusal=refusal, status=409)


@posted_from("training:delivery_note")
@requires(reads_delivery_notes)
def correct_note(request: PersonRequest, public_id: str) -> HttpResponse:
    """Another note from the sheets as they are now, which replaces this one."""
    note = get_object_or_404(DeliveryNote, public_id=public_id)
    try:
        made = services.correct(note=note, by=request.user, revision=_revision(request))
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return redirect("training:delivery_note", note.public_id)
    said = _("Note no. %(number)s replaces no. %(earlier)s.")
    messages.success(request, said % {"number": made.number, "earlier": note.number})
    return redirect("training:delivery_note", made.public_id)
