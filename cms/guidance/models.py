"""Every kind of page that advisers write: home, pages of text, one page per resource; each in French and in English."""

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from cms.guidance.blocks import BodyBlock, anchor
from courses.catalogue.models import Resource
from courses.catalogue.queries import subscribers_of
from courses.digest.enums import Hook
from courses.digest.values import Upcoming

COMING_AT_HOME = 3
# In the demo's foot: these pages carry figures that aren't invented.
FOOT_SAY = _("Demonstration: people, subscriptions and sessions are invented. The figures of spring 2020 are those of Région Normandie.")


def coming_sessions(resource: Resource | None, person, now: datetime.datetime) -> list[Upcoming]:
    """What the products have ahead about a resource, or about any, soonest first."""
    found = [session for answer in hooks.get_hooks(Hook.SESSIONS_OF_RESOURCE) for session in answer(resource, person, now)]
    return sorted(found, key=lambda session: session.starts_at)


class BilingualPage(Page):
    """What all our pages share. The pair of a page is found by `translation_key`."""

    lead = models.CharField(_("in one sentence"), max_length=300, blank=True, help_text=_("Stands under the title."))
    body = StreamField(BodyBlock(), verbose_name=_("content"), blank=True)

    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), "foot_say": FOOT_SAY}

    @property
    def contents(self) -> list[tuple[str, str]]:
        """Anchor and words of each heading, in order."""
        return [(anchor(block.value), block.value) for block in self.body if block.block_type == "heading"]

    @property
    def canonical(self) -> str:
        """From the site's address in the settings, never from the Host header."""
        return f"{settings.SITE_ADDRESS}{self.url}"


class ResourcePageQuerySet(PageQuerySet):
    def shown(self):
        """What a list of resources needs, in one query."""
        return self.live().select_related("resource__provider").order_by("title").fetch_mode(models.FETCH_PEERS)


class HomePage(BilingualPage):
    """What a visitor sees first."""

    template = "guidance/home.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.TextPage"]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request, *args, **kwargs):
        return {
            **super().get_context(request, *args, **kwargs),
            "resource_pages": ResourcePage.objects.descendant_of(self).shown(),
            "coming": coming_sessions(None, request.user, timezone.now())[:COMING_AT_HOME],
            "about": TextPage.objects.child_of(self).live().first(),
        }


class TextPage(BilingualPage):
    """About, help, personal data, accessibility. With resources below it, it lists them."""

    template = "guidance/text.html"
    parent_page_types = ["cms.HomePage", "cms.TextPage"]
    subpage_types = ["cms.TextPage", "cms.ResourcePage"]

    class Meta:
        verbose_name = _("page of text")
        verbose_name_plural = _("pages of text")

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), "resource_pages": ResourcePage.objects.child_of(self).shown()}


class ResourcePage(BilingualPage):
    """A resource of the bouquet: its facts, who subscribes to it, and the next sessions about it."""

    resource = models.ForeignKey("courses.Resource", models.PROTECT, related_name="+", verbose_name=_("resource"))

    objects = PageManager.from_queryset(ResourcePageQuerySet)()

    template = "guidance/resource.html"
    parent_page_types = ["cms.TextPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("page of a resource")
        verbose_name_plural = _("pages of resources")

    def get_context(self, request, *args, **kwargs):
        return {
            **super().get_context(request, *args, **kwargs),
            "subscribers": subscribers_of(self.resource, timezone.localdate()),
            "sessions": coming_sessions(self.resource, request.user, timezone.now()),
        }
