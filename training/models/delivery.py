"""What was delivered to the Region: delivery notes of providers, and seats that stayed empty."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from training.enums import DeliveryState
from training.models.certificate import private_storage


class DeliveryNoteQuerySet(models.QuerySet):
    def current(self):
        """Those that no corrected note has replaced."""
        return self.filter(replaced_by__isnull=True)

    def to_check(self):
        """By the Region: new ones, and contested ones that training planners have answered."""
        is_answered = Q(state=DeliveryState.CONTESTED) & ~Q(answer="")
        return self.current().filter(Q(state=DeliveryState.TO_CHECK) | is_answered)

    def contested(self):
        """Those that wait for a corrected note, or an answer."""
        return self.current().filter(state=DeliveryState.CONTESTED, answer="")

    def found_right(self):
        return self.current().filter(state=DeliveryState.RIGHT)

    def of_month(self, provider, month):
        """All versions, the first one first."""
        return self.filter(provider=provider, month=month).order_by("version")


class DeliveryNote(models.Model):
    """What a provider delivered in a month, for the Region to hold against the invoice.

    `month` is its first day. `content` is frozen when the note is made: plain values, with the
    numbers of people that may be read, as `values.deliveries` describes them. A correction is another
    note with a number of its own, which `replaces` it. The file is drawn once by the worker, hashed
    and kept.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    number = models.CharField(_("number"), max_length=16, unique=True)
    provider = models.ForeignKey("courses.Organisation", models.PROTECT, related_name="+")
    month = models.DateField(_("month"))
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    content = models.JSONField()
    leaders = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", help_text="Who led the dates on it."
    )
    issued_at = models.DateTimeField(default=timezone.now)
    # The earlier note is over first, ten years after its own date: the later one stays.
    replaces = models.OneToOneField(
        "self", models.SET_NULL, related_name="replaced_by", null=True, blank=True
    )
    state = models.CharField(
        _("state"), max_length=9, choices=DeliveryState, default=DeliveryState.TO_CHECK
    )
    reason = models.CharField(_("what isn’t right"), max_length=500, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    answer = models.CharField(_("answer"), max_length=500, blank=True, db_default="", default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    file = models.FileField(upload_to="deliveries/%Y", storage=private_storage, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery note")
        verbose_name_plural = _("delivery notes")
        ordering = ["-month", "-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "month", "version"], name="delivery_note_version_once"
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | Q(version__gt=1),
                name="delivery_note_corrects_an_earlier_one",
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.TO_CHECK, checked_at=None, reason="")
                | Q(state=DeliveryState.RIGHT, checked_at__isnull=False)
                | (Q(state=DeliveryState.CONTESTED, checked_at__isnull=False) & ~Q(reason="")),
                name="delivery_note_contested_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | (Q(answered_at__isnull=False) & ~Q(answer="") & ~Q(reason="")),
                name="delivery_note_answers_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def revision(self) -> str:
        """Another one after each judgement and answer: what a form sends to say which state it showed."""
        moments = [at.isoformat() if at else "" for at in (self.checked_at, self.answered_at)]
        return " ".join([self.state, *moments])

    @property
    def replacement(self) -> "DeliveryNote | None":
        """The corrected note, if there is one."""
        return getattr(self, "replaced_by", None)


class MonthNoShowsQuerySet(models.QuerySet):
    def with_places(self):
        """`tells_places`: whether the resource's month has a number of a school."""
        of_month = MonthNoShows.objects.filter(
            resource=OuterRef("resource"), month=OuterRef("month")
        )
        return self.annotate(tells_places=Exists(of_month.at_schools()))

    def at_schools(self):
        return self.filter(school__isnull=False)

    def of_departments(self):
        return self.filter(school=None).exclude(department="")

    def of_the_region(self):
        return self.filter(school=None, department="")


class MonthNoShows(models.Model):
    """How often somebody had a seat on a date of the month and wasn't there: frozen at the month's
    close, and hidden there if it or another could be told from it.

    `month` is its first day. Without a resource it is the Region's sum of all that are told, without a
    school that of a department, or of the Region.
    """

    resource = models.ForeignKey(
        "courses.Resource", models.CASCADE, related_name="+", null=True, blank=True
    )
    school = models.ForeignKey(
        "courses.Organisation", models.PROTECT, related_name="+", null=True, blank=True
    )
    department = models.CharField(max_length=3, blank=True)
    month = models.DateField()
    number = models.PositiveIntegerField(help_text="As counted, also where it is hidden.")
    is_hidden = models.BooleanField(default=False)

    tells_places: bool  # where a query has put it

    objects = MonthNoShowsQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "resource", "department", "school"]
        constraints = [
            # Both may be empty, and SQLite takes two empty ones for different ones.
            models.UniqueConstraint(
                Coalesce(F("resource"), Value(0)),
                Coalesce(F("school"), Value(0)),
                F("department"),
                F("month"),
                name="month_no_shows_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.resource or '*'}, {self.month:%Y-%m}"

    @property
    def shown(self) -> int | None:
        """None where it is hidden."""
        return None if self.is_hidden else self.number


class MonthPresence(models.Model):
    """How often somebody was there on a provider's dates of a resource in a month: frozen at the month's
    close with its no-shows, since from two of their numbers of different days a few could be told.
    """

    provider = models.ForeignKey("courses.Organisation", models.PROTECT, related_name="+")
    resource = models.ForeignKey("courses.Resource", models.CASCADE, related_name="+")
    month = models.DateField()  # its first day
    counted_on = models.DateField()
    dates = models.PositiveSmallIntegerField(help_text="Whose sheets were closed.")
    present = models.PositiveIntegerField(null=True, help_text="None where it is hidden.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "provider", "resource"], name="month_presence_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider}, {self.resource}, {self.month:%Y-%m}"
