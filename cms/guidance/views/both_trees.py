"""Taking down, moving, deleting a page asks for its twin, too: what Wagtail's hooks call, in its
admin.

Each asks on a page of its own that posts to the same address, so that no script is needed: without
an answer nothing happens.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from cms.guidance import services
from cms.guidance.models import BilingualPage
from cms.guidance.queries.step import destination_of_twin, twin_of
from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest

ANSWER = "twin"
BOTH, ALONE = "both", "alone"


@dataclass(frozen=True)
class TreeChoice:
    value: str
    label: str
    help: str = ""


def ask(
    request: HttpRequest,
    page: Page,
    twin: Page,
    *,
    what: str,
    choices: list[TreeChoice],
    button: str,
    note: str = "",
) -> HttpResponse:
    """Show the question. The posted fields are repeated in it, so that Wagtail's own boxes keep
    their ticks.
    """
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in {"csrfmiddlewaretoken", ANSWER}
    ]
    if request.method == "GET" and "next" in request.GET:
        kept.append(("next", request.GET["next"]))
    context = {
        "page": page,
        "twin": twin,
        "what": what,
        "choices": choices,
        "button": button,
        "note": note,
        "kept": kept,
        "back": reverse("wagtailadmin_explore", args=[page.get_parent().pk]),
    }
    return render(request, "guidance/admin/both.html", context)


def answered(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get(ANSWER) in {BOTH, ALONE}


def wants_both(request: HttpRequest) -> bool:
    return request.POST.get(ANSWER) == BOTH


# Taking down


def before_unpublish(request: PersonRequest, page: Page) -> HttpResponse | None:
    """The source goes: its translation with it, or alone, naming where it comes from."""
    twin = twin_of(page) if isinstance(page, BilingualPage) else None
    if twin is None or not twin.live or answered(request):
        return None
    may = twin.permissions_for_user(request.user).can_unpublish()
    choices = [TreeChoice(BOTH, _("Take both down"), str(twin))] if may else []
    alone = (
        _(
            "Its readers are told that the French page is no longer online, and which day’s version"
            " was translated."
        )
        if page.is_source
        else _("English readers are sent to the French page.")
    )
    choices.append(TreeChoice(ALONE, _("This one only: the other stays online"), alone))
    notes = [] if may else [_("You may not take down the other page: the board tells its owner.")]
    note = " ".join([*notes, what_follows(page)])
    return ask(
        request, page, twin, what=_("Take down"), choices=choices, button=_("Take down"), note=note
    )


def what_follows(page: Page) -> str:
    """Sentence on how many pages go down with this one, and that they don't come back by
    themselves.
    """
    below = page.get_descendants().live().count()
    said = ngettext(
        "One page is below it and is taken offline with it. Published again, this page comes back"
        " alone.",
        "%(number)d pages are below it and are taken offline with it. Published again, this page"
        " comes back alone.",
        below,
    )
    return said % {"number": below} if below else ""


def after_unpublish(request: PersonRequest, page: Page) -> None:
    if isinstance(page, BilingualPage) and wants_both(request) and (twin := twin_of(page)):
        do(
            request,
            lambda: services.take_down(twin, by=request.user),
            _("“%(title)s” is taken down, too."),
            twin,
        )


# Moving


def before_move(request: PersonRequest, page: Page, destination: Page) -> HttpResponse | None:
    """The twin follows to the twin of the new place, unless told otherwise; where there is none, it
    stays and that is said.
    """
    if not page.permissions_for_user(request.user).can_move():
        raise PermissionDenied  # Wagtail asks after the press alone, and tells the title before
    twin = twin_of(page) if isinstance(page, BilingualPage) else None
    if twin is None or answered(request):
        return None
    there = destination_of_twin(twin, destination)
    follows = (
        there is not None
        and twin.permissions_for_user(request.user).can_move_to(there)
        and free(twin, there)
    )
    place = str(there) if there else ""
    choices = (
        [
            TreeChoice(
                BOTH,
                _("Move both"),
                _("“%(title)s” will go to “%(place)s”.") % {"title": twin, "place": place},
            )
        ]
        if follows
        else []
    )
    choices.append(
        TreeChoice(
            ALONE, _("Move this one only"), _("“%(title)s” stays where it is.") % {"title": twin}
        )
    )
    note = "" if follows else why_it_stays(twin, there)
    what = _("Move to “%(place)s”") % {"place": destination}
    return ask(request, page, twin, what=what, choices=choices, button=_("Move"), note=note)


def free(twin: Page, there: Page) -> bool:
    return Page._slug_is_available(twin.slug, there, page=twin)


def why_it_stays(twin: Page, there: Page | None) -> str:
    if there is None:
        return _(
            "The new place has no page in the other language yet: translate it first, and the other"
            " page can follow."
        )
    if not free(twin, there):
        return _("A page with the address “%(slug)s” is there already.") % {"slug": twin.slug}
    return _("You may not move the other page.")


def after_move(request: PersonRequest, page: Page) -> None:
    if isinstance(page, BilingualPage) and wants_both(request) and (twin := twin_of(page)):
        there = destination_of_twin(twin, page.get_parent())
        do(
            request,
            lambda: services.move(twin, there, by=request.user),
            _("“%(title)s” was moved, too."),
            twin,
        )


# Deleting


def before_delete(request: PersonRequest, page: Page) -> HttpResponse | None:
    """Wagtail's own page comes first, for it says where the page is used."""
    twin = twin_of(page) if isinstance(page, BilingualPage) else None
    if twin is None or request.method != "POST" or answered(request):
        return None
    may = twin.permissions_for_user(request.user).can_delete()
    choices = [
        TreeChoice(ALONE, _("Delete this one only"), _("“%(title)s” stays.") % {"title": twin})
    ]
    if may:
        choices.append(
            TreeChoice(
                BOTH, _("Delete both"), _("“%(title)s” and what is below it.") % {"title": twin}
            )
        )
    note = "" if may else _("You may not delete the other page.")
    return ask(
        request, page, twin, what=_("Delete"), choices=choices, button=_("Delete"), note=note
    )


def after_delete(request: PersonRequest, page: Page) -> None:
    if isinstance(page, BilingualPage) and wants_both(request) and (twin := twin_of(page)):
        do(
            request,
            lambda: services.delete(twin, by=request.user),
            _("“%(title)s” is deleted, too."),
            twin,
        )
    services.restate_what_lost_a_page()


def do(request: HttpRequest, act, said: str, twin: Page) -> None:
    try:
        act()
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
    else:
        messages.success(request, said % {"title": twin})


# Several at once

ASKED = {"unpublish", "move", "delete"}


def before_several(request: HttpRequest, action_type: str, objects, action) -> HttpResponse | None:
    """Refuse an action on many pages of which some have a twin outside the choice: those are done
    singly.
    """
    pages = [page for page in objects if isinstance(page, Page)]
    if action_type not in ASKED or not pages:
        return None
    chosen = {page.pk for page in pages}
    left = [
        page
        for page in pages
        if (twin := twin_of(page))
        and twin.pk not in chosen
        and (twin.live or action_type != "unpublish")
    ]
    if not left or request.method != "POST":
        return None
    said = _(
        "Nothing was done: “%(title)s” has a page in the other language. Do it page by page, you"
        " are asked about both."
    )
    messages.warning(request, said % {"title": left[0]})
    return redirect("wagtailadmin_explore", left[0].get_parent().pk)


def after_several(request: HttpRequest, action_type: str, objects, action) -> None:
    if action_type == "delete":
        services.restate_what_lost_a_page()
