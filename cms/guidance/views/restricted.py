"""Hide another topic's drafts and files in Wagtail's lists and choosers, and at addresses with
their number.
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from wagtail.models import Page

from cms.guidance.queries import restricted


def only_ones_own(parent_page, pages, request):
    """The explorer lists what is one's own; the page that it stands on must be, too."""
    if (
        not request.user.is_superuser
        and not restricted.explorable(request.user).filter(pk=parent_page.pk).exists()
    ):
        raise PermissionDenied
    return pages


def only_what_readers_have(pages, request):
    """The chooser, and the page that it stands on."""
    here = request.resolver_match.kwargs.get("parent_page_id")
    if here and not restricted.choosable(Page.objects.filter(pk=here), request.user).exists():
        raise PermissionDenied
    return restricted.choosable(pages, request.user)


def only_files_of_pages(document, request):
    """A file is for readers once a page shows it; before that, for those who may choose it."""
    if not restricted.is_shown_to_readers(document) and not restricted.may_choose(
        request.user, document
    ):
        raise Http404
