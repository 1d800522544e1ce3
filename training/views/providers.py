"""A provider's page: what it is, how a school reaches it, what it holds. Open to anyone."""

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from courses.people.permissions import is_teacher, open_to_anyone
from training.queries.catalogue import CatalogueFilter, sessions_with_entitlement_for
from training.queries.providers import provider_page
from training.views.rows import rows

SESSIONS_SHOWN = 6


@open_to_anyone
def provider(request: HttpRequest, public_id: str, slug: str = "") -> HttpResponse:
    now = timezone.now()
    page = provider_page(public_id, now)
    if page is None:
        raise Http404
    if request.path != page.address:
        return redirect(page.address)
    found = sessions_with_entitlement_for(
        request.user, CatalogueFilter(), now=now, only=Q(training__resource__provider=page.provider)
    )
    lines = found.lines(found.keys[:SESSIONS_SHOWN])
    context = {
        "page": page,
        "rows": rows(lines, person=request.user, now=now),
        "more": max(len(found.keys) - SESSIONS_SHOWN, 0),
        "may_enrol": is_teacher(request.user),
        "contact": settings.CONTACT_ADDRESS,
    }
    return render(request, "training/provider.html", context)
