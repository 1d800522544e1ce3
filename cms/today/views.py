"""The roof's own doors: first pages, health, the theme, reports of the content security policy,
error pages.
"""

import json
import logging

from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from health_check.views import HealthCheckView, MediaType

from cms.today import services
from cms.today.exceptions import FormCutOnItsWay
from cms.today.queries import day_of, first_page_of
from courses.documents.exceptions import FileLost
from courses.people.exceptions import AnotherIsLoggedIn
from courses.people.permissions import PersonRequest, open_to_anyone, requires, signed_in
from courses.themes import COOKIE, THEMES

YEAR = 60 * 60 * 24 * 365

REPORT_BYTES = 8_192
REPORTS_PER_MINUTE = 30
REPORT_FIELDS = (
    "document-uri",
    "effective-directive",
    "violated-directive",
    "blocked-uri",
    "source-file",
    "line-number",
)

# What a page needs, for whoever watches the site: a balancer asks `alive`, since machines share it all.
# Mail, worker and tick aren't here: without them the site must still be served. Each storage is written
# to: one for files of pages, one for those of people.
HEALTH = [
    ("health_check.checks.Database", {}),
    ("health_check.checks.Storage", {"alias": "default"}),
    ("health_check.checks.Storage", {"alias": "private"}),
]

log = logging.getLogger(__name__)


class Health(HealthCheckView):
    template_name = "today/health.html"
    checks = HEALTH

    def get_context_data(self, **kwargs):
        titles = [_("Database"), _("Files of pages"), _("Files of people")]
        lines = [
            services.HealthCheck(
                name="",
                title=title,
                state=str(result.error) if result.error else _("in order"),
                is_fine=not result.error,
            )
            for title, result in zip(titles, self.results, strict=True)
        ]
        return super().get_context_data(lines=lines, **kwargs)

    async def get(self, request, *args, **kwargs):
        """406 where `Accept` can't be read: the package raises `ValueError` after its checks."""
        try:
            list(MediaType.parse_header(request.headers.get("accept", "*/*")))
        except ValueError:
            return HttpResponse("Accept?\n", status=406, content_type="text/plain; charset=utf-8")
        return await super().get(request, *args, **kwargs)


health = Health.as_view()
health.who_may = "anyone"


@require_safe
@never_cache
@open_to_anyone
def alive(request: HttpRequest):
    """Whether this process answers at all, whatever the parts behind it do: whoever starts
    processes anew asks this, never `health`, or an hour without a database would restart them all.
    """
    return HttpResponse("OK\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
@open_to_anyone
def health_of_jobs(request: HttpRequest):
    """Health for the operator's monitor: worker, tick, queue, letters.

    503 when one of them isn't as it should be.
    """
    kind = request.GET.get("format") or request.get_preferred_type(
        ["text/plain", "text/html", "application/json"]
    )
    with translation.override(
        translation.get_language() if kind == "text/html" else "en"
    ):  # programs read English
        lines = services.checks_of_jobs(timezone.now())
    status = 200 if all(line.is_fine for line in lines) else 503
    if kind == "text/html":
        return render(
            request, "today/health.html", {"lines": lines, "errors": status != 200}, status=status
        )
    if kind in {"json", "application/json"}:
        return JsonResponse(
            {line.name: {"fine": line.is_fine, "state": line.state} for line in lines},
            status=status,
        )
    text = "".join(
        f"{line.name}: {'OK' if line.is_fine else 'FAILING'} ({line.state})\n" for line in lines
    )
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)


@require_safe
@open_to_anyone
def front_door(request: HttpRequest):
    """Redirect an address without a language to the reader's own."""
    response = redirect(f"/{translation.get_language()}/")
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


@require_safe
@requires(signed_in)
def home(request: PersonRequest):
    """Show what is due next for this person, in all their roles; or redirect to the page that a
    product has for them.
    """
    if address := first_page_of(request.user):
        return redirect(address)
    return render(request, "today/home.html", {"day": day_of(request.user, timezone.now())})


# Without a token, so that pages for visitors hold none and can be cached; a foreign site could at
# worst dim the light.
@csrf_exempt
@require_POST
@open_to_anyone
def choose_theme(request: HttpRequest):
    """Light, dark, or as the device has it: kept in a cookie, back to where the person was."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = "/"
    response = redirect(back)
    theme = request.POST.get("theme")
    if theme in THEMES:
        response.set_cookie(
            COOKIE, theme, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
    return response


@csrf_exempt
@require_POST
@open_to_anyone
def csp_report(request: HttpRequest):
    """A browser tells what our policy stopped.

    Anybody can post here: small, counted, and only known fields are logged.
    """
    if len(request.body) > REPORT_BYTES or too_many_reports():
        return HttpResponse(status=429)
    try:
        report = json.loads(request.body)["csp-report"]
        said = {field: report.get(field) for field in REPORT_FIELDS}
    except (ValueError, KeyError, TypeError, AttributeError):
        return HttpResponse(status=400)
    # As JSON: a forged line break stays inside its quotes.
    log.warning("The content security policy stopped something: %s", json.dumps(said)[:1_000])
    return HttpResponse(status=204)


def too_many_reports() -> bool:
    """Counted over everybody: a flood must not fill the log."""
    cache.add("csp-reports", 0, timeout=60)
    try:
        return cache.incr("csp-reports") > REPORTS_PER_MINUTE
    except ValueError:  # it ran out between the two
        return False


# Error pages

TOO_LARGE = {
    RequestDataTooBig: gettext_lazy(
        "A form holds 3 MB of text at most; letters with an accent may count several times. Nothing"
        " of it was kept; what had arrived before is still there."
    ),
    TooManyFieldsSent: gettext_lazy(
        "A form holds 10,000 fields at most. Nothing of it was kept; what had arrived before is still"
        " there."
    ),
    TooManyFilesSent: gettext_lazy(
        "These are too many files for one form. Nothing of it was kept; what had arrived before is"
        " still there."
    ),
}


def bad_request(request: HttpRequest, exception=None):
    """400; or 413 where Django's own limits refuse a form, as nginx does before."""
    too_large = TOO_LARGE.get(type(exception))
    about = {"is_cut": isinstance(exception, FormCutOnItsWay), "too_large": too_large}
    return render(request, "400.html", about, status=413 if too_large else 400)


def permission_denied(request: HttpRequest, exception=None):
    """A script of ours (courses/js/sending.js) asks for JSON: it waits while another is logged in."""
    is_another = isinstance(exception, AnotherIsLoggedIn)
    wanted = request.get_preferred_type(["text/html", "application/json"])
    if is_another and wanted == "application/json":
        return JsonResponse({"another": True}, status=403)
    return render(request, "403.html", {"is_another": is_another}, status=403)


def page_not_found(request: HttpRequest, exception=None):
    is_lost = isinstance(exception, FileLost)
    return render(request, "404.html", {"file_is_lost": is_lost}, status=404)
