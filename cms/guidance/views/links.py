"""Links that lead nowhere, for those who can mend them."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cms.guidance.gateways import web
from cms.guidance.models import DeadLink
from cms.guidance.queries.care import in_care_of
from courses.people.permissions import PersonRequest, is_adviser, requires

ON_A_PAGE = 25


@require_safe
@requires(is_adviser)
def dead_links(request: PersonRequest) -> HttpResponse:
    """Dead links on the pages that this person keeps or writes, the latest first."""
    about = request.GET.get("about", "")
    found = (
        DeadLink.objects.certain()
        .filter(pair__in=in_care_of(request.user).values("pk"))
        .with_list_rows()
    )
    if about:
        found = found.filter(pair__public_id=about)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": page.object_list,
        "about": about,
        "query": f"about={about}" if about else "",
        "is_pretend": web().is_pretend,
    }
    return render(request, "guidance/dead_links.html", context)
