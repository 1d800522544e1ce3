"""Refuse to remove things that pages use: the answer is the list of places, here and where several
are removed at once.
"""

from functools import wraps

from django.shortcuts import get_object_or_404, render
from django.urls import path
from wagtail.documents import get_document_model
from wagtail.documents.views import documents
from wagtail.documents.views import multiple as many_documents
from wagtail.images import get_image_model
from wagtail.images.views import images
from wagtail.images.views import multiple as many_images
from wagtail.permissions import policy_registry

from cms.guidance.queries.places import places_of
from courses.people.permissions import PersonRequest, requires, signed_in


def before_removing_page(request: PersonRequest, page):
    return still_used(request, [page])


def before_removing_many(request: PersonRequest, action, things, _view):
    return still_used(request, things) if action == "delete" else None


def still_used(request: PersonRequest, things):
    """An answer in the place of the removal, or None where nothing of it is used."""
    used = [(thing, places) for thing in things if (places := places_of(thing, request.user))]
    if not used:
        return None
    return render(
        request,
        "guidance/admin/used.html",
        {"used": used},
        status=409 if request.method == "POST" else 200,
    )


def unless_used(view, model, key):
    """Wagtail's own view, behind ours.

    Whoever may not remove it is told so by Wagtail, and nothing of where it is used.
    """

    @wraps(view)
    @requires(signed_in)
    def door(request: PersonRequest, *args, **kwargs):
        thing = get_object_or_404(model, pk=kwargs[key])
        may = policy_registry.get_by_type(model).user_has_permission_for_instance(
            request.user, "delete", thing
        )
        return (may and still_used(request, [thing])) or view(request, *args, **kwargs)

    return door


IMAGE, FILE = get_image_model(), get_document_model()
# In front of Wagtail's, at the same addresses.
urlpatterns = [
    path(
        "images/<int:image_id>/delete/", unless_used(images.DeleteView.as_view(), IMAGE, "image_id")
    ),
    path(
        "images/multiple/<int:image_id>/delete/",
        unless_used(many_images.DeleteView.as_view(), IMAGE, "image_id"),
    ),
    path(
        "documents/delete/<int:document_id>/",
        unless_used(documents.DeleteView.as_view(), FILE, "document_id"),
    ),
    path(
        "documents/multiple/<int:doc_id>/delete/",
        unless_used(many_documents.DeleteView.as_view(), FILE, "doc_id"),
    ),
]
