"""Sheets: the list, one sheet live and afterwards, closing, corrections, guests.

For the session's trainers and advisers.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from courses.exceptions import Refusal, StaleSheet
from courses.fields import replace_sent
from courses.people.permissions import (
    PersonRequest,
    is_planner,
    is_trainer_or_planner,
    keeps_what_was_typed,
    requires,
)
from training.enums import Attested
from training.exceptions import SheetClosed
from training.forms.attendance import (
    GuestForm,
    MarkAllForm,
    MinutesCorrectionForm,
    SheetForm,
    SheetHoursForm,
)
from training.forms.presence import ContestAnswerForm
from training.models import PresenceContest, Sheet, SheetLine
from training.queries.attendance import (
    sheets_for,
    sheets_list,
    teachers,
    teachers_named,
)
from training.services import attendance, contests, guests
from training.views.sheet_page import context_of, shown_contests

A_PAGE = 20
IN_ONE_PRESS = {"all": Attested.WHOLE, "list": Attested.PROVIDER, "absent": Attested.NONE}


@requires(is_trainer_or_planner)
def sheets(request: PersonRequest) -> HttpResponse:
    now = timezone.now()
    page = Paginator(sheets_list(request.user, now), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "training/sheets.html", {"page": page, "now": now})


@requires(is_trainer_or_planner)
def sheet(request: PersonRequest, public_id: str) -> HttpResponse:
    found = _find(request, public_id)
    template = "training/sheet.html#here" if request.htmx else "training/sheet.html"
    return render(request, template, context_of(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_trainer_or_planner)
def save_sheet(request: PersonRequest, public_id: str) -> HttpResponse:
    return _write(
        request,
        public_id,
        attendance.save,
        lambda sheet: _("The sheet is saved. It is still open."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_trainer_or_planner)
def close_sheet(request: PersonRequest, public_id: str) -> HttpResponse:
    return _write(request, public_id, attendance.close, _closed)


def _closed(sheet: Sheet) -> str:
    issued = sheet.session.enrolments.filter(certificates__isnull=False).distinct().count()
    if not issued:
        return _("The sheet is closed.")
    return ngettext(
        "The sheet is closed. %(count)s certificate is on its way.",
        "The sheet is closed. %(count)s certificates are on their way.",
        issued,
    ) % {"count": issued}


def _write(request: PersonRequest, public_id: str, service, said) -> HttpResponse:
    """Save or close. What was typed stays on the page when it is refused; read, as by that page's
    link to the other language, the address leads to the sheet.
    """
    found = _find(request, public_id)
    if request.method != "POST":
        return redirect("training:sheet", public_id)
    form = SheetForm(
        list(found.lines.participants()), real_minutes=found.real_minutes, data=request.POST
    )
    if not form.is_valid():
        messages.error(request, _("This can’t be saved yet: see what is missing below."))
        return render(request, "training/sheet.html", context_of(request, found, form), status=422)
    try:
        written = service(
            sheet=found, decisions=form.decisions, revision=form.revision, by=request.user
        )
    except (StaleSheet, SheetClosed) as refusal:
        messages.warning(request, refusal.reason)
        return render(
            request,
            "training/sheet.html",
            context_of(request, _find(request, public_id), form),
            status=409,
        )
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, said(written))
    return redirect("training:sheet", public_id)


@require_POST
@requires(is_trainer_or_planner)
def mark_all(request: PersonRequest, public_id: str) -> HttpResponse:
    """All were there, those to check weren't, or the provider's list counts: one press for the
    whole sheet.
    """
    found = _find(request, public_id)
    form = MarkAllForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: the reason is kept in the history."))
        return redirect("training:sheet", public_id)
    given = form.cleaned_data
    choice = IN_ONE_PRESS.get(request.POST.get("what", ""), Attested.NONE)
    try:
        marked = attendance.mark_all(
            sheet=found,
            choice=choice,
            reason=given["reason"] if choice == Attested.WHOLE else "",
            revision=given["revision"],
            by=request.user,
        )
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        messages.success(
            request,
            ngettext(
                "%(count)s line is marked. The sheet is still open.",
                "%(count)s lines are marked. The sheet is still open.",
                marked,
            )
            % {"count": marked},
        )
    return redirect("training:sheet", public_id)


@requires(is_trainer_or_planner)
@keeps_what_was_typed
def state_hours(request: PersonRequest, public_id: str) -> HttpResponse:
    """State from when to when the meeting really took place, with the reason; or go back to what
    was measured.
    """
    found = _find(request, public_id)
    day = timezone.localdate(found.meeting.starts_at)
    initial = {
        "begun": timezone.localtime(found.real_starts_at or found.meeting.starts_at).time(),
        "ended": timezone.localtime(found.real_ends_at or found.meeting.ends_at).time(),
        "reason": found.hours_reason,
        "revision": found.revision,
    }
    takes_back = request.POST.get("step") == "measured"
    form = SheetHoursForm(None if takes_back else request.POST or None, day=day, initial=initial)
    if takes_back or form.is_valid():
        said = {} if takes_back else form.cleaned_data
        typed = request.POST.get("revision", "")
        revision = int(typed) if typed.isdecimal() and len(typed) < 10 else -1
        try:
            attendance.state_hours(
                sheet=found,
                hours=said.get("hours"),
                reason=said.get("reason", ""),
                revision=revision,
                by=request.user,
            )
        except StaleSheet as refusal:
            messages.warning(request, refusal.reason)
            if form.is_bound:
                replace_sent(form, "revision", _find(request, public_id).revision)
        except Refusal as refusal:
            messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(
                request,
                (
                    _("What the room measured counts again.")
                    if takes_back
                    else _("The hours are stated: the sheet counts with them.")
                ),
            )
            return redirect("training:sheet", public_id)
    context = {"sheet": found, "form": form}
    return render(
        request, "training/sheet_hours.html", context, status=422 if form.is_bound else 200
    )


@requires(is_trainer_or_planner)
@keeps_what_was_typed
def correct_line(request: PersonRequest, public_id: str) -> HttpResponse:
    """A correction of one line of a closed sheet."""
    line = _line(request, public_id)
    if line.is_guest or not line.sheet.is_closed:
        raise Http404
    form = MinutesCorrectionForm(request.POST or None, real_minutes=line.sheet.real_minutes)
    if form.is_valid():
        try:
            attendance.correct(line=line, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(request, _("The correction is added to the sheet."))
            return redirect("training:sheet", line.sheet.public_id)
    context = {
        "line": line,
        "sheet": line.sheet,
        "form": form,
        "corrections": line.corrections.select_related("by", "contest"),
        "adviser": is_planner(request.user),
    }
    return render(
        request, "training/sheet_correct.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_planner)
@keeps_what_was_typed
def answer_contest(request: PersonRequest, public_id: str) -> HttpResponse:
    """A training planner's answer, on the sheet's own page. Read, it leads there."""
    contest = get_object_or_404(
        PresenceContest.objects.of_meetings_held().select_related("line__sheet"),
        public_id=public_id,
    )
    sheet_id = contest.line.sheet.public_id
    if request.method != "POST":
        return redirect("training:sheet", sheet_id)
    form = ContestAnswerForm(request.POST, prefix=contest.public_id)
    if form.is_valid():
        given = form.cleaned_data
        try:
            contests.answer(
                contest=contest, minutes=given["minutes"], words=given["words"], by=request.user
            )
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(request, _("The answer is on its way to the participant."))
            return redirect("training:sheet", sheet_id)
    context = context_of(request, _find(request, sheet_id)) | {"answer_form": form}
    context["contests"] = shown_contests(context["page"].rows, request.user, form)
    return render(request, "training/sheet.html", context, status=422)


@requires(is_planner)
def regularise_guest(request: PersonRequest, public_id: str) -> HttpResponse:
    """Say who a guest was: search a teacher, choose, give the reason."""
    line = _line(request, public_id)
    words = request.GET.get("q", "").strip()[:120]
    form = GuestForm(request.POST or None)
    found = teachers_named(words) if words else []
    if form.is_valid():
        teacher = get_object_or_404(teachers(), public_id=form.cleaned_data["teacher"])
        try:
            guests.regularise(
                line=line, teacher=teacher, reason=form.cleaned_data["reason"], by=request.user
            )
        except Refusal as no:
            messages.warning(request, no.reason)
        else:
            said = _("%(name)s is enrolled after the fact; the minutes count on their line.") % {
                "name": teacher.display_name
            }
            messages.success(request, said)
        return redirect("training:sheet", line.sheet.public_id)
    context = {"line": line, "sheet": line.sheet, "form": form, "found": found, "words": words}
    return render(
        request, "training/sheet_guest.html", context, status=422 if form.is_bound else 200
    )


def _find(request: PersonRequest, public_id: str) -> Sheet:
    return get_object_or_404(sheets_for(request.user), public_id=public_id)


def _line(request: PersonRequest, public_id: str) -> SheetLine:
    line = get_object_or_404(
        SheetLine.objects.filter(sheet__in=sheets_for(request.user)).select_related("sheet"),
        public_id=public_id,
    )
    line.sheet = _find(request, line.sheet.public_id)
    return line
