"""Evaluations of a session by its participants."""

import hashlib

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from training.enums import Agreement, EvaluationQuestion

LONGEST_EVALUATION_COMMENT = 1000


class EvaluationQuerySet(models.QuerySet):
    def of_session(self, session):
        """Evaluations of the session, in an order that tells nothing of who answered when."""
        return self.filter(session=session).order_by("public_id")


def _marks(question: EvaluationQuestion):
    return models.PositiveSmallIntegerField(
        question.label,
        choices=Agreement,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
    )


class Evaluation(models.Model):
    """The answers of one participant, who can change them until the end of `closes_on`.

    `enrolment` is there for that alone: the link is cut when it closes, and `has_evaluated` of the
    enrolment keeps a second answer out. A comment that names somebody is hidden by a training
    planner, with a reason.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    session = models.ForeignKey("training.Session", models.PROTECT, related_name="evaluations")
    enrolment = models.OneToOneField(
        "training.Enrolment",
        models.SET_NULL,
        related_name="evaluation",
        null=True,
        blank=True,
    )
    useful = _marks(EvaluationQuestion.USEFUL)
    clear = _marks(EvaluationQuestion.CLEAR)
    pace = _marks(EvaluationQuestion.PACE)
    online = _marks(EvaluationQuestion.ONLINE)
    comment = models.CharField(_("comment"), max_length=LONGEST_EVALUATION_COMMENT, blank=True)
    closes_on = models.DateField(help_text="The last day on which it can be changed.")
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    hidden_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation")
        constraints = [
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True, hidden_by__isnull=True, hidden_reason="")
                | Q(hidden_at__isnull=False, hidden_by__isnull=False) & ~Q(hidden_reason=""),
                name="evaluation_hidden_with_a_reason",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{question}__range": (1, 4)}),
                    name=f"evaluation_{question}_is_an_answer",
                )
                for question in EvaluationQuestion.values
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session}: {self.public_id}"

    @property
    def comment_digest(self) -> str:
        """Says in a form which words were read, without them."""
        return hashlib.sha256(self.comment.encode()).hexdigest()[:16]

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None
