"""Plants the two trees of pages, French and English, from the words in `content/`; keeps the site's address."""

import re
import tomllib
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupPagePermission, Locale, Page, Site

from cms.guidance.models import BilingualPage, HomePage, ResourcePage, TextPage
from courses.catalogue.models import Resource
from courses.people.enums import Role

CONTENT = Path(__file__).parent / "content"
FIRST_LANGUAGE, *OTHER_LANGUAGES = LANGUAGES = ("fr", "en")
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
}
# Any UUID, but the same for ever: the pages' translation keys are drawn from it.
KEYS = uuid.UUID("5b0f1c1e-6f0e-4f3a-9d0b-3c8f3a5d2c11")
INTERNAL_LINK = re.compile(r'href="page:(?P<key>[\w/-]+)"')
ADVISERS_MAY = ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"]


def plant_trees(address: str | None = None) -> int:
    """Make the pages that are missing in either language, and say how many. A page that is there keeps its words.

    The two of a pair share a `translation_key` drawn from the key of their content, so that a page is found again wherever
    an adviser has moved it. A resource's page is made as soon as the catalogue has the resource: run it again then.
    `address` is the site's, where it isn't the one of the settings.
    """
    with transaction.atomic():
        made = sum(plant_tree(language) for language in LANGUAGES)
        keep_address(address or settings.SITE_ADDRESS)
        away_with_the_welcome_page()
        let_advisers_write()
    return made


def plant_tree(language: str) -> int:
    """One language's pages; links between them are set once all are there."""
    locale, _ = Locale.objects.get_or_create(language_code=language)
    resources = {resource.slug: resource for resource in Resource.objects.all()}
    there = {page.translation_key: page for page in Page.objects.filter(locale=locale)}
    pages = {key: there[key_of(key)] for key in PLACES if key_of(key) in there}
    made: dict[str, tuple[BilingualPage, dict[str, Any]]] = {}
    for key, parent_key in PLACES.items():
        if key in pages or (parent_key == "resources" and slug_of(key) not in resources):
            continue
        words = words_of(key, language)
        parent = pages[parent_key] if parent_key else Page.get_first_root_node()
        page = new_page(key, words, resources)
        page.locale, page.translation_key = locale, key_of(key)
        parent.add_child(instance=page)
        pages[key] = page
        made[key] = page, words
    for page, words in made.values():
        page.body = [(block["type"], block["value"]) for block in linked(words.get("body", []), pages)]
        page.save_revision().publish()
    return len(made)


def new_page(key: str, words: dict[str, Any], resources: dict[str, Resource]) -> BilingualPage:
    fields = {"title": words["title"], "slug": words["slug"], "lead": words["lead"], "search_description": words["description"]}
    if key == "home":
        return HomePage(**fields)
    if PLACES[key] == "resources":
        return ResourcePage(resource=resources[slug_of(key)], **fields)
    return TextPage(**fields)


def words_of(key: str, language: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / language / f"{key}.toml").read_text(encoding="utf-8"))


def linked(value, pages: dict[str, Page]):
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
    home = HomePage.objects.get(translation_key=key_of("home"), locale__language_code=FIRST_LANGUAGE)
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    site = Site.objects.order_by("-is_default_site", "pk").first() or Site()
    asked = {"hostname": parts.hostname, "port": port, "root_page_id": home.pk, "is_default_site": True, "site_name": "Passerelle"}
    if any(getattr(site, name) != value for name, value in asked.items()):
        for name, value in asked.items():
            setattr(site, name, value)
        site.save()


def away_with_the_welcome_page() -> None:
    """The page that Wagtail's first migration plants, if nobody made anything of it."""
    for page in Page.objects.filter(depth=2, slug="home", content_type__model="page", numchild=0):
        page.delete()


def let_advisers_write() -> None:
    """The advisers' group may write and publish everywhere; who is in it follows from memberships, elsewhere."""
    group, _ = Group.objects.get_or_create(name=Role.ADVISER)
    root = Page.get_first_root_node()
    for home in root.get_children():
        for permission in Permission.objects.filter(codename__in=ADVISERS_MAY, content_type__app_label="wagtailcore"):
            GroupPagePermission.objects.get_or_create(group=group, page=home, permission=permission)
