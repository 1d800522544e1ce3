"""Both pages of a pair beside each other, and the beginning of the one that is missing."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page

from cms.guidance import services
from cms.guidance.enums import PassageChange
from cms.guidance.models import Pair
from cms.guidance.queries import restricted
from cms.guidance.queries.step import both_pages, in_words, may_begin_twin
from cms.guidance.rules import compared
from cms.guidance.values.passages import Compared
from courses.exceptions import Refusal
from courses.people.permissions import PersonRequest, is_adviser, requires


@dataclass(frozen=True)
class Passages:
    """One passage in both languages; a block where there is one, words where there isn't."""

    kind: str
    name: str
    compared: Compared
    french: object
    english: object
    change: str  # in words; empty where nothing changed


def find(request: PersonRequest, public_id: str) -> Pair:
    """Return a pair that the person may see, or 404: live in a language, or one's own draft."""
    return get_object_or_404(
        restricted.visible(Pair.objects.with_pages(), request.user), public_id=public_id
    )


@require_safe
@requires(is_adviser)
def side_by_side(request: PersonRequest, public_id: str) -> HttpResponse:
    """Whole pages as they are now, drafts only for those who write in them, passage by passage."""
    pair = find(request, public_id)
    french, english = both_pages(pair, request.user)
    context = {
        "pair": pair,
        "french": french,
        "english": english,
        "rows": rows(french, english),
        "may_begin": may_begin_twin(pair, request.user),
    }
    return render(request, "guidance/side_by_side.html", context)


def rows(french, english) -> list[Passages]:
    """Rows in the order of the French page, then what only English has."""
    seen = english.seen if english else None
    source, here = french.passages if french else [], english.passages if english else []
    blocks = [
        {block.id: block for block in page.body} if page else {} for page in (french, english)
    ]
    # Nothing was ever in step, or there is one page only: no passage is marked.
    marked = bool(french and english and seen is not None)
    return [
        Passages(
            one.kind,
            in_words(one.kind),
            one,
            blocks[0].get(one.id),
            blocks[1].get(one.id),
            str(PassageChange(one.change).label) if one.change and marked else "",
        )
        for one in compared(source, seen, here)
    ]


@require_POST
@requires(is_adviser)
def translate(request: PersonRequest, public_id: str) -> HttpResponse:
    """Make a draft in the language that is missing, then open its editor. Idempotent."""
    pair = find(request, public_id)
    page = pair.french or pair.english
    if page is None or not may_begin_twin(pair, request.user):
        raise PermissionDenied
    try:
        draft = services.translate(page.specific, by=request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.reason)
        return redirect("guidance:side_by_side", pair.public_id)
    messages.success(
        request,
        _("The draft is ready. It holds the text of the other language until you replace it."),
    )
    return redirect("wagtailadmin_pages:edit", draft.pk)


@require_safe
@requires(is_adviser)
def translate_from_admin(request: PersonRequest, page_id: int) -> HttpResponse:
    """Wagtail's own "Translate" leads here: one way to begin a page in the other language."""
    page = get_object_or_404(Page, pk=page_id)
    return redirect("guidance:side_by_side", services.pair_of(page).public_id)
