"""Private files on their way out: ranges (RFC 9110), what a browser may show, what it may never
run.
"""

import io
from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.http import Http404
from django.middleware.gzip import GZipMiddleware
from PIL import Image

from continuity.models import HandIn, HandInPart
from courses.documents.gateways.s3 import PrivateBucket
from courses.documents.services import serve, serve_small
from tests.factories import hostile_pictures
from tests.factories.buckets import CONTENT as CONTENT_OF_BUCKET
from tests.factories.buckets import bucket_at, s3_server

CONTENT = bytes(range(256)) * 1_000
SIZE = len(CONTENT)


@pytest.fixture
def stored():
    handin = HandIn()
    handin.pdf.save("a.pdf", ContentFile(CONTENT), save=False)
    yield handin.pdf
    handin.pdf.storage.delete(handin.pdf.name)


def answer(
    rf, stored, *, media_type="application/pdf", inline=True, name="Devoir d’été.pdf", **headers
):
    return serve(
        rf.get("/", headers=headers), stored, name=name, media_type=media_type, inline=inline
    )


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


RANGES = {
    "none": (None, 200, CONTENT, None),
    "the first bytes": ("bytes=0-9", 206, CONTENT[:10], f"bytes 0-9/{SIZE}"),
    "one byte": ("bytes=5-5", 206, CONTENT[5:6], f"bytes 5-5/{SIZE}"),
    "from a place on": (
        f"bytes={SIZE - 3}-",
        206,
        CONTENT[-3:],
        f"bytes {SIZE - 3}-{SIZE - 1}/{SIZE}",
    ),
    "the last bytes": ("bytes=-7", 206, CONTENT[-7:], f"bytes {SIZE - 7}-{SIZE - 1}/{SIZE}"),
    "more than there is": (f"bytes=1-{SIZE * 2}", 206, CONTENT[1:], f"bytes 1-{SIZE - 1}/{SIZE}"),
    "the last of more than there is": (
        f"bytes=-{SIZE * 2}",
        206,
        CONTENT,
        f"bytes 0-{SIZE - 1}/{SIZE}",
    ),
    "past the end": (f"bytes={SIZE}-", 416, b"", f"bytes */{SIZE}"),
    "the last none": ("bytes=-0", 416, b"", f"bytes */{SIZE}"),
    "several": ("bytes=0-1,4-5", 200, CONTENT, None),
    "backwards": ("bytes=9-1", 200, CONTENT, None),
    "of something else": ("lines=0-1", 200, CONTENT, None),
    "nothing said": ("bytes=-", 200, CONTENT, None),
    "a number without end": ("bytes=0-" + "9" * 6_000, 200, CONTENT, None),
}


@pytest.mark.parametrize("asked", RANGES)
def test_a_range_gets_its_bytes(rf, stored, asked):
    said, status, content, told = RANGES[asked]

    response = answer(rf, stored, **({"Range": said} if said else {}))

    assert (response.status_code, body(response), response.headers.get("Content-Range")) == (
        status,
        content,
        told,
    )
    if response.streaming:
        assert response.headers["Content-Length"] == str(len(content))


def test_a_range_of_another_file_gets_the_whole_one(rf, stored):
    etag = answer(rf, stored).headers["ETag"]

    assert answer(rf, stored, Range="bytes=0-9", **{"If-Range": etag}).status_code == 206
    assert answer(rf, stored, Range="bytes=0-9", **{"If-Range": '"another"'}).status_code == 200


def test_what_the_reader_has_already_is_not_sent_again(rf, stored):
    etag = answer(rf, stored).headers["ETag"]

    again = answer(rf, stored, **{"If-None-Match": f"W/{etag}"})

    assert (again.status_code, body(again), again.headers["Cache-Control"]) == (
        304,
        b"",
        "private, no-cache",
    )


def test_a_thumb_is_asked_for_again_each_time_and_sent_once(rf):
    part = HandInPart()
    content = hostile_pictures.saved(hostile_pictures.small(), "JPEG")
    part.file.save("a.jpg", ContentFile(content), save=False)

    first = serve_small(rf.get("/"), part.file)
    etag = first.headers["ETag"]
    again = serve_small(rf.get("/", headers={"If-None-Match": etag}), part.file)
    part.file.storage.delete(part.file.name)

    assert Image.open(io.BytesIO(first.content)).format == "JPEG"
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert (again.status_code, again.content) == (304, b"")
    for gone in (HandInPart(file=part.file.name).file, HandInPart().file):
        with pytest.raises(Http404):
            serve_small(rf.get("/"), gone)


@pytest.mark.parametrize(
    ("media_type", "inline", "shown"),
    [
        ("application/pdf", True, True),
        ("image/jpeg", True, True),
        ("image/jpeg", False, False),
        ("text/html", True, False),
        ("image/svg+xml", True, False),
        ("application/xhtml+xml", True, False),
        ("application/octet-stream", True, False),
    ],
)
def test_only_what_cannot_run_is_shown_by_the_browser(rf, stored, media_type, inline, shown):
    headers = answer(rf, stored, media_type=media_type, inline=inline).headers

    assert headers["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("sandbox") is (
        media_type != "application/pdf"
    )


def test_a_name_cannot_write_headers(rf, stored):
    said = answer(rf, stored, name='a"\r\nSet-Cookie: x=1;.pdf').headers["Content-Disposition"]

    assert "\n" not in said
    assert "\r" not in said


def test_ranges_are_of_the_bytes_as_they_lie_also_where_pages_are_compressed(rf, stored):
    request = rf.get("/", headers={"Accept-Encoding": "gzip", "Range": "bytes=0-9999"})
    response = GZipMiddleware(
        lambda asked: serve(asked, stored, name="a.pdf", media_type="application/pdf")
    )(request)

    assert "Content-Encoding" not in response.headers
    assert body(response) == CONTENT[:10_000]


def test_a_file_that_is_not_there_is_404(rf, stored):
    stored.storage.delete(stored.name)

    with pytest.raises(Http404):
        answer(rf, stored)
    with pytest.raises(Http404):
        answer(rf, HandIn().pdf)


def test_no_content_is_fetched_for_an_answer_that_has_none(rf, monkeypatch):
    with s3_server() as server:
        bucket = bucket_at(server.server_port, PrivateBucket)
        monkeypatch.setattr(HandIn._meta.get_field("pdf"), "storage", bucket)
        stored = HandIn(pdf="a.pdf").pdf
        answers = [
            serve(rf.head("/"), stored, name="a.pdf", media_type="application/pdf"),
            serve_small(rf.head("/"), stored),
            answer(rf, stored, Range="bytes=1000-"),
        ]
        asked = list(server.asked)
        server.how = "missing"
        for ask in (serve_small, partial(serve, name="a.pdf", media_type="application/pdf")):
            with pytest.raises(Http404):
                ask(rf.head("/"), stored)

    assert [(one.status_code, one.headers.get("Content-Length")) for one in answers] == [
        (200, str(len(CONTENT_OF_BUCKET))),
        (200, None),  # known only once the picture is made
        (416, None),
    ]
    assert [body(one) for one in answers] == [b""] * 3
    assert asked == ["HEAD"] * 3
