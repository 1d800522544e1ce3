"""Log in, log out; the pause after too many attempts."""

import math

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from courses.people import queries
from courses.people.backends import counted_as
from courses.people.forms import LoginForm
from courses.people.models import Person
from courses.people.permissions import open_to_anyone, works_in_admin

BACKEND = "courses.people.backends.LoginOrMailBackend"
ADMIN = "/admin/"


class Login(LoginView):
    """Wagtail's admin sends here, too, whoever may not enter it: for somebody already logged in that is a no, not a loop."""

    form_class = LoginForm
    template_name = "people/login.html"
    redirect_authenticated_user = True

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and self.get_redirect_url().startswith(ADMIN) and not works_in_admin(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        doors = queries.demo_accounts() if settings.ONE_CLICK_LOGINS else []
        return super().get_context_data(doors=doors, **kwargs)


login = open_to_anyone(Login.as_view())


@require_POST
@open_to_anyone
def logout(request):
    end_session(request)
    return redirect(f"/{request.LANGUAGE_CODE}/")


@require_POST
@open_to_anyone
def demo_login(request):
    """One click in, as one of the demo's accounts. Anywhere else this address doesn't exist."""
    if not settings.ONE_CLICK_LOGINS:
        raise Http404
    wanted = request.POST.get("login", "")
    person = get_object_or_404(Person, login=wanted if wanted in settings.DEMO_ACCOUNTS else "", is_active=True)
    start_session(request, person, backend=BACKEND)
    return redirect("today:home")


def locked_out(request, original_response=None, credentials=None):
    """After too many attempts: how long the pause still is."""
    return render(request, "people/locked_out.html", {"minutes": minutes_to_wait(request, credentials)}, status=429)


def minutes_to_wait(request, credentials) -> int:
    pause = get_cool_off(request)
    last = (
        AccessAttempt.objects.filter(username=counted_as(request, credentials), ip_address=request.axes_ip_address)
        .order_by("-attempt_time")
        .first()
    )
    left = last.attempt_time + pause - timezone.now() if last else pause
    return max(1, math.ceil(left.total_seconds() / 60))
