"""A teacher's seat or turn, and the history of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from courses.exceptions import refusal_kept
from training.enums import HOLD_A_SEAT, STILL_OPEN, EnrolmentOrigin, EnrolmentState


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(teacher=person)

    def holding_a_seat(self):
        """Those that count against the capacity: an offered seat is taken."""
        return self.filter(state__in=HOLD_A_SEAT)

    def still_open(self):
        return self.filter(state__in=STILL_OPEN)

    def waiting(self):
        """The waiting list, head first."""
        return self.filter(state=EnrolmentState.WAITING).order_by("asked_at", "pk")


class Enrolment(models.Model):
    """A teacher's seat in a session, or turn in its waiting list.

    The school is the one whose licence opened it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    session = models.ForeignKey("training.Session", models.PROTECT, related_name="enrolments")
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments")
    school = models.ForeignKey("courses.Organisation", models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=EnrolmentState)
    origin = models.CharField(max_length=12, choices=EnrolmentOrigin, default=EnrolmentOrigin.SELF)
    over_capacity = models.BooleanField(
        default=False, help_text="An adviser's own decision, with a reason in the history."
    )
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    offer_ends_at = models.DateTimeField(null=True, blank=True)

    was_freed: bool  # annotated by `my_trainings` with `news_since`

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "teacher"],
                condition=Q(state__in=STILL_OPEN),
                name="enrolment_open_once_per_session",
                violation_error_message=_("You are already enrolled in this session."),
            ),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.OFFERED, offer_ends_at__isnull=False)
                | (~Q(state=EnrolmentState.OFFERED) & Q(offer_ends_at__isnull=True)),
                name="enrolment_offer_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teacher}, {self.session}"

    @property
    def is_confirmed(self) -> bool:
        return self.state == EnrolmentState.CONFIRMED

    @property
    def is_waiting(self) -> bool:
        return self.state == EnrolmentState.WAITING

    @property
    def holds_a_seat(self) -> bool:
        return self.state in HOLD_A_SEAT


class EnrolmentStep(models.Model):
    """History of an enrolment: who changed it to what, when and why."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=12, choices=EnrolmentState)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(
        _("reason"), max_length=300, blank=True, help_text="As a person typed it."
    )
    refusal = models.JSONField(
        null=True,
        blank=True,
        help_text="A rule's own no: its class and values, said in the reader's language.",
    )

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {self.at:%d/%m/%Y %H:%M}"

    @property
    def why(self) -> str:
        return refusal_kept(self.refusal).reason if self.refusal else self.reason
