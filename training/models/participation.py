"""An enrolment in one meeting: what the calendar and the sheet hang on."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ParticipationQuerySet(models.QuerySet):
    def expected(self):
        """Those that are still meant to come."""
        return self.filter(is_withdrawn=False, meeting__occurrence__cancelled=False)


class Participation(models.Model):
    """Made for the meetings to come when a seat is taken; withdrawn when it is given back.

    `reason` says why the person doesn't, or didn't, come on this date: of one that was given back,
    by the planner `decided_by` or by the person, or of an apology after the start (`excused_at`),
    which changes nothing else.
    """

    enrolment = models.ForeignKey(
        "training.Enrolment", models.PROTECT, related_name="participations"
    )
    meeting = models.ForeignKey("courses.Meeting", models.PROTECT, related_name="participations")
    is_withdrawn = models.BooleanField(default=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    excused_at = models.DateTimeField(null=True, blank=True)
    left_with_seat = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Withdrawn because the whole seat was lost: it comes back with it.",
    )

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "meeting"], name="participation_once_per_meeting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.teacher}, {self.meeting}"

    @property
    def absence_key(self) -> str:
        """The agenda's key of the absence, where it takes the teacher from a class."""
        return f"participation:{self.pk}"
