"""The second step of a login: asked for after the password, set up, changed, taken off by a registrar."""

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courses.exceptions import Refusal
from courses.people.forms.second_factor import CodeForm, FirstCodeForm, SecondFactorForm
from courses.people.models import Person, SecondFactor
from courses.people.permissions import (
    PersonRequest,
    is_registrar,
    may_have_second_factor,
    must_have_second_factor,
    open_to_anyone,
    posted_from,
    requires,
    without_second_factor,
)
from courses.people.rules.second_factor import in_groups, why_not_take_off
from courses.people.services import second_factor as services
from courses.people.values import PASSED_SECOND_FACTOR
from courses.people.views import half_login
from courses.people.views.session import let_in

SEED = "second_factor_seed"  # in the session, until the app has shown its first code
LONGEST_NEXT = 1_000  # characters
SECOND_FACTOR = "people/second_factor.html"


def next_page(request: HttpRequest) -> str:
    """Where to go on: an address of this site, else the first page."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    if is_ours and len(wanted) <= LONGEST_NEXT:
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


@require_http_methods(["GET", "POST"])
@open_to_anyone
def second_factor_login(request: HttpRequest) -> HttpResponse:
    """The code, after a right password. Nobody is logged in before."""
    half, to = half_login.half_of(request), next_page(request)
    person = half.person_now() if half else None
    if half is None or person is None:
        return _begin_again(request, to)
    if request.POST.get("whose", person.device_key) != person.device_key:
        messages.warning(request, _("Somebody else has begun to log in in another tab."))
        return redirect_to_login(to)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not _is_right_code(form, person):
        context = {"form": form, "person": person, "next": to}
        status = 422 if form.is_bound else 200
        return render(request, "people/second_factor_login.html", context, status=status)
    if half.resume:
        return half_login.resume(request, half)
    return let_in(request, person, to=to, is_shared=half.is_shared, has_second_factor=True)


def _begin_again(request: HttpRequest, to: str) -> HttpResponse:
    """More than ten minutes have passed, the Back button, another tab: log in anew."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(to)
    messages.warning(
        request, _("This login is over: it took more than ten minutes, or was done. Begin again.")
    )
    return redirect_to_login(to)


def _is_right_code(form: CodeForm | SecondFactorForm, person: Person) -> bool:
    if not form.is_valid():
        return False
    try:
        services.use_code(person=person, code=form.cleaned_data["code"])
    except Refusal as refusal:
        form.add_error("code", f"{refusal.reason} {refusal.advice}".strip())
        return False
    return True


@require_http_methods(["GET", "POST"])
@requires(may_have_second_factor)
@without_second_factor
def second_factor(request: PersonRequest) -> HttpResponse:
    """Switched off: the key for the app, and its first code. Switched on: what can be changed."""
    if factor := SecondFactor.objects.filter(person=request.user).first():
        return render(request, SECOND_FACTOR, _page_of(request, factor))
    seed = request.session.setdefault(SEED, services.new_seed())
    form = FirstCodeForm(request.POST if request.method == "POST" else None, person=request.user)
    if form.is_valid():
        try:
            codes = services.switch_on(
                person=request.user,
                seed=seed,
                code=form.cleaned_data["code"],
                keep=request.session.session_key,
            )
        except Refusal as refusal:
            form.add_error("code", f"{refusal.reason} {refusal.advice}".strip())
        else:
            del request.session[SEED]
            request.session[PASSED_SECOND_FACTOR] = True
            return _show_codes(request, codes)
    address = services.address_for_app(request.user, seed)
    context = _need_of(request.user) | {
        "form": form,
        "next": next_page(request),
        "address": address,
        "drawing": segno.make(address, error="m", micro=False).svg_data_uri(scale=5, light="white"),
        "key": in_groups(services.app_of(seed).secret, 4),
    }
    return render(request, SECOND_FACTOR, context, status=422 if form.is_bound else 200)


def _need_of(person: Person) -> dict:
    """The day from which the person needs a second step; None where nobody asks for one."""
    since = settings.SECOND_FACTOR_FROM if must_have_second_factor(person) else None
    return {"needed_from": since, "is_needed_today": since and since <= timezone.localdate()}


def _page_of(request: PersonRequest, factor: SecondFactor, form=None) -> dict:
    return _need_of(request.user) | {
        "factor": factor,
        "left": factor.recovery_codes.count(),
        "form": form or SecondFactorForm(person=request.user),
    }


def _show_codes(request: PersonRequest, codes: list[str], *, renewed: bool = False) -> HttpResponse:
    """Once: they are kept nowhere in the clear. `renewed`: in place of earlier ones."""
    context = {
        "codes": [in_groups(code, 3) for code in codes],
        "next": next_page(request),
        "renewed": renewed,
    }
    return render(request, "people/recovery_codes.html", context)


@posted_from("people:second_factor")
@requires(may_have_second_factor)
@without_second_factor
def change_second_factor(request: PersonRequest) -> HttpResponse:
    """Switch it off, or make new recovery codes: with password and code."""
    factor = SecondFactor.objects.filter(person=request.user).first()
    if factor is None:
        return redirect("people:second_factor")
    form = SecondFactorForm(request.POST, person=request.user)
    if not _is_right_code(form, request.user):
        return render(request, SECOND_FACTOR, _page_of(request, factor, form), status=422)
    if request.POST.get("wish") == "codes":
        codes = services.renew_recovery_codes(person=request.user)
        return _show_codes(request, codes, renewed=True)
    services.switch_off(person=request.user)
    request.session[PASSED_SECOND_FACTOR] = False
    messages.success(request, _("The second step of your login is switched off."))
    may_go_on = may_have_second_factor(request.user)
    return redirect("people:second_factor" if may_go_on else "people:profile")


@require_http_methods(["GET", "POST"])
@requires(is_registrar)
def take_off_second_factor(request: PersonRequest, public_id: str) -> HttpResponse:
    """Of somebody who has lost the phone and the recovery codes."""
    people = Person.objects.of_registrars().filter(erased_at=None)
    person = get_object_or_404(people, public_id=public_id)
    refusal = why_not_take_off(by=request.user, of=person)
    if request.method == "POST":
        try:
            services.take_off(person=person, by=request.user)
        except Refusal as refused:
            messages.warning(request, f"{refused.reason} {refused.advice}".strip())
        else:
            name = person.display_name
            messages.success(
                request, _("%(name)s logs in without a second step now.") % {"name": name}
            )
        return redirect("people:take_off_second_factor", person.public_id)
    factor = SecondFactor.objects.filter(person=person).first()
    context = {"person": person, "factor": factor, "refusal": refusal}
    return render(request, "people/take_off_second_factor.html", context)
