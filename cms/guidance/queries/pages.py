"""What a page shows beyond its own words: where it stands, what is newer in the other language,
what to read next.

Each page asks for its pair once; everything here follows from it, in a number of queries that no
list makes grow.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    prefetch_related_objects,
)
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from wagtail.models import Page
from wagtail.query import PageQuerySet

from cms.guidance.enums import SOURCE_LANGUAGE, TARGET_LANGUAGE, Change, State, Tone
from cms.guidance.models import (
    BilingualPage,
    GuidancePage,
    NewsPage,
    PagePdf,
    Pair,
    RelatedPage,
    ResourcePage,
    TopicPage,
)
from cms.guidance.values.passages import anchor
from courses.people.models import Person
from courses.people.permissions import is_adviser

MOST_RELATED = 3
NEWS_AT_HOME = 3
BEGINNING = 80  # characters of a passage that stand for it in a list
WHERE_A_LINK_LEADS = re.compile(r" \((?:https?|mailto|tel|page|document):[^)]*\)")
A_WORD = re.compile(r"[^\W\d_]{2}")
FIELDS = {"title", "lead", "audience"}


@dataclass(frozen=True)
class Entry:
    """A page as a list shows it: in the reader's language, or else in the other one, which is then
    named.
    """

    title: str
    url: str
    lead: str = ""
    language: str = ""  # only where it isn't the reader's


@dataclass(frozen=True)
class Way:
    """A way from a page to where it is written."""

    icon: str
    label: str
    url: str


@dataclass(frozen=True)
class Shelf:
    """A topic with its pages."""

    topic: Entry
    pages: list[Entry]


@dataclass(frozen=True)
class Late:
    """A passage that the source says otherwise since this page was in step with it."""

    change: str
    kind: str
    here: str  # its anchor on this page, where it stands there
    there: str  # its address in the source, where it still stands there
    words: str  # how it begins
    language: str  # of those words


@dataclass(frozen=True)
class Lag:
    """What the reader of a page that is behind is told."""

    passages: list[Late]
    since: datetime.datetime
    on_one_day: bool
    source: str  # the address of the source

    @property
    def by_anchor(self) -> dict[str, Late]:
        return {late.here: late for late in self.passages if late.here}


@dataclass(frozen=True)
class Part:
    """A block of the page, where it stands, and whether it is behind."""

    anchor: str
    block: object
    late: Late | None


# What a page shows, by its kind: hung on the classes by `cms/apps.py`


def shown(page: BilingualPage, reader: Person | AnonymousUser, now: datetime.datetime) -> dict:
    """What all kinds of pages show.

    `shown_in` is the page's language where the reader asked for the other one.
    """
    gather_pictures(page)
    lag = lag_of(page)
    marks = lag.by_anchor if lag else {}
    parts = [Part(anchor(block.id), block, marks.get(anchor(block.id))) for block in page.body]
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


# From a page to its editor


def desk_of(page: BilingualPage, reader: Person | AnonymousUser) -> list[Way]:
    """Where this adviser may go from here to write: into the page's editor, to a new page of the
    topic or about the resource.
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


# The two languages


def reader_language() -> str:
    return translation.get_language() or SOURCE_LANGUAGE


def language_of(page: Page) -> str:
    """Without asking for the locale where the pair knows it already."""
    pair = getattr(page, "pair", None)
    known = {pair.french_id: SOURCE_LANGUAGE, pair.english_id: TARGET_LANGUAGE} if pair else {}
    return known.get(page.pk) or page.locale.language_code


def shown_in(page: BilingualPage) -> str:
    language = language_of(page)
    return language if language != reader_language() else ""


def twin_of(page: BilingualPage) -> Page | None:
    """The same page in the other language, where readers have it."""
    if page.pair is None:
        return None
    twin = page.pair.english if page.pair.french_id == page.pk else page.pair.french
    return twin if twin and twin.live else None


def alternates_of(page: BilingualPage) -> list[tuple[str, str]]:
    """Language and address of the page itself, of its twin, and of the French one, for search
    engines.
    """
    own, twin = language_of(page), twin_of(page)
    there = {own: page.canonical}
    if twin:
        there[other_than(own)] = f"{settings.SITE_ADDRESS}{twin.url}"
    return [*there.items(), ("x-default", there.get(SOURCE_LANGUAGE, page.canonical))]


def lag_of(page: BilingualPage) -> Lag | None:
    """What is newer in the source.

    Only the language that follows is ever behind, and only while both are live.
    """
    pair = page.pair
    if (
        pair is None
        or pair.english_id != page.pk
        or pair.english_state != State.BEHIND
        or pair.french is None
        or pair.lag_since is None
    ):
        return None
    here = {passage.id: passage.text for passage in page.passages if passage.id not in FIELDS}
    source = {passage.id: passage.text for passage in pair.source_passages}
    address = pair.french.url
    passages = [late_from(row, here, source, address) for row in pair.lag]
    days = {timezone.localdate(datetime.datetime.fromisoformat(row["since"])) for row in pair.lag}
    return Lag(passages, pair.lag_since, len(days) == 1, address)


def late_from(row: dict, here: dict[str, str], source: dict[str, str], address: str) -> Late:
    id, field = row["id"], row["id"] in FIELDS
    stands_here = id in here
    words = here.get(id) or source.get(id, "")
    return Late(
        change=row["change"],
        kind=row["kind"],
        here=anchor(id) if stands_here else "",
        there=(
            address
            if field
            else f"{address}#{anchor(id)}"
            if row["change"] != Change.REMOVED
            else ""
        ),
        words=beginning(words) if not field else "",
        language="" if stands_here else SOURCE_LANGUAGE,
    )


def beginning(text: str) -> str:
    """The first words that a reader would know the passage by; none for one without words, such as
    a live block.
    """
    lines = (
        WHERE_A_LINK_LEADS.sub("", line) for line in text.split("\n") if line not in Tone.values
    )
    first = next((line for line in lines if A_WORD.search(line)), "")
    return first if len(first) <= BEGINNING else f"{first[:BEGINNING].rpartition(' ')[0]}…"


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


# Where a page stands, and what stands beside it


def above(page: BilingualPage) -> list[Entry]:
    """What a page stands under, the first page of all topics first.

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


def entry_of(pair: Pair, language: str, leads: dict[int, str] | None = None) -> Entry | None:
    """A pair as a list shows it.

    Readers are led to their own language; without it, to the page that says so (T51).
    """
    french, english = (page if page and page.live else None for page in (pair.french, pair.english))
    own, other = (french, english) if language == SOURCE_LANGUAGE else (english, french)
    leads = leads or {}
    if own:
        return Entry(own.title, own.url, leads.get(own.pk, ""))
    if other:
        return Entry(
            other.title,
            reverse("guidance:page", args=[pair.public_id]),
            leads.get(other.pk, ""),
            other_than(language),
        )
    return None


def other_than(language: str) -> str:
    return TARGET_LANGUAGE if language == SOURCE_LANGUAGE else SOURCE_LANGUAGE


def entries(pairs: Iterable[Pair], leads: dict[int, str] | None = None) -> list[Entry]:
    language = reader_language()
    return [entry for pair in pairs if (entry := entry_of(pair, language, leads))]


def related_to(page: GuidancePage) -> list[Entry]:
    """What to read next: as chosen, whichever language was chosen; else others of the same topic."""
    topic = page.pair.topic_id if page.pair else None
    is_chosen = Q(
        translation_key__in=page.related_pages.all().values_list(
            "other__translation_key", flat=True
        )
    )
    is_near = Q(topic=topic, kind=GuidancePage._meta.model_name) if topic else Q(pk=None)
    place = RelatedPage.objects.filter(
        page=page.pk, other__translation_key=OuterRef("translation_key")
    ).values("sort_order")[:1]
    found = (
        Pair.objects.filter(is_chosen | is_near)
        .exclude(translation_key=page.translation_key)
        .for_readers()
    )
    found = found.annotate(
        is_chosen=ExpressionWrapper(is_chosen, BooleanField()), place=Subquery(place)
    )
    pairs = list(found.order_by("-is_chosen", "place", *AS_THEY_STAND)[: 3 * MOST_RELATED])
    return entries(pair for pair in pairs if pair.is_chosen) or entries(pairs)[:MOST_RELATED]


def about_resource(page: ResourcePage) -> list[Entry]:
    """The guidance pages about a resource, each once, with their sentence."""
    keys = GuidancePage.objects.live().filter(resource=page.resource_id).values("translation_key")
    pairs = list(
        Pair.objects.filter(translation_key__in=keys).for_readers().order_by(*AS_THEY_STAND)
    )
    return entries(pairs, leads_of(pairs))


def page_of_resource(page: GuidancePage) -> Entry | None:
    """The page of the resource that a guidance page is about."""
    if page.resource_id is None:
        return None
    keys = ResourcePage.objects.live().filter(resource=page.resource_id).values("translation_key")
    return next(iter(entries(Pair.objects.filter(translation_key__in=keys).for_readers())), None)


# As advisers put them in the French tree; those that exist in English only come last.
AS_THEY_STAND = (F("french__path").asc(nulls_last=True), F("english__path").asc(nulls_last=True))


def shelves_of(page: TopicPage) -> tuple[list[Shelf], list[Entry]]:
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


def latest_updates(language: str) -> PageQuerySet:
    """The guidance pages of a language, the one published last first."""
    return (
        GuidancePage.objects.live()
        .public()
        .filter(locale__language_code=language)
        .order_by("-last_published_at", "-pk")
    )
