"""The practice resource of the demo: says that it is one, and shows what it received."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.launches.enums import Attribute, LinkFault
from courses.launches.models import ResourceConnection
from courses.launches.services import practice
from courses.people.permissions import open_to_anyone


@require_safe
@open_to_anyone
def practice_resource(request: HttpRequest, slug: str) -> HttpResponse:
    """Reads neither session nor person: it knows what came with the link, as another site would."""
    if not settings.ONE_CLICK_LOGINS:
        raise Http404
    found = get_object_or_404(
        ResourceConnection.objects.select_related("resource"), resource__slug=slug, is_practice=True
    )
    query = request.META.get("QUERY_STRING", "")
    context = {
        "resource": found.resource,
        "referrer": request.headers.get("Referer", ""),
        "is_signed": found.is_signed,
        "query": query,
    }
    status = 200
    if found.is_signed:
        answer = practice.read_link(found, query, timezone.now())
        if isinstance(answer, LinkFault):
            context["fault"], status = answer.label, 403
        else:
            context["received"] = [
                (name, Attribute(name).label, value) for name, value in answer.items()
            ]
    response = render(request, "launches/practice.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response
