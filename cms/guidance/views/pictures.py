"""The pictures of pages, in the sizes that pages ask for.

Originals and documents have doors of their own, in Wagtail.
"""

import posixpath

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from courses.documents.services.download import asked_again_later, file_response
from courses.people.permissions import open_to_anyone

FOLDER = "images"
DAY = 24 * 60 * 60


@require_safe
@open_to_anyone
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """Browsers may cache it: a changed picture has another file name."""
    address = f"{FOLDER}/{name}"
    try:
        # Path traversal: documents are stored in the folder beside this one.
        if posixpath.normpath(address) != address or not default_storage.exists(address):
            raise Http404
        response = file_response(request, default_storage, address)
    except (FileNotFoundError, IsADirectoryError):
        raise Http404 from None
    except OSError:
        return asked_again_later(request)
    patch_cache_control(response, public=True, max_age=30 * DAY)
    return response
