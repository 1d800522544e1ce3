"""Doors of the rooms: the join link, the practice room, the server's events."""

import json
from dataclasses import dataclass
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from courses.agenda.models import Meeting
from courses.live import queries, services
from courses.live.enums import RoomEventKind
from courses.live.exceptions import (
    JitsiNotReady,
    MeetingIsCancelled,
    MeetingIsCancelledWithoutReason,
    MeetingIsOver,
    NoPass,
    RoomNotOpenYet,
    TokenRefused,
)
from courses.live.gateways import pretend, server
from courses.live.gateways.pretend import PracticeServer
from courses.live.models import PracticeLine, Room, RoomPass
from courses.live.rules import why_not_enter
from courses.live.values import (
    OPENS_BEFORE,
    STAYS_OPEN_AFTER,
    TRAINER_IS_GIVEN_UP_AFTER,
    Entry,
    PlanB,
)
from courses.people.permissions import PersonRequest, open_to_anyone, requires, signed_in

LONGEST_EVENT = 1024 * 1024  # bytes


@dataclass(frozen=True)
class Look:
    """How a reason is shown: tone, sign and the word beside it."""

    tone: str
    sign: str
    word: str | Promise


LOOKS = {
    RoomNotOpenYet: Look("wait", "clock", _("Not open yet")),
    MeetingIsOver: Look("calm", "check", pgettext_lazy("a meeting", "Over")),
    MeetingIsCancelled: Look("warn", "ban", pgettext_lazy("a meeting", "Cancelled")),
    MeetingIsCancelledWithoutReason: Look("warn", "ban", pgettext_lazy("a meeting", "Cancelled")),
    NoPass: Look("calm", "lock", _("Not for you, so far")),
}


def keeps_secrets(view):
    """For addresses that hold a token or lead to one: kept by nobody on the way, told to nobody by
    the browser.

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


# The join link


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
    """What was announced, and the way there; the first room stays one press away."""
    if "plan-b" in request.GET and plan_b.address:
        return _leave_for(request, meeting, plan_b.address)
    return render(request, "live/plan_b.html", {"meeting": meeting, "plan_b": plan_b})


def _into_the_room(
    request: HttpRequest, meeting: Meeting, room_pass: RoomPass, now
) -> HttpResponse:
    entry = Entry(
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
    """To a server that isn't ours; the redirect tells it nothing of where one comes from."""
    if _comes_from_the_login_form(request):
        # Browsers hold a form's redirects to `form-action 'self'` too, so a page of ours stands in
        # between.
        response = render(request, "live/enter.html", {"meeting": meeting})
        response["Refresh"] = f"1;url={request.path}"
        return response
    return HttpResponseRedirect(address)


# Before the meeting


@open_to_anyone
def room_check(request: HttpRequest) -> HttpResponse:
    """What is needed for a room, and a try of camera and microphone that stays in the browser."""
    return render(request, "live/room_check.html", {"phone": settings.ROOM_PHONE})


def _comes_from_the_login_form(request: HttpRequest) -> bool:
    came_from = urlsplit(request.headers.get("Referer", "")).path
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            if came_from == resolve_url(settings.LOGIN_URL):
                return True
    return False


# The server's events


def from_the_video_server(view):
    """Let in who shows the events' token, and answer 401 to all others: the server doesn't try
    those again.
    """

    @wraps(view)
    def door(request: HttpRequest, *args, **kwargs):
        if not server().accepts(request.headers.get("Authorization", "")):
            return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
        return view(request, *args, **kwargs)

    door.__dict__.update(who_may="the video server")
    return door


@csrf_exempt
@require_POST
@from_the_video_server
def room_event(request: HttpRequest, noun: str, verb: str) -> HttpResponse:
    """One event of event_sync: kept and answered at once, also for a room we don't know; the worker
    does the rest.
    """
    kind = f"{noun}/{verb}"
    if kind not in RoomEventKind:
        # Not 404: an address without a language would then be redirected to the one with it.
        return HttpResponse("unknown kind of event", status=400, content_type="text/plain")
    if len(request.body) > LONGEST_EVENT:
        return HttpResponse(status=413)
    try:
        body = readable(request.body)
    except ValueError:
        return HttpResponse(status=400)
    services.receive(kind, body)
    return HttpResponse("ok", content_type="text/plain")


def readable(content: bytes) -> dict:
    """The event as a dictionary; ValueError if it is none, or holds what no database keeps (NUL,
    half characters, NaN).
    """
    try:
        body = json.loads(content, parse_constant=_no_such_number)
        # Without `allow_nan=False` 1e999, which Python reads as infinity, would pass.
        if (
            not isinstance(body, dict)
            or "\\u0000" in json.dumps(body, ensure_ascii=False, allow_nan=False).encode().decode()
        ):
            raise ValueError("not an event")
    except RecursionError as deep:
        raise ValueError("too deep") from deep
    return body


def _no_such_number(name: str):
    raise ValueError(name)


# The practice room


def only_where_we_practise(view):
    """Where a real server is configured, the practice room isn't there."""

    @wraps(view)
    def door(request: HttpRequest, name, *args, **kwargs):
        if not server().is_practice:
            raise Http404
        room = get_object_or_404(
            Room.objects.select_related("meeting__series", "meeting__occurrence"), name=name
        )
        return view(request, room, *args, **kwargs)

    return door


def _place(request: HttpRequest, room: Room) -> dict:
    """What this browser holds in this room: its token and its own lines."""
    return request.session.get("practice", {}).get(room.name, {"token": "", "lines": []})


def _remember(request: HttpRequest, room: Room, place: dict) -> None:
    request.session["practice"] = {**request.session.get("practice", {}), room.name: place}


def _granted(request: HttpRequest, room: Room) -> tuple[Entry | None, TokenRefused | None]:
    """What the practice server's verifier says to this browser's token."""
    try:
        return (
            PracticeServer(settings.JITSI)
            .verifier()
            .verify(_place(request, room)["token"], room=room.name, now=timezone.now()),
            None,
        )
    except TokenRefused as refused:
        return None, refused


@keeps_secrets
@open_to_anyone
@only_where_we_practise
def practice(request: HttpRequest, room: Room) -> HttpResponse:
    """The stand-in for the video server's page.

    The token leaves the address at once, as it would stay in the history.
    """
    if "jwt" in request.GET:
        _remember(request, room, {**_place(request, room), "token": request.GET["jwt"]})
        return redirect("live:practice", room.name)
    place, (entry, refused) = _place(request, room), _granted(request, room)
    lines = list(room.practice_lines.filter(left_at=None))
    context = {
        "room": room,
        "meeting": room.meeting,
        "entry": entry,
        "refused": refused if place["token"] else None,
        "mine": [line for line in lines if line.pk in place["lines"]],
        "others": [line for line in lines if line.pk not in place["lines"]],
        "gives_up_after": pretend.HIBERNATION,
        "guest": pgettext("in the room", "Guest"),
    }
    return render(request, "live/practice.html", context)


@require_POST
@open_to_anyone
@only_where_we_practise
def enter_practice(request: HttpRequest, room: Room) -> HttpResponse:
    """With the token, from this browser; once more is a second device."""
    entry, _refused = _granted(request, room)
    if entry is None:
        raise PermissionDenied
    return _connected(request, room, entry)


@require_POST
@open_to_anyone
@only_where_we_practise
def enter_practice_as_guest(request: HttpRequest, room: Room) -> HttpResponse:
    """Without a token, as somebody to whom the address was passed on."""
    return _connected(request, room, None)


def _connected(request: HttpRequest, room: Room, entry: Entry | None) -> HttpResponse:
    line = services.enter_practice(room=room, entry=entry)
    place = _place(request, room)
    _remember(request, room, {**place, "lines": [*place["lines"], line.pk]})
    return redirect("live:practice", room.name)


def _my_line(request: HttpRequest, room: Room, line: int) -> PracticeLine:
    if line not in _place(request, room)["lines"]:
        raise Http404
    return get_object_or_404(room.practice_lines.filter(left_at=None), pk=line)


@require_POST
@open_to_anyone
@only_where_we_practise
def drop_line(request: HttpRequest, room: Room, line: int) -> HttpResponse:
    """The network fails: the server hears nothing more of this line."""
    services.drop_line(_my_line(request, room, line))
    return redirect("live:practice", room.name)


@require_POST
@open_to_anyone
@only_where_we_practise
def come_back(request: HttpRequest, room: Room, line: int) -> HttpResponse:
    """A new connection beside the lost one, which the server still holds: two stays that overlap."""
    lost = _my_line(request, room, line)
    entry, _refused = _granted(request, room)
    if lost.subject and entry is None:
        raise PermissionDenied
    return _connected(request, room, entry if lost.subject else None)


@require_POST
@open_to_anyone
@only_where_we_practise
def leave_practice(request: HttpRequest, room: Room, line: int) -> HttpResponse:
    services.leave_practice(_my_line(request, room, line))
    return redirect("live:practice", room.name)


@require_POST
@open_to_anyone
@only_where_we_practise
def end_practice(request: HttpRequest, room: Room) -> HttpResponse:
    """End for all: a moderator's."""
    entry, _refused = _granted(request, room)
    if entry is None or not entry.is_moderator:
        raise PermissionDenied
    services.end_practice(room)
    return redirect("live:practice", room.name)
