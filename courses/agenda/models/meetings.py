"""When: meetings over django-scheduler's occurrences. Stored in UTC, thought in Europe/Paris."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.agenda.enums import CalendarMethod
from courses.documents.values import public_id


class MeetingQuerySet(models.QuerySet):
    def in_time_order(self):
        """Meetings with their hours, earliest first: the occurrence holds them."""
        return self.select_related("occurrence").order_by("occurrence__start", "pk")

    def going_on(self):
        """Those that aren't cancelled."""
        return self.filter(occurrence__cancelled=False)


class Meeting(models.Model):
    """One moment people meet online.

    Keeps its identity (series, ordinal) and its calendar UID through every move.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    series = models.ForeignKey("schedule.Event", models.PROTECT, related_name="meetings")
    ordinal = models.PositiveSmallIntegerField()
    occurrence = models.OneToOneField("schedule.Occurrence", models.PROTECT, related_name="meeting")
    cancel_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["series", "ordinal"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "ordinal"], name="meeting_ordinal_once_in_series"
            ),
            models.CheckConstraint(
                condition=models.Q(ordinal__gte=1), name="meeting_ordinals_begin_at_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series.title}, {timezone.localtime(self.starts_at):%d/%m/%Y %H:%M}"

    @property
    def starts_at(self):
        return self.occurrence.start

    @property
    def ends_at(self):
        return self.occurrence.end

    @property
    def duration(self):
        return self.ends_at - self.starts_at

    @property
    def is_cancelled(self) -> bool:
        return self.occurrence.cancelled

    @property
    def calendar_uid(self) -> str:
        """The iCalendar UID (RFC 5545, 3.8.4.7): never changes."""
        return f"{self.uuid}@passerelle"


class CalendarEntry(models.Model):
    """State of one meeting that one person's calendar was last told.

    The sequence only rises (RFC 5545, 3.8.7.4).
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="calendar_entries")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_entries"
    )
    sequence = models.PositiveIntegerField(default=0)
    method = models.CharField(max_length=8, choices=CalendarMethod)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    stamped_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"], name="calendar_entry_once_per_person"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="calendar_entry_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.sequence}, {self.meeting}"

    def says(self, method: str, starts_at, ends_at) -> bool:
        """The calendar has been told exactly this. Of a date taken back, its hours are no news."""
        if method == self.method == CalendarMethod.CANCEL:
            return True
        return (self.method, self.starts_at, self.ends_at) == (method, starts_at, ends_at)
