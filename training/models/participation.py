"""An enrolment in one meeting: what the calendar and the sheet hang on."""

from django.db import models


class ParticipationQuerySet(models.QuerySet):
    def expected(self):
        """Those that are still meant to come."""
        return self.filter(is_withdrawn=False, meeting__occurrence__cancelled=False)


class Participation(models.Model):
    """Made for the meetings to come when a seat is taken; withdrawn when it is given back."""

    enrolment = models.ForeignKey(
        "training.Enrolment", models.PROTECT, related_name="participations"
    )
    meeting = models.ForeignKey("courses.Meeting", models.PROTECT, related_name="participations")
    is_withdrawn = models.BooleanField(default=False)

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
        """What the agenda knows it by, where it takes the teacher from a class."""
        return f"participation:{self.pk}"
