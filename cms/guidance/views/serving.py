"""The door to every page that advisers write, and how long its answer may be kept."""

import io

from django.core.files.base import File
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control, patch_vary_headers
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.documents.models import AbstractDocument
from wagtail.documents.views.serve import serve as serve_document
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve

from cms.guidance.queries.addresses import missing_at, page_at
from cms.guidance.queries.rich_text import links_of
from courses.documents.services.download import asked_again_later, lost
from courses.people.permissions import open_to_anyone

ADDRESS = "wagtail_serve"  # by this name Wagtail reckons the address of a page


@open_to_anyone
def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Wagtail's own view, told beforehand which page appears here: by itself it walks down the
    tree, two queries a level.
    """
    page = page_at(path)
    # Wagtail's cache of the route.
    request._wagtail_route_for_request = RouteResult(page) if page else None  # type: ignore[attr-defined]
    if page is None:
        if pair := missing_at(path):
            return redirect("guidance:page", pair.public_id)
        raise Http404
    response = wagtail_serve(request, path)
    if hasattr(response, "render"):
        with links_of(page):
            response.render()
    return kept_as_said(request, response)


@open_to_anyone
def document(request: HttpRequest, document_id: str, filename: str) -> HttpResponse:
    """Wagtail's own view. A file that was replaced has another name since: the address of before
    leads to it.

    Nothing is said of a file that isn't for this reader: Wagtail's hooks are asked in both cases.
    """
    there = get_object_or_404(get_document_model(), pk=document_id)
    if filename == there.filename:
        try:
            return serve_document(request, document_id, filename)
        except Http404:  # of the local storage, or of a hook: which one, the hooks say again
            if _said_by_hooks(there, request) or there.file.storage.exists(there.file.name):
                raise
            raise lost(there.file) from None
        except FileNotFoundError:
            raise lost(there.file) from None
        except OSError:
            return asked_again_later(request)
    return _said_by_hooks(there, request) or redirect(there.url)


def _said_by_hooks(document: AbstractDocument, request: HttpRequest) -> HttpResponse | None:
    for asked in hooks.get_hooks("before_serve_document"):
        if isinstance(answer := asked(document, request), HttpResponse):
            return answer
    return None


def no_content_of_a_head(document: AbstractDocument, request: HttpRequest) -> None:
    """Wagtail's answer from a bucket asks the storage for the size, but reads the file as well."""
    if request.method == "HEAD":
        document.file.file = File(io.BytesIO(), document.file.name)


def kept_as_said(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Set the cache headers. A page that is the same for all visitors is cached by us
    (`PagesForVisitorsMiddleware`); browsers ask again each time, because a cancelled session and a
    login must show at once. A person's page isn't stored.
    """
    patch_vary_headers(response, ["Cookie", "Save-Data"])
    if request.user.is_authenticated:
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, private=True, no_cache=True)
        response.is_for_all_visitors = True  # type: ignore[attr-defined]  # for PagesForVisitorsMiddleware
    return response
