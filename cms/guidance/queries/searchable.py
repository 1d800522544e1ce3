"""Pages for the search: those that anyone may read, in each language they are live in."""

import unicodedata
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from wagtail.models import Page
from wagtail.query import PageQuerySet

from cms.guidance.enums import Kind, Tone
from cms.guidance.models import BilingualPage, HomePage, NewsPage, Pair, ResourcePage
from courses.digest.values import SearchHit


def pages_to_find(keys: frozenset[str] | None) -> list[SearchHit]:
    """The pages that these keys name, or all: one query a kind of page, and three more."""
    pages = Page.objects.live().public().not_exact_type(HomePage).filter(depth__gt=1)
    if keys is not None:
        pages = named(pages, keys)
        if pages is None:
            return []
    pages = [
        page
        for page in pages.select_related("locale").specific()
        if isinstance(page, BilingualPage) and page.url
    ]
    resources = dict(
        ResourcePage.objects.filter(pk__in=[page.pk for page in pages]).values_list(
            "pk", "resource__slug"
        )
    )
    addresses = dict(
        Pair.objects.filter(
            translation_key__in={page.translation_key for page in pages}
        ).values_list("translation_key", "public_id")
    )
    return [
        hit_of(page, resources.get(page.pk, ""), addresses.get(page.translation_key, ""))
        for page in pages
    ]


def named(pages: PageQuerySet, keys: Iterable[str]) -> PageQuerySet | None:
    """Pages by their translation key; those of a resource also by its slug."""
    uuids = {
        found
        for key in keys
        if key.startswith("page:") and (found := uuid_of(key.removeprefix("page:")))
    }
    slugs = {key.removeprefix("resource:") for key in keys if key.startswith("resource:")}
    if slugs:
        uuids |= set(
            ResourcePage.objects.filter(resource__slug__in=slugs).values_list(
                "translation_key", flat=True
            )
        )
    return pages.filter(translation_key__in=uuids) if uuids else None


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def hit_of(page: BilingualPage, resource: str, public_id: str) -> SearchHit:
    kind = Kind.RESOURCE if resource else Kind.NEWS if isinstance(page, NewsPage) else Kind.PAGE
    return SearchHit(
        key=f"page:{page.translation_key}",
        under=f"resource:{resource}" if resource else "",
        language=page.locale.language_code,
        kind=kind,
        title=whole(page.title),
        summary=whole(page.lead),
        text=words_of_body(page),
        url=page.url,
        url_elsewhere=permanent_address(public_id, page.locale.language_code),
    )


def words_of_body(page: BilingualPage) -> str:
    """A line for each part; what a choice is called isn't the page's own word."""
    choices = {str(label) for label in Tone.labels}
    parts = page.body.stream_block.get_searchable_content(page.body)
    said = [words for name, words in page.fields_in_words if name not in {"title", "lead"}]
    return whole(
        "\n".join(
            " ".join(str(part).split())
            for part in [*said, *parts]
            if part and str(part) not in choices
        )
    )


def whole(text: str) -> str:
    """A letter and its accent in one sign."""
    return unicodedata.normalize("NFC", text)


def permanent_address(public_id: str, language: str) -> str:
    """Address where a reader of the other language reads this page, told that it isn't in
    theirs.
    """
    others = [code for code, _name in settings.LANGUAGES if code != language]
    if not (public_id and others):
        return ""
    with translation.override(others[0]):
        return reverse("guidance:page", args=[public_id])
