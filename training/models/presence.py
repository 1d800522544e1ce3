"""Contests of minutes on a closed sheet by participants, and the answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from training.enums import ContestAnswer, ContestReason

LONGEST_WORDS = 300


class PresenceContestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(answered_at__isnull=True)

    def of_meetings_held(self):
        """A meeting cancelled afterwards has no sheet to answer on."""
        return self.filter(line__sheet__meeting__occurrence__cancelled=False)


class PresenceContest(models.Model):
    """A participant says that the minutes of a closed sheet are wrong; a training planner answers.

    `counted_minutes` are those that counted when it was sent: with the frozen line and its
    corrections both versions stay. `correction` is the entry that the answer added, if it changed
    the minutes.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    line = models.ForeignKey("training.SheetLine", models.PROTECT, related_name="contests")
    why = models.CharField(_("what happened"), max_length=12, choices=ContestReason)
    counted_minutes = models.PositiveSmallIntegerField(_("minutes counted then"))
    minutes = models.PositiveSmallIntegerField(_("minutes that the participant thinks right"))
    words = models.CharField(_("words"), max_length=LONGEST_WORDS, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(_("answer"), max_length=8, choices=ContestAnswer, blank=True)
    answer_words = models.CharField(_("reason"), max_length=LONGEST_WORDS, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    correction = models.OneToOneField(
        "training.SheetCorrection",
        models.PROTECT,
        related_name="contest",
        null=True,
        blank=True,
    )

    objects = PresenceContestQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(answered_at__isnull=True),
                name="presence_contest_open_once_per_line",
            ),
            models.CheckConstraint(
                condition=Q(
                    answered_at__isnull=True, answered_by__isnull=True, answer="", answer_words=""
                )
                | Q(answered_at__isnull=False, answered_by__isnull=False)
                & ~Q(answer="")
                & ~Q(answer_words=""),
                name="presence_contest_answered_in_words",
            ),
            models.CheckConstraint(
                condition=Q(answer=ContestAnswer.CHANGED, correction__isnull=False)
                | ~Q(answer=ContestAnswer.CHANGED) & Q(correction__isnull=True),
                name="presence_contest_change_is_a_correction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.minutes} min"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None
