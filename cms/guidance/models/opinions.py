"""Readers' opinions of a page, whether it was useful, and the answers."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.guidance.enums import OpinionState
from cms.guidance.models.pairs import Pair
from courses.documents.values import public_id
from courses.people.enums import Language

LONGEST_WORDS = 1_000


class OpinionQuerySet(models.QuerySet):
    def new(self):
        return self.filter(state=OpinionState.NEW)

    def with_list_rows(self):
        """Opinions with the rows that a list shows, the latest first."""
        rows = self.select_related("pair__french", "pair__english", "pair__owner", "answered_by")
        return rows.order_by("-said_at", "-pk").fetch_mode(models.FETCH_PEERS)

    def counted(self) -> dict[str, int]:
        """Number of yes, and of no."""
        return self.aggregate(
            yes=Count("pk", filter=Q(was_useful=True)), no=Count("pk", filter=Q(was_useful=False))
        )


class Opinion(models.Model):
    """One reader's yes or no, with words or without.

    Nobody is asked who they are; a yes without words is only counted.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    key = models.UUIDField(
        unique=True, default=uuid.uuid4, editable=False
    )  # of the form: posted twice is one opinion
    pair = models.ForeignKey(Pair, models.CASCADE, related_name="opinions")
    language = models.CharField(max_length=2, choices=Language)  # of the page that was read
    was_useful = models.BooleanField(_("was it useful?"))
    words = models.TextField(_("words"), max_length=LONGEST_WORDS, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )  # who was signed in
    said_at = models.DateTimeField(default=timezone.now, editable=False)
    state = models.CharField(
        _("state"), max_length=8, choices=OpinionState, default=OpinionState.NEW
    )
    answer = models.TextField(_("answer"), max_length=2_000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader’s opinion")
        verbose_name_plural = _("readers’ opinions")
        indexes = [models.Index(fields=["state", "-said_at"], name="opinion_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=OpinionState.ANSWERED)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="opinion_answered_in_words",
            ),
        ]

    def __str__(self) -> str:
        return self.words[:60] or str(self.yes_or_no)

    @property
    def yes_or_no(self):
        return _("Yes") if self.was_useful else _("No")

    @property
    def page(self):
        """The page that was read, or the other one where it is gone."""
        there = {"fr": self.pair.french, "en": self.pair.english}
        return there[self.language] or self.pair.french or self.pair.english

    @property
    def title(self) -> str:
        """Title of the page that was read; readers' opinions outlive it."""
        return self.page.title if self.page else str(_("a page that is gone"))
