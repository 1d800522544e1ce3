"""Addresses beside a page that Wagtail serves: its permanent address, and its PDF."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from cms.guidance.models import Pair
from cms.guidance.queries.pages import in_both_languages, paper_of
from cms.guidance.queries.rich_text import links_of
from cms.guidance.views.serving import kept_as_said
from courses.documents.services.download import asked_again_later, file_response
from courses.people.permissions import open_to_anyone


@require_safe
@open_to_anyone
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Redirect to the page in the reader's language; without one, show the other language's words
    with a notice, never a 404.
    """
    own, other = in_both_languages(get_object_or_404(Pair, public_id=public_id))
    if own:
        return redirect(own.get_url(request))
    if other is None:
        raise Http404
    shown = other.specific
    response = shown.serve(request)
    with links_of(shown):
        response.render()
    return kept_as_said(request, response)


@require_safe
@open_to_anyone
def pdf(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The paper in the reader's language, or else in the other one; not drawn yet, the page itself."""
    own, other = in_both_languages(get_object_or_404(Pair, public_id=public_id))
    shown = own or other
    if shown is None:
        raise Http404
    paper = paper_of(shown)
    if paper is None:
        return redirect("guidance:page", public_id)
    try:
        return file_response(
            request,
            paper.file.storage,
            str(paper.file.name),
            filename=f"{shown.slug}.pdf",
            content_type="application/pdf",
        )
    except FileNotFoundError:
        return redirect("guidance:page", public_id)
    except OSError:
        return asked_again_later(request)
