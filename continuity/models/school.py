"""A school's settings for its weeks, and leaves and exemptions of students, entered by staff."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from continuity.enums import (
    DEFAULT_CEILING,
    LEAST_SILENCE,
    MOST_SILENCE,
    SILENT_AFTER,
    ExemptionKind,
    Motive,
)
from courses.agenda.enums import Rhythm
from courses.documents.values import public_id


class SchoolSettings(models.Model):
    """One school's own limits. Without a row: the defaults."""

    school = models.OneToOneField(
        "courses.Organisation", models.CASCADE, related_name="continuity_settings"
    )
    ceiling_minutes = models.PositiveSmallIntegerField(
        _("ceiling"),
        default=DEFAULT_CEILING,
        help_text=_("Minutes of work due on one day, for one student, over all subjects."),
    )
    silent_after = models.PositiveSmallIntegerField(
        _("school days without a sign"),
        default=SILENT_AFTER,
        db_default=SILENT_AFTER,
        help_text=_("From then on a student stands in the list of students not heard of."),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(silent_after__gte=LEAST_SILENCE, silent_after__lte=MOST_SILENCE),
                name="silent_after_within_limits",
            )
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.ceiling_minutes} min"


class ExemptionQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(withdrawn_at__isnull=True)

    def between(self, first: datetime.date, last: datetime.date):
        return (
            self.standing()
            .filter(first_day__lte=last)
            .filter(Q(last_day__isnull=True) | Q(last_day__gte=first))
        )

    def freeing(self):
        """Exemptions on whose days the student is expected nowhere: of all subjects, or a long
        leave with a reduced plan, during which the student works from where they are.
        """
        some = Exemption.subjects.through.objects.filter(exemption=OuterRef("pk"))
        return self.filter(Q(keeps_working=True) | Q(~Exists(some), attends=False))


class Exemption(models.Model):
    """A student's leave, or exemption from subjects, entered by staff.

    Days are Paris dates, both ends included.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exemptions")
    school = models.ForeignKey("courses.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=ExemptionKind)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty: until further notice.")
    )
    rhythm = models.CharField(_("weeks"), max_length=1, choices=Rhythm, default=Rhythm.EACH)
    subjects = models.ManyToManyField(
        "courses.Subject",
        blank=True,
        related_name="+",
        verbose_name=_("subjects"),
        help_text=_("None chosen: all."),
    )
    attends = models.BooleanField(
        _("attends"),
        default=False,
        help_text=_(
            "The student comes all the same and is on the roll, without doing the exercises."
        ),
    )
    keeps_working = models.BooleanField(
        _("works from where they are"),
        default=False,
        help_text=_(
            "A long leave with a reduced plan: only the chosen subjects are on it, and nothing is"
            " late."
        ),
    )
    motive = models.CharField(_("motive"), max_length=10, choices=Motive, default=Motive.AGREED)
    document_seen_on = models.DateField(
        null=True, blank=True, help_text="A document was shown to `entered_by`; it isn't kept."
    )
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day", "pk"]
        indexes = [models.Index(fields=["student", "first_day"], name="exemption_of_student")]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="exemption_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student}, {self.get_kind_display()}"
