"""Forms that were cut on their way, and texts that arrive without a login."""

import io

from cms.guidance.views import kept_text
from cms.today.exceptions import FormCutOnItsWay
from courses.writable import FilesNotTaken

MULTIPART = "multipart/form-data"
FORMS = {MULTIPART, "application/x-www-form-urlencoded"}
LAST_LINE = 256  # bytes: a boundary has 70 at most


class WholeFormsMiddleware:
    """Refuses a form that was cut on its way, or whose files couldn't be taken, before anything reads
    it: Django takes what has arrived for the whole.

    A form is whole when all bytes that its head announced have come, and, sent in parts, when its
    last line is there (RFC 2046 §5.1.1). Stands behind the login, for the page that says so, and
    reads the form before a view may write.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method == "POST" and request.content_type in FORMS:
            body = request._stream = CountedStream(request._stream)
            request.POST  # noqa: B018  read to its end here
            if not body.is_whole(request):
                raise FormCutOnItsWay
            if error := getattr(request, "files_error", None):
                raise FilesNotTaken from error
        return self.get_response(request)


class CountedStream(io.IOBase):
    """The body of a request: how much of it came, and how it ended."""

    def __init__(self, stream):
        self.stream, self.bytes, self.end = stream, 0, b""

    def read(self, size: int = -1, /) -> bytes:
        return self._counted(self.stream.read(size))

    def readline(self, size: int | None = -1, /) -> bytes:
        return self._counted(self.stream.readline(size))

    def _counted(self, chunk: bytes) -> bytes:
        self.bytes += len(chunk)
        self.end = (self.end + chunk[-LAST_LINE:])[-LAST_LINE:]
        return chunk

    def is_whole(self, request) -> bool:
        if self.bytes < int(request.META.get("CONTENT_LENGTH") or 0):
            return False
        boundary = request.content_params.get("boundary", "").encode()
        return request.content_type != MULTIPART or b"--" + boundary + b"--" in self.end


class KeptTextMiddleware:
    """Give typed text back when the login has expired, remove its draft on the device when it is
    saved, and say which files a text that came again lacks.

    Stands behind the middleware of authentication and of messages.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        kept_text.name_saved_draft(request, response)
        kept_text.say_what_was_left_out(request, response)
        return response

    def process_view(self, request, view, args, kwargs):
        return kept_text.instead_of_the_login(request)
