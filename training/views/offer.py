"""An offer of a seat: until when, what it clashes with, and what became of it."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.exceptions import Refusal
from courses.mail.queries import late_mail
from courses.people.permissions import PersonRequest, is_teacher, requires
from training.enums import OfferState
from training.models import SeatOffer, Session
from training.queries.offers import OfferPage, offer_page
from training.queries.other_dates import given_up_for
from training.queries.sessions import classes_missed
from training.rules import why_not_enrol, why_not_now, why_not_take, why_not_yet
from training.services import waiting_list
from training.values import bridge
from training.views.rows import seats_left


@requires(is_teacher)
def offer(request: PersonRequest, public_id: str) -> HttpResponse:
    """The offer, also when it is gone: what became of it, and the place in the list.

    The word of the last hour leads to the session, where the seat is taken.
    """
    shown = find(request, public_id)
    session = shown.enrolment.session
    if shown.state == OfferState.TOLD:
        return redirect(session)
    now = timezone.now()
    page = offer_page(shown, request.user, now=now)
    too_late = why_not_now(session, now=now)
    left = 0
    if page.counted and not too_late:
        left = seats_left(page.counted, now, page.school_is_full)
    context = {
        "offer": shown,
        "page": page,
        "session": session,
        "refusal": too_late or why_not_take(shown, now=now),
        "not_entitled": _why_not_entitled(session, page, now),
        "seats_left": left,
        "why_not_yet": why_not_yet(session, page.line, now=now) if page.line and not left else [],
        "clock": clock(shown, now),
        "gives_up": given_up_for(shown.enrolment, now=now) if page.is_open else None,
        "has_begun": session.starts_at <= now,
        "now": now,
    }
    return render(request, "training/offer.html", context)


def _why_not_entitled(session: Session, page: OfferPage, now: datetime) -> Refusal | None:
    """Why an open offer can't be taken any more."""
    if not page.is_open:
        return None
    return why_not_enrol(
        session,
        entitlement=page.entitlement,
        standing=page.standing,
        is_admitted=page.enrolment is not None and page.enrolment.is_admitted,
        now=now,
    )


@require_POST
@requires(is_teacher)
def take_offer(request: PersonRequest, public_id: str) -> HttpResponse:
    shown = find(request, public_id)
    try:
        enrolment = waiting_list.take(offer=shown, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
        return redirect(shown)
    messages.success(request, _("The seat is yours: an invitation is on its way to your calendar."))
    if late := late_mail(timezone.now()):
        messages.info(request, str(late))
    if classes := classes_missed(enrolment):
        messages.info(
            request,
            _("You have class at that time: %(classes)s. Your absence is noted.")
            % {"classes": ", ".join(classes)},
        )
    return redirect(enrolment.session)


@require_POST
@requires(is_teacher)
def decline_offer(request: PersonRequest, public_id: str) -> HttpResponse:
    shown = find(request, public_id)
    try:
        waiting_list.decline(offer=shown, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"{refusal.reason} {refusal.advice}".strip())
    else:
        messages.success(request, _("You declined the offer, and have left the waiting list."))
    return redirect(shown)


def find(request: PersonRequest, public_id: str) -> SeatOffer:
    """Somebody else's is 404."""
    offers = SeatOffer.objects.visible_to(request.user)
    offers = offers.select_related("enrolment__session__training__resource__provider")
    return get_object_or_404(offers, public_id=public_id)


def clock(shown: SeatOffer, now: datetime) -> dict:
    """How much of the offer's time is gone, as the bridge of its picture: paths, and where the
    walker stands.
    """
    whole = (shown.expires_at - shown.offered_at).total_seconds()
    share = min(max((now - shown.offered_at).total_seconds() / whole, 0.0), 1.0)
    arch = bridge(share)
    x, y = arch["left"][0]
    return {
        "gone": _path(arch["gone"]),
        "left": _path(arch["left"]),
        "coat": f"M{x - 4:.1f} {y - 29:.1f}h8l4 26h-16z",
        "head_x": f"{x:.1f}",
        "head_y": f"{y - 37:.1f}",
        "time_left": shown.expires_at - now,
    }


def _path(points: list[tuple[float, float]]) -> str:
    (x0, y0), (x1, y1), (x2, y2) = points
    return f"M{x0:.1f} {y0:.1f}Q{x1:.1f} {y1:.1f} {x2:.1f} {y2:.1f}"
