"""Template context of each kind of page beyond its own fields; set on the classes by `cms/apps.py`.

Each page asks for its pair once; everything here follows from it, in a number of queries that no
list makes grow.
"""

import datetime
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.models import Page

from cms.guidance.models import (
    BilingualPage,
    GuidancePage,
    NewsPage,
    PagePdf,
    Pair,
    ResourcePage,
    TopicPage,
)
from cms.guidance.queries.lag import LatePassage, lag_of
from cms.guidance.queries.languages import (
    alternates_of,
    language_of,
    other_than,
    reader_language,
    shown_in,
)
from cms.guidance.queries.lists import (
    about_resource,
    above,
    news_in,
    page_of_resource,
    related_to,
    shelves_of,
    topics_in,
)
from cms.guidance.values.passages import anchor
from courses.people.models import Person
from courses.people.permissions import is_adviser

NEWS_AT_HOME = 3


@dataclass(frozen=True)
class Way:
    """A way from a page to where it is written."""

    icon: str
    label: str
    url: str


@dataclass(frozen=True)
class PagePart:
    """A block of the page, where it stands, and whether it is behind."""

    anchor: str
    block: object
    late: LatePassage | None


def shown(page: BilingualPage, reader: Person | AnonymousUser, now: datetime.datetime) -> dict:
    """Template context of all kinds of pages.

    `shown_in` is the page's language where the reader asked for the other one.
    """
    gather_pictures(page)
    lag = lag_of(page)
    marks = lag.by_anchor if lag else {}
    parts = [PagePart(anchor(block.id), block, marks.get(anchor(block.id))) for block in page.body]
    return {
        "parts": parts,
        "lag": lag,
        "shown_in": shown_in(page),
        "language_shown": language_of(page),
        "alternates": alternates_of(page),
        "desk": desk_of(page, reader) if reader.is_authenticated and is_adviser(reader) else [],
    }


def shown_on_guidance(
    page: GuidancePage, reader: Person | AnonymousUser, now: datetime.datetime
) -> dict:
    return {
        **shown(page, reader, now),
        "crumbs": above(page),
        "related": related_to(page),
        "resource": page_of_resource(page),
        "reads_keepers": reader.is_authenticated and is_adviser(reader),
    }


def shown_on_topic(page: TopicPage, reader: Person | AnonymousUser, now: datetime.datetime) -> dict:
    shelves, loose = shelves_of(page)
    return {**shown(page, reader, now), "crumbs": above(page), "shelves": shelves, "pages": loose}


def shown_on_resource(
    page: ResourcePage, reader: Person | AnonymousUser, now: datetime.datetime
) -> dict:
    return {**shown(page, reader, now), "guidance": about_resource(page)}


def shown_on_news(page: NewsPage, reader: Person | AnonymousUser, now: datetime.datetime) -> dict:
    return {**shown(page, reader, now), "crumbs": above(page)}


def shown_on_news_index(
    page: BilingualPage, reader: Person | AnonymousUser, now: datetime.datetime
) -> dict:
    return {**shown(page, reader, now), "news": news_in(reader_language())}


def shown_at_home(
    page: BilingualPage, reader: Person | AnonymousUser, now: datetime.datetime
) -> dict:
    language = reader_language()
    return {
        **shown(page, reader, now),
        "topics": topics_in(language),
        "news": news_in(language)[:NEWS_AT_HOME],
    }


def desk_of(page: BilingualPage, reader: Person | AnonymousUser) -> list[Way]:
    """Links for an adviser who reads: into the page's editor, to a new page of the topic or about
    the resource.
    """
    may = page.permissions_for_user(reader)
    ways = (
        [Way("pencil", gettext("Edit"), reverse("wagtailadmin_pages:edit", args=[page.pk]))]
        if may.can_edit()
        else []
    )
    topic, about = (page, "") if isinstance(page, TopicPage) else (None, "")
    if isinstance(page, ResourcePage):
        first = (
            GuidancePage.objects.filter(resource=page.resource_id, locale=page.locale_id)
            .order_by("path")
            .first()
        )
        topic, about = first and first.get_parent(), f"?resource={page.resource.slug}"
    if topic and topic.permissions_for_user(reader).can_add_subpage():
        ways.append(
            Way("plus", gettext("New page"), reverse("begin_page", args=[topic.pk]) + about)
        )
    return ways


def gather_pictures(page: BilingualPage) -> None:
    """The sizes of all its pictures in one query, however many there are."""
    images = [
        block.value["image"]
        for block in page.body
        if block.block_type == "figure" and block.value["image"]
    ]
    if images:
        sizes = images[0].get_rendition_model().objects.all()
        prefetch_related_objects(
            images, Prefetch("renditions", queryset=sizes, to_attr="prefetched_renditions")
        )


# Permanent addresses, and paper


def in_both_languages(pair: Pair) -> tuple[Page | None, Page | None]:
    """The page that anyone may read, in the reader's language and in the other one."""
    pages = (
        Page.objects.live()
        .public()
        .filter(pk__in=[pair.french_id, pair.english_id])
        .select_related("locale")
    )
    by_language = {page.locale.language_code: page for page in pages}
    language = reader_language()
    return by_language.get(language), by_language.get(other_than(language))


def paper_of(page: Page) -> PagePdf | None:
    return PagePdf.objects.filter(page=page.pk).first()
