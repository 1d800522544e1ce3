"""What a school's timetable files said, how their words are matched, what they changed."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.agenda.enums import Rhythm, Weekday
from courses.agenda.models import ClassHour
from courses.documents.values import public_id
from courses.people.models import Organisation, SchoolClass, Subject, Teaching
from courses.timetables.enums import HourChangeKind, TimetableState, WordKind
from courses.timetables.values import LONGEST_PLACE, LONGEST_WORD


class TimetableImportQuerySet(models.QuerySet):
    def led_by(self, schools: list[Organisation]):
        return self.filter(school__in=schools)


class TimetableImport(models.Model):
    """The files that a school's leader chose together."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # Who said the last yes: to applying, or to undoing.
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    received_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=TimetableState, default=TimetableState.WAITING)
    since = models.DateField()  # the first day of the new hours
    ends_by_hand = models.BooleanField(default=False)
    files = models.JSONField(default=list)  # `SaidFile.as_kept`, emptied when it is closed
    counts = models.JSONField(default=dict)  # what it changed, by `TimetableDiff.counts`

    objects = TimetableImportQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school"],
                condition=Q(state=TimetableState.WAITING),
                name="timetable_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(state=TimetableState.WAITING, closed_at__isnull=True)
                | (~Q(state=TimetableState.WAITING) & Q(closed_at__isnull=False)),
                name="timetable_closed_when_over",
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.state == TimetableState.WAITING


class StagedHour(models.Model):
    """One hour of the week that a waiting file says. Deleted when the import is closed."""

    timetable_import = models.ForeignKey(TimetableImport, models.CASCADE, related_name="staged")
    file = models.PositiveSmallIntegerField()  # its place in `TimetableImport.files`
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    begins = models.TimeField()
    ends = models.TimeField()
    rhythm = models.CharField(max_length=1, choices=Rhythm, default=Rhythm.EACH, blank=True)
    subject = models.CharField(max_length=LONGEST_WORD)
    teachers = models.JSONField(default=list)
    school_class = models.CharField(max_length=LONGEST_WORD)
    place = models.CharField(max_length=LONGEST_PLACE, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    is_regular = models.BooleanField(default=True)
    seen = models.PositiveSmallIntegerField(default=0)
    of = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["weekday", "begins", "pk"]


class TimetableWord(models.Model):
    """How a school's timetable writes a subject, a teacher or a class: matched by a person once.
    Without a target the word is left out.
    """

    school = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=7, choices=WordKind)
    word = models.CharField(max_length=LONGEST_WORD)
    subject = models.ForeignKey(Subject, models.CASCADE, null=True, related_name="+")
    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    school_class = models.ForeignKey(SchoolClass, models.CASCADE, null=True, related_name="+")
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "kind", "word"], name="timetable_word_once")
        ]


class HourChange(models.Model):
    """One thing that an import did, for undoing. `before`: the hour as it was (`hour_as_kept`), its
    room, or whose teaching began.
    """

    timetable_import = models.ForeignKey(TimetableImport, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=8, choices=HourChangeKind)
    hour = models.ForeignKey(ClassHour, models.SET_NULL, null=True, related_name="+")
    teaching = models.ForeignKey(Teaching, models.SET_NULL, null=True, related_name="+")
    before = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]


def hour_as_kept(hour: ClassHour) -> dict:
    return {
        "public_id": hour.public_id,
        "teaching_id": hour.teaching_id,
        "weekday": hour.weekday,
        "begins": hour.begins.isoformat(),
        "ends": hour.ends.isoformat(),
        "rhythm": hour.rhythm,
        "place": hour.place,
        "since": hour.since.isoformat(),
        "until": hour.until.isoformat() if hour.until else None,
        "is_from_file": hour.is_from_file,
    }


def hour_from(kept: dict) -> ClassHour:
    """The hour that `hour_as_kept` wrote down, not saved."""
    day, time = datetime.date.fromisoformat, datetime.time.fromisoformat
    read = {
        "begins": time(kept["begins"]),
        "ends": time(kept["ends"]),
        "since": day(kept["since"]),
        "until": day(kept["until"]) if kept["until"] else None,
    }
    return ClassHour(**kept | read)
