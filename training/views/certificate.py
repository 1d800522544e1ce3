"""Certificates: mine and their files; the page that checks one, open to anyone; an adviser revokes."""

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from courses.documents.services.download import serve
from courses.documents.values import as_typed
from courses.exceptions import Refusal
from courses.people.enums import Language
from courses.people.permissions import (
    PersonRequest,
    is_planner,
    open_to_anyone,
    requires,
    signed_in,
)
from training.documents.certificate import FACTS, file_name, word_of
from training.exceptions import CertificateIsReplaced
from training.forms.certificate import RevokeForm, VerifyForm
from training.models import Certificate
from training.queries.certificates import certificates_of, certificates_to_check, hours_of
from training.rules import why_not_revoke
from training.services import certificates as services
from training.values import initials

CHECKS_A_MINUTE = 30


@requires(signed_in)
def certificates(request: PersonRequest) -> HttpResponse:
    language = translation.get_language()
    rows = [
        {
            "certificate": one,
            "words": one.content[language],
            "last_request": next(
                (asked for asked in one.requests.all() if not asked.is_withdrawn), None
            ),
        }
        for one in certificates_of(request.user)
    ]
    return render(request, "training/certificates.html", {"rows": rows, "expects_some": not rows})


@require_GET
@requires(signed_in)
def hours(request: PersonRequest) -> HttpResponse:
    """Certified hours by school year, and in all."""
    found = hours_of(request.user, at=timezone.now())
    return render(request, "training/hours.html", {"hours": found})


@require_POST
@requires(signed_in)
def hours_on_paper(request: PersonRequest) -> HttpResponse:
    return redirect("people:paper", services.ask_for_hours(person=request.user).public_id)


@require_safe
@requires(signed_in)
def certificate_file(request: PersonRequest, code: str) -> HttpResponseBase:
    """The one way to the file, for its holder. The file of a replaced version isn't given any more."""
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user), code=code)
    if newer := certificate.replacement:
        messages.info(request, CertificateIsReplaced(number=newer.number).reason)
        return redirect("training:certificates")
    if not certificate.file:
        messages.info(request, _("The file is being made. Come back in a minute."))
        return redirect("training:certificates")
    answer = serve(
        request, certificate.file, name=file_name(certificate), media_type="application/pdf"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@requires(signed_in)
def certificate_name(request: PersonRequest, code: str) -> HttpResponse:
    """The holder's own choice: whole name or initials on the public page."""
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user), code=code)
    shows_name = request.POST.get("shows_name") == "yes"
    services.show_name(certificate=certificate, shows_name=shows_name)
    said = (
        _("The public page now shows your whole name.")
        if shows_name
        else _("The public page now shows your initials only.")
    )
    messages.success(request, said)
    return redirect("training:certificates")


@requires(is_planner)
def revoke_certificate(request: PersonRequest, code: str) -> HttpResponse:
    certificate = get_object_or_404(certificates_to_check(), code=code)
    form = RevokeForm(request.POST or None)
    if form.is_valid():
        try:
            services.revoke(
                certificate=certificate, reason=form.cleaned_data["reason"], by=request.user
            )
        except Refusal as refusal:
            messages.warning(request, refusal.reason)
        else:
            messages.success(
                request,
                _("Certificate no. %(number)s is revoked. Its holder is told.")
                % {"number": certificate.number},
            )
        return redirect("training_open:verify", certificate.code)
    context = {
        "certificate": certificate,
        "words": certificate.content[translation.get_language()],
        "form": form,
        "refusal": why_not_revoke(certificate),
    }
    return render(
        request, "training/certificate_revoke.html", context, status=422 if form.is_bound else 200
    )


@require_GET
@open_to_anyone
@never_cache
def verify(request: HttpRequest, code: str = "") -> HttpResponse:
    """Does a paper hold?

    Shows only what the paper shows, less the name. Limited, so that codes can't be tried out.
    """
    _choose_language(request)
    if _asks_too_often(request):
        answer = render(
            request, "429.html", {"advice": _("Wait a minute, then try again.")}, status=429
        )
        answer["Retry-After"] = "60"
        return answer
    if typed := request.GET.get("code", "").strip():
        known = as_typed(typed[:40])
        return redirect("training_open:verify", known) if known else _checked(request, None, typed)
    if not code:
        return _checked(request, None, "")
    if code != as_typed(code):
        return redirect("training_open:verify", as_typed(code) or "0")
    return _checked(request, certificates_to_check().filter(code=code).first(), code)


def _checked(request: HttpRequest, certificate: Certificate | None, typed: str) -> HttpResponse:
    mine, other = _both_languages()
    context: dict[str, object] = {
        "certificate": certificate,
        "typed": typed,
        "form": VerifyForm(initial={"code": typed}),
        "other": other,
        "other_language": _other_language(request, other),
        "may_revoke": (
            certificate is not None
            and is_planner(request.user)
            and why_not_revoke(certificate) is None
        ),
        "now": timezone.now(),
    }
    if certificate and certificate.replacement:
        context["words"] = certificate.content[mine]
        context["other_words"] = certificate.content[other]
    elif certificate:
        context |= {
            "words": certificate.content[mine],
            "other_words": certificate.content[other],
            "name": _shown_name(certificate),
        }
        context["facts"] = _facts(certificate, mine, other)
    # An unknown code is an answer, not a missing page: a 404 on an address without a language would
    # be sent on to one.
    answer = render(request, "training/verify.html", context)
    answer["X-Robots-Tag"] = "noindex"
    answer["Vary"] = "Accept-Language, Cookie"
    return answer


def _facts(certificate: Certificate, mine: str, other: str) -> list[dict]:
    """Each frozen value under its word, in the reader's language with the other beside it."""

    def said(word: str, language: str) -> str:
        with translation.override(language):
            return _(word)

    return [
        {
            "label": said(word_of(name, certificate.content), mine),
            "other_label": said(word_of(name, certificate.content), other),
            "value": value,
            "other": certificate.content[other][name],
        }
        for name in FACTS
        if name != "led_by" and (value := certificate.content[mine].get(name))
    ]


def _shown_name(certificate: Certificate) -> str:
    """Whole if the holder wishes so; nothing once the account is erased."""
    if certificate.person.erased_at:
        return ""
    name = certificate.content["fr"]["name"]
    return name if certificate.shows_name else initials(name)


def _both_languages() -> tuple[str, str]:
    mine = translation.get_language()
    return mine, next(code for code in Language.values if code != mine)


def _choose_language(request: HttpRequest) -> None:
    """The address has no language: a choice made on this page goes before the browser's."""
    if (wanted := request.GET.get("lang")) in Language.values:
        translation.activate(wanted)
        request.LANGUAGE_CODE = wanted


def _other_language(request: HttpRequest, code: str) -> dict:
    return {"code": code, "name": Language(code).label, "url": f"{request.path}?lang={code}"}


def _asks_too_often(request: HttpRequest) -> bool:
    minute = timezone.now().strftime("%H%M")
    key = f"verify:{request.META.get('REMOTE_ADDR', '')}:{minute}"
    cache.add(key, 0, timeout=120)
    return cache.incr(key) > CHECKS_A_MINUTE
