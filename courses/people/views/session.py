"""Log in, replace the password of a slip, log out, see and end one's sessions."""

import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login as django_login
from django.contrib.auth import logout as django_logout
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail import hooks

from courses.digest.enums import Hook
from courses.digest.values import LoginWay
from courses.people import services
from courses.people.forms.password import ChoosePasswordForm
from courses.people.forms.session import LoginForm
from courses.people.models import Person
from courses.people.permissions import (
    SESSION_ENDED,
    PersonRequest,
    has_ended_session,
    open_to_anyone,
    requires,
    signed_in,
    works_in_admin,
)
from courses.people.queries.demo import demo_accounts
from courses.people.services import logins
from courses.people.values import (
    DEVICE_COOKIE,
    DEVICE_SECONDS,
    PASSED_SECOND_FACTOR,
    LoginDevice,
    device_name,
)
from courses.people.views import half_login
from courses.people.views.half_login import forget_pages

BACKEND = "courses.people.backends.LoginOrMailBackend"
ADMIN = "/admin/"
# In the session: where logging out leads, and what that page has to know; this for ten minutes after.
AFTER_LOGOUT, TOLD_AFTER_LOGOUT = "after_logout", "told_after_logout"
TOLD_SECONDS = 10 * 60
# The key in a visitor's session while the password of a slip is being replaced, and how long this
# may take.
PAPER, PAPER_SECONDS = "paper_password", 30 * 60


def start_session(
    request: HttpRequest,
    person: Person,
    *,
    is_shared: bool = False,
    ends_at: datetime.datetime | None = None,
    after_logout: str = "",
    told_after_logout: dict[str, str] | None = None,
    has_second_factor: bool = False,
) -> None:
    """Log the person in. Whoever has a second step has passed it (`half_login.ask`).

    On a shared computer the cookie ends with the browser and the row after four hours. `ends_at`:
    an earlier end than the usual one. `after_logout`: the address to which logging out leads;
    `told_after_logout`: what the page there has to know of the session that is over.
    """
    request.session.pop(PAPER, None)
    half_login.forget(request)
    django_login(request, person, backend=BACKEND)  # of another person: empties the session
    request.session.set_expiry(0 if is_shared else ends_at)
    request.session[AFTER_LOGOUT] = after_logout
    request.session[TOLD_AFTER_LOGOUT] = told_after_logout or {}
    request.session["began_at"] = timezone.now().isoformat()
    request.session["device"] = device_name(request.headers.get("User-Agent", ""))
    request.session["is_shared"] = is_shared
    request.session["ends_at"] = ends_at.isoformat() if ends_at else ""
    request.session[PASSED_SECOND_FACTOR] = has_second_factor


def remember_device(request: HttpRequest, response, person: Person) -> None:
    """The browser's cookie says that this account has logged in here: its wrong passwords are
    counted apart.
    """
    device = LoginDevice.read(request.COOKIES.get(DEVICE_COOKIE, "")).with_account(str(person.pk))
    response.set_cookie(
        DEVICE_COOKIE,
        device.cookie(),
        max_age=DEVICE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


class Login(LoginView):
    """The login page. Wagtail's admin redirects to it, too: who is logged in and may not enter the
    admin gets 403 instead of a redirect loop.
    """

    form_class = LoginForm
    template_name = "people/login.html"
    redirect_authenticated_user = True

    def dispatch(self, request, *args, **kwargs):
        if (
            request.user.is_authenticated
            and self.get_redirect_url().startswith(ADMIN)
            and not works_in_admin(request.user)
        ):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "device": LoginDevice.read(self.request.COOKIES.get(DEVICE_COOKIE, ""))
        }

    def form_valid(self, form):
        person, is_shared = form.get_user(), form.cleaned_data["is_shared"]
        if person.paper_password_ends_at and person.backend == BACKEND:
            self.request.session[PAPER] = {
                "person": person.pk,
                "hash": person.get_session_auth_hash(),
                "next": self.get_success_url(),
                "is_shared": is_shared,
            }
            self.request.session.set_expiry(PAPER_SECONDS)
            return redirect("people:replace_paper_password")
        return enter(self.request, person, to=self.get_success_url(), is_shared=is_shared)

    def form_invalid(self, form):
        response = super().form_invalid(form)
        if form.seconds_to_wait:
            response.status_code = 429
            response.headers["Retry-After"] = str(form.seconds_to_wait)
        return response

    def get(self, request, *args, **kwargs):
        """A link with a school leads straight to its identity provider."""
        if "school" in request.GET and (straight := straight_way(request, self.next_page_asked())):
            return HttpResponseRedirect(straight)
        return super().get(request, *args, **kwargs)

    def next_page_asked(self) -> str:
        """Where to go on after logging in; a page of the language that is read."""
        return self.get_redirect_url() or resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_context_data(self, **kwargs):
        doors = demo_accounts() if settings.ONE_CLICK_LOGINS else []
        login_ways = login_ways_of(self.request, self.next_page_asked())
        has_ended = SESSION_ENDED in self.request.GET or has_ended_session(self.request)
        return super().get_context_data(
            doors=doors, login_ways=login_ways, has_ended=has_ended, **kwargs
        )


def login_ways_of(request: HttpRequest, to: str) -> list[LoginWay]:
    """Ways to log in without a password of ours, the one last used in this browser first."""
    found = [way for answer in hooks.get_hooks(Hook.LOGIN) for way in answer(request, to)]
    return sorted(found, key=lambda way: not way.is_last)


def straight_way(request: HttpRequest, to: str) -> str:
    """The address of the way that the link asks for, if there is one."""
    found = (way.url for way in login_ways_of(request, to) if way.is_straight)
    return next(found, "")


login = open_to_anyone(Login.as_view())


def enter(request: HttpRequest, person: Person, *, to: str, is_shared: bool = False):
    """After a right password: to the second step, if the person has one."""
    asked = half_login.ask(request, person, to=to, is_shared=is_shared)
    return asked or let_in(request, person, to=to, is_shared=is_shared)


def let_in(
    request: HttpRequest, person: Person, *, to: str, is_shared: bool, has_second_factor=False
):
    start_session(request, person, is_shared=is_shared, has_second_factor=has_second_factor)
    response = HttpResponseRedirect(to)  # an address of this site, never a view's name
    if not is_shared:
        remember_device(request, response, person)
    return response


def say_saved(request: HttpRequest) -> None:
    """After a password was chosen; with a second step nobody is logged in yet."""
    if request.user.is_authenticated:
        messages.success(request, _("Your password is saved, and you are logged in."))
    else:
        messages.success(request, _("Your password is saved."))


@require_http_methods(["GET", "POST"])
@open_to_anyone
def replace_paper_password(request: HttpRequest):
    """After the password of a slip was typed: choose one's own, or put it off for a week at most.

    Nobody is logged in before.
    """
    begun = request.session.get(PAPER, {})
    person = Person.objects.filter(pk=begun.get("person"), is_active=True).first()
    if person is None or begun["hash"] != person.get_session_auth_hash():
        return redirect("people:login")
    now = timezone.now()
    may_wait = person.paper_password_ends_at is None or person.paper_password_ends_at > now
    if may_wait and "later" in request.POST:
        logins.put_off_own_password(person=person, now=now)
        return enter(request, person, to=begun["next"], is_shared=begun["is_shared"])
    form = ChoosePasswordForm(person, request.POST if request.method == "POST" else None)
    if form.is_valid():
        services.choose_password(person=person, password=form.cleaned_data["new_password1"])
        response = enter(request, person, to=begun["next"], is_shared=begun["is_shared"])
        say_saved(request)
        return response
    context = {
        "form": form,
        "login": person.login,
        "may_wait": may_wait,
        "ends_at": person.paper_password_ends_at,
    }
    return render(
        request, "people/replace_paper_password.html", context, status=422 if form.is_bound else 200
    )


@require_POST
@open_to_anyone
def logout(request: HttpRequest):
    """Log out. Leads where the login said, or to the home page."""
    after = request.session.get(AFTER_LOGOUT) or f"/{request.LANGUAGE_CODE}/"
    told = request.session.get(TOLD_AFTER_LOGOUT)
    django_logout(request)
    if told:
        request.session[TOLD_AFTER_LOGOUT] = told
        request.session.set_expiry(TOLD_SECONDS)
    response = HttpResponseRedirect(after)
    forget_pages(request, response)
    return response


@require_POST
@open_to_anyone
def demo_login(request: HttpRequest):
    """One click in, as one of the demo's accounts. 404 outside the demo."""
    if not settings.ONE_CLICK_LOGINS:
        raise Http404
    wanted = request.POST.get("login", "")
    person = get_object_or_404(
        Person, login=wanted if wanted in settings.DEMO_ACCOUNTS else "", is_active=True
    )
    start_session(request, person)
    return redirect("today:home")


@require_safe
@requires(signed_in)
def sessions(request: PersonRequest):
    """Where I am logged in, and since when."""
    mine = logins.sessions_of(request.user, timezone.now())
    return render(
        request, "people/sessions.html", {"sessions": mine, "current": request.session.session_key}
    )


@require_POST
@requires(signed_in)
def end_session(request: PersonRequest):
    """One of my sessions, or all but this one."""
    if code := request.POST.get("session"):
        if not logins.end_session(person=request.user, code=code):
            raise Http404
        messages.success(request, _("That device is logged out."))
    else:
        logins.end_other_sessions(people=[request.user], keep=request.session.session_key)
        messages.success(request, _("All other devices are logged out."))
    return redirect("people:sessions")
