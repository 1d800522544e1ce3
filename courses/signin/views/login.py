"""To the identity provider and back, the choice among several accounts, and where logging out leads.

All without a language in the address: the provider knows it as it is, and a POST that is sent on to
another address loses its body. The page's language is that of the page one came from.
"""

import datetime
import secrets
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.digest.values import LoginWay, MenuEntry
from courses.live.views.join import keeps_secrets
from courses.people.backends import SHARED_AT_MOST
from courses.people.models import Person
from courses.people.permissions import open_to_anyone
from courses.people.values import shortened
from courses.people.views import half_login
from courses.people.views.half_login import forget_pages
from courses.people.views.session import TOLD_AFTER_LOGOUT, remember_device, start_session
from courses.signin import queries, services
from courses.signin.enums import ProviderKind, RefusedLogin
from courses.signin.exceptions import LoginNotBegun, LoginRefused
from courses.signin.forms import ConfirmKeyForm
from courses.signin.models import IdentityProvider
from courses.signin.rules import counts_for, provider_of_school
from courses.signin.values import AWAY, BEGUN, CHOICE, LONGEST_NEXT, MOST_BEGUN, SESSION

# In the session: accounts and keys (`Identity`) of the last answer. A key that was taken off since
# leads nowhere, though its account has another one by now.
ANSWER = "signin_answer"
LAST_COOKIE, LAST_SECONDS = "last_way_in", 365 * 24 * 60 * 60


def _provider(slug: str, *, or_closed: bool = False, **kind: ProviderKind) -> IdentityProvider:
    """`or_closed`: sessions that it has opened go on, and end."""
    providers = IdentityProvider.objects.all() if or_closed else IdentityProvider.objects.open()
    return get_object_or_404(providers, slug=slug, **kind)


@keeps_secrets
@require_safe
@open_to_anyone
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """A link, never a form: `form-action 'self'` stops a form that is sent on to another site."""
    provider, once, to = _provider(slug), secrets.token_urlsafe(16), _next(request)
    try:
        departure = services.begin(provider=provider, once=once)
    except LoginRefused as refusal:
        _speak_the_language_of(to)
        return _refused(request, provider, refusal, to=to)
    begun = {
        "provider": provider.slug, "next": to, "is_shared": "shared" in request.GET,
        "kept": departure.kept,
    }  # fmt: skip
    all_begun = [*request.session.get(BEGUN, {}).items(), (once, begun)]
    request.session[BEGUN] = dict(all_begun[-MOST_BEGUN:])
    if not request.user.is_authenticated:
        request.session.set_expiry(AWAY)
    return HttpResponseRedirect(departure.address)


def _next(request: HttpRequest) -> str:
    """An address of this site, without its name; else the first page."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours and len(wanted) <= LONGEST_NEXT else reverse("today:home")


@csrf_exempt
@keeps_secrets
@require_http_methods(["GET", "POST"])
@open_to_anyone
def back(request: HttpRequest, slug: str) -> HttpResponse:
    """GET: the person comes back with a ticket. POST: the provider ends a session, from server to
    server and so without our cookie; the answer is the same whatever it says.
    """
    provider = _provider(slug, or_closed=request.method == "POST")
    if request.method == "POST":
        services.end_by_provider(provider=provider, said=request.POST.dict())
        return HttpResponse()
    once = request.GET.get(services.client_of(provider).once_field, "")
    begun = services.take_begun(request.session, once)
    # Another provider, which was told `once`, could else send people on to this one's answer.
    if begun is None or begun["provider"] != provider.slug:
        return _again_or_refused(request, provider)
    _speak_the_language_of(begun["next"])
    try:
        answer = services.receive(
            provider=provider, once=once, kept=begun.pop("kept", {}), said=request.GET.dict()
        )
    except LoginRefused as refusal:
        return _refused(request, provider, refusal, to=begun["next"])
    people = [person.pk for person in answer.people]
    ends_at = timezone.now() + (SHARED_AT_MOST if begun["is_shared"] else SESSION)
    kept = begun | {
        "people": people,
        "keys": answer.keys,
        "ticket": answer.ticket.pk,
        "ends_at": ends_at.isoformat(),
        "has_second_factor": answer.has_second_factor,
        "for_logout": answer.for_logout,
    }
    if len(people) == 1:
        return _confirm_or_go_on(request, provider, answer.people[0], kept)
    return _to_page("signin:accounts", request, kept)


@csrf_exempt
@keeps_secrets
@require_POST
@open_to_anyone
def acs(request: HttpRequest, slug: str) -> HttpResponse:
    """SAML's assertion consumer service: the provider's page posts its answer, from another site and
    so without our cookie. It is read here; the GET to `back` brings the cookie.
    """
    provider = _provider(slug, kind=ProviderKind.SAML)
    try:
        once, arrival = services.take_in(provider=provider, said=request.POST.dict())
    except LoginRefused as refusal:
        return _refused(request, provider, refusal, to=reverse("today:home"))
    query = urlencode({"s": once, "arrival": arrival})
    return HttpResponseRedirect(f"{reverse('signin:back', args=[slug])}?{query}")


@require_safe
@open_to_anyone
def metadata(request: HttpRequest, slug: str) -> HttpResponse:
    """Ours, for a SAML provider to read, which does so before it is open here."""
    provider = _provider(slug, or_closed=True, kind=ProviderKind.SAML)
    try:
        xml = services.saml_client_of(provider).our_metadata()
    except LoginRefused as refusal:
        return HttpResponse(refusal.reason, status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(xml, content_type="application/samlmetadata+xml")


@csrf_exempt
@keeps_secrets
@require_http_methods(["GET", "POST"])
@open_to_anyone
def ended_by_provider(request: HttpRequest, slug: str) -> HttpResponse:
    """POST: OpenID Connect's back-channel logout, from server to server and so without our cookie.
    GET: SAML's single logout, through the browser, which brings our answer back; and SAML's answer to
    a logout that we asked for, which changes nothing.
    """
    provider = _provider(slug, or_closed=True)
    if request.method == "POST":
        ended = services.end_by_provider(provider=provider, said=request.POST.dict())
        return HttpResponse(status=200 if ended else 400)
    if "SAMLRequest" not in request.GET:
        return redirect("/")
    ended = services.end_by_provider(provider=provider, said=request.GET.dict())
    if ended is None:
        return redirect("/")
    response = HttpResponseRedirect(ended.answer or "/")
    forget_pages(request, response)
    return response


def _confirm_or_go_on(
    request: HttpRequest, provider: IdentityProvider, person: Person, answer: dict
) -> HttpResponse:
    """A key that a school's set put on an account that had an owner: once its password, too. An
    account that a set opened: once a look at its address.
    """
    if queries.key_to_confirm(person, answer["keys"]) or queries.is_never_entered(person):
        return _to_page("signin:confirm", request, answer | {"account": person.pk})
    return _ask_or_let_in(request, person, answer)


def _to_page(name: str, request: HttpRequest, answer: dict) -> HttpResponse:
    """To the choice among several accounts or to the password, in a session that nobody knew before:
    not that of somebody else who is still logged in here, nor one that was begun by another for this
    browser.
    """
    response = redirect(name, answer["provider"])
    if not request.user.is_authenticated or request.user.pk not in answer["people"]:
        if request.user.is_authenticated:
            forget_pages(request, response)
        request.session.flush()
        request.session.set_expiry(CHOICE)
    request.session[ANSWER] = answer
    request.session.cycle_key()
    services.open_session(ticket=answer["ticket"], session_key=request.session.session_key)
    return response


def _again_or_refused(request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
    """The address of a login that is over, as the Back button asks for it."""
    if request.user.is_authenticated:
        return redirect("today:home")
    return _refused(request, provider, LoginNotBegun(), to=reverse("today:home"))


def _speak_the_language_of(path: str) -> None:
    if language := translation.get_language_from_path(path):
        translation.activate(language)


def _refused(
    request: HttpRequest, provider: IdentityProvider, refusal: LoginRefused, *, to: str
) -> HttpResponse:
    context = {"provider": provider, "next": to, "reason": refusal.shown_as.name}
    if reference := refusal.values.get("reference"):
        context |= {"reference": reference, "until": queries.last_day_of_reference()}
    is_down = refusal.shown_as is RefusedLogin.DOWN
    return render(request, "signin/refused.html", context, status=503 if is_down else 403)


def _end_of(answer: dict) -> datetime.datetime:
    return datetime.datetime.fromisoformat(answer["ends_at"])


def _ask_or_let_in(request: HttpRequest, person: Person, answer: dict) -> HttpResponse:
    """To the second step, if the person has one and the provider's own doesn't count for them."""
    if counts_for(person, answer.get("has_second_factor", False)):
        return _let_in(request, person, answer, has_second_factor=True)
    resume = reverse("signin:go_on", args=[answer["provider"]])
    asked = half_login.ask(
        request, person, to=answer["next"], is_shared=answer["is_shared"], resume=resume
    )
    if asked is None:
        return _let_in(request, person, answer, has_second_factor=False)
    request.session[ANSWER] = answer
    services.open_session(ticket=answer["ticket"], session_key=request.session.session_key)
    return asked


@keeps_secrets
@require_safe
@open_to_anyone
def go_on(request: HttpRequest, slug: str) -> HttpResponse:
    """After the code of the second step."""
    provider, person = _provider(slug, or_closed=True), half_login.take_resumed(request)
    answer = _answer_of(request, provider)
    if person is None or answer is None:
        return _again_or_refused(request, provider)
    _speak_the_language_of(answer["next"])
    found = queries.people_of(provider, answer["keys"])
    if person not in found or queries.key_to_confirm(person, answer["keys"]):
        return _again_or_refused(request, provider)
    return _let_in(request, person, answer, has_second_factor=True)


def _let_in(
    request: HttpRequest, person: Person, answer: dict, *, has_second_factor: bool
) -> HttpResponse:
    """A session of eight hours at most, whoever of the answer's people it is of; on a shared
    computer it ends with the browser.
    """
    is_another = request.user.is_authenticated and request.user.pk != person.pk
    after = reverse("signin:logged_out", args=[answer["provider"]])
    start_session(
        request,
        person,
        is_shared=answer["is_shared"],
        ends_at=_end_of(answer),
        after_logout=after,
        told_after_logout=answer["for_logout"],
        has_second_factor=has_second_factor,
    )
    request.session[ANSWER] = answer | {"account": 0}  # else a GET of `confirm` changes accounts
    request.session.cycle_key()  # emptied for another person, the session has no key yet
    services.open_session(ticket=answer["ticket"], session_key=request.session.session_key)
    response = HttpResponseRedirect(answer["next"])
    if is_another:
        forget_pages(request, response)
    if not answer["is_shared"]:
        remember_device(request, response, person)
        response.set_cookie(
            LAST_COOKIE,
            answer["provider"],
            max_age=LAST_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return response


@keeps_secrets
@require_http_methods(["GET", "POST"])
@open_to_anyone
def accounts(request: HttpRequest, slug: str) -> HttpResponse:
    """One of several accounts of the same person: at the login, and later to change to another. The
    first session is over before the second begins.
    """
    provider = _provider(slug, or_closed=True)
    if (answer := _answer_of(request, provider)) is None:
        return _again_or_refused(request, provider)
    _speak_the_language_of(answer["next"])
    people = list(queries.people_of(provider, answer["keys"]))
    if not people:
        return _again_or_refused(request, provider)
    wanted = request.POST.get("account", "")
    chosen = next((person for person in people if person.public_id == wanted), None)
    if request.method == "POST" and chosen:
        return _confirm_or_go_on(request, provider, chosen, answer)
    return render(request, "signin/accounts.html", {"provider": provider, "people": people})


def _answer_of(request: HttpRequest, provider: IdentityProvider) -> dict | None:
    """The provider's answer in this session, as long as it counts for whoever is logged in, and nobody
    has closed the provider meanwhile.
    """
    answer = request.session.get(ANSWER, {})
    is_its_own = provider.is_open and answer.get("provider") == provider.slug
    if not is_its_own or _end_of(answer) < timezone.now():
        return None
    is_anothers = request.user.is_authenticated and request.user.pk not in answer["people"]
    return None if is_anothers else answer


@keeps_secrets
@require_http_methods(["GET", "POST"])
@open_to_anyone
def confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """The password of the account, once: then the key counts, and whoever typed it is logged in.
    Before the first entrance into an account without a password: whether its address is one's own.
    """
    provider = _provider(slug, or_closed=True)
    answer = _answer_of(request, provider) or {}
    people = queries.people_of(provider, answer.get("keys", []))
    person = people.filter(pk=answer.get("account") or 0).first()
    if person is None:
        return _again_or_refused(request, provider)
    _speak_the_language_of(answer["next"])
    context: dict[str, Any] = {"provider": provider, "person": person}
    if (identity := queries.key_to_confirm(person, answer["keys"])) is None:
        if request.method == "GET" and queries.is_never_entered(person):
            return render(request, "signin/first.html", context)
        return _ask_or_let_in(request, person, answer)
    form = ConfirmKeyForm(request.POST or None, identity=identity, request=request)
    if form.is_valid():
        return _ask_or_let_in(request, person, answer)
    context |= {"form": form, "address": shortened(person.email or "")}
    response = render(request, "signin/confirm.html", context, status=form.status)
    if form.seconds_to_wait:
        response.headers["Retry-After"] = str(form.seconds_to_wait)
    return response


@keeps_secrets
@require_safe
@open_to_anyone
def logged_out(request: HttpRequest, slug: str) -> HttpResponse:
    """Our session is over, theirs goes on: the way to end it, too."""
    if request.user.is_authenticated:
        return redirect("today:home")
    provider = IdentityProvider.objects.filter(slug=slug).first()
    if provider is None:  # deleted meanwhile
        return redirect("/")
    _speak_the_language_of(urlsplit(request.headers.get("Referer", "")).path)
    told = request.session.get(TOLD_AFTER_LOGOUT, {})
    address = services.their_logout(provider, told)
    return render(request, "signin/logged_out.html", {"provider": provider, "address": address})


def login_ways(request: HttpRequest, to: str) -> list[LoginWay]:
    """A link for each open provider; `?school=` with a UAI asks for that of the school."""
    providers = queries.open_providers()
    straight = provider_of_school(request.GET.get("school", "").upper(), providers)
    last = request.COOKIES.get(LAST_COOKIE, "")
    found = []
    for provider in providers:
        url = f"{reverse('signin:start', args=[provider.slug])}?{urlencode({'next': to})}"
        found.append(
            LoginWay(
                label=provider.title,
                url=url,
                shared_url=f"{url}&shared=yes",
                is_last=provider.slug == last,
                is_straight=provider == straight,
            )
        )
    return found


def other_accounts(session: SessionBase) -> list[MenuEntry]:
    """A menu entry where the answer of this session has several accounts."""
    answer = session.get(ANSWER, {})
    people = [str(key) for key in answer.get("people", [])]
    if len(people) < 2 or session.get(SESSION_KEY) not in people:
        return []
    url = reverse("signin:accounts", args=[answer["provider"]])
    return [MenuEntry(label=_("Change account"), url=url, icon="users")]
