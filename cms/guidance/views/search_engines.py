"""Sitemap and robots.txt: which pages there are, in which language, and where not to look."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.guidance.queries.search_engines import pages_for_search_engines
from courses.people.permissions import open_to_anyone

NOT_FOR_ROBOTS = ["/admin/", "/documents/", "/join/", "/fr/today/", "/en/today/"]


@require_safe
@open_to_anyone
def sitemap(request: HttpRequest):
    """Every page that anyone may read, with its twin in the other language."""
    return render(
        request,
        "guidance/sitemap.xml",
        {"entries": pages_for_search_engines()},
        content_type="application/xml",
    )


@require_safe
@open_to_anyone
def robots(request: HttpRequest):
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS),
        "",
        f"Sitemap: {settings.SITE_ADDRESS}/sitemap.xml",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
