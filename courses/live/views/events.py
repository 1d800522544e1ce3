"""The video server's events."""

import json
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from courses.live import services
from courses.live.enums import RoomEventKind
from courses.live.gateways import server

LONGEST_EVENT = 1024 * 1024  # bytes


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
