"""Plants the two trees of pages, French and English, from the words in `content/`; keeps the site's
address.
"""

import datetime
import re
import tomllib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import escape
from wagtail.blocks import StreamValue
from wagtail.models import Locale, Page, Site

from cms.guidance.enums import SOURCE_LANGUAGE, TARGET_LANGUAGE
from cms.guidance.models import (
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
from cms.guidance.services.editors import keep_editors
from cms.guidance.services.review import keep_workflow
from cms.guidance.values.block_values import stored
from courses.catalogue.models import Resource

CONTENT = Path(__file__).parents[1] / "content"
LANGUAGES = (SOURCE_LANGUAGE, TARGET_LANGUAGE)
# A page's key → the key of the page it stands under, the parents first.
PLACES = {
    "home": None,
    "about": "home",
    "resources": "home",
    "resources/educarte": "resources",
    "resources/universalis": "resources",
    "resources/madmagz": "resources",
    "resources/enseigno": "resources",
    "help": "home",
    "privacy": "home",
    "accessibility": "home",
    "guidance": "home",
    "guidance/week": "guidance",
    "guidance/week/virtual-class": "guidance/week",
    "guidance/week/bearable-week": "guidance/week",
    "guidance/week/ent-saturated": "guidance/week",
    "guidance/equipment": "guidance",
    "guidance/equipment/phones-only": "guidance/equipment",
    "guidance/equipment/photos": "guidance/equipment",
    "guidance/equipment/lending": "guidance/equipment",
    "guidance/everyone": "guidance",
    "guidance/everyone/silent": "guidance/everyone",
    "guidance/everyone/minors-data": "guidance/everyone",
    "guidance/everyone/accessible-documents": "guidance/everyone",
    "guidance/bouquet": "guidance",
    "guidance/bouquet/educarte": "guidance/bouquet",
    "guidance/bouquet/universalis": "guidance/bouquet",
    "guidance/bouquet/madmagz": "guidance/bouquet",
    "guidance/questions": "guidance",
    "news": "home",
    "news/three-measures": "news",
    "news/guidance-open": "news",
}
TOPICS = {
    "guidance",
    "guidance/week",
    "guidance/equipment",
    "guidance/everyone",
    "guidance/bouquet",
}
# The demo's words in the place of `{{…}}`.
DEMO_ADDRESSES = {"contact": "aide@passerelle.example", "dpo": "dpd@academie.example"}
DEMO_WORDS = {
    "fr": (
        {"operator": "L’organisme qui met Passerelle en ligne", "day": "25 novembre 2026"}
        | DEMO_ADDRESSES
    ),
    "en": (
        {"operator": "The organisation that puts Passerelle online", "day": "25 November 2026"}
        | DEMO_ADDRESSES
    ),
}
# Any UUID, but the same for ever: the pages' translation keys are drawn from it.
KEYS = uuid.UUID("5b0f1c1e-6f0e-4f3a-9d0b-3c8f3a5d2c11")
INTERNAL_LINK = re.compile(r'href="page:(?P<key>[\w/-]+)"')


# What a region's site shows at once. Everything else is planted as a draft, for somebody of the
# region to read and publish.
LIVE_AT_ONCE = {
    "home",
    "resources",
    "help",
    "privacy",
    "accessibility",
    "guidance",
    "news",
    *TOPICS,
}


@dataclass(frozen=True)
class Region:
    """Operator of the site: values of `{{…}}` in the content."""

    operator: str
    contact: str
    dpo: str
    day: datetime.date

    def words(self, language: str) -> dict[str, str]:
        with translation.override(language):
            day = date_format(self.day, "DATE_FORMAT")
        return {
            "operator": escape(self.operator),
            "contact": escape(self.contact),
            "dpo": escape(self.dpo),
            "day": day,
        }


def plant_trees(address: str | None = None, *, region: Region | None = None) -> int:
    """Make the pages that are missing in either language, and say how many. A page that is there
    keeps its words.

    The two of a pair share a `translation_key` drawn from the key of their content, so that a page
    is found again wherever an adviser has moved it. A resource's page is made as soon as the
    catalogue has the resource: run it again then. A French page that changed after it was
    translated is published twice, so that English is truly behind. `address` is the site's, where
    it isn't the one of the settings. Without a `region` it is the demo's: all pages are live, with
    the demo's words and news.
    """
    with transaction.atomic():
        made = {language: plant_tree(language, region) for language in LANGUAGES}
        if region is None:
            for key, page in made[SOURCE_LANGUAGE].items():
                say_what_is_new(key, page)
        keep_address(address or settings.SITE_ADDRESS)
        away_with_the_welcome_page()
        keep_workflow()
        keep_editors()
    return sum(len(pages) for pages in made.values())


def plant_tree(language: str, region: Region | None) -> dict[str, BilingualPage]:
    """One language's new pages; links between them are set once all are there."""
    locale, _ = Locale.objects.get_or_create(language_code=language)
    resources = {resource.slug: resource for resource in Resource.objects.all()}
    there = {page.translation_key: page for page in Page.objects.filter(locale=locale)}
    pages = {key: there[key_of(key)] for key in PLACES if key_of(key) in there}
    made: dict[str, BilingualPage] = {}
    for key, parent_key in PLACES.items():
        if (
            key in pages
            or not has_words(key, language)
            or (parent_key == "resources" and slug_of(key) not in resources)
        ):
            continue
        if region and parent_key == "news":
            continue
        parent = pages[parent_key] if parent_key else Page.get_first_root_node()
        page = new_page(key, words_of(key, language, region), resources)
        page.locale, page.translation_key = locale, key_of(key)
        page.live = region is None or key in LIVE_AT_ONCE
        parent.add_child(instance=page)
        pages[key] = made[key] = page
    for key, page in made.items():
        words = words_of(key, language, region)
        page.body = body_of(key, words, pages, earlier=region is None)
        if language == TARGET_LANGUAGE:
            page.in_step_with = source_of(key)
        if isinstance(page, GuidancePage):
            page.related_pages = [
                RelatedPage(other=pages[other])
                for other in words.get("related", [])
                if other in pages
            ]
        revision = page.save_revision()
        if page.live:
            revision.publish()
    return made


def say_what_is_new(key: str, page: BilingualPage) -> None:
    """The French words as they are now, where they differ from those that were translated."""
    words = words_of(key, SOURCE_LANGUAGE)
    if any("was" in block or block.get("added") for block in words.get("body", [])):
        pages = {
            other: there
            for other in PLACES
            if (
                there := Page.objects.filter(
                    translation_key=key_of(other), locale=page.locale
                ).first()
            )
        }
        page.refresh_from_db()
        page.body = body_of(key, words, pages, earlier=False)
        page.save_revision().publish()


def source_of(key: str) -> list[dict[str, str]] | None:
    """Passages of the French page at this moment, for its twin's `in_step_with`."""
    source = Page.objects.filter(
        translation_key=key_of(key), locale__language_code=SOURCE_LANGUAGE
    ).first()
    return [passage.as_json() for passage in source.specific.passages] if source else None


def body_of(
    key: str, words: dict[str, Any], pages: dict[str, Page], *, earlier: bool
) -> StreamValue:
    """The blocks with ids that are the same in both languages."""
    blocks = words.get("body", [])
    rows = [
        {
            "id": str(uuid.uuid5(KEYS, f"{key}#{block.get('id', place)}")),
            "type": block["type"],
            "value": linked(
                stored(
                    block["type"], block["was"] if earlier and "was" in block else block["value"]
                ),
                pages,
            ),
        }
        for place, block in enumerate(blocks)
        if not (earlier and block.get("added"))
    ]
    return StreamValue(BilingualPage._meta.get_field("body").stream_block, rows, is_lazy=True)


def new_page(key: str, words: dict[str, Any], resources: dict[str, Resource]) -> BilingualPage:
    fields = {
        "title": words["title"],
        "slug": words["slug"],
        "lead": words["lead"],
        "search_description": words["description"],
    }
    if key == "home":
        return HomePage(**fields)
    if PLACES[key] == "resources":
        return ResourcePage(resource=resources[slug_of(key)], **fields)
    if key in TOPICS:
        return TopicPage(**fields)
    if key == "news":
        return NewsIndexPage(**fields)
    if PLACES[key] == "news":
        return NewsPage(dated=words["dated"], **fields)
    if key.startswith("guidance/"):
        resource = resources.get(words.get("resource", ""))
        return GuidancePage(
            audience=words["audience"],
            change_note=words.get("change_note", ""),
            resource=resource,
            **fields,
        )
    return TextPage(**fields)


def has_words(key: str, language: str) -> bool:
    return (CONTENT / language / f"{key}.toml").exists()


def words_of(key: str, language: str, region: Region | None = None) -> dict[str, Any]:
    """A page's content. A region's has none of the blocks marked `demo`, and `region` in the place
    of a block's value.
    """
    text = (CONTENT / language / f"{key}.toml").read_text(encoding="utf-8")
    for name, value in (region.words(language) if region else DEMO_WORDS[language]).items():
        text = text.replace(f"{{{{{name}}}}}", value)
    words = tomllib.loads(text)
    blocks = words.get("body", [])
    if region:
        words["body"] = [
            block | {"value": block.get("region", block["value"])}
            for block in blocks
            if not block.get("demo")
        ]
    return words


def linked(value: Any, pages: dict[str, Page]) -> Any:
    """The same content with `page:` links as Wagtail keeps them, by the page's number."""
    if isinstance(value, str):
        return INTERNAL_LINK.sub(lambda match: internal_link(pages.get(match["key"])), value)
    if isinstance(value, list):
        return [linked(part, pages) for part in value]
    if isinstance(value, dict):
        return {name: linked(part, pages) for name, part in value.items()}
    return value


def internal_link(page: Page | None) -> str:
    """A page that isn't there yet leaves plain words."""
    return f'linktype="page" id="{page.pk}"' if page else ""


def key_of(key: str) -> uuid.UUID:
    return uuid.uuid5(KEYS, key)


def slug_of(key: str) -> str:
    return key.rpartition("/")[2]


def keep_address(address: str) -> None:
    """One site, rooted in the French home; its host and port are those of the address."""
    home = HomePage.objects.get(
        translation_key=key_of("home"), locale__language_code=SOURCE_LANGUAGE
    )
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    site = Site.objects.order_by("-is_default_site", "pk").first() or Site()
    asked = {
        "hostname": parts.hostname,
        "port": port,
        "root_page_id": home.pk,
        "is_default_site": True,
        "site_name": "Passerelle",
    }
    if any(getattr(site, name) != value for name, value in asked.items()):
        for name, value in asked.items():
            setattr(site, name, value)
        site.save()


def away_with_the_welcome_page() -> None:
    """The page that Wagtail's first migration plants, if nobody made anything of it."""
    for page in Page.objects.filter(depth=2, slug="home", content_type__model="page", numchild=0):
        page.delete()
