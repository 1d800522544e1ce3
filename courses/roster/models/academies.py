"""Sets of a whole académie."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.documents.values import public_id
from courses.exceptions import Refusal, refusal_kept
from courses.people.models import Organisation


class AcademySet(models.Model):
    """A set of a whole académie: each school that takes sets gets its part, as an import of its own."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    # Who gave it by command; nobody, where it came into the folder.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    file = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    day = models.DateField(null=True)  # as the files' names say; none where nothing could be read
    uais = models.JSONField(default=list)  # of the schools that it names
    unknown = models.PositiveIntegerField(default=0)  # of these, how many aren't here
    received_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)  # none while schools wait for their part
    refusal = models.JSONField(null=True)  # of the whole set

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=Q(refusal__isnull=True), name="academy_set_read_once"
            )
        ]

    @property
    def whole_refusal(self) -> Refusal | None:
        return refusal_kept(self.refusal) if self.refusal else None


class SchoolRefusal(models.Model):
    """Why the part of a school in a set of the académie wasn't received."""

    academy_set = models.ForeignKey(AcademySet, models.CASCADE, related_name="refusals")
    school = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    refusal = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["academy_set", "school"], name="school_refused_once")
        ]

    @property
    def why_not(self) -> Refusal:
        return refusal_kept(self.refusal)
