"""Files of people on their way out: one function for whoever guards an address, never an address of
the storage itself.
"""

import hashlib
import io
import logging
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.files.base import File
from django.core.files.storage import Storage
from django.db.models.fields.files import FieldFile
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header, parse_etags

from courses.documents.exceptions import FileLost
from courses.documents.services.pictures import small
from courses.documents.values import JPEG
from courses.themes import theme_of

logger = logging.getLogger(__name__)

CHUNK = 64 * 1024
# What a browser may show by itself. Anything else is kept on the reader's machine, never opened as
# a page of ours.
SHOWN = {
    "application/pdf",
    *("audio/mpeg", "audio/mp4", "audio/ogg"),
    *("image/gif", "image/jpeg", "image/png", "image/webp"),
    *("video/mp4", "video/webm"),
}
# A browser's own PDF viewer does not start in a sandbox; PDFs that we show hold nothing that runs.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def serve(
    request: HttpRequest, file: FieldFile, *, name: str, media_type: str, inline: bool = False
) -> HttpResponseBase:
    """The file, whole or the one range that was asked for (RFC 9110 §14), under a name for people.
    The caller has checked who may.

    The stored name is random and its content never changes, so it is the ETag. Several ranges at
    once get the whole file. A row without a file is 404; a file that is lost, too, with a page that
    says so (`FileLost`); a storage that doesn't answer is 503, to be asked again.
    """
    if not file:
        raise Http404
    etag = _etag(file)
    if _is_kept_by(request, etag):
        return _with_headers(HttpResponseNotModified(), etag, name, media_type, inline=inline)
    try:
        answer = _whole_or_range(request, file, etag)
    except FileNotFoundError:
        raise lost(file) from None
    except OSError:
        return asked_again_later(request)
    answer.headers["Accept-Ranges"] = "bytes"
    return _with_headers(answer, etag, name, media_type, inline=inline)


def serve_small(request: HttpRequest, file: FieldFile, *, width: int = 0) -> HttpResponseBase:
    """A kept photo in that width; without one in the size of a thumb, some kB: a list of photos
    costs little on a slow line. As `serve` in all else.
    """
    if not file:
        raise Http404
    etag = _etag(file, "small", str(width))
    if _is_kept_by(request, etag):
        return _with_headers(HttpResponseNotModified(), etag, "photo.jpg", JPEG, inline=True)
    answer: HttpResponseBase
    try:
        if request.method == "HEAD":
            if not file.storage.exists(str(file.name)):
                raise lost(file)
            answer = StreamingHttpResponse(())  # of a length that nobody knows before it is made
        else:
            with file.open("rb") as opened:
                answer = HttpResponse(small(opened.read(), width=width))
    except FileNotFoundError:
        raise lost(file) from None
    except OSError:
        return asked_again_later(request)
    return _with_headers(answer, etag, "photo.jpg", JPEG, inline=True)


def file_response(
    request: HttpRequest,
    storage: Storage,
    name: str,
    *,
    content_type: str | None = None,
    **how: Any,
) -> FileResponse:
    """Django's `FileResponse`, for a file of everybody's. Of a HEAD the storage is asked for the size
    alone. Raises an `OSError` where the storage has no such file, or doesn't answer.
    """
    if request.method != "HEAD":
        return FileResponse(storage.open(name), content_type=content_type, **how)
    size = storage.size(name)
    answer = FileResponse(File(io.BytesIO(), name), content_type=content_type, **how)
    answer.headers["Content-Length"] = str(size)
    return answer


def _etag(file: FieldFile, *of: str) -> str:
    return f'"{hashlib.sha256(" ".join([str(file.name), *of]).encode()).hexdigest()[:32]}"'


def _is_kept_by(request: HttpRequest, etag: str) -> bool:
    """True if the reader's browser has it already."""
    # Pictures and PDFs are compressed already, and a range is counted in bytes as they lie: not for
    # the gzip middleware.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return not {etag, "*"}.isdisjoint(_asked(request, "If-None-Match"))


def lost(file: FieldFile) -> FileLost:
    """Return what to raise for a file that the storage hasn't got; its row goes to the log, without
    the name of a person or of the file.
    """
    row = file.instance
    which = getattr(row, "public_id", row.pk)
    logger.error("The file of %s %s isn’t in the storage", row._meta.label, which)
    return FileLost(which)


def asked_again_later(request: HttpRequest) -> HttpResponse:
    """Return the answer for a storage that doesn't answer: 503 with a time to come back, and a page
    that says so.
    """
    content = render_to_string("500.html", {"away": "files", "theme": theme_of(request)})
    headers = {"Retry-After": "30", "Cache-Control": "no-store"}
    return HttpResponse(content, status=503, headers=headers)


def _asked(request: HttpRequest, header: str) -> list[str]:
    return [one.removeprefix("W/") for one in parse_etags(request.headers.get(header, ""))]


def _whole_or_range(request: HttpRequest, file: FieldFile, etag: str) -> HttpResponseBase:
    """The content is asked for, where the answer has one: a bucket sends it whole."""
    size = file.size
    asked = request.headers.get("Range", "")
    still_the_same = request.headers.get("If-Range", etag) == etag
    wanted = _range(asked, size) if request.method in ("GET", "HEAD") and still_the_same else None
    first, last = wanted or (0, size - 1)
    if wanted and first >= size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    content: Iterable[bytes] = ()
    if request.method != "HEAD":
        file.open("rb")  # here, where an error can still be told
        content = _chunks(file, first, last - first + 1)
    answer = StreamingHttpResponse(content, status=206 if wanted else 200)
    if wanted:
        answer.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    answer.headers["Content-Length"] = str(last - first + 1)
    return answer


def _range(asked: str, size: int) -> tuple[int, int] | None:
    """First and last byte, or None where none was asked for, or one that isn't well said (RFC 9110
    §14.2: then it isn't there).
    """
    said = ONE_RANGE.fullmatch(asked.strip())
    if said is None or said.groups() == ("", ""):
        return None
    first, last = said.groups()
    if not first:
        return (size - min(int(last), size), size - 1) if int(last) else (size, size)
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last), size - 1) if last else size - 1


def _chunks(file: FieldFile, first: int, left: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk


def _with_headers(
    answer: HttpResponseBase, etag: str, name: str, media_type: str, *, inline: bool
) -> HttpResponseBase:
    shown = inline and media_type in SHOWN
    answer.headers["Content-Type"] = media_type
    answer.headers["Content-Disposition"] = (
        content_disposition_header(not shown, name) or "attachment"
    )
    answer.headers["ETag"] = etag
    # Asked again each time: who may see it can change.
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = (
        POLICY if media_type == "application/pdf" else f"sandbox; {POLICY}"
    )
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
