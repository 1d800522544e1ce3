"""A page in both its languages: who keeps it, when it is checked, whether the second language is in
step.
"""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.guidance.enums import DATED_KINDS, SOURCE_LANGUAGE, TARGET_LANGUAGE, State
from cms.guidance.values.passages import PagePassage, passages_from
from courses.documents.values import public_id

ONLINE = [State.LIVE, State.IN_STEP, State.BEHIND]
SHOWN = ("title", "url_path", "live")  # of a page, to readers
NOT_READ = {"collection", "checked_by", "links_checked_at", "links_due_on"}  # by readers


def shown_of(*pages: str) -> list[str]:
    return [f"{page}__{name}" for page in pages for name in SHOWN]


class PairQuerySet(models.QuerySet):
    def behind(self):
        return self.filter(english_state=State.BEHIND)

    def with_readers(self):
        """Those of which a language is online."""
        return self.filter(Q(french_state=State.LIVE) | Q(english_state__in=ONLINE))

    def overdue(self, day: datetime.date):
        """Pairs not checked by the due day."""
        return self.with_readers().filter(check_on__lt=day)

    def to_check(self, day: datetime.date):
        """Those whose check falls due by that day."""
        return self.with_readers().filter(check_on__lte=day)

    def kept_by_nobody(self):
        """But there: in one language at least."""
        return self.filter(owner=None).exclude(french=None, english=None)

    def links_due(self, day: datetime.date):
        """Those whose links are to be looked at, what was published since first."""
        due = self.filter(Q(links_due_on=None) | Q(links_due_on__lte=day))
        return due.order_by(models.F("links_due_on").asc(nulls_first=True), "pk")

    def kept_by(self, person):
        return self.filter(Q(owner=person) | Q(deputy=person))

    def with_pages(self):
        """Both pages of each pair with what a list shows, in one query."""
        return self.select_related(
            "french", "english", "owner", "deputy", "topic__french", "topic__english"
        ).fetch_mode(models.FETCH_PEERS)

    def for_readers(self):
        """Pairs with the columns that a reader's list shows: reading all forty columns of a page
        costs more than the query.
        """
        named = ["public_id", "translation_key", "kind", "topic_id", *shown_of("french", "english")]
        return self.select_related("french", "english").only(*named).fetch_mode(models.FETCH_PEERS)

    def for_a_page(self):
        """All that a page says of its pair to readers: its other language and the two topics that it
        stands under. Keepers, whom advisers read, come with a query each when they are asked for.
        """
        pages = [
            f"{pair}{language}"
            for pair in ("", "topic__", "topic__topic__")
            for language in ("french", "english")
        ]
        topics = [
            f"{pair}__{name}"
            for pair in ("topic", "topic__topic")
            for name in ("public_id", "kind", "topic_id")
        ]
        own = [
            field.name for field in self.model._meta.concrete_fields if field.name not in NOT_READ
        ]
        return (
            self.select_related(*pages)
            .only(*own, *topics, *shown_of(*pages))
            .fetch_mode(models.FETCH_PEERS)
        )


class Pair(models.Model):
    """One row for the two pages that share a `translation_key`. Its states are stored when either
    is published, so that lists filter and sort on them; what they are follows from the pages alone
    and can be reckoned again at any time.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    translation_key = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(max_length=40, editable=False)  # the page's class, in lower case
    french = models.ForeignKey("wagtailcore.Page", models.SET_NULL, null=True, related_name="+")
    english = models.ForeignKey("wagtailcore.Page", models.SET_NULL, null=True, related_name="+")
    topic = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="pages"
    )  # what it stands under; topics stand under none
    collection = models.ForeignKey(
        "wagtailcore.Collection", models.SET_NULL, null=True, related_name="+"
    )  # a topic's images and files

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("deputy"),
    )
    check_months = models.PositiveSmallIntegerField(_("months between two checks"), default=6)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    check_on = models.DateField(_("to be checked by"), null=True)
    times_told = models.PositiveSmallIntegerField(
        default=0
    )  # letters about the check that is overdue now

    links_checked_at = models.DateTimeField(null=True)
    links_due_on = models.DateField(
        null=True
    )  # null: as soon as can be, for it was published since

    source = models.JSONField(default=list)  # the passages of the French page as last published
    source_published_at = models.DateTimeField(null=True)  # and when; both outlive the French page
    french_state = models.CharField(max_length=8, choices=State, default=State.MISSING)
    english_state = models.CharField(max_length=8, choices=State, default=State.MISSING)
    lag = models.JSONField(
        default=list
    )  # passages that English hasn't followed: id, kind, change, since
    lag_blocks = models.PositiveSmallIntegerField(default=0)
    source_blocks = models.PositiveSmallIntegerField(default=0)
    lag_since = models.DateTimeField(null=True)

    french_in_review: bool  # annotated by queries/parity.py
    english_in_review: bool
    deputy_left: (
        bool  # annotated by queries/care.py, with those whose keepers are no longer advisers
    )

    objects = PairQuerySet.as_manager()

    class Meta:
        verbose_name = _("page in two languages")
        verbose_name_plural = _("pages in two languages")
        indexes = [
            models.Index(fields=["english_state", "lag_since"], name="pair_by_lag"),
            models.Index(fields=["check_on"], name="pair_by_check"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(owner=models.F("deputy")), name="pair_deputy_is_another"
            ),
            models.CheckConstraint(
                condition=~Q(english_state=State.BEHIND) | Q(lag_blocks__gt=0),
                name="pair_behind_by_some_blocks",
            ),
            models.CheckConstraint(
                condition=Q(lag_blocks=0, lag_since=None)
                | Q(lag_blocks__gt=0, lag_since__isnull=False),
                name="pair_lag_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        page = self.french or self.english
        return page.title if page else str(self.translation_key)

    @property
    def title_language(self) -> str:
        """Language of `__str__`."""
        return TARGET_LANGUAGE if self.english and not self.french else SOURCE_LANGUAGE

    @property
    def english_stands_alone(self) -> bool:
        """Online without the French page that it was translated from."""
        return self.english_state == State.LIVE and bool(self.source)

    @property
    def source_title(self) -> str:
        return next(
            (passage.text for passage in self.source_passages if passage.kind == "title"), ""
        )

    @property
    def source_passages(self) -> list[PagePassage]:
        return passages_from(self.source)

    @property
    def is_dated(self) -> bool:
        """Never to be checked again."""
        return self.kind in DATED_KINDS

    @property
    def has_readers(self) -> bool:
        return self.french_state == State.LIVE or self.english_state in ONLINE

    @property
    def is_overdue(self) -> bool:
        return (
            self.has_readers and self.check_on is not None and self.check_on < timezone.localdate()
        )

    @property
    def is_not_checked_since(self) -> bool:
        """Two letters were left without an answer: readers are told."""
        return self.is_overdue and self.times_told >= 2
