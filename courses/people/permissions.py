"""Who may: predicates on a person, and `requires`, the guard of doors."""

import datetime
import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import DisallowedHost, PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, resolve_url
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from courses.people.enums import (
    KEEPS_STUDENTS,
    NEEDS_SECOND_FACTOR,
    THE_SCHOOLS_ALONE,
    WORKS_IN_ADMIN,
    Role,
)
from courses.people.exceptions import AnotherIsLoggedIn
from courses.people.models import Organisation, Person, SecondFactor
from courses.people.values import PASSED_SECOND_FACTOR

LOGGED_OUT_COOKIE = "logged_out"
FILES_LEFT_OUT = "files_left_out"  # the field of templates/components/files_left_out.html
SESSION_ENDED = "ended"  # in the login page's address: this browser's session has ended


def is_teacher(person: Person | AnonymousUser) -> bool:
    return person.is_authenticated and Role.TEACHER in person.roles


def is_trainer(person: Person | AnonymousUser) -> bool:
    return person.is_authenticated and Role.TRAINER in person.roles


def is_adviser(person: Person | AnonymousUser) -> bool:
    """Works on pages of guidance. No person's data comes with it."""
    return person.is_authenticated and (person.is_superuser or Role.ADVISER in person.roles)


def is_planner(person: Person | AnonymousUser) -> bool:
    """Plans trainings: catalogue, sessions, sheets, certificates."""
    return person.is_authenticated and (person.is_superuser or Role.PLANNER in person.roles)


def is_registrar(person: Person | AnonymousUser) -> bool:
    """Keeps the directory: organisations, accounts of adults, memberships, licences."""
    return person.is_authenticated and (person.is_superuser or Role.REGISTRAR in person.roles)


def is_officer(person: Person | AnonymousUser) -> bool:
    """Pays for the Region: what subscriptions cost, what came of them. Reads numbers, no person."""
    return person.is_authenticated and (person.is_superuser or Role.OFFICER in person.roles)


def works_in_admin(person: Person | AnonymousUser) -> bool:
    return person.is_authenticated and (
        person.is_superuser or not person.roles.isdisjoint(WORKS_IN_ADMIN)
    )


def is_student(person: Person | AnonymousUser) -> bool:
    return person.is_authenticated and Role.STUDENT in person.roles


def is_guardian(person: Person | AnonymousUser) -> bool:
    """In a school; of which students, and whether anything is shown, the guardianships say."""
    return person.is_authenticated and Role.GUARDIAN in person.roles


def is_leader(person: Person | AnonymousUser) -> bool:
    return person.is_authenticated and Role.LEADER in person.roles


def leads(person: Person, school: Organisation) -> bool:
    return school in person.places_as(Role.LEADER)


def is_trainer_or_planner(person: Person | AnonymousUser) -> bool:
    return is_trainer(person) or is_planner(person)


def keeps_students(person: Person | AnonymousUser) -> bool:
    """A school's leader, and whom the leader named."""
    return person.is_authenticated and not person.roles.isdisjoint(KEEPS_STUDENTS)


def answers_corrections(person: Person | AnonymousUser) -> bool:
    """A school's leader and office, the académie's registrars: which requests, the row says."""
    return keeps_students(person) or is_registrar(person)


def sees_erasures(person: Person | AnonymousUser) -> bool:
    """How much is erased soon, in numbers: whoever works for the académie, and a school's leader."""
    return works_in_admin(person) or is_leader(person)


def signed_in(person: Person | AnonymousUser) -> bool:
    return person.is_authenticated


def is_adult(person: Person | AnonymousUser) -> bool:
    """Keeps name and address herself."""
    return person.is_authenticated and person.is_adult


def may_have_second_factor(person: Person | AnonymousUser) -> bool:
    """Any account of staff. Whoever works here no more changes the one that the login still asks for."""
    return person.is_authenticated and (
        person.is_superuser
        or not person.roles.issubset(THE_SCHOOLS_ALONE)
        or SecondFactor.objects.filter(person=person).exists()
    )


def must_have_second_factor(person: Person) -> bool:
    return person.is_superuser or not person.roles.isdisjoint(NEEDS_SECOND_FACTOR)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the reader needs a second step of the login by now, and this session has had none."""
    since, person = settings.SECOND_FACTOR_FROM, request.user
    if since is None or since > timezone.localdate() or not person.is_authenticated:
        return False
    return not request.session.get(PASSED_SECOND_FACTOR) and must_have_second_factor(person)


def will_need_second_factor(person: Person, day: datetime.date) -> bool:
    """Whether the person has none, and needs one from a day on that is still to come."""
    since = settings.SECOND_FACTOR_FROM
    if since is None or since <= day or not must_have_second_factor(person):
        return False
    return not SecondFactor.objects.filter(person=person).exists()


class PersonRequest(HttpRequest):
    """A request as views behind `requires` get it: somebody is signed in.

    For type checkers; no request is made of this class.
    """

    user: Person
    htmx: HtmxDetails
    shown_at: str  # set by a view that answers a POST with a page: where a GET shows the same


def requires(predicate: Callable) -> Callable:
    """Let in whom the predicate accepts: a visitor is sent to log in, anybody else gets 403, and so
    does what a page of another person sends.
    """

    def guard(view: Callable) -> Callable:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.user = reader_of(request)
            if not request.user.is_authenticated:
                return to_login(request)
            if is_from_another(request):
                raise AnotherIsLoggedIn
            if not predicate(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        door.__dict__.update(who_may=predicate.__name__, lets_in=predicate)
        return door

    return guard


def to_login(request: HttpRequest) -> HttpResponseRedirect:
    """To the login page, which says so where this browser's session has ended: Django removes its
    cookie with this answer, so the address carries it.
    """
    response = redirect_to_login(page_after(request))
    if has_ended_session(request):
        return HttpResponseRedirect(f"{response.url}&{SESSION_ENDED}=yes")
    return response


def has_ended_session(request: HttpRequest) -> bool:
    """Whether the browser sends the cookie of a session that the server doesn't know any more: ended
    from elsewhere, by a new password, or by a restore of the database.
    """
    return (
        bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        and not request.user.is_authenticated
        and not request.session.session_key
    )


def reader_of(request: HttpRequest) -> Person | AnonymousUser:
    """The person who is signed in, instead of Django's lazy `request.user`: a page reads some two
    hundred attributes of it, and each takes five calls more of a lazy object.
    """
    user = request.user
    if not user.is_authenticated:  # here the lazy object asks who it is
        return user
    return getattr(request, "_cached_user", user)  # where django.contrib.auth puts the answer


def page_after(request: HttpRequest) -> str:
    """Where to go on after logging in: the page that was asked for. After a form, the page it was on:
    most addresses of forms take POST alone, and would answer with an empty 405.
    """
    if request.method != "POST":
        return request.get_full_path()
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host():
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    return f"{page.path}?{page.query}" if page.query else page.path


def is_from_another(request: HttpRequest) -> bool:
    """Whether a form, or what its script sends or asks for, comes from a page that was made for
    another person than the one who is logged in by now, in another tab of the same browser.

    The page says whose it is (courses/js/token.js); one that doesn't, such as a form without a
    script, is stopped by its CSRF token, which a login changes.
    """
    if not request.user.is_authenticated:
        return False
    named = request.headers.get("X-Logged-In-As")  # by a script, always: empty on a visitor's page
    if named is not None:
        return named != request.user.device_key
    whose = request.POST.get("logged_in_as")
    return bool(whose) and whose != request.user.device_key


def comes_from_here(request: HttpRequest) -> bool:
    """No other site puts its words into a form of ours."""
    try:
        origin = urlsplit(request.headers.get("Origin", ""))
        return origin.netloc == request.get_host() and origin.scheme == request.scheme
    except (ValueError, DisallowedHost):  # no address; a host that isn't ours
        return False


def is_a_logout(request: HttpRequest) -> bool:
    """Whether somebody logs out, on a page of ours. Asks no database."""
    if request.method != "POST" or not comes_from_here(request):
        return False
    try:
        return resolve(request.path_info).view_name == "people:logout"
    except Resolver404:
        return False


def clear_pages(request: HttpRequest, response: HttpResponse) -> None:
    """Clear the browser's cache (Clear-Site-Data), the pages of the Back button too; its storage stays,
    with the photos that wait to be sent.
    """
    response.headers["Clear-Site-Data"] = '"cache"'
    # Read by continuity/week/back.js: a page that the Back button restores detects the logout.
    response.set_cookie(
        LOGGED_OUT_COOKIE, str(time.time_ns()), samesite="Lax", secure=request.is_secure()
    )


def left_files_out(request: HttpRequest) -> bool:
    """Whether a text is sent again whose files couldn't be kept: the person is yet to choose them."""
    return FILES_LEFT_OUT in request.POST


def keeps_what_was_typed(view: Callable) -> Callable:
    """A form with a text somebody may have worked on for an hour: it comes back when it arrives
    without a login.

    The answer is the roof's: `cms.guidance.views.kept_text`. Inside `requires` or `open_to_anyone`,
    which hand the mark on.
    """
    view.__dict__.update(keeps_what_was_typed=True)
    return view


def posted_from(page: str) -> Callable:
    """`require_POST` for a form that stands on the page of that name, with the same arguments: a GET
    leads there.

    A refusal shows the page at the form's own address. The other language, *Discard* of a draft and the
    address bar ask for that address by GET, which would end in an empty 405.
    """

    def guard(view: Callable) -> Callable:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            return redirect(page, *args, **kwargs)

        door.__dict__.update(posted_from=page)
        return require_http_methods(["GET", "HEAD", "POST"])(door)

    return guard


def opens_the_admin(person: Person | AnonymousUser) -> bool:
    return person.has_perm("wagtailadmin.access_admin")


def without_second_factor(view: Callable) -> Callable:
    """Opens to whoever has yet to set up a second step, which stands before all else. Inside
    `requires`, which hands the mark on.
    """
    view.__dict__.update(without_second_factor=True)
    return view


def open_to_anyone(view: Callable) -> Callable:
    """Say that no login is needed: every address says who may enter."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    door.__dict__.update(who_may="anyone", lets_in=lambda person: True)
    return door


def led_school(request: PersonRequest, public_id: str) -> Organisation:
    """One of those that the person leads; another isn't there."""
    for school in request.user.places_as(Role.LEADER):
        if school.public_id == public_id:
            return school
    raise Http404


def kept_school(request: PersonRequest, public_id: str) -> Organisation:
    """One of those whose students the person keeps; another isn't there."""
    for school in request.user.keeps_students_of:
        if school.public_id == public_id:
            return school
    raise Http404
