"""A login that expires loses no text: what was sent to the editor of pages comes back in a form, to be sent again after logging in.

Nothing of it is written anywhere: the fields travel in the page that answers. It works for our own editor's addresses, and for
doors that `keeps_what_was_typed` marks, for what came from a page of ours, and within a bound; any other request goes its usual way.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.views.csrf import csrf_failure
from django.views.decorators.cache import never_cache

from courses.people.permissions import open_to_anyone

EDITORS = {"wagtailadmin_pages:edit", "wagtailadmin_pages:add"}
MAY_ENTER = "wagtailadmin.access_admin"
# A page of two hundred blocks is about 400 kB; more than this is left to the browser's way back.
MOST_CHARACTERS, MOST_FIELDS = 2_000_000, 10_000
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  the name of a field


def instead_of_the_login(request):
    """For a text that arrives without a login, or with one that may not write: the text, in place of the way to the login page."""
    if (lets_in := door_for_a_text(request)) and not lets_in(request.user):
        return kept_text(request, lets_in)
    return None


@open_to_anyone
def csrf_failed(request, reason=""):
    """Logging in, in another tab, makes the form of this one stale: it comes back with its text and fresh."""
    if (lets_in := door_for_a_text(request)) and comes_from_here(request):
        return kept_text(request, lets_in)
    return csrf_failure(request, reason=reason)


def door_for_a_text(request) -> Callable | None:
    """Who may enter where this text was going. None where nothing was typed, or the page that sent it still stands.

    What the editor saves by itself asks for JSON, and htmx leaves the page as it is: both say that it failed.
    """
    if request.method != "POST" or not request.accepts("text/html") or "HX-Request" in request.headers:
        return None
    try:
        door = resolve(request.path_info)
    except Resolver404:
        return None
    if door.view_name in EDITORS:
        return may_edit_pages
    if getattr(door.func, "keeps_what_was_typed", False) and any(value.strip() for name, value in fields_of(request)):
        return door.func.lets_in
    return None


def may_edit_pages(person) -> bool:
    return person.has_perm(MAY_ENTER)


def fields_of(request) -> list[tuple[str, str]]:
    return [(name, value) for name, values in request.POST.lists() if name != TOKEN for value in values]


def comes_from_here(request) -> bool:
    """No other site puts its words into a form of ours."""
    origin = urlsplit(request.headers.get("Origin", ""))
    return origin.netloc == request.get_host() and origin.scheme == request.scheme


@never_cache
def kept_text(request, lets_in):
    fields = fields_of(request)
    fits = len(fields) <= MOST_FIELDS and sum(len(name) + len(value) for name, value in fields) <= MOST_CHARACTERS
    context = {"fields": fields if fits else [], "fits": fits, "title": request.POST.get("title", ""), "back": request.get_full_path()}
    context |= {"may_write": lets_in(request.user), "with_files": bool(request.FILES)}
    return render(request, "guidance/kept_text.html", context, status=403)
