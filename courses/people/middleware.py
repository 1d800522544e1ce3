"""Who needs a second step of the login and hasn't one sets it up before anything else."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from courses.people.permissions import lacks_second_factor, page_after


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
