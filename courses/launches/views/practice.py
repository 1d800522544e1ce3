"""The practice resource of the demo: says that it is one, and shows what it received."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from courses.launches.enums import Attribute, LaunchWay, LinkFault
from courses.launches.gateways import lti
from courses.launches.models import ResourceConnection
from courses.launches.services import practice
from courses.people.permissions import open_to_anyone

LABELS = dict(Attribute.choices)


@csrf_exempt  # an LTI launch is posted by another site's form
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_to_anyone
def practice_resource(request: HttpRequest, slug: str) -> HttpResponse:
    """Reads neither session nor person: it knows what came with the link, as another site would."""
    found = _practice_or_404(slug)
    query = request.META.get("QUERY_STRING", "")
    context = {
        "resource": found.resource,
        "referrer": request.headers.get("Referer", ""),
        "way": found.way,
        "query": query,
    }
    answer: dict[str, str] | LinkFault = {}
    if found.is_lti:
        answer = practice.read_launch(found, request.POST.dict(), timezone.now())
    elif found.is_signed:
        answer = practice.read_link(found, query, timezone.now())
    if isinstance(answer, LinkFault):
        context["fault"] = answer.label
        return render(request, "launches/practice.html", context, status=403)
    claims: dict[str, str] = {str(one): lti.CLAIMS[one] for one in Attribute if found.is_lti}
    context["received"] = [
        (name, LABELS.get(name, name), claims.get(name, name), value)
        for name, value in answer.items()
    ]
    return render(request, "launches/practice.html", context)


@never_cache
@require_safe
@open_to_anyone
def practice_login(request: HttpRequest, slug: str) -> HttpResponse:
    """Step 1 of an LTI launch arrives here; step 2 leaves."""
    found = _practice_or_404(slug, way=LaunchWay.LTI)
    target = reverse("launches:practice", args=[slug])
    query = practice.lti_request(found, target, request.GET.get("login_hint", ""))
    return HttpResponseRedirect(f"{reverse('lti:authorize')}?{query}")


def _practice_or_404(slug: str, **more) -> ResourceConnection:
    """Only the demo has practice resources."""
    if not settings.ONE_CLICK_LOGINS:
        raise Http404
    rows = ResourceConnection.objects.select_related("resource")
    return get_object_or_404(rows, resource__slug=slug, is_practice=True, **more)
