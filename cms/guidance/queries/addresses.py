"""The page at an address: one query to find it and one for its words, however deep it stands."""

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef
from django.utils import translation
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.query import PageQuerySet

from cms.guidance.models import BilingualPage, Pair


def page_at(path: str) -> BilingualPage | None:
    """The live page at this path of the tree in the reader's language. It knows its locale, and
    whether it is restricted.

    The slug is asked for as well because it has an index, which the path hasn't.
    """
    for page in (
        standing_at(path).live().select_related("locale").annotate(is_restricted=is_restricted())
    ):
        return page.specific
    return None


def missing_at(path: str) -> Pair | None:
    """The pair of a page that stands at this path and that readers don't have in their language,
    only in the other one.
    """
    page = standing_at(path).not_live().first()
    pair = (
        Pair.objects.filter(translation_key=page.translation_key).for_readers().first()
        if page
        else None
    )
    return pair if pair and any(one and one.live for one in (pair.french, pair.english)) else None


def standing_at(path: str) -> PageQuerySet:
    language = translation.get_language()
    for root in Site.get_site_root_paths():  # kept in the cache
        if root.language_code == language:
            address = f"{root.root_path}{path}"
            return Page.objects.filter(
                slug=address.rstrip("/").rpartition("/")[2], url_path=address
            ).order_by()
    return Page.objects.none()


def is_restricted() -> Exists:
    """Itself or by a page above it."""
    here = PageViewRestriction.objects.annotate(
        path=ExpressionWrapper(OuterRef("path"), CharField())
    )
    return Exists(here.filter(path__startswith=F("page__path")))
