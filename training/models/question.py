"""What participants ask the trainer before a session."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from training.enums import HOLD_A_SEAT

LONGEST_QUESTION = 500


class AdvanceQuestionQuerySet(models.QuerySet):
    def of_seats(self):
        """Of those who still come."""
        return self.filter(enrolment__state__in=HOLD_A_SEAT)


class AdvanceQuestion(models.Model):
    """A question or a need, changed or withdrawn until the session begins. It goes with the seat."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    enrolment = models.ForeignKey(
        "training.Enrolment", models.CASCADE, related_name="advance_questions"
    )
    text = models.CharField(_("question"), max_length=LONGEST_QUESTION)
    asked_at = models.DateTimeField(default=timezone.now)
    key = models.UUIDField(unique=True, help_text="The form's own key: posted twice is one.")

    objects = AdvanceQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""), name="advance_question_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.text
