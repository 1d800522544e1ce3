"""The page that goes on to a resource by itself."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.encoding import iri_to_uri

from courses.catalogue.models import Resource
from courses.people.permissions import PersonRequest


def leaving_page(
    request: PersonRequest, resource: Resource, address: str, *, back: str
) -> HttpResponse:
    """A form that is redirected to another site is stopped by `form-action`, and a link could be
    fetched in advance: so the answer to a POST is a page. `back`: where a GET leads.
    """
    request.shown_at = back
    context = {"resource": resource, "address": address, "back": back}
    response = render(request, "launches/leaving.html", context)
    response["Refresh"] = f"0; url={iri_to_uri(address)}"
    response["Referrer-Policy"] = "no-referrer"  # the address opens the resource to who has it
    response["Cache-Control"] = "private, no-store"
    return response
