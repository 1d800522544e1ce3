"""Which page stands at an address: one query to find it and one for its words, however deep it stands."""

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef
from django.utils import translation
from wagtail.models import Page, PageViewRestriction, Site

from cms.guidance.models import BilingualPage


def page_at(path: str) -> BilingualPage | None:
    """The live page at this path of the tree in the reader's language. It knows its locale, and whether it is restricted.

    The slug is asked for as well because it has an index, which the path hasn't.
    """
    language = translation.get_language()
    for root in Site.get_site_root_paths():  # kept in the cache
        if root.language_code == language:
            address = f"{root.root_path}{path}"
            found = Page.objects.live().filter(slug=address.rstrip("/").rpartition("/")[2], url_path=address).order_by()
            for page in found.select_related("locale").annotate(is_restricted=is_restricted()):
                return page.specific
    return None


def is_restricted() -> Exists:
    """Itself or by a page above it."""
    here = PageViewRestriction.objects.annotate(path=ExpressionWrapper(OuterRef("path"), CharField()))
    return Exists(here.filter(path__startswith=F("page__path")))
