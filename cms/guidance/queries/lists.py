"""Pages as lists show them: above a page, related to it, on its shelves, news and updates."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse
from wagtail.query import PageQuerySet

from cms.guidance.enums import SOURCE_LANGUAGE
from cms.guidance.models import (
    BilingualPage,
    GuidancePage,
    NewsPage,
    Pair,
    ResourcePage,
    TopicPage,
)
from cms.guidance.queries.languages import other_than, reader_language

MOST_RELATED = 3


@dataclass(frozen=True)
class PageEntry:
    """A page as a list shows it: in the reader's language, or else in the other one, which is then
    named.
    """

    title: str
    url: str
    lead: str = ""
    language: str = ""  # only where it isn't the reader's


@dataclass(frozen=True)
class Shelf:
    """A topic with its pages."""

    topic: PageEntry
    pages: list[PageEntry]


def above(page: BilingualPage) -> list[PageEntry]:
    """Topics above a page, the first page of all topics first.

    The pair knows two topics, and there are rarely more.
    """
    topic = page.pair.topic if page.pair else None
    known = [pair for pair in (topic.topic if topic else None, topic) if pair]
    if known and known[0].topic_id is None:
        return entries(known)
    keys = page.get_ancestors().filter(depth__gt=2).values("translation_key")
    return entries(
        Pair.objects.filter(translation_key__in=keys)
        .for_readers()
        .order_by("french__depth", "english__depth")
    )


def entry_of(pair: Pair, language: str, leads: dict[int, str] | None = None) -> PageEntry | None:
    """A pair as a list shows it.

    Readers are led to their own language; without it, to the page that says so.
    """
    french, english = (page if page and page.live else None for page in (pair.french, pair.english))
    own, other = (french, english) if language == SOURCE_LANGUAGE else (english, french)
    leads = leads or {}
    if own:
        return PageEntry(own.title, own.url, leads.get(own.pk, ""))
    if other:
        return PageEntry(
            other.title,
            reverse("guidance:page", args=[pair.public_id]),
            leads.get(other.pk, ""),
            other_than(language),
        )
    return None


def entries(pairs: Iterable[Pair], leads: dict[int, str] | None = None) -> list[PageEntry]:
    language = reader_language()
    return [entry for pair in pairs if (entry := entry_of(pair, language, leads))]


def related_to(page: GuidancePage) -> list[PageEntry]:
    """Pages to read next: as chosen, whichever language was chosen; else others of the same
    topic.
    """
    others = Pair.objects.exclude(translation_key=page.translation_key).for_readers()
    chosen = list(page.related_pages.all().values_list("other__translation_key", flat=True))
    if chosen:
        pairs = {pair.translation_key: pair for pair in others.filter(translation_key__in=chosen)}
        if found := entries(pairs[key] for key in dict.fromkeys(chosen) if key in pairs):
            return found
    if not (topic := page.pair.topic_id if page.pair else None):
        return []
    near = others.filter(topic=topic, kind=GuidancePage._meta.model_name)
    return entries(near.order_by(*AS_THEY_STAND)[: 3 * MOST_RELATED])[:MOST_RELATED]


def about_resource(page: ResourcePage) -> list[PageEntry]:
    """The guidance pages about a resource, each once, with their sentence."""
    keys = GuidancePage.objects.live().filter(resource=page.resource_id).values("translation_key")
    pairs = list(
        Pair.objects.filter(translation_key__in=keys).for_readers().order_by(*AS_THEY_STAND)
    )
    return entries(pairs, leads_of(pairs))


def page_of_resource(page: GuidancePage) -> PageEntry | None:
    """The page of the resource that a guidance page is about."""
    if page.resource_id is None:
        return None
    keys = ResourcePage.objects.live().filter(resource=page.resource_id).values("translation_key")
    return next(iter(entries(Pair.objects.filter(translation_key__in=keys).for_readers())), None)


# As advisers put them in the French tree; those that exist in English only come last.
AS_THEY_STAND = (F("french__path").asc(nulls_last=True), F("english__path").asc(nulls_last=True))


def shelves_of(page: TopicPage) -> tuple[list[Shelf], list[PageEntry]]:
    """The topics right below with their pages, and the pages right below: in both languages, each
    once.
    """
    if page.pair is None:
        return [], []
    below = list(Pair.objects.filter(topic=page.pair.pk).for_readers().order_by(*AS_THEY_STAND))
    topics = [pair for pair in below if pair.kind == "topicpage"]
    further = list(Pair.objects.filter(topic__in=topics).for_readers().order_by(*AS_THEY_STAND))
    leads = leads_of([*below, *further])
    shelves = [
        Shelf(topic, entries((pair for pair in further if pair.topic_id == one.pk), leads))
        for one in topics
        if (topic := entry_of(one, reader_language(), leads))
    ]
    return shelves, entries((pair for pair in below if pair.kind != "topicpage"), leads)


def leads_of(pairs: list[Pair]) -> dict[int, str]:
    pks = [pk for pair in pairs for pk in (pair.french_id, pair.english_id) if pk]
    kinds = (GuidancePage, TopicPage)
    return {
        pk: lead
        for kind in kinds
        for pk, lead in kind.objects.filter(pk__in=pks).values_list("pk", "lead")
    }


def topics_in(language: str) -> list[TopicPage]:
    """The topics of a tree, each with its sentence, as they stand under the first page of all
    topics.
    """
    return list(
        TopicPage.objects.live().filter(locale__language_code=language, depth=4).order_by("path")
    )


def news_in(language: str) -> PageQuerySet:
    """The news of a language, the latest first."""
    return (
        NewsPage.objects.live()
        .public()
        .filter(locale__language_code=language)
        .order_by("-dated", "-pk")
    )


def latest_updates(language: str) -> PageQuerySet:
    """The guidance pages of a language, the one published last first."""
    return (
        GuidancePage.objects.live()
        .public()
        .filter(locale__language_code=language)
        .order_by("-last_published_at", "-pk")
    )
