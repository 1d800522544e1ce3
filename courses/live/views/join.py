"""The join link, and the try of camera and microphone before a meeting."""

from dataclasses import dataclass
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache

from courses.agenda.models import Meeting
from courses.live import queries
from courses.live.exceptions import (
    JitsiNotReady,
    MeetingIsCancelled,
    MeetingIsCancelledWithoutReason,
    MeetingIsOver,
    NoPass,
    RoomNotOpenYet,
)
from courses.live.gateways import server
from courses.live.models import RoomPass
from courses.live.rules import why_not_enter
from courses.live.values import (
    OPENS_BEFORE,
    STAYS_OPEN_AFTER,
    TRAINER_IS_GIVEN_UP_AFTER,
    PlanB,
    RoomEntry,
)
from courses.people.permissions import PersonRequest, open_to_anyone, requires, signed_in


@dataclass(frozen=True)
class JoinBadge:
    """How a reason is shown: tone, sign and the word beside it."""

    tone: str
    sign: str
    word: str | Promise


LOOKS = {
    RoomNotOpenYet: JoinBadge("wait", "clock", _("Not open yet")),
    MeetingIsOver: JoinBadge("calm", "check", pgettext_lazy("a meeting", "Over")),
    MeetingIsCancelled: JoinBadge("warn", "ban", pgettext_lazy("a meeting", "Cancelled")),
    MeetingIsCancelledWithoutReason: JoinBadge(
        "warn", "ban", pgettext_lazy("a meeting", "Cancelled")
    ),
    NoPass: JoinBadge("calm", "lock", _("Not for you, so far")),
}


def keeps_secrets(view):
    """Protect addresses that hold a token or lead to one: kept by nobody on the way, told to nobody
    by the browser.

    Pages keep the site's own referrer policy: under `no-referrer` a browser posts forms with
    `Origin: null`.
    """

    @wraps(view)
    def door(request: HttpRequest, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseRedirect):
            response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return never_cache(door)


@keeps_secrets
@requires(signed_in)
def join(request: PersonRequest, public_id: str) -> HttpResponse:
    """The way into a meeting's room: the token is made now, for this person, and nobody else sees
    it.
    """
    now = timezone.now()
    meeting = get_object_or_404(
        Meeting.objects.in_time_order().select_related("series"), public_id=public_id
    )
    room_pass = queries.pass_of(meeting, request.user)
    if room_pass and not queries.is_still_held(room_pass, meeting):
        room_pass = None
    refusal = why_not_enter(meeting, room_pass, now=now)
    if refusal or room_pass is None:
        response = _not_now(request, meeting, refusal)
        if isinstance(refusal, RoomNotOpenYet):
            response["Refresh"] = _seconds_to_wait(
                (meeting.starts_at - OPENS_BEFORE - now).total_seconds()
            )
        return response
    if not room_pass.is_moderator and (waits_at := queries.waiting_page(meeting)):
        return redirect(waits_at)
    elsewhere = queries.elsewhere(meeting)
    if elsewhere.plan_b and "first" not in request.GET:
        return _plan_b(request, meeting, elsewhere.plan_b)
    if elsewhere.address:
        return _leave_for(request, meeting, elsewhere.address)
    if (
        "enter" not in request.GET
        and not room_pass.is_moderator
        and queries.trainer_is_awaited(meeting, now=now)
    ):
        context = {
            "meeting": meeting,
            "trainers": queries.trainers_of(meeting),
            "give_up_at": meeting.starts_at + TRAINER_IS_GIVEN_UP_AFTER,
            "contact": settings.CONTACT_ADDRESS,
            "phone": settings.ROOM_PHONE,
        }
        response = render(request, "live/trainer_awaited.html", context)
        response["Refresh"] = "30"
        return response
    return _into_the_room(request, meeting, room_pass, now)


def _not_now(request: HttpRequest, meeting, refusal) -> HttpResponse:
    """A sentence in a page of ours: only somebody without a pass did something that isn't allowed."""
    context = {
        "meeting": meeting,
        "refusal": refusal,
        "look": LOOKS[type(refusal)],
        "opens_by_itself": isinstance(refusal, RoomNotOpenYet),
        "contact": settings.CONTACT_ADDRESS,
    }
    return render(
        request, "live/not_now.html", context, status=403 if isinstance(refusal, NoPass) else 200
    )


def _seconds_to_wait(seconds: float) -> str:
    """Far ahead the page asks now and then, since a meeting may move; near, it is there when the
    room opens.
    """
    return str(min(600, max(5, int(seconds) + 1)))


def _plan_b(request: HttpRequest, meeting: Meeting, plan_b: PlanB) -> HttpResponse:
    """Show the announced plan B, and the way there; the first room stays one press away."""
    if "plan-b" in request.GET and plan_b.address:
        return _leave_for(request, meeting, plan_b.address)
    return render(request, "live/plan_b.html", {"meeting": meeting, "plan_b": plan_b})


def _into_the_room(
    request: HttpRequest, meeting: Meeting, room_pass: RoomPass, now
) -> HttpResponse:
    entry = RoomEntry(
        room=room_pass.room.name,
        subject=room_pass.subject,
        shown_name=room_pass.display_name,
        is_moderator=room_pass.is_moderator,
        until=meeting.ends_at + STAYS_OPEN_AFTER,
    )
    try:
        address = server().address(entry, now=now, language=translation.get_language())
    except JitsiNotReady:
        return render(
            request,
            "live/unreachable.html",
            {
                "meeting": meeting,
                "contact": settings.CONTACT_ADDRESS,
                "phone": settings.ROOM_PHONE,
            },
            status=503,
        )
    return _leave_for(request, meeting, address)


def _leave_for(request: HttpRequest, meeting: Meeting, address: str) -> HttpResponse:
    """Redirect to a server that isn't ours; this tells it nothing of where one comes from."""
    if _comes_from_the_login_form(request):
        # Browsers hold a form's redirects to `form-action 'self'` too, so a page of ours stands in
        # between.
        response = render(request, "live/enter.html", {"meeting": meeting})
        response["Refresh"] = f"1;url={request.path}"
        return response
    return HttpResponseRedirect(address)


@open_to_anyone
def room_check(request: HttpRequest) -> HttpResponse:
    """Show what a room needs, and a try of camera and microphone that stays in the browser."""
    return render(request, "live/room_check.html", {"phone": settings.ROOM_PHONE})


def _comes_from_the_login_form(request: HttpRequest) -> bool:
    came_from = urlsplit(request.headers.get("Referer", "")).path
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            if came_from == resolve_url(settings.LOGIN_URL):
                return True
    return False
