"""A login that expires, or an error of ours, loses no text: what was sent comes back in a form, to
be sent again.

What the browser keeps as a draft meanwhile (courses/js/draft.js) goes once it is saved:
`name_saved_draft` says so in a cookie.

Nothing of it is written anywhere: the fields travel in the page that answers. It works for our own
editor's addresses, and for doors that `keeps_what_was_typed` marks, for what came from a page of
ours, and within a bound; any other request goes its usual way.
"""

import logging
import re
import sys
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure
from django.views.decorators.cache import never_cache
from wagtail.admin.views.generic import multiple_upload
from wagtail.documents.views import documents
from wagtail.images.views import images

from courses.digest.viewsets import TellsWhenSaved
from courses.notices import SAVED_ALL_THE_SAME, has_told_of_files, warn_of_files_left_out
from courses.people.permissions import (
    FILES_LEFT_OUT,
    PersonRequest,
    comes_from_here,
    is_a_logout,
    is_from_another,
    lacks_second_factor,
    left_files_out,
    open_to_anyone,
    opens_the_admin,
)
from courses.themes import theme_of
from courses.writable import FilesNotTaken, database_is_away, disk_is_full, takes_no_writes

EDITORS = {"wagtailadmin_pages:edit", "wagtailadmin_pages:add"}
# Of the admin: a row of a list, a picture or a document.
FORMS_OF_LISTS = (
    TellsWhenSaved,
    images.CreateView,
    documents.CreateView,
    multiple_upload.EditView,
    multiple_upload.CreateFromUploadView,
)
# A page of two hundred blocks is about 400 kB; more than this is left to the browser's way back.
MOST_CHARACTERS = 2_000_000
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  the name of a field
WHOSE = "logged_in_as"
# Fields that a form with nothing but files brings too.
HIDDEN = {
    WHOSE,
    "receipt_key",
    "replaces",
    "expected",
    "draft",
    "key",
    "revision",
    "add",
    "as_it_is",
}
DRAFT = re.compile(r"[a-z0-9]{4,12}")
SAVED = {201, 302, 303}
A_DAY = 24 * 60 * 60

logger = logging.getLogger(__name__)


def instead_of_the_login(request: PersonRequest):
    """Show a text that arrives without a login, with one that may not write or needs a second step
    first, or from a page of somebody else, instead of the way to the login page.
    """
    if (lets_in := door_for_a_text(request)) and not _may_write(request, lets_in):
        return kept_text(request, lets_in)
    if is_autosave(request) and not _may_write(request, opens_the_admin):
        return autosave_stopped()
    return None


@open_to_anyone
def csrf_failed(request: HttpRequest, reason=""):
    """Logging in, in another tab, makes the form of this one stale: it comes back with its text and
    fresh.
    """
    if (lets_in := door_for_a_text(request)) and comes_from_here(request):
        return kept_text(request, lets_in)
    return autosave_stopped() if is_autosave(request) else csrf_failure(request, reason=reason)


def door_for_a_text(request: HttpRequest) -> Callable | None:
    """Return the permission of the page that this text was sent to. None where nothing was typed,
    or the sending page still stands.

    The editor's autosave asks for JSON, and htmx leaves the page as it is: both say that it failed.
    """
    if (
        request.method != "POST"
        or not request.accepts("text/html")
        or "HX-Request" in request.headers
    ):
        return None
    try:
        door = resolve(request.path_info)
    except Resolver404:
        return None
    if door.view_name in EDITORS:
        return opens_the_admin
    lets_in = keeper_of(door.func)
    if lets_in and any(value.strip() for name, value in fields_of(request) if name != WHOSE):
        return lets_in
    return None


def keeper_of(view: Callable) -> Callable | None:
    """Return the permission of a door that keeps what was typed. None for any other."""
    if getattr(view, "keeps_what_was_typed", False):
        return view.lets_in  # type: ignore[attr-defined]  # `requires` sets it, on each marked view
    is_listed = issubclass(getattr(view, "view_class", object), FORMS_OF_LISTS)
    return opens_the_admin if is_listed else None


def is_autosave(request: HttpRequest) -> bool:
    """Whether Wagtail's editor saves by itself."""
    if request.method != "POST" or request.accepts("text/html"):
        return False
    try:
        return resolve(request.path_info).view_name in EDITORS
    except Resolver404:
        return False


def autosave_stopped() -> JsonResponse:
    """For anything but JSON with a code that it knows, Wagtail's script says that the server failed."""
    said = _(
        "Your login has ended or changed: what you type isn’t saved any more. It stays on this page."
        " Press the button: the page that follows keeps it while you log in again."
    )
    answer = {"success": False, "error_code": "locked", "error_message": said}
    return JsonResponse(answer, status=403)


def _may_write(request: HttpRequest, lets_in: Callable) -> bool:
    return (
        lets_in(request.user) and not is_from_another(request) and not lacks_second_factor(request)
    )


def fields_of(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in (TOKEN, FILES_LEFT_OUT)
        for value in values
    ]


def came_with_files(request: HttpRequest) -> bool:
    """Whether there were any, read or passed over (cms/middleware/uploads.py), now or when the text was
    first sent.
    """
    return bool(request.FILES) or hasattr(request, "has_skipped_files") or left_files_out(request)


def fits_a_page(fields: list[tuple[str, str]]) -> bool:
    return sum(len(name) + len(value) for name, value in fields) <= MOST_CHARACTERS


def fields_after_error(request: HttpRequest) -> list[tuple[str, str]] | None:
    """Typed fields of a request that ended at an error page of ours, to be sent again from there;
    empty for anything else. None where they can't be read, or are more than a page holds.

    Asks neither the database nor the session: they may be what failed. Whatever reading them raises
    is logged: an error page that raises comes as a bare line of the server's.
    """
    try:
        if not door_for_a_text(request) or not comes_from_here(request):
            return []
        fields = fields_of(request)
        return fields if fits_a_page(fields) else None
    except Exception:
        logger.exception("What was typed can't be read for the page of an error")
        return None


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database is away, locked or read-only, or files find no room; with what was
    typed, in a form that sends it again. `LogoutMiddleware` logs out on the device all the same.
    """
    error = sys.exception()
    away = _what_is_away(error)
    fields = fields_after_error(request)
    again = (
        {"fields": fields, "address": request.get_full_path(), "csrf_token": get_token(request)}
        if fields
        else {}
    )
    # Without a request: what broke may be the session, a context processor or the database.
    about = {
        "away": away,
        "theme": theme_of(request),
        "logged_out": is_a_logout(request),
        "is_lost": fields is None,
        "with_files": bool(fields) and came_with_files(request),
    }
    content = render_to_string("500.html", about | again)
    headers = {"Cache-Control": "no-store", **({"Retry-After": "30"} if away else {})}
    response = HttpResponse(content, status=503 if away else 500, headers=headers)
    response.away = away  # type: ignore[attr-defined]  # for `several_files`
    return response


def _what_is_away(error: BaseException | None) -> str:
    if isinstance(error, FilesNotTaken):
        return _what_is_away(error.__cause__) or "uploads"
    if takes_no_writes(error):
        return "writes"
    return "database" if database_is_away(error) else "disk" if disk_is_full(error) else ""


def name_saved_draft(request: PersonRequest, response: HttpResponse) -> None:
    """Tell the browser by a cookie that the draft which this form named is saved: its copy on the
    device goes. A login that expired answers with nobody logged in.
    """
    if (
        _is_saved(request, response)
        and DRAFT.fullmatch(draft := request.POST.get("draft", ""))
        and request.user.is_authenticated
    ):
        response.set_cookie(
            f"saved-{draft}",
            "1",
            max_age=A_DAY,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )


def say_what_was_left_out(request: HttpRequest, response: HttpResponse) -> None:
    """A text sent again from a page of ours is saved without its files. Said beside any other warning;
    a form that says so by itself (hand-in) is left alone.
    """
    if left_files_out(request) and not has_told_of_files(request) and _is_saved(request, response):
        words = _("Your text is saved, without the files that came with it: add them again.")
        warn_of_files_left_out(request, words)


def _is_saved(request: HttpRequest, response: HttpResponse) -> bool:
    """A form that is refused answers with itself, or with a warning (`warn_of_saved` is for the
    others).
    """
    return (
        request.method == "POST"
        and response.status_code in SAVED
        and all(one.extra_tags == SAVED_ALL_THE_SAME for one in _warnings(request))
    )


def _warnings(request: HttpRequest) -> list[Message]:
    said = getattr(
        messages.get_messages(request), "_queued_messages", []
    )  # reading them by the public way would use them up
    return [one for one in said if one.level >= messages.WARNING]


@never_cache
def kept_text(request: HttpRequest, lets_in):
    fields = fields_of(request)
    fits = fits_a_page(fields)
    context = {
        "fields": fields if fits else [],
        "fits": fits,
        "title": request.POST.get("title", ""),
        "back": request.get_full_path(),
    }
    context |= {
        "may_write": _may_write(request, lets_in),
        "is_another": is_from_another(request),
        "lacks_second_factor": lacks_second_factor(request),
        "with_files": (with_files := came_with_files(request)),
        "only_files": with_files and not any(v.strip() for name, v in fields if name not in HIDDEN),
    }
    return render(request, "guidance/kept_text.html", context, status=403)
