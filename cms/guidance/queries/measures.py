"""Measures of guidance for `manage.py bench`, as a visitor asks for it."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import translation

from cms.guidance.models import GuidancePage, TopicPage
from courses.digest.values import BenchTarget

ANSWERED = "classe virtuelle"


def targets() -> list[BenchTarget]:
    """An address with a query goes past what is kept: so the page's own cost is measured."""
    in_french = {"locale__language_code": "fr"}
    page = max(
        GuidancePage.objects.live().filter(**in_french),
        key=lambda page: str(page.body.raw_data).count("<a "),
    )
    topic = TopicPage.objects.live().filter(**in_french).earliest("path")
    with translation.override("fr"):
        search = reverse("guidance:search")
    return [
        BenchTarget(
            "guidance page", goal="≥ 0.5", page=f"{page.url}?made=anew", is_for_visitors=True
        ),
        BenchTarget(
            "guidance page, kept", goal="≥ 20 × the line above", page=page.url, is_for_visitors=True
        ),
        BenchTarget("topics", goal="≥ 0.5", page=f"{topic.url}?made=anew", is_for_visitors=True),
        BenchTarget(
            "search",
            goal="≥ 0.4",
            page=f"{search}?{urlencode({'q': ANSWERED})}",
            is_for_visitors=True,
        ),
    ]
