"""Questions of participants to the trainer of a session, and the answers."""

import hashlib

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from training.enums import HOLD_A_SEAT

LONGEST_QUESTION = 500
LONGEST_ANSWER = 1000


class AdvanceQuestionQuerySet(models.QuerySet):
    def of_seats(self):
        """Questions of those who still come."""
        return self.filter(enrolment__state__in=HOLD_A_SEAT)


class AdvanceQuestion(models.Model):
    """A question or a need, changed until it is answered, withdrawn as long as questions are asked.
    It goes with the seat, and its answer with it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    enrolment = models.ForeignKey(
        "training.Enrolment", models.CASCADE, related_name="advance_questions"
    )
    text = models.CharField(_("question"), max_length=LONGEST_QUESTION)
    asked_at = models.DateTimeField(default=timezone.now)
    key = models.UUIDField(unique=True, help_text="The form's own key: posted twice is one.")

    answer = models.CharField(_("answer"), max_length=LONGEST_ANSWER, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = AdvanceQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""), name="advance_question_says_something"
            ),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | ~models.Q(answer="")
                & models.Q(answered_by__isnull=False, answered_at__isnull=False),
                name="advance_question_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def read_mark(self) -> str:
        """Version mark in the form of the answer: a hash of the words that it answers, and one of
        the answer that it replaces.
        """
        return "-".join(
            hashlib.sha256(words.encode()).hexdigest()[:16] for words in (self.text, self.answer)
        )

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None
