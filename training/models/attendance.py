"""The sheet of a meeting: what was measured, what is attested, and what was corrected after
closing.
"""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from courses.people.enums import Role
from training.enums import WITHOUT_A_REASON, Attested, HoursSource, SheetState
from training.models.leading import Substitution, led_by


class SheetQuerySet(models.QuerySet):
    def visible_to(self, person):
        """Who leads the meeting, and the planners. A substitute's access ends."""
        from_all = person.is_superuser or Role.PLANNER in person.roles
        return self if from_all else self.led_by(person)

    def led_by(self, person):
        """Sheets of meetings that this person leads, without those whose substitute's access has
        ended.
        """
        instead = Substitution.objects.filter(meeting=OuterRef("meeting"), substitute=person)
        ended = Exists(instead) & ~Exists(instead.with_access(timezone.now()))
        mine = led_by(person, meeting="meeting")
        return self.filter(mine).exclude(ended)

    def to_close(self, now):
        return self.filter(
            state=SheetState.OPEN,
            meeting__occurrence__end__lte=now,
            meeting__occurrence__cancelled=False,
        )


class Sheet(models.Model):
    """One meeting's attendance. Minutes are whole.

    `held` is the real time: merged intervals [[starts, ends], …] as ISO instants, once it is known.
    `real_starts_at` and `real_ends_at` are its ends, `real_minutes` its sum. Measured, it lies
    within the planned hours; a trainer or an adviser may state other hours, with a reason: then
    those count (`measure` is "stated").
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    session = models.ForeignKey("training.Session", models.PROTECT, related_name="sheets")
    meeting = models.OneToOneField("courses.Meeting", models.PROTECT, related_name="sheet")
    state = models.CharField(max_length=8, choices=SheetState, default=SheetState.OPEN)
    revision = models.PositiveIntegerField(default=0)
    measure = models.CharField(max_length=10, choices=HoursSource, default=HoursSource.PLANNED)
    held = models.JSONField(default=list)
    real_starts_at = models.DateTimeField(null=True, blank=True)
    real_ends_at = models.DateTimeField(null=True, blank=True)
    real_minutes = models.PositiveSmallIntegerField(default=0, help_text="The sum of `held`.")
    hours_reason = models.CharField(
        _("reason"), max_length=300, blank=True, help_text="Why other hours were stated."
    )
    hours_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    leaders = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="+",
        blank=True,
        help_text=(
            "Who led the meeting: kept when the sheet is closed, or when the session's trainers"
            " change after the meeting."
        ),
    )
    reminded_at = models.DateTimeField(
        null=True, blank=True, help_text="When the trainers were asked to close it."
    )

    objects = SheetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=SheetState.OPEN, closed_at__isnull=True)
                | Q(state=SheetState.CLOSED, closed_at__isnull=False),
                name="sheet_closed_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(measure=HoursSource.STATED, hours_by__isnull=False)
                & ~Q(hours_reason="")
                | ~Q(measure=HoursSource.STATED) & Q(hours_by__isnull=True, hours_reason=""),
                name="sheet_stated_hours_have_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.meeting)

    @property
    def is_closed(self) -> bool:
        return self.state == SheetState.CLOSED

    @property
    def has_stated_hours(self) -> bool:
        return self.measure == HoursSource.STATED

    @property
    def planned_minutes(self) -> int:
        return round(self.meeting.duration.total_seconds() / 60)


class SheetLineQuerySet(models.QuerySet):
    def participants(self):
        return self.filter(participation__isnull=False)

    def guests(self):
        """Those whom nobody has regularised."""
        return self.filter(participation__isnull=True, joined_to__isnull=True)

    def with_corrections(self):
        """`corrected_minutes`: the newest correction's, or None."""
        newest = SheetCorrection.objects.filter(line=OuterRef("pk")).order_by("-at", "-pk")
        return self.annotate(corrected_minutes=Subquery(newest.values("minutes")[:1]))


class SheetLine(models.Model):
    """One person on the sheet: a participation, or a guest (no participation), never guessed from a
    name.

    `stays` are merged and clipped to the real time: [[starts, ends], …] as ISO instants; they stay
    with the sheet. A guest whom an adviser regularised is `joined_to` the line of that
    participation, and counts there.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="lines")
    participation = models.OneToOneField(
        "training.Participation", models.PROTECT, related_name="line", null=True, blank=True
    )
    joined_to = models.ForeignKey(
        "self", models.CASCADE, related_name="joined", null=True, blank=True
    )
    subject = models.CharField(
        max_length=200, help_text="The room's pseudonym, or the connection of a guest without one."
    )
    shown_name = models.CharField(
        max_length=200, help_text="First name and code, as the room showed it."
    )
    stays = models.JSONField(default=list)
    measured_minutes = models.PositiveSmallIntegerField(default=0)
    provider_minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="The sum of the lines of the provider's list matched to it.",
    )
    has_estimate = models.BooleanField(
        default=False, help_text="An end was set by rule: the real one was lost."
    )
    choice = models.CharField(max_length=8, choices=Attested, default=Attested.MEASURED)
    chosen_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="When the choice is a number."
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    attested_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Frozen when the sheet is closed."
    )

    corrected_minutes: int | None  # the newest correction's, where a query or a page has put it
    corrected_at: datetime.datetime | None  # the same, where a query has put it
    has_changed: bool  # put by a new measuring

    objects = SheetLineQuerySet.as_manager()

    class Meta:
        ordering = ["shown_name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "subject"], name="sheet_line_once_per_person"),
            models.CheckConstraint(
                condition=Q(choice__in=WITHOUT_A_REASON) | ~Q(reason=""),
                name="sheet_line_other_than_measured_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(joined_to__isnull=True) | Q(participation__isnull=True),
                name="sheet_line_joined_is_a_guest",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def is_guest(self) -> bool:
        return self.participation_id is None

    @property
    def is_to_check(self) -> bool:
        """The room saw nothing, and nobody has said what that means: no absence yet."""
        return self.choice == Attested.MEASURED and not self.measured_minutes

    def chosen(self, real_minutes: int) -> int:
        """The minutes that the choice stands for, in a meeting of that real length."""
        return {
            Attested.MEASURED: self.measured_minutes,
            Attested.PROVIDER: min(self.provider_minutes or 0, real_minutes),
            Attested.WHOLE: real_minutes,
            Attested.NONE: 0,
            Attested.NUMBER: min(self.chosen_minutes or 0, real_minutes),
        }[Attested(self.choice)]


class ProviderRow(models.Model):
    """A line of the provider's own list of who attended the meeting, until its sheet is closed.

    `line` is whom a training planner matched it to, never a guess.
    """

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="provider_rows")
    number = models.PositiveSmallIntegerField(help_text="The line, as a spreadsheet counts.")
    name = models.CharField(_("name in the provider’s list"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    line = models.ForeignKey(
        SheetLine, models.SET_NULL, related_name="provider_rows", null=True, blank=True
    )
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="provider_row_once_per_line")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.minutes} min"


class SheetCorrection(models.Model):
    """A change after closing: a new entry, the frozen line stays as it was. The newest counts."""

    line = models.ForeignKey(SheetLine, models.PROTECT, related_name="corrections")
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.line}: {self.minutes} min"
