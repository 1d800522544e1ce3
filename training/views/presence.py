"""A participant reads their own presence in a session, and contests it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, is_teacher, keeps_what_was_typed, requires
from training import rules
from training.enums import AttendanceVerdict
from training.forms.presence import ContestForm
from training.models import Enrolment, SheetLine
from training.queries.presence import MeetingPresence, PresencePage, presence_of
from training.services import contests


@dataclass
class ShownMeeting:
    """A meeting with the form to contest it, or why that can't be."""

    presence: MeetingPresence
    why_not: Refusal | None
    until: date | None
    form: ContestForm | None

    @property
    def tone(self) -> str:
        tones = {
            AttendanceVerdict.PRESENT: "done",
            AttendanceVerdict.PARTIAL: "wait",
            AttendanceVerdict.ABSENT: "warn",
        }
        return tones[self.presence.verdict] if self.presence.counts else "calm"

    @property
    def sign(self) -> str:
        signs = {"done": "circle-check", "wait": "hourglass", "warn": "circle-x"}
        return signs.get(self.tone, "clock")


@require_safe
@requires(is_teacher)
def presence(request: PersonRequest, public_id: str) -> HttpResponse:
    """One's own stays, minutes and corrections in each meeting of a session."""
    return _page(request, _find(request, public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def contest_presence(request: PersonRequest, public_id: str) -> HttpResponse:
    """The same page, with what was typed about one of its meetings."""
    line = get_object_or_404(
        SheetLine.objects.filter(participation__enrolment__teacher=request.user).select_related(
            "sheet__session"
        ),
        public_id=public_id,
    )
    form = ContestForm(request.POST or None, prefix=line.public_id)
    session_id = line.sheet.session.public_id
    if form.is_valid():
        try:
            contests.contest(line=line, claim=form.claim, by=request.user)
        except Refusal as refusal:
            form.add_error(None, f"{refusal.reason} {refusal.advice}".strip())
        else:
            messages.success(
                request,
                _("Your words are with the training planners. You get their answer by email."),
            )
            return redirect("training:presence", session_id)
    return _page(request, _find(request, session_id), form if form.is_bound else None)


def _find(request: PersonRequest, session_id: str) -> PresencePage:
    page = presence_of(request.user, session_id)
    if page is None:
        raise Http404
    return page


def _page(
    request: PersonRequest, page: PresencePage, form: ContestForm | None = None
) -> HttpResponse:
    now = timezone.now()
    context = {
        "page": page,
        "session": page.enrolment.session,
        "shown": [_shown(one, form, now) for one in page.meetings],
        "form": form,
        "now": now,
        "can_excuse": _can_excuse(page.enrolment, now),
        "has_questions": rules.why_not_withdraw_question(page.enrolment, now=now) is None
        or page.enrolment.advance_questions.exists(),
    }
    return render(request, "training/presence.html", context, status=422 if form else 200)


def _can_excuse(enrolment: Enrolment, now: datetime) -> bool:
    """Whether any date can be excused. One query."""
    dates = list(enrolment.participations.select_related("meeting__occurrence"))
    for one in dates:
        one.enrolment = enrolment
    return any(rules.why_not_excuse(one, now=now) is None for one in dates)


def _shown(one: MeetingPresence, form: ContestForm | None, now: datetime) -> ShownMeeting:
    if one.sheet is None or one.line is None:
        return ShownMeeting(one, None, None, None)
    why_not = rules.why_not_contest(one.sheet, contests=one.contests, now=now)
    prefix = one.line.public_id
    if form is not None and form.prefix == prefix and one.is_closed:
        return ShownMeeting(one, why_not, rules.contested_until(one.sheet), form)
    empty = ContestForm(prefix=prefix, initial={"minutes": one.real_minutes})
    return ShownMeeting(one, why_not, rules.contested_until(one.sheet), None if why_not else empty)
