"""Another date of the same training: the seat that is held after a cancellation, and a change of date
in one step.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses.dates import day_and_hour
from courses.exceptions import Refusal
from courses.mail.queries import late_mail
from courses.people.permissions import PersonRequest, is_teacher, requires
from training.models import DateAlert, Enrolment, Session
from training.queries.other_dates import OtherDate, held_in_place_of, seat_now
from training.queries.other_dates import other_dates as dates_for
from training.queries.rights import may_enrol_through
from training.rules import (
    is_admitted_elsewhere,
    seats_for_a_press,
    why_no_right,
    why_not_leave,
    why_not_press,
    why_not_take_held,
)
from training.services import holds, rebooking
from training.views.rows import StateBadge, how_i_stand, seats


@dataclass(frozen=True)
class OtherDateRow:
    """`seats_left` are those that a press gives; without one, the press leads to the list."""

    date: OtherDate
    standing: StateBadge
    seats_left: int
    refusal: Refusal | None

    @property
    def session(self) -> Session:
        return self.date.session


@require_safe
@requires(is_teacher)
def other_dates(request: PersonRequest, public_id: str) -> HttpResponse:
    now = timezone.now()
    mine = seat_now(_own(request, public_id), now=now)
    held = held_in_place_of(mine, now=now)
    rows = [_row(one, mine, now) for one in dates_for(mine, now=now) if _is_shown(one, held)]
    context = {
        "session": mine.session,
        "enrolment": mine,
        "held": held,
        "why_not_held": held and _why_not_held(held, now),
        "rows": rows,
        "refusal": why_not_leave(mine, now=now),
        "keeps_until_sure": mine.holds_a_seat and not mine.session.is_cancelled,
        "is_alerted": DateAlert.objects.filter(
            training=mine.session.training_id, person=request.user
        ).exists(),
    }
    return render(request, "training/other_dates.html", context)


def _why_not_held(held: Enrolment, now: datetime) -> Refusal | None:
    entitlement, standing = may_enrol_through(held.session, held.teacher)
    return why_not_take_held(held, entitlement=entitlement, standing=standing, now=now)


def _is_shown(one: OtherDate, held: Enrolment | None) -> bool:
    """The one that is held stands above the others."""
    return held is None or one.session.pk != held.session_id


def _row(one: OtherDate, mine: Enrolment, now: datetime) -> OtherDateRow:
    session = one.session
    refusal = why_not_press(session, now=now)
    if refusal is None and not is_admitted_elsewhere(mine):
        refusal = why_no_right(session, entitlement=one.entitlement, standing=one.standing)
    left = seats_for_a_press(session, taken=session.seats_taken, in_line=session.in_line, now=now)
    mine_there = one.enrolment and how_i_stand(one.enrolment, session, one.turn, now)
    return OtherDateRow(
        one,
        mine_there or seats(session, now, is_exact=True),
        0 if one.school_is_full else left,
        refusal,
    )


@require_POST
@requires(is_teacher)
def change_date(request: PersonRequest, public_id: str, session_id: str) -> HttpResponse:
    read = _own(request, public_id)
    mine = seat_now(read, now=timezone.now())
    to = get_object_or_404(
        Session.objects.visible_to(request.user, also_mine=True).with_page_rows(),
        public_id=session_id,
        training=mine.session.training_id,
    )
    if mine.session_id == to.pk and mine.holds_a_seat and to.is_open:
        _say_it_is_yours(request, mine)  # pressed twice
        return redirect(to)
    try:
        new = rebooking.change_date(
            enrolment=mine,
            to=to,
            by=request.user,
            read_cancelled=read if "cancelled" in request.POST else None,
        )
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return redirect("training:other_dates", public_id)
    if new.holds_a_seat:
        _say_it_is_yours(request, new)
    elif mine.holds_a_seat and not mine.session.is_cancelled:
        messages.success(
            request,
            _("You are in the waiting list. You keep your seat of %(day)s until one is sure here.")
            % {"day": day_and_hour(mine.session.starts_at)},
        )
    else:
        messages.success(request, _("You are in the waiting list."))
    return redirect(to)


@require_POST
@requires(is_teacher)
def take_held(request: PersonRequest, public_id: str) -> HttpResponse:
    held = _own(request, public_id)
    try:
        new = rebooking.take_held(held=held, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return redirect("training:other_dates", held.first_seat.public_id)
    _say_it_is_yours(request, new)
    return redirect(held.session)


@require_POST
@requires(is_teacher)
def let_go(request: PersonRequest, public_id: str) -> HttpResponse:
    held = holds.let_go(held=_own(request, public_id), by=request.user)
    if held.holds_a_seat:
        messages.info(request, _("You have taken this seat already."))
        return redirect(held.session)
    messages.success(request, _("The seat is no longer held for you: it goes to somebody else."))
    return redirect("training:other_dates", held.first_seat.public_id)


def _say_it_is_yours(request: PersonRequest, new: Enrolment) -> None:
    said = _("Your seat is now on %(day)s: an invitation is on its way to your calendar.")
    messages.success(request, said % {"day": day_and_hour(new.session.starts_at)})
    if late := late_mail(timezone.now()):
        messages.info(request, str(late))


def _own(request: PersonRequest, public_id: str) -> Enrolment:
    """Somebody else's is 404."""
    rows = Enrolment.objects.visible_to(request.user).select_related(
        "session__training__resource__provider",
        "instead_of__session__training__resource__provider",
        "teacher",
    )
    return get_object_or_404(rows, public_id=public_id)
