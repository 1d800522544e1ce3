"""The roof's own doors: the theme, reports of the content security policy."""

import json
import logging

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cms.today.enums import THEMES
from courses.people.permissions import open_to_anyone

YEAR = 60 * 60 * 24 * 365

REPORT_BYTES = 8_192
REPORTS_PER_MINUTE = 30
REPORT_FIELDS = ("document-uri", "effective-directive", "violated-directive", "blocked-uri", "source-file", "line-number")

log = logging.getLogger(__name__)


# Without a token, so that pages for visitors hold none and can be cached; a foreign site could at worst dim the light.
@csrf_exempt
@require_POST
@open_to_anyone
def choose_theme(request):
    """Light, dark, or as the device has it: kept in a cookie, back to where the person was."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = "/"
    response = redirect(back)
    theme = request.POST.get("theme")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    else:
        response.delete_cookie("theme", samesite="Lax")
    return response


@csrf_exempt
@require_POST
@open_to_anyone
def csp_report(request):
    """A browser tells what our policy stopped. Anybody can post here: small, counted, and only known fields are logged."""
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
