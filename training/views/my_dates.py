"""A teacher's dates in a session of several: one is given back alone, or taken again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.agenda.models import Meeting
from courses.exceptions import Refusal
from courses.mail.queries import late_mail
from courses.people.permissions import PersonRequest, is_teacher, keeps_what_was_typed, requires
from training.exceptions import DateIsTakenAway
from training.forms.reasons import WhyNotComingForm
from training.models import Enrolment, Participation
from training.queries.attendance import attested_dates
from training.queries.late_entry import enters_at
from training.rules import (
    is_certificate_within_reach,
    percent_within_reach,
    why_not_cancel,
    why_not_come_after_all,
    why_not_excuse,
    why_not_give_back_date,
)
from training.services import one_date
from training.values import AttestedDate


@dataclass(frozen=True)
class MyDateRow:
    """`can_change`: it can be given back, or taken again where it was given back;
    `ends_certificate`: without it a certificate is out of reach; `by_planner`: a planner gave it
    back, who wrote the `reason`; `form` is one that was sent and refused.
    """

    meeting: Meeting
    is_given_back: bool
    is_over: bool
    can_change: bool
    refusal: Refusal | None
    ends_certificate: bool = False
    can_excuse: bool = False
    is_excused: bool = False
    reason: str = ""
    by_planner: bool = False
    form: WhyNotComingForm | None = None

    @property
    def is_taken_away(self) -> bool:
        """Whether a planner took away the date, which is to come: the person can't undo it."""
        return isinstance(self.refusal, DateIsTakenAway)


@require_safe
@requires(is_teacher)
def my_dates(request: PersonRequest, public_id: str) -> HttpResponse:
    return _shown(request, _seat(request, public_id))


def _shown(
    request: PersonRequest,
    enrolment: Enrolment,
    refused: WhyNotComingForm | None = None,
    of: Meeting | None = None,
) -> HttpResponse:
    """Render the page with a form that was refused, in the row of its date."""
    now = timezone.now()
    dates = _dates(enrolment)
    kept = [one.meeting for one in dates if not one.is_withdrawn]
    meetings = list(enrolment.session.meetings)
    attested = attested_dates(enrolment)
    within_reach = percent_within_reach(meetings, kept, attested)
    rows = [_row(one, dates, meetings, attested, now) for one in dates]
    rows = [replace(row, form=refused if row.meeting == of else None) for row in rows]
    context = {
        "session": enrolment.session,
        "enrolment": enrolment,
        "rows": rows,
        "refused": refused,
        "can_give_back": any(row.can_change and not row.is_given_back for row in rows),
        "can_cancel": why_not_cancel(enrolment, now=now, enters_at=enters_at(enrolment)) is None,
        "within_reach": within_reach,
        "is_out_of_reach": not is_certificate_within_reach(
            meetings, kept, enrolment.session.threshold_percent, attested
        ),
        "has_fewer_dates": enrolment.is_late or any(one.is_withdrawn for one in dates),
    }
    return render(request, "training/my_dates.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def give_back_date(request: PersonRequest, public_id: str, meeting_id: str) -> HttpResponse:
    """Read, as by the link to the other language after a refused reason, it leads to the dates."""
    enrolment, meeting = _seat_and_date(request, public_id, meeting_id)
    if request.method != "POST":
        return redirect("training:my_dates", public_id)
    form = _why(request, meeting)
    if not form.is_valid():
        return _shown(request, enrolment, form, meeting)
    try:
        one_date.give_back(enrolment=enrolment, meeting=meeting, **form.cleaned_data)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        messages.success(
            request,
            _("The date is given back, and your calendar will be updated. Your seat stays."),
        )
    return redirect("training:my_dates", public_id)


@require_POST
@requires(is_teacher)
def take_date_again(request: PersonRequest, public_id: str, meeting_id: str) -> HttpResponse:
    enrolment, meeting = _seat_and_date(request, public_id, meeting_id)
    try:
        one_date.take_again(enrolment=enrolment, meeting=meeting)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        messages.success(request, _("You are expected on this date again: an invitation follows."))
        if late := late_mail(timezone.now()):
            messages.info(request, str(late))
    return redirect("training:my_dates", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(is_teacher)
@keeps_what_was_typed
def excuse_date(request: PersonRequest, public_id: str, meeting_id: str) -> HttpResponse:
    """“I couldn't come”, or that taken back. Read, it leads to the dates."""
    enrolment, meeting = _seat_and_date(request, public_id, meeting_id)
    if request.method != "POST":
        return redirect("training:my_dates", public_id)
    form = _why(request, meeting)
    if not form.is_valid():
        return _shown(request, enrolment, form, meeting)
    try:
        if "take_back" in request.POST:
            one_date.take_back_excuse(enrolment=enrolment, meeting=meeting)
            said = _("You no longer say that you couldn’t come.")
        else:
            one_date.excuse(enrolment=enrolment, meeting=meeting, **form.cleaned_data)
            said = _("Thank you for saying so. It changes nothing in your presence.")
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        messages.success(request, said)
    return redirect("training:my_dates", public_id)


def _why(request: PersonRequest, meeting: Meeting) -> WhyNotComingForm:
    return WhyNotComingForm(request.POST, auto_id=f"%s-{meeting.public_id}")


def _seat(request: PersonRequest, public_id: str) -> Enrolment:
    """Of a session of several dates."""
    seats = Enrolment.objects.visible_to(request.user).holding_a_seat()
    return get_object_or_404(
        seats.select_related("session__training__resource__provider"), public_id=public_id
    )


def _seat_and_date(
    request: PersonRequest, public_id: str, meeting_id: str
) -> tuple[Enrolment, Meeting]:
    enrolment = _seat(request, public_id)
    found = Meeting.objects.filter(participations__enrolment=enrolment)
    return enrolment, get_object_or_404(found, public_id=meeting_id)


def _dates(enrolment: Enrolment) -> list[Participation]:
    """Return the dates in time order; those from before the seat aren't the person's."""
    rows = enrolment.participations.select_related("meeting__occurrence")
    dates = list(rows.order_by("meeting__occurrence__start", "pk"))
    for one in dates:
        one.enrolment = enrolment
    return dates


def _row(
    one: Participation,
    dates: list[Participation],
    meetings: list[Meeting],
    attested: Mapping[int, AttestedDate],
    now: datetime,
) -> MyDateRow:
    """`dates` are all of the seat, `meetings` all of the session, `attested` those of closed sheets."""
    if one.is_withdrawn:
        refusal = why_not_come_after_all(one, now=now)
    else:
        others = [other for other in dates if other is not one]
        refusal = why_not_give_back_date(one, others, now=now)
    is_over = one.meeting.ends_at <= now
    row = MyDateRow(
        one.meeting,
        one.is_withdrawn,
        is_over,
        refusal is None,
        refusal,
        can_excuse=why_not_excuse(one, now=now) is None,
        is_excused=one.excused_at is not None,
        reason=one.reason,
        by_planner=one.decided_by_id is not None,
    )
    return replace(row, ends_certificate=_is_needed(row, meetings, dates, attested))


def _is_needed(
    row: MyDateRow,
    meetings: list[Meeting],
    dates: list[Participation],
    attested: Mapping[int, AttestedDate],
) -> bool:
    """Whether a certificate is out of reach once this date is given back, too."""
    if row.is_given_back or not row.can_change:
        return False
    kept = [one.meeting for one in dates if not one.is_withdrawn]
    others = [meeting for meeting in kept if meeting != row.meeting]
    without = percent_within_reach(meetings, others, attested)
    threshold = dates[0].enrolment.session.threshold_percent
    return without < threshold <= percent_within_reach(meetings, kept, attested)
