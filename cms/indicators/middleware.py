"""Counts the pages that people read."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cms.indicators.services import counting
from cms.indicators.services.memory import MEMORY

# Headers of a page that a browser fetches ahead (Fetch standard; WebKit and older Chromium; Firefox
# before 115). A value may go on: "prefetch;prerender".
SAY_PREFETCH = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ")
TREES = tuple(f"/{code}/" for code, _name in settings.LANGUAGES)


class CountingMiddleware:
    """Counts each whole page under /fr/ and /en/ that was answered with 200 to a person's browser; the
    admin, parts of pages, previews and programs aren't counted.

    Stands outside `PagesForVisitorsMiddleware`, for the pages that it keeps: a browser that has one
    already is answered 304. Reads who asked where a view has looked, and asks nothing itself.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if is_page(request, response) and may_be_counted(request):
            person = getattr(request, "_cached_user", None)  # as django.contrib.auth keeps it
            user_agent = request.META.get("HTTP_USER_AGENT", "")
            counting.count(
                person=person if person is not None and person.is_authenticated else None,
                device=counting.device_of(
                    user_agent, request.META.get("HTTP_SEC_CH_UA_MOBILE", "")
                ),
                now=timezone.now(),
            )
        return response


def is_page(request, response) -> bool:
    return (
        request.method == "GET"
        and request.path_info.startswith(TREES)
        and (
            response.headers.get("Content-Type", "").startswith("text/html")
            if response.status_code == HTTPStatus.OK
            else response.status_code == HTTPStatus.NOT_MODIFIED
            and getattr(response, "is_for_all_visitors", False)
        )
        and "HTTP_HX_REQUEST" not in request.META
        and request.META.get("HTTP_SEC_FETCH_DEST", "document") == "document"
        and not getattr(request, "is_dummy", False)  # a preview of Wagtail's
    )


def may_be_counted(request) -> bool:
    """Not who says "do not sell or share" (Global Privacy Control), no program, no page that a browser
    fetches before anybody wants it. Nor somebody of whom no view has asked who it is: they may not want
    to be counted.
    """
    meta = request.META
    return (
        meta.get("HTTP_SEC_GPC") != "1"
        and not any("prefetch" in meta.get(name, "").lower() for name in SAY_PREFETCH)
        and not counting.is_program(meta.get("HTTP_USER_AGENT", ""))
        and (
            hasattr(request, "_cached_user") or settings.SESSION_COOKIE_NAME not in request.COOKIES
        )
    )


def count_many(person, number: int = 10_000) -> int:
    """For `manage.py bench`: what counting alone costs of a page. Nothing of it is written."""
    request = HttpRequest()
    request.method, request.path_info = "GET", TREES[0]
    request.META["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64)"
    request.__dict__["_cached_user"] = person
    page = HttpResponse()
    middleware = CountingMiddleware(lambda request: page)
    for _page in range(number):
        middleware(request)
    MEMORY.forget()
    return number
