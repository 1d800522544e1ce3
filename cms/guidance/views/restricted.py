"""Hide another topic's drafts and files in Wagtail's lists and choosers, and at addresses with
their number.
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views.chooser import ChosenMultipleView
from wagtail.models import Page

from cms.guidance.queries import restricted
from courses.people.permissions import PersonRequest, requires, signed_in


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


@require_safe
@requires(signed_in)
@require_admin_access
def chosen_pages(request: PersonRequest) -> HttpResponse:
    """Wagtail's own answer to several ticks in the chooser, which tells the title of any number."""
    asked = [one for one in request.GET.getlist("id") if one.isdecimal() and len(one) < 10]
    below_the_root = Page.objects.filter(pk__in=asked, depth__gt=1)
    found = restricted.choosable(below_the_root, request.user)
    may = set(found.values_list("pk", flat=True))
    told = request.GET.copy()
    told.setlist("id", [number for number in asked if int(number) in may])
    request.GET = told  # type: ignore[assignment]  # Wagtail reads it there
    return ChosenMultipleView.as_view()(request)


def only_files_of_pages(document, request):
    """A file is for readers once a page shows it; before that, for those who may choose it."""
    if not restricted.is_shown_to_readers(document) and not restricted.may_choose(
        request.user, document
    ):
        raise Http404
