"""Pictures and documents of pages, edited in the admin: pages that show them are made anew for
visitors. A replaced file has another name, and a cached page would name the one that is gone.

One that a page uses is never deleted (cms/guidance/views/removal.py): nothing is told of that.
"""

from django.contrib import messages
from django.db import models, transaction
from django.urls import path
from django.utils.translation import gettext as _
from wagtail.admin.views import generic
from wagtail.documents.models import Document
from wagtail.documents.views import documents
from wagtail.documents.views import multiple as many_documents
from wagtail.images.models import Image
from wagtail.images.views import images
from wagtail.images.views import multiple as many_images

from courses.digest.services import tell
from courses.digest.viewsets import TellsWhenSaved
from courses.documents.services import is_lost
from courses.notices import warn_of_saved
from courses.people.permissions import PersonRequest


def keys_of(instance: models.Model) -> list[str]:
    return [f"{instance._meta.model_name}:{instance.pk}"]


def what_is_lost(kept: Image | Document) -> str:
    words = _("The file of “%(title)s” is lost: choose a new one, and pages show that.")
    return words % {"title": kept.title}


class EditFile(TellsWhenSaved):
    """Says, on the form and once it is saved, that the file is lost."""

    keys_of = staticmethod(keys_of)
    request: PersonRequest
    object: Image | Document

    def save_action(self):
        response = super().save_action()  # type: ignore[misc]  # Wagtail's EditView has it
        if is_lost(self.object.file):
            warn_of_saved(self.request, what_is_lost(self.object))
        return response

    def render_to_response(self, context, **more):
        """Past Wagtail's own words, which know files of a disk alone."""
        if is_lost(self.object.file):
            messages.warning(self.request, what_is_lost(self.object))
        return generic.EditView.render_to_response(self, context, **more)


class EditImage(EditFile, images.EditView):
    pass


class EditDocument(EditFile, documents.EditView):
    pass


class EditOneOfSeveral:
    """Title and tags of a file, under those that were just uploaded together."""

    object: Image | Document

    def save_object(self, form):
        with transaction.atomic():
            super().save_object(form)  # type: ignore[misc]  # Wagtail's view has it
            tell(*keys_of(self.object))


class EditOneOfSeveralImages(EditOneOfSeveral, many_images.EditView):
    pass


class EditOneOfSeveralDocuments(EditOneOfSeveral, many_documents.EditView):
    pass


# In front of Wagtail's, at the same addresses.
urlpatterns = [
    path("images/<int:image_id>/", EditImage.as_view()),
    path("images/multiple/<int:image_id>/", EditOneOfSeveralImages.as_view()),
    path("documents/edit/<int:document_id>/", EditDocument.as_view()),
    path("documents/multiple/<int:doc_id>/", EditOneOfSeveralDocuments.as_view()),
]
