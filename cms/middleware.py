"""The id of a request and its client's address, two policies chosen by address, pages kept for
visitors, the language of those who read addresses without one, texts that arrive without a login,
and forms that were cut on their way.
"""

import gzip
import hashlib
import io
import logging
import re
import secrets
import time
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.contrib import messages
from django.core.cache import caches
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.http.response import ResponseHeaders
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import (
    get_conditional_response,
    has_vary_header,
    patch_cache_control,
    patch_vary_headers,
)
from django.utils.csp import CSP
from django.utils.http import url_has_allowed_host_and_scheme

from cms.guidance.views import kept_text
from cms.today.enums import THEMES
from cms.today.exceptions import FormCutOnItsWay
from cms.today.values import request_id
from courses.digest import services as digest
from courses.exceptions import Refusal

ADMIN_PREFIXES = ("/admin/",)
TREES = tuple(f"/{code}/" for code, _name in settings.LANGUAGES)
MULTIPART = "multipart/form-data"
FORMS = {MULTIPART, "application/x-www-form-urlencoded"}
LAST_LINE = 256  # bytes: a boundary has 70 at most
PERSONAL = {settings.SESSION_COOKIE_NAME, "messages"}  # Django's cookie for words to a visitor
ACCEPTS_GZIP = re.compile(r"\bgzip\b")
REQUEST_ID = re.compile(r"[0-9A-Za-z-]{16,64}")  # nginx's 32 hexadecimal digits, or a UUID

requests = logging.getLogger("cms.requests")

# Wagtail's admin has inline scripts, and its editor frames its own previews.
ADMIN_POLICY = {
    **settings.SECURE_CSP,
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "frame-src": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}


class TrustedProxies:
    """`TRUSTED_PROXIES` as networks."""

    def __init__(self):
        self.networks = [ip_network(network) for network in settings.TRUSTED_PROXIES]

    def __contains__(self, address: str) -> bool:
        """Whether a connection from this address comes from a proxy. A Unix socket has none."""
        return bool(self.networks) and (
            not address
            or (
                is_network_address(address)
                and any(ip_address(address) in network for network in self.networks)
            )
        )


def is_network_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class RequestIdMiddleware:
    """Gives each request an id, by which its lines are found in the logs of the proxy and of this
    site; the answer has it, too. Stands before all others.

    `X-Request-ID` is believed from a trusted proxy alone: a client that chooses it could write into
    our log, or hide among the lines of others.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.proxies = TrustedProxies()

    def __call__(self, request):
        began = time.monotonic()
        request.id = self.id_of(request)
        token = request_id.set(request.id)
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = request.id
            # The view's name, never the address: some addresses open something.
            found = getattr(request, "resolver_match", None)
            requests.info(
                "answered",
                extra={
                    "method": request.method,
                    "view": found.view_name if found else "",
                    "status": response.status_code,
                    "ms": round((time.monotonic() - began) * 1000),
                },
            )
        finally:
            request_id.reset(token)
        return response

    def id_of(self, request) -> str:
        sent = request.META.get("HTTP_X_REQUEST_ID", "")
        if request.META.get("REMOTE_ADDR", "") in self.proxies and REQUEST_ID.fullmatch(sent):
            return sent
        return secrets.token_hex(16)


class ClientAddressMiddleware:
    """Puts the client's address into `REMOTE_ADDR`, for every limit that counts by address. Stands
    before all others but the one that must see the proxy's.

    Behind a proxy `REMOTE_ADDR` is the proxy's (or empty, on a Unix socket), and `X-Forwarded-For`
    is a list to which each proxy adds the address that it saw. It is read from its end, as far as
    the addresses are those of `TRUSTED_PROXIES`: what a client wrote into it itself stands further
    left and isn't read. Django and gunicorn leave this to the application.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.proxies = TrustedProxies()

    def __call__(self, request):
        if self.proxies.networks:
            request.META["REMOTE_ADDR"] = self.client_of(request)
        return self.get_response(request)

    def client_of(self, request) -> str:
        address = request.META.get("REMOTE_ADDR", "")
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        while (
            forwarded
            and address in self.proxies
            and is_network_address(hop := forwarded.pop().strip())
        ):
            address = hop
        return address


class NulMiddleware:
    """400 for a NUL in an address:

    PostgreSQL refuses it in a text, which would be a page of error. SQLite doesn't.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponseBadRequest("An address holds no NUL.", content_type="text/plain")
        return self.get_response(request)


class LanguageMiddleware(LocaleMiddleware):
    """Django's own sends an address without a language on to the one with, where there is no such
    page. Not a POST: its content would be lost, and a program that sends photos takes the redirect
    for an answer.
    """

    def process_response(self, request, response):
        if response.status_code == HTTPStatus.NOT_FOUND and request.method not in {"GET", "HEAD"}:
            return response
        return super().process_response(request, response)


class AdminPolicyMiddleware:
    """The admin's content security policy.

    Stands directly after Django's own middleware, which writes the header.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith(ADMIN_PREFIXES) and not hasattr(response, "_csp_config"):
            written = response.headers.get("Content-Security-Policy")
            if written is None:
                response._csp_config = ADMIN_POLICY
            else:
                # The editor's preview went through the whole chain as a public page: only its frame
                # is widened.
                response.headers["Content-Security-Policy"] = written.replace(
                    "frame-ancestors 'none'", "frame-ancestors 'self'"
                )
        return response


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
        theme = request.COOKIES.get("theme", "")
        light = request.headers.get("Save-Data", "").lower() == "on"
        parts = [
            digest.version(),
            request.scheme,
            request.get_host(),
            request.path_info,
            theme if theme in THEMES else "",
            str(light),
        ]
        return f"page:{hashlib.sha256('\n'.join(parts).encode()).hexdigest()}"

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


class ReaderLanguageMiddleware:
    """Use a signed-in person's own language, not the browser's, on addresses without /fr/ or /en/,
    the admin's too.

    Without a session cookie nobody is signed in, and nothing is asked of the database.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if self.is_ours_to_choose(request) and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)

    @staticmethod
    def is_ours_to_choose(request) -> bool:
        return (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            and translation.get_language_from_path(request.path_info) is None
        )


class KeptTextMiddleware:
    """Give typed text back when the login has expired, and remove its draft on the device when it
    is saved.

    Stands behind the authentication middleware.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        kept_text.name_saved_draft(request, response)
        return response

    def process_view(self, request, view, args, kwargs):
        return kept_text.instead_of_the_login(request)


class RefusalInAdminMiddleware:
    """A `Refusal` raised by Wagtail's own views, such as an approval that would publish French in
    English, becomes a message on the page where one was, never a page of error. The transaction is
    rolled back.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, Refusal) or not request.path.startswith(ADMIN_PREFIXES):
            return None
        messages.error(request, exception.reason)
        came_from = request.headers.get("Referer", "")
        safe = url_has_allowed_host_and_scheme(
            came_from, {request.get_host()}, require_https=request.is_secure()
        )
        back = came_from if safe else reverse("wagtailadmin_home")
        if (
            request.headers.get("X-Requested-With") == "XMLHttpRequest"
        ):  # the window that asks a reviewer for a comment
            return JsonResponse({"step": "success", "redirect": back})
        return redirect(back)


class WholeFormsMiddleware:
    """Refuses a form that was cut on its way, before anything reads it: Django takes what has
    arrived for the whole.

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
