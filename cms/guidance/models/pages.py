"""Every kind of page that advisers write, each in French and in English."""

import datetime
import math

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PageManager, PageViewRestriction, Revision, TaskState
from wagtail.query import PageQuerySet

from cms.guidance.blocks import BodyBlock, resources_of, subjects_of
from cms.guidance.enums import SOURCE_LANGUAGE
from cms.guidance.models.pairs import Pair
from cms.guidance.models.papers import PagePdf
from cms.guidance.values.block_values import words_of
from cms.guidance.values.passages import PagePassage, anchor, passages_from
from cms.guidance.values.versions import is_same_version
from courses.catalogue.queries import subscribers_of
from courses.digest import queries as digest
from courses.exceptions import Refusal

COMING_AT_HOME = 3
SHOWN_OF_A_RESOURCE = 6
ANY = "any"  # the subject of what is ahead anywhere
WORDS_A_MINUTE = 200
# In the demo's foot: these pages carry figures that aren't invented.
FOOT_SAY = _(
    "Demonstration: people, subscriptions and sessions are invented. The figures of spring 2020 are"
    " those of Région Normandie."
)


class BilingualPage(Page):
    """Base of all our pages. The two of a pair have one `translation_key`, and blocks that say the
    same have one id.

    `in_step_with` holds the passages of the source as they were when this page last said the same:
    not a date and not a revision's number, which both change without a change of meaning.
    """

    lead = models.CharField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("One sentence, under the title and in lists."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("content"), blank=True)
    in_step_with = models.JSONField(null=True, editable=False)
    minor_edit = models.BooleanField(
        _("a minor edit"),
        default=False,
        help_text=_(
            "Spelling or wording, the meaning is the same: the other language stays up to date."
        ),
    )

    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        now = timezone.now()
        ahead = digest.live(self.live_subjects, request.user, now)
        shown = self.shown_to(request.user, now)
        return {
            **super().get_context(request, *args, **kwargs),
            "foot_say": FOOT_SAY,
            "live": ahead,
            "tiles": digest.tiles(resources_of(self.body), request.user, now),
            **shown,
        }

    def get_view_restrictions(self):
        """Most pages have none, which the query for their address has found out."""
        return (
            super().get_view_restrictions()
            if getattr(self, "is_restricted", True)
            else PageViewRestriction.objects.none()
        )

    def shown_to(self, reader, now: datetime.datetime) -> dict:
        """Context of its template beyond its own fields.

        Set on each class by `cms/apps.py`, from `queries/pages.py`.
        """
        return {}

    def why_not_publish(self) -> Refusal | None:
        """Hung on by `cms/apps.py`, from `services/step.py`: it asks for the page in the other
        language.
        """
        return None

    def publish(self, revision, *args, **kwargs):
        """Publish by hand, by a workflow or by the clock. Raises the `Refusal` of
        `why_not_publish`.
        """
        if refusal := revision.as_object().why_not_publish():
            raise refusal
        return super().publish(revision, *args, **kwargs)

    def save_revision(
        self, user=None, *args, previous_revision=None, overwrite_revision=None, **kwargs
    ):
        """Return the latest revision where it says the same already: no edit, no second approval,
        no author who only opened the page.

        The editor may ask to write over a revision of its own (`overwrite_revision`). A revision
        that readers have, that is under review or that somebody else wrote is never written over:
        there a new revision is made.
        """
        latest = self.get_latest_revision() if self.pk else None
        if (
            latest
            and previous_revision is None
            and is_same_version(latest.content, self.serializable_data())
        ):
            return latest
        if overwrite_revision and (
            overwrite_revision.user_id != (user and user.pk) or is_needed(self, overwrite_revision)
        ):
            overwrite_revision = None
        kwargs |= {"previous_revision": previous_revision, "overwrite_revision": overwrite_revision}
        return super().save_revision(user, *args, **kwargs)

    @cached_property
    def pair(self) -> Pair | None:
        """Both its languages, who keeps it, what it stands under, how big its paper is: one query
        for the page and its frame.
        """
        paper = PagePdf.objects.filter(page=self.pk).values("size")[:1]
        pairs = Pair.objects.filter(translation_key=self.translation_key).for_a_page()
        return next(iter(pairs.annotate(paper_bytes=models.Subquery(paper))), None)

    @property
    def live_subjects(self) -> frozenset[str]:
        """Subjects to ask the products about: once, for all that the page shows of them."""
        return subjects_of(self.body)

    @property
    def contents(self) -> list[tuple[str, str]]:
        """Anchor and words of each heading, in order."""
        return [
            (anchor(block.id), block.value) for block in self.body if block.block_type == "heading"
        ]

    @property
    def canonical(self) -> str:
        """Address with the site's address of the settings, never from the Host header."""
        return f"{settings.SITE_ADDRESS}{self.url}"

    @property
    def is_source(self) -> bool:
        return self.locale.language_code == SOURCE_LANGUAGE

    @property
    def fields_in_words(self) -> list[tuple[str, str]]:
        """Name and words of the fields that a reader reads, apart from the body."""
        return [("title", self.title), ("lead", self.lead)]

    @property
    def passages(self) -> list[PagePassage]:
        """All that the page says, in order: its fields, then its blocks."""
        fields = [PagePassage(name, name, text) for name, text in self.fields_in_words if text]
        blocks = [
            PagePassage(block.id, block.block_type, words_of(block.get_prep_value()["value"]))
            for block in self.body
        ]
        return fields + blocks

    @property
    def seen(self) -> list[PagePassage] | None:
        """The source as it was when this page was last up to date with it."""
        return None if self.in_step_with is None else passages_from(self.in_step_with)

    @property
    def reading_minutes(self) -> int:
        words = sum(len(passage.text.split()) for passage in self.passages)
        return max(1, math.ceil(words / WORDS_A_MINUTE))


def is_needed(page: BilingualPage, revision: Revision) -> bool:
    """Do readers have this revision, does the clock wait for it, or was it given to reviewers?"""
    is_planned = revision.approved_go_live_at is not None
    return (
        is_planned
        or page.live_revision_id == revision.pk
        or TaskState.objects.filter(revision=revision).exists()
    )


class ResourcePageQuerySet(PageQuerySet):
    def shown(self):
        """Live pages with all that a list of resources needs, in one query."""
        return (
            self.live()
            .select_related("resource__provider")
            .order_by("title")
            .fetch_mode(models.FETCH_PEERS)
        )


class HomePage(BilingualPage):
    """The front page, which a visitor sees first."""

    template = "guidance/home.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.TextPage", "cms.TopicPage", "cms.NewsIndexPage"]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return {
            **context,
            "resource_pages": ResourcePage.objects.descendant_of(self).shown(),
            "coming": context["live"].get(ANY, [])[:COMING_AT_HOME],
            "about": TextPage.objects.child_of(self).live().first(),
        }

    @property
    def live_subjects(self) -> frozenset[str]:
        return super().live_subjects | {ANY}


class TextPage(BilingualPage):
    """About, help, personal data, accessibility. With resources below it, it lists them."""

    template = "guidance/text.html"
    parent_page_types = ["cms.HomePage", "cms.TextPage"]
    subpage_types = ["cms.TextPage", "cms.ResourcePage"]

    class Meta:
        verbose_name = _("page of text")
        verbose_name_plural = _("pages of text")

    def get_context(self, request, *args, **kwargs):
        return {
            **super().get_context(request, *args, **kwargs),
            "resource_pages": ResourcePage.objects.child_of(self).shown(),
        }


class ResourcePage(BilingualPage):
    """A resource of the bouquet: its facts, who subscribes to it, and the next sessions about it."""

    resource = models.ForeignKey(
        "courses.Resource", models.PROTECT, related_name="+", verbose_name=_("resource")
    )

    objects = PageManager.from_queryset(ResourcePageQuerySet)()

    template = "guidance/resource.html"
    parent_page_types = ["cms.TextPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("page of a resource")
        verbose_name_plural = _("pages of resources")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        subscribers = subscribers_of(self.resource, timezone.localdate())
        if settings.ONE_CLICK_LOGINS:
            # The demo's subscriptions are invented; of the Région's six pilots nobody has said that
            # they subscribe.
            subscribers = subscribers.exclude(is_pilot=True)
        return {
            **context,
            "subscribers": subscribers,
            "sessions": context["live"].get(self.subject, [])[:SHOWN_OF_A_RESOURCE],
        }

    @property
    def subject(self) -> str:
        return f"resource:{self.resource.slug}"

    @property
    def live_subjects(self) -> frozenset[str]:
        return super().live_subjects | {self.subject}


class TopicPage(BilingualPage):
    """A topic of guidance, or the first page of all topics.

    Who may write is told topic by topic.
    """

    template = "guidance/topic.html"
    parent_page_types = ["cms.HomePage", "cms.TopicPage"]
    subpage_types = ["cms.TopicPage", "cms.GuidancePage"]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


class GuidancePage(BilingualPage):
    """A guidance page for one audience: written to be acted on, kept current by an owner."""

    audience = models.CharField(
        _("for whom"), max_length=160, blank=True, help_text=_("“Teachers of all subjects”.")
    )
    change_note = models.CharField(
        _("what changed"),
        max_length=200,
        blank=True,
        help_text=_("For readers: what is new in the version that you publish now."),
    )
    resource = models.ForeignKey(
        "courses.Resource",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("about the resource"),
        help_text=_("The page of this resource then leads here, and this page there."),
    )

    template = "guidance/page.html"
    parent_page_types = ["cms.TopicPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("guidance page")
        verbose_name_plural = _("guidance pages")

    @property
    def fields_in_words(self) -> list[tuple[str, str]]:
        return [*super().fields_in_words, ("audience", self.audience)]


class RelatedPage(Orderable):
    """A page to read next. Whichever language was chosen, the reader is led to their own."""

    page = ParentalKey(GuidancePage, on_delete=models.CASCADE, related_name="related_pages")
    other = models.ForeignKey(
        "wagtailcore.Page", models.CASCADE, related_name="+", verbose_name=_("page")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("related page")


class NewsIndexPage(BilingualPage):
    """All the news, the latest first."""

    template = "guidance/news_index.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NewsPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("list of news")
        verbose_name_plural = _("lists of news")


class NewsPage(BilingualPage):
    """A dated piece of news."""

    dated = models.DateField(_("dated"), default=timezone.localdate)

    template = "guidance/news.html"
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("piece of news")
        verbose_name_plural = _("news")
