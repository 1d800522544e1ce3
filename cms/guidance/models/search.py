"""Rows of the search: entries made from each room's answers, words as people write them, and
searches that found nothing.
"""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from cms.guidance.enums import Kind


class SearchEntryQuerySet(models.QuerySet):
    def about(self, keys):
        """These things, and what belongs to them."""
        return self.filter(models.Q(key__in=keys) | models.Q(under__in=keys))

    def for_ranking(self):
        """Entries without the words that are only shown."""
        return self.defer("summary", "text")


class SearchEntry(index.Indexed, models.Model):
    """A thing in the words of one language. All of it follows from what `Hook.SEARCHABLE` answers:
    rows can be made again at any time.

    `terms` are stems of ours, so that SQLite and PostgreSQL find the same; the words of the title
    stand in them as well.
    """

    key = models.CharField(max_length=80)
    language = models.CharField(max_length=2)
    under = models.CharField(max_length=80, blank=True, db_index=True)
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=500)
    url_elsewhere = models.CharField(
        max_length=500, blank=True
    )  # for readers of a language that it isn't written in
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    title_terms = models.TextField(blank=True)
    summary_terms = models.TextField(blank=True)
    terms = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=32)  # of the answer it was made from

    objects = SearchEntryQuerySet.as_manager()

    # Rows are written many at a time, and the index with them.
    search_auto_update = False
    search_fields = [index.SearchField("terms")]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "language"], name="search_entry_once_a_language")
        ]

    def __str__(self) -> str:
        return self.title


class SearchTerm(models.Model):
    """A word of the entries in one language, as it is compared and as it is written, and how often
    it stands there.
    """

    language = models.CharField(max_length=2)
    word = models.CharField(max_length=40)
    stem = models.CharField(max_length=40, db_index=True)
    shown = models.CharField(max_length=60)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["language", "word"], name="search_term_once_a_language")
        ]
        indexes = [models.Index(fields=["word"], name="search_term_by_word")]

    def __str__(self) -> str:
        return self.shown


class MissedSearchQuerySet(models.QuerySet):
    def most_asked_first(self):
        return self.order_by("-count", "-last_on", "words")

    def long_ago(self, day):
        return self.filter(last_on__lt=day)


class MissedSearch(models.Model):
    """Words that found nothing, counted. Never who asked, nor when within the day."""

    words = models.CharField(_("words"), max_length=200)
    language = models.CharField(_("language"), max_length=2)
    count = models.PositiveIntegerField(_("times"), default=1)
    last_on = models.DateField(_("last asked"), default=timezone.localdate)

    objects = MissedSearchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["words", "language"], name="missed_search_once_a_language"
            )
        ]

    def __str__(self) -> str:
        return self.words
