"""Who may keep a page: we those for visitors, nobody those of people."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse
from django.http.response import ResponseHeaders
from django.utils.cache import (
    get_conditional_response,
    has_vary_header,
    patch_cache_control,
    patch_vary_headers,
)

from courses.digest import services as digest
from courses.themes import theme_of

TREES = tuple(f"/{code}/" for code, _name in settings.LANGUAGES)
PERSONAL = {settings.SESSION_COOKIE_NAME, "messages"}  # Django's cookie for words to a visitor
ACCEPTS_GZIP = re.compile(r"\bgzip\b")


class PagesForVisitorsMiddleware:
    """Whole pages for those who aren't signed in, kept until something that they show has changed,
    or for a minute.

    Stands before the session's middleware: a page that is kept costs no query and no rendering.
    Whoever has a session, or a message waiting, neither reads nor fills it; nor does an address
    with a query.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not self.is_a_visitor(request):
            return self.get_response(request)
        key = self.key_of(request)  # before the page is made: what changes meanwhile makes it past
        kept = caches["pages"].get(key)
        request.page_cache = "hit" if kept else "miss"  # counted (cms/operations)
        if kept is None:
            response = self.get_response(request)
            if not self.may_be_kept(request, response):
                return response
            kept = KeptPage.of(response)
            caches["pages"].set(key, kept, digest.LONGEST)
        return kept.answer(request)

    @staticmethod
    def is_a_visitor(request) -> bool:
        return (
            request.method in {"GET", "HEAD"}
            and not request.META.get("QUERY_STRING")
            and PERSONAL.isdisjoint(request.COOKIES)
            and request.path_info.startswith(TREES)
        )

    @staticmethod
    def key_of(request) -> str:
        """All that a page's bytes depend on; its language is in its path.

        Asking for the host refuses those that aren't ours.
        """
        light = request.headers.get("Save-Data", "").lower() == "on"
        parts = [
            digest.version(),
            request.scheme,
            request.get_host(),
            request.path_info,
            theme_of(request),
            str(light),
        ]
        # The class's module begins the key: its pickled name fails in a release where it lies elsewhere.
        return f"{KeptPage.__module__}:{hashlib.sha256('\n'.join(parts).encode()).hexdigest()}"

    @staticmethod
    def may_be_kept(request, response) -> bool:
        return (
            request.method == "GET"
            and response.status_code == HTTPStatus.OK
            and getattr(response, "is_for_all_visitors", False)
            and not response.cookies  # with a form's token comes its cookie, each time
            and "no-store" not in response.headers.get("Cache-Control", "")
        )


@dataclass(frozen=True)
class KeptPage:
    """A cached response, ready to be sent: compressed once, not for each visitor."""

    content: bytes
    packed: bytes
    headers: list[tuple[str, str]]

    @classmethod
    def of(cls, response) -> "KeptPage":
        patch_vary_headers(response, ["Accept-Encoding"])
        response.headers["ETag"] = f'W/"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response.headers.pop("Content-Length", None)
        return cls(
            response.content,
            gzip.compress(response.content, mtime=0),
            list(response.headers.items()),
        )

    def answer(self, request) -> HttpResponse:
        packs = ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", ""))
        content = self.packed if packs else self.content
        response = HttpResponse(b"" if request.method == "HEAD" else content)
        response.headers = ResponseHeaders(dict(self.headers))
        response.headers["Content-Length"] = str(len(content))
        if packs:
            response.headers["Content-Encoding"] = "gzip"
        answer = get_conditional_response(request, etag=response.headers["ETag"], response=response)
        answer = answer or response
        # Read by CountingMiddleware: a 304 has no type.
        answer.__dict__["is_for_all_visitors"] = True
        return answer


class PersonalPagesMiddleware:
    """`Cache-Control: private, no-store` on every answer that depends on a session, unless its view
    chose another.

    Without it the Back button shows a pupil's pages after logging out, from the back/forward cache
    of the browser. Stands outside the session's middleware, which names the cookie in `Vary` when a
    view has read the session.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        has_session = (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            or settings.SESSION_COOKIE_NAME in response.cookies
        )
        if (
            has_session
            and has_vary_header(response, "Cookie")
            and not response.has_header("Cache-Control")
        ):
            patch_cache_control(response, private=True, no_store=True)
        return response
