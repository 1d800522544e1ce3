"""Pages for search engines: read as lists, in a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import translation
from wagtail import hooks
from wagtail.models import Page

from courses.digest.enums import Hook


@dataclass(frozen=True)
class SitemapEntry:
    """One address with its twins: language → address."""

    address: str
    changed_at: datetime | None
    twins: dict[str, str]


def pages_for_search_engines() -> list[SitemapEntry]:
    """The live public pages of both trees, then what the products open to visitors."""
    return [*_own_pages(), *_ways_of_visitors()]


def _own_pages() -> list[SitemapEntry]:
    pages = (
        Page.objects.live().public().filter(depth__gt=1).select_related("locale").order_by("path")
    )
    addresses = {page.pk: f"{settings.SITE_ADDRESS}{page.url}" for page in pages if page.url}
    twins: dict = defaultdict(dict)
    for page in pages:
        if page.pk in addresses:
            twins[page.translation_key][page.locale.language_code] = addresses[page.pk]
    return [
        SitemapEntry(addresses[page.pk], page.last_published_at, twins[page.translation_key])
        for page in pages
        if page.pk in addresses
    ]


def _ways_of_visitors() -> list[SitemapEntry]:
    """Entries of a visitor's bar, except those of the roof, whose pages are listed already."""
    twins: dict[int, dict[str, str]] = defaultdict(dict)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            answers = [
                entry
                for answer in hooks.get_hooks(Hook.MENU)
                if not answer.__module__.startswith("cms.")
                for entry in answer(AnonymousUser())
            ]
        for place, entry in enumerate(answers):
            twins[place][language] = f"{settings.SITE_ADDRESS}{entry.url}"
    return [
        SitemapEntry(address, None, addresses)
        for addresses in twins.values()
        for address in addresses.values()
    ]
