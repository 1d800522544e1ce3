"""Search: the page of results, suggestions while typing, and searches without a result."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from cms.guidance.enums import SIGNS_OF_KINDS, Kind
from cms.guidance.models import MissedSearch
from cms.guidance.queries.hits import ShownHit, shown
from cms.guidance.queries.search import SearchResults, find
from cms.guidance.services import search as searches
from courses.people.permissions import PersonRequest, is_adviser, open_to_anyone, requires
from courses.questions import LONGEST

ON_A_PAGE = 15
MOST_SUGGESTED, MOST_LOOKED_AT = 7, 21


@require_safe
@open_to_anyone
def search(request: HttpRequest) -> HttpResponse:
    """All search results, or one kind of them. A search without results is counted."""
    asked, language, now = asked_in(request), translation.get_language(), timezone.now()
    found = find(asked, language, now=now)
    if found.asked and not found.matches:
        searches.miss(asked, language)
    kind = request.GET.get("kind", "")
    kind = kind if kind in found.kinds else ""
    page = Paginator(found.keys(kind), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "found": found,
        "kind": kind,
        "kinds": kinds_of(request, found, kind),
        "page": page,
        "rows": shown(page.object_list, found.stems, language, now),
        "query": without(request, "page"),
        "canonical": f"{settings.SITE_ADDRESS}{request.path}",
        "contact": settings.CONTACT_ADDRESS,
    }
    return render(request, "guidance/search.html", context)


@require_safe
@open_to_anyone
def suggestions(request: HttpRequest) -> HttpResponse:
    """The first titles, each once, for those who type on: a part of the page."""
    language, now = translation.get_language(), timezone.now()
    found = find(asked_in(request), language, now=now, typing=True)
    rows = shown(found.keys()[:MOST_LOOKED_AT], found.stems, language, now)
    titles: dict[str, ShownHit] = {}
    for row in rows:
        titles.setdefault(row.entry.title, row)
    return render(
        request, "guidance/suggestions.html", {"rows": list(titles.values())[:MOST_SUGGESTED]}
    )


@require_safe
@requires(is_adviser)
def missed_searches(request: PersonRequest) -> HttpResponse:
    """List of searches that found nothing, the most asked first."""
    page = Paginator(MissedSearch.objects.most_asked_first(), 50).get_page(request.GET.get("page"))
    return render(request, "guidance/missed_searches.html", {"page": page})


def asked_in(request: HttpRequest) -> str:
    """The words as they were typed, within bounds; a sign that no text has is left out."""
    return " ".join(request.GET.get("q", "")[:LONGEST].replace("\x00", " ").split())


def kinds_of(request: HttpRequest, found: SearchResults, chosen: str) -> list[dict]:
    """Kinds with their count and address; all of them first."""
    rest = without(request, "page", "kind")
    kinds = [
        {
            "kind": "",
            "count": len(found.matches),
            "url": f"?{rest}",
            "is_chosen": not chosen,
            "sign": "list",
        }
    ]
    for kind, count in found.kinds.items():
        name = {"kind": kind, "label": kind.label, "sign": SIGNS_OF_KINDS[Kind(kind)]}
        kinds.append(
            {**name, "count": count, "url": f"?{rest}&kind={kind}", "is_chosen": kind == chosen}
        )
    return kinds


def without(request: HttpRequest, *names: str) -> str:
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()
