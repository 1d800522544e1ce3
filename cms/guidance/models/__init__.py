"""Models of guidance: the pages, their pairs, who edits them."""

from cms.guidance.models.editorial import EditorialTask, Scope, UrgentNotice
from cms.guidance.models.links import DeadLink
from cms.guidance.models.opinions import Opinion
from cms.guidance.models.pages import (
    BilingualPage,
    GuidancePage,
    HomePage,
    NewsIndexPage,
    NewsPage,
    RelatedPage,
    ResourcePage,
    TextPage,
    TopicPage,
)
from cms.guidance.models.pairs import Pair
from cms.guidance.models.papers import PagePdf
from cms.guidance.models.search import MissedSearch, SearchEntry, SearchTerm
from cms.guidance.models.versions import KeptVersion

__all__ = [
    "BilingualPage",
    "DeadLink",
    "EditorialTask",
    "GuidancePage",
    "HomePage",
    "KeptVersion",
    "MissedSearch",
    "NewsIndexPage",
    "NewsPage",
    "Opinion",
    "PagePdf",
    "Pair",
    "RelatedPage",
    "ResourcePage",
    "Scope",
    "SearchEntry",
    "SearchTerm",
    "TextPage",
    "TopicPage",
    "UrgentNotice",
]
