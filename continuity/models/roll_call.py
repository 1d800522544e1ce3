"""The roll: who was there, and how.

Two facts. Closed once; what comes after is a correction beside it.
"""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from continuity.enums import WITH_A_MODE, Expectation, Mode, Status
from courses.agenda.values import PARIS
from courses.documents.values import public_id
from courses.people.enums import Role
from courses.people.models import ClassMembership, SchoolClass, StandIn, Teaching
from courses.people.models.classes import holds_on

FINISHED_FOR = datetime.timedelta(days=14)  # by who gave the subject on that day: as the list shows


def students_looked_after_by(person):
    """Those of the classes whose tutor the person is today."""
    tutored = SchoolClass.objects.tutored_by(person)
    return ClassMembership.objects.filter(
        holds_on(timezone.localdate()), school_class__in=tutored
    ).values("student")


class RollCallQuerySet(models.QuerySet):
    def writable_by(self, person):
        """The teaching's teacher of today; a stand-in on their dates, for the rolls of these dates;
        who answers for a teaching in its teacher's place.

        For two weeks those who could write it on its day can finish it, too, and read what they
        closed; nobody who has left the school.
        """
        today = timezone.localdate()
        on_its_day = StandIn.objects.filter(teaching=OuterRef("teaching"), teacher=person).filter(
            first_day__lte=OuterRef("day"), last_day__gte=OuterRef("day")
        )
        own = Teaching.objects.on(today).filter(teacher=person)
        left_behind = Teaching.objects.left_behind_to(person, today)
        finished_by_them = Q(closed_at__isnull=True) | Q(closed_by=person)
        recent = finished_by_them & Q(day__gt=today - FINISHED_FOR)
        held_that_day = Q(teaching__until__isnull=True) | Q(teaching__until__gt=F("day"))
        own_that_day = held_that_day & Q(teaching__teacher=person, teaching__since__lte=F("day"))
        gave_it = own_that_day | Exists(on_its_day)
        there = self.alias(day=TruncDate("starts_at")).filter(
            teaching__school_class__school__in=person.places_as(Role.TEACHER)
        )
        return there.filter(
            Q(teaching__in=own)
            | Q(teaching__in=left_behind)
            | Exists(on_its_day.on(today))
            | (recent & gave_it)
        )

    def left_to_leader(self, person):
        """Begun and not closed, in the person's schools, where nobody gives the subject today; and
        what the person closed of these, for two weeks: a second press finds what the first did.
        """
        given = (
            Teaching.objects.reaching_somebody(timezone.localdate())
            .order_by()
            .filter(
                school_class=OuterRef("teaching__school_class"),
                subject=OuterRef("teaching__subject"),
            )
        )
        led = self.filter(teaching__school_class__school__in=person.places_as(Role.LEADER))
        closed_by_them = Q(closed_by=person, closed_at__gt=timezone.now() - FINISHED_FOR)
        begun = led.filter(~Exists(given), saved_at__isnull=False)
        return begun.filter(Q(closed_at__isnull=True) | closed_by_them)

    def not_taken(self):
        return self.filter(closed_at__isnull=True)


class RollLineQuerySet(models.QuerySet):
    def visible_to(self, person):
        """A teacher's own rolls, a leader's school, and a tutor's own students wherever they were
        (case C1).
        """
        rolls = RollCall.objects.writable_by(person).order_by().values("pk")
        led = Q(roll_call__teaching__school_class__school__in=person.places_as(Role.LEADER))
        return self.filter(
            Q(roll_call__in=rolls) | led | Q(student__in=students_looked_after_by(person))
        )

    def on_closed_rolls(self):
        """Lines of closed rolls; those of open rolls are never shown (case C30)."""
        return self.filter(roll_call__closed_at__isnull=False)

    def followed_by(self, person):
        """A leader's school; a tutor's own students (case C1)."""
        led = Q(roll_call__teaching__school_class__school__in=person.places_as(Role.LEADER))
        return self.filter(led | Q(student__in=students_looked_after_by(person)))

    def as_they_stand(self):
        """Lines annotated with `stands`: the status that counts today, corrections included."""
        newest = (
            RollCorrection.objects.filter(line=OuterRef("pk"))
            .order_by("-corrected_at", "-pk")
            .values("status")[:1]
        )
        return self.annotate(stands=Coalesce(Subquery(newest), F("status")))

    def absent_on(self, day: datetime.date):
        """Lines of students who count as absent that day; of closed rolls."""
        begins = datetime.datetime.combine(day, datetime.time(), tzinfo=PARIS)
        ends = datetime.datetime.combine(
            day + datetime.timedelta(days=1), datetime.time(), tzinfo=PARIS
        )
        that_day = self.on_closed_rolls().filter(
            roll_call__starts_at__gte=begins, roll_call__starts_at__lt=ends
        )
        return that_day.as_they_stand().filter(stands=Status.ABSENT)

    def in_roll_order(self):
        return self.select_related("student").order_by(
            "student__family_name", "student__given_name", "student_id"
        )


class RollCall(models.Model):
    """The roll of one class hour or video class. Without a row, or open: it wasn't taken."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    teaching = models.ForeignKey("courses.Teaching", models.PROTECT, related_name="roll_calls")
    class_hour = models.ForeignKey(
        "courses.ClassHour", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    meeting = models.OneToOneField(
        "courses.Meeting", models.PROTECT, null=True, blank=True, related_name="roll_call"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_by_name = models.CharField(
        max_length=161, blank=True, help_text="As it was at closing. An erasure may blank it."
    )

    objects = RollCallQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "pk"]
        indexes = [models.Index(fields=["starts_at"], name="roll_call_starts")]  # rolls of a day
        constraints = [
            models.UniqueConstraint(fields=["teaching", "starts_at"], name="roll_call_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")),
                name="roll_call_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_by__isnull=False),
                name="roll_call_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teaching}, {timezone.localtime(self.starts_at):%d/%m/%Y %H:%M}"

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class RollLine(models.Model):
    """One student in one roll.

    `proposed_…` is what video, work and leave say; `status` and `mode` are the teacher's word.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    roll_call = models.ForeignKey(RollCall, models.CASCADE, related_name="lines")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="roll_lines")
    status = models.CharField(
        max_length=10, choices=Status, blank=True, help_text="Empty: to decide."
    )
    mode = models.CharField(max_length=5, choices=Mode, default=Mode.UNKNOWN, blank=True)
    minutes_late = models.PositiveSmallIntegerField(_("minutes late"), null=True, blank=True)
    minutes_early = models.PositiveSmallIntegerField(
        _("minutes before the end"), null=True, blank=True
    )
    proposed_status = models.CharField(max_length=10, choices=Status, blank=True)
    proposed_mode = models.CharField(max_length=5, choices=Mode, default=Mode.UNKNOWN, blank=True)
    proposed_late = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Minutes, by the first arrival in the room."
    )
    proposed_early = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Minutes, by the last departure from the room."
    )
    minutes_seen = models.PositiveSmallIntegerField(default=0, help_text="By video, stays summed.")
    times_cut = models.PositiveSmallIntegerField(
        default=0, help_text="How often the line was lost and came back."
    )
    worked_at = models.DateTimeField(
        null=True, blank=True, help_text="When work of that day was handed in."
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    expectation = models.CharField(
        max_length=10, choices=Expectation, default=Expectation.AS_USUAL, blank=True
    )
    # The name at closing: a roll says who was called. An erasure may blank both.
    closed_family_name = models.CharField(max_length=80, blank=True)
    closed_given_name = models.CharField(max_length=80, blank=True)

    objects = RollLineQuerySet.as_manager()

    class Meta:
        ordering = ["roll_call", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["roll_call", "student"], name="roll_line_once"),
            models.CheckConstraint(
                condition=Q(status=Status.LATE)
                | Q(minutes_late__isnull=True)
                | Q(status=Status.LEFT_EARLY),
                name="roll_line_minutes_late",
            ),
            models.CheckConstraint(
                condition=Q(mode="") | Q(status__in=WITH_A_MODE) | Q(status=""),
                name="roll_line_mode_of_who_was_there",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student}: {self.status or '?'}"

    @property
    def shown_name(self) -> str:
        """The name at closing; today's, while the roll is open."""
        return (
            f"{self.closed_given_name} {self.closed_family_name}".strip()
            or self.student.display_name
        )

    @property
    def listed_name(self) -> str:
        """The name as in `shown_name`, family name first, for lists."""
        closed = f"{self.closed_family_name} {self.closed_given_name}".strip()
        return closed or f"{self.student.last_name} {self.student.given_name}"


class RollCorrection(models.Model):
    """A closed line put right: the first state stays, with who, when and why (case C28)."""

    key = models.UUIDField(unique=True)
    line = models.ForeignKey(RollLine, models.PROTECT, related_name="corrections")
    was_status = models.CharField(max_length=10, choices=Status)
    was_mode = models.CharField(max_length=5, choices=Mode, blank=True)
    status = models.CharField(max_length=10, choices=Status)
    mode = models.CharField(max_length=5, choices=Mode, blank=True)
    minutes_late = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes_early = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    saw_a_document = models.BooleanField(
        default=False, help_text="`corrected_by` saw one; it isn't kept."
    )
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["corrected_at", "pk"]

    def __str__(self) -> str:
        return f"{self.line}: {self.was_status} → {self.status}"


class Stranger(models.Model):
    """Somebody in the room under a name that isn't on the roster.

    Attached to a student or rejected by the teacher alone (case C23).
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    roll_call = models.ForeignKey(RollCall, models.CASCADE, related_name="strangers")
    shown_name = models.CharField(max_length=200)
    occupant = models.CharField(
        max_length=200,
        help_text="What told the stay apart: the room's own id of the connection's person.",
    )
    minutes = models.PositiveSmallIntegerField(default=0)
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["roll_call", "occupant"], name="stranger_once")
        ]

    def __str__(self) -> str:
        return self.shown_name
