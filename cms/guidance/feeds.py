"""Feeds in each language: the news, and the pages of guidance as they are updated (Atom, RFC
4287).
"""

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cms.guidance.queries.lists import latest_updates, news_in
from courses.people.permissions import open_to_anyone

LATEST = 30


class OfOneLanguage(Feed):
    """Every address starts with the site's own, never with the Host header."""

    feed_type = Atom1Feed
    address = ""

    def __call__(self, request, language: str):
        if language not in dict(settings.LANGUAGES):
            raise Http404
        with translation.override(language):
            return super().__call__(request, language=language)

    def get_object(self, request, language: str) -> str:
        return language

    def link(self, language: str) -> str:
        return f"{settings.SITE_ADDRESS}/{language}/"

    def feed_url(self, language: str) -> str:
        return f"{settings.SITE_ADDRESS}{reverse(self.address, args=[language])}"

    def feed_guid(self, language: str) -> str:
        return self.feed_url(language)

    def author_name(self) -> str:
        return "Passerelle"

    def item_title(self, page) -> str:
        return page.title

    def item_link(self, page) -> str:
        return page.canonical

    def item_guid(self, page) -> str:
        """The same wherever the page is moved (RFC 4122)."""
        return f"urn:uuid:{page.translation_key}"

    def item_pubdate(self, page):
        return page.first_published_at

    def item_updateddate(self, page):
        return page.last_published_at


class NewsFeed(OfOneLanguage):
    address = "news_feed"

    def title(self) -> str:
        return f"Passerelle - {pgettext('of the site', 'News')}"

    def items(self, language: str):
        return news_in(language)[:LATEST]

    def item_description(self, page) -> str:
        return page.lead


class UpdatesFeed(OfOneLanguage):
    address = "updates_feed"

    def title(self) -> str:
        return f"Passerelle - {_('Guidance pages, as they are updated')}"

    def items(self, language: str):
        return latest_updates(language)[:LATEST]

    def item_description(self, page) -> str:
        return page.change_note or page.lead


news = open_to_anyone(NewsFeed())
updates = open_to_anyone(UpdatesFeed())
