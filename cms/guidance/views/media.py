"""Pictures and documents of pages, edited in the admin: pages that show them are made anew for
visitors. A replaced file has another name, and a cached page would name the one that is gone.

One that a page uses is never deleted (cms/guidance/views/removal.py): nothing is told of that.
"""

from django.db import models
from django.urls import path
from wagtail.documents.views import documents
from wagtail.images.views import images

from courses.digest.viewsets import TellsWhenSaved


def keys_of(instance: models.Model) -> list[str]:
    return [f"{instance._meta.model_name}:{instance.pk}"]


class EditImage(TellsWhenSaved, images.EditView):
    keys_of = staticmethod(keys_of)


class EditDocument(TellsWhenSaved, documents.EditView):
    keys_of = staticmethod(keys_of)


# In front of Wagtail's, at the same addresses.
urlpatterns = [
    path("images/<int:image_id>/", EditImage.as_view()),
    path("documents/edit/<int:document_id>/", EditDocument.as_view()),
]
