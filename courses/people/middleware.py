"""Who needs a second step of the login sets it up before anything else; who logs out is logged out on the
device; old links of a school lead on.
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from courses.people.models import Organisation
from courses.people.permissions import clear_pages, is_a_logout, lacks_second_factor, page_after


class LogoutMiddleware:
    """Takes the session's cookie away from whoever logs out while the session's row can't be deleted:
    the next one at a shared machine finds nobody logged in. The row stays open under a key that
    nobody has any more, until it ends or is ended under "Where I am logged in".

    Stands above the session's middleware: the answer is a page of errors (`500.html`), which says so.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code >= 500 and is_a_logout(request):
            end_on_this_device(request, response)
        return response


def end_on_this_device(request: HttpRequest, response: HttpResponse) -> None:
    """Take the session's cookie away, and the pages. Asks no database."""
    response.delete_cookie(
        settings.SESSION_COOKIE_NAME,
        path=settings.SESSION_COOKIE_PATH,
        domain=settings.SESSION_COOKIE_DOMAIN,
        samesite="Lax",
    )
    response.delete_cookie(CookieStorage.cookie_name)
    clear_pages(request, response)


class SecondFactorMiddleware:
    """Leads whoever needs a second step of the login and hasn't passed one to the page that sets it
    up, before anything that needs a login, Wagtail's admin too.

    Asks nothing of the database that views behind `requires` don't ask themselves: the session's own
    mark, then the roles.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not self.is_guarded(request, view) or not lacks_second_factor(request):
            return None
        if request.method == "POST":  # a warning, so that no draft is taken for saved
            messages.warning(request, _("That wasn’t done: your login needs a second step first."))
        to = request.htmx.current_url_abs_path or page_after(request)
        address = f"{reverse('people:second_factor')}?{urlencode({'next': to})}"
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)

    @staticmethod
    def is_guarded(request, view) -> bool:
        if getattr(view, "without_second_factor", False):
            return False
        if request.path.startswith(reverse("wagtailadmin_home")):
            return True
        return getattr(view, "who_may", "anyone") != "anyone"


class MergedSchoolMiddleware:
    """Leads whoever finds nothing under the address of a school that goes on as another to the same
    page of that one. Asks the database nothing but where a page with an id isn't found.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        match = request.resolver_match
        if response.status_code != 404 or request.method != "GET" or match is None:
            return response
        to = goes_on_as(match.kwargs.get("public_id", ""))
        if to is None:
            return response
        address = reverse(match.view_name, kwargs=match.kwargs | {"public_id": to.public_id})
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{query}" if query else address)


def goes_on_as(public_id: str) -> Organisation | None:
    """As which school the one with this id goes on, if it does."""
    if not public_id:
        return None
    old = Organisation.objects.filter(public_id=public_id).select_related("merged_into").first()
    return old.merged_into if old else None
