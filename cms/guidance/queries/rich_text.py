"""The links of a page's rich texts, all looked up at once: to pages, in the reader's language, and
to documents.

Wagtail asks for them text by text. Who renders a page does it inside `links_of(page)`; outside,
each text asks for its own.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import translation
from django.utils.html import escape
from wagtail.documents import get_document_model
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.models import Page
from wagtail.rich_text import LinkHandler
from wagtail.rich_text.pages import PageLinkHandler
from wagtail.rich_text.rewriters import FIND_A_TAG, extract_attrs

PLAIN_WORDS = "<a>"  # no link: its words stay


@dataclass(frozen=True)
class RichTextLinks:
    """Addresses by the number that a rich text holds. A page or document that is missing, or isn't
    live, has none.
    """

    pages: dict[str, str] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)


_links: ContextVar[RichTextLinks | None] = ContextVar(
    "links of the page that is rendered", default=None
)


@contextmanager
def links_of(page: Page) -> Iterator[None]:
    """Look up the page's links: at most one query for all links to pages, and one for all to
    documents.
    """
    wanted: dict[str, set[str]] = {"page": set(), "document": set()}
    for text in texts_in(list(page.body.raw_data)):
        for tag in FIND_A_TAG.findall(text):
            attrs = extract_attrs(tag)
            if attrs.get("linktype") in wanted:
                wanted[attrs["linktype"]].add(attrs.get("id", ""))
    before = _links.set(
        RichTextLinks(
            addresses_of_pages(wanted["page"]), addresses_of_documents(wanted["document"])
        )
    )
    try:
        yield
    finally:
        _links.reset(before)


def texts_in(value: object) -> Iterator[str]:
    """All strings in a stream as it is stored."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part)


def addresses_of_pages(ids: Iterable[str]) -> dict[str, str]:
    """Addresses of live pages in the reader's language, else in their own."""
    wanted = numbers(ids)
    if not wanted:
        return {}
    language = translation.get_language()
    keys = Page.objects.filter(pk__in=wanted).values("translation_key")
    found = list(
        Page.objects.filter(translation_key__in=keys)
        .select_related("locale")
        .only("translation_key", "url_path", "live", "locale__language_code")
    )
    theirs = {
        page.translation_key: page
        for page in found
        if page.live and page.locale.language_code == language
    }
    addresses = {}
    for page in found:
        shown = theirs.get(page.translation_key) or (page if page.live else None)
        if shown and page.pk in wanted and (address := shown.url):
            addresses[str(page.pk)] = address
    return addresses


def addresses_of_documents(ids: Iterable[str]) -> dict[str, str]:
    wanted = numbers(ids)
    if not wanted:
        return {}
    return {
        str(document.pk): document.url
        for document in get_document_model().objects.filter(pk__in=wanted)
    }


def numbers(ids: Iterable[str]) -> set[int]:
    return {int(id) for id in ids if id.isdecimal()}


def opening(address: str | None) -> str:
    return f'<a href="{escape(address)}">' if address else PLAIN_WORDS


class LinksToPages(PageLinkHandler):
    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        links = _links.get()
        ids = [attrs.get("id", "") for attrs in attrs_list]
        addresses = links.pages if links else addresses_of_pages(ids)
        return [opening(addresses.get(id)) for id in ids]


class LinksToDocuments(DocumentLinkHandler):
    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        links = _links.get()
        ids = [attrs.get("id", "") for attrs in attrs_list]
        addresses = links.documents if links else addresses_of_documents(ids)
        return [opening(addresses.get(id)) for id in ids]


class LinksElsewhere(LinkHandler):
    """Another site learns neither which page led there nor gets a hold on its window."""

    identifier = "external"

    @classmethod
    def expand_db_attributes(cls, attrs: dict) -> str:
        address = attrs["href"]
        if address == settings.SITE_ADDRESS or address.startswith(f"{settings.SITE_ADDRESS}/"):
            return opening(address)
        return f'<a href="{escape(address)}" rel="noopener noreferrer">'
