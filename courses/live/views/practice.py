"""The practice room, which stands in for the video server."""

from functools import wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from courses.live import services
from courses.live.exceptions import TokenRefused
from courses.live.gateways import pretend, server
from courses.live.gateways.pretend import PracticeServer
from courses.live.models import PracticeLine, Room
from courses.live.values import RoomEntry
from courses.live.views.join import keeps_secrets
from courses.people.permissions import open_to_anyone


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
    """Return this browser's token and its own lines in this room."""
    return request.session.get("practice", {}).get(room.name, {"token": "", "lines": []})


def _remember(request: HttpRequest, room: Room, place: dict) -> None:
    request.session["practice"] = {**request.session.get("practice", {}), room.name: place}


def _granted(request: HttpRequest, room: Room) -> tuple[RoomEntry | None, TokenRefused | None]:
    """Return the answer of the practice server's verifier to this browser's token."""
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
    """Enter with the token, from this browser; once more is a second device."""
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


def _connected(request: HttpRequest, room: Room, entry: RoomEntry | None) -> HttpResponse:
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
