"""What the roof keeps about guidance: the pages, their pairs, who edits them."""

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

__all__ = [
    "BilingualPage",
    "GuidancePage",
    "HomePage",
    "NewsIndexPage",
    "NewsPage",
    "Pair",
    "RelatedPage",
    "ResourcePage",
    "TextPage",
    "TopicPage",
]
