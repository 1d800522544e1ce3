"""A page's language, the reader's, and the same page in the other language."""

from django.conf import settings
from django.utils import translation
from wagtail.models import Page

from cms.guidance.enums import SOURCE_LANGUAGE, TARGET_LANGUAGE
from cms.guidance.models import BilingualPage


def reader_language() -> str:
    return translation.get_language() or SOURCE_LANGUAGE


def language_of(page: Page) -> str:
    """Language of a page, without a query for the locale where the pair knows it already."""
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


def other_than(language: str) -> str:
    return TARGET_LANGUAGE if language == SOURCE_LANGUAGE else SOURCE_LANGUAGE
