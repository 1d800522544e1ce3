"""Answers to a calendar program that subscribes to a secret address."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response


def calendar_answer(
    request: HttpRequest, *, says: object, calendar: Callable[[], bytes], filename: str
) -> HttpResponseBase:
    """304 while `says` is unchanged: its `repr`, hashed, is the ETag."""
    etag = f'W/"{hashlib.sha256(repr(says).encode()).hexdigest()[:32]}"'
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
        "Content-Disposition": f'inline; filename="{filename}"',
    }
    return HttpResponse(calendar(), content_type="text/calendar; charset=utf-8", headers=headers)


def webcal(address: str) -> str:
    """The same address as phones open it in their calendar (RFC 7986 has no scheme for it)."""
    return f"webcal://{address.partition('://')[2]}" if address else ""
