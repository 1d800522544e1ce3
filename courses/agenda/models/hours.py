"""A school's year and its timetable:

A and B weeks, days without class, class hours, teachers' absences.
"""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.agenda.enums import Rhythm, Weekday
from courses.documents.values import public_id
from courses.people.models import today
from courses.people.models.classes import holds


class SchoolCalendar(models.Model):
    """How a school counts its A and B weeks.

    Without a row: week A is that of 1 September, holidays don't shift it.
    """

    school = models.OneToOneField("courses.Organisation", models.CASCADE, related_name="calendar")
    week_a = models.DateField(
        _("a day in a week A"),
        help_text=_("The school's own date: from its week on, A and B take turns."),
    )
    pauses_in_holidays = models.BooleanField(
        _("the rhythm waits during holidays"),
        default=False,
        help_text=_(
            "Otherwise a week of holidays counts as any other, and two of them change nothing."
        ),
    )

    def __str__(self) -> str:
        return f"{self.school}, A: {self.week_a}"


class Closure(models.Model):
    """Days on which one school has no class: a bridge day, a strike, a flood.

    Both ends included.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    school = models.ForeignKey("courses.Organisation", models.CASCADE, related_name="closures")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=120)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="closure_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=["school", "first_day", "last_day"], name="closure_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.first_day}: {self.reason}"


class ClassHour(models.Model):
    """One hour of the timetable: a subject in a class, on a weekday, each week or in A or B weeks.
    Wall time in Paris.

    It holds from a day until before another, as memberships do: a new timetable changes nothing of
    the weeks before it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    teaching = models.ForeignKey("courses.Teaching", models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=Weekday)
    begins = models.TimeField(_("begins"))
    ends = models.TimeField(_("ends"))
    rhythm = models.CharField(_("weeks"), max_length=1, choices=Rhythm, default=Rhythm.EACH)
    place = models.CharField(
        _("place"), max_length=30, blank=True, help_text=_("A room of the school, such as B204.")
    )
    since = models.DateField(_("from"), default=today)
    until = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("The first day on which it no longer applies."),
    )
    is_from_file = models.BooleanField(default=False)  # else somebody entered it

    class Meta:
        ordering = ["weekday", "begins", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("begins")), name="class_hour_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")),
                name="class_hour_has_a_day",
            ),
            models.UniqueConstraint(
                fields=["teaching", "weekday", "begins", "rhythm", "since"],
                name="class_hour_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["teaching", "weekday", "begins", "rhythm"],
                condition=Q(until__isnull=True),
                name="class_hour_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teaching}, {self.get_weekday_display()} {self.begins:%H:%M}"

    def holds_on(self, day: datetime.date) -> bool:
        """Whether it holds on that day, whatever the weekday.

        See `courses.people.models.classes.holds_on` for the same in SQL.
        """
        return holds(self.since, self.until, day)


class AbsenceQuerySet(models.QuerySet):
    def standing(self):
        """Those that haven't been taken back."""
        return self.filter(withdrawn_at__isnull=True)


class Absence(models.Model):
    """A teacher isn't in class from an instant to an instant.

    The row is the fact; `key` is its reason, once.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    key = models.CharField(
        max_length=80, unique=True, help_text="What it comes from, such as participation:<pk>."
    )
    reason = models.CharField(
        _("reason"),
        max_length=200,
        help_text=_("As the teacher reads it: the title of a training."),
    )
    url = models.CharField(
        max_length=200,
        blank=True,
        help_text="Where the reason can be read, a path without language.",
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Followed up since it last changed."
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["teacher", "starts_at"], name="absence_of_teacher")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="absence_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"{self.teacher}, {timezone.localtime(self.starts_at):%d/%m/%Y %H:%M}"
