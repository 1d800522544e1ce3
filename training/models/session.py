"""Dated runs of a training, what changed in them, and what was written to those who come."""

import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.agenda.models import Meeting
from courses.documents.values import public_id
from courses.people.enums import Language, Role
from training.enums import (
    COUNT_AS_TAKEN,
    NOT_HELD,
    STILL_OPEN,
    EnrolmentState,
    OpenTo,
    SessionState,
)
from training.models.enrolment import Enrolment
from training.models.leading import Substitution, led_by, works_for
from training.values import address_words, days_of

ONLY_ON_PAGES = [
    "note", "made_at", "revision", "threshold_percent",
    *(f"training__{name}_{language}" for name in ("summary", "goals", "preparation") for language in ("fr", "en")),
    "training__level", "training__is_published",
    *(f"training__resource__{name}" for name in ("summary_fr", "summary_en", "url")),
    *(
        f"training__resource__provider__{name}"
        for name in ("official_name", "uai", "city", "postcode", "department", "is_pilot")
    ),
]  # fmt: skip


class SessionQuerySet(models.QuerySet):
    def visible_to(self, person, *, also_mine=False):
        """Anyone reads what is published; drafts are for planners, and for the session's own
        trainers.

        `also_mine`: whoever has a seat or waits keeps the page when the training is taken out of
        the catalogue, because it is the way to give the seat back.
        """
        if person.is_authenticated and (person.is_superuser or Role.PLANNER in person.roles):
            return self
        shown = Q(training__is_published=True) & ~Q(state=SessionState.DRAFT)
        if person.is_authenticated and also_mine:
            shown |= Q(
                Exists(
                    Enrolment.objects.filter(
                        session=OuterRef("pk"), teacher=person.pk, state__in=STILL_OPEN
                    )
                )
            )
        if person.is_authenticated and Role.TRAINER in person.roles:
            led = Session.trainers.through.objects.filter(session=OuterRef("pk"), person=person.pk)
            return self.filter(shown | Q(works_for(person), Exists(led)))
        return self.filter(shown)

    def led_by(self, person):
        """Whose trainer this person is, on some dates at least, and works for its provider."""
        return self.filter(works_for(person), trainers=person)

    def with_dates_of(self, person):
        """Whose trainer this person is, or leads one date of in somebody's place, and works for its
        provider.
        """
        led = Session.trainers.through.objects.filter(session=OuterRef("pk"), person=person.pk)
        instead = Substitution.objects.filter(session=OuterRef("pk"), substitute=person)
        return self.filter(works_for(person), Q(Exists(led)) | Q(Exists(instead)))

    def taught_by(self, person):
        """Sessions of which this person leads, or led, a date that isn't cancelled."""
        dates = Meeting.objects.going_on().filter(led_by(person), series=OuterRef("series"))
        return self.filter(Exists(dates))

    def to_come(self, now):
        """Not begun yet, or going on."""
        return self.filter(ends_at__gt=now)

    def awaiting_a_date(self, now):
        """None of their dates is left, and one is owed."""
        return self.filter(state=SessionState.OPEN, date_owed_from__lte=now)

    def past(self, now):
        return self.filter(ends_at__lte=now)

    def over(self, now):
        """Past, and no other date is looked for. The same as `Session.is_over_at`."""
        return self.past(now).exclude(state=SessionState.OPEN, date_owed_from__lte=now)

    def not_over(self, now):
        """Sessions to come, going on, or awaiting a date."""
        awaiting = Q(state=SessionState.OPEN, date_owed_from__lte=now)
        return self.filter(Q(ends_at__gt=now) | awaiting)

    def opening_or_closing(self, since, now):
        """Those whose enrolment opened or closed in that time, its end included."""
        return self.filter(
            Q(enrolment_opens_at__gt=since, enrolment_opens_at__lte=now)
            | Q(enrolment_closes_at__gt=since, enrolment_closes_at__lte=now),
            state=SessionState.OPEN,
        )

    def held(self):
        """Those that take place, or took place: what is counted.

        Cancelled ones stay in lists, drafts don't.
        """
        return self.exclude(state__in=NOT_HELD)

    def took_place(self, now):
        """Past ones, and those called off after some of their dates: what was held before counts."""
        dates = Meeting.objects.going_on().filter(
            series=OuterRef("series"), occurrence__end__lte=now
        )
        called_off = Q(state=SessionState.CANCELLED)
        return self.filter(
            (Q(ends_at__lte=now) & ~Q(state__in=NOT_HELD)) | called_off & Exists(dates)
        )

    def with_counts(self):
        """`seats_taken`, `turns` (all who wait), `offers` (the open ones) and
        `first_offer_ends_at`, by the database.
        """
        waiting = Q(enrolments__state=EnrolmentState.WAITING)
        return self.annotate(
            seats_taken=Count("enrolments", filter=Q(enrolments__state__in=COUNT_AS_TAKEN)),
            turns=Count("enrolments", filter=waiting),
            offers=Count("enrolments", filter=Q(enrolments__state=EnrolmentState.OFFERED)),
            first_offer_ends_at=Min("enrolments__offer_ends_at"),
        )

    def with_seats(self):
        """As `with_counts`, and `in_line`: those who wait and are offered the next seat.

        It doubles the time that Django takes to write the query: pages use
        `queries.sessions.count_seats` instead.
        """
        in_line = Enrolment.objects.filter(session=OuterRef("pk")).next_in_line().order_by()
        in_line = in_line.values("session").annotate(count=Count("pk")).values("count")
        return self.with_counts().annotate(in_line=Coalesce(Subquery(in_line), 0))

    def of_provider(self, provider):
        """Planned for it, or of a resource that is its own today."""
        return self.filter(Q(provider=provider) | Q(training__resource__provider=provider))

    def with_page_rows(self):
        """All that a row of a list shows."""
        return self.select_related("training__resource__provider")

    def with_list_rows(self):
        """As `with_page_rows`, without the words that only a page shows: half as many columns to
        read and, `with_counts`, to group by.
        """
        return self.with_page_rows().defer(*ONLY_ON_PAGES)

    def with_rule(self):
        """Join the rule of the series, which its description in words needs beside the meetings."""
        return self.select_related("series__rule")


class Session(models.Model):
    """One or more meetings, a language, a capacity, one or more trainers.

    `provider` is the one for whom it was planned: its resource may have another since, and who leads
    it still works for the first.
    `starts_at` and `ends_at` are the beginning of the first and the end of the last meeting that
    isn't cancelled, `meeting_days` the days of these meetings in Paris (ISO 8601), in order,
    `planned_minutes` the sum of their lengths, 0 if none is left: kept by `services/session_dates.py`, so that lists
    sort and filter without reading meetings, and ask the right for each day. While a date is owed
    to which no trainer came, `date_owed_from` is the moment from which no other is left, kept
    there, too. `subjects_at_start` is counted once, when the session begins: pairs of a subject's
    primary key and how many people teach it, of those that enough teach; None before. `opened_at`
    is when a draft was opened, None for a draft: what was changed before is told to nobody.
    `revision` rises with every save by an adviser: a save over a newer one is refused with
    `StaleSheet`.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    training = models.ForeignKey(
        "training.Training", models.PROTECT, related_name="sessions", verbose_name=_("training")
    )
    provider = models.ForeignKey(
        "courses.Organisation", models.PROTECT, related_name="+", editable=False
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.FRENCH
    )
    capacity = models.PositiveSmallIntegerField(
        _("seats"), validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    state = models.CharField(
        _("state"), max_length=10, choices=SessionState, default=SessionState.DRAFT
    )
    series = models.OneToOneField("schedule.Event", models.PROTECT, related_name="training_session")
    trainers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("trainers"), related_name="sessions_led"
    )
    starts_at = models.DateTimeField(_("begins"), db_index=True)
    ends_at = models.DateTimeField(_("ends"), db_index=True)
    meeting_days = models.JSONField(default=list, editable=False)
    planned_minutes = models.PositiveIntegerField(default=0, editable=False)
    open_to = models.CharField(
        _("open to"), max_length=12, choices=OpenTo, default=OpenTo.SUBSCRIBERS
    )
    schools = models.ManyToManyField(
        "courses.Organisation",
        verbose_name=_("schools"),
        blank=True,
        related_name="+",
        help_text=_("Only for a session that is open to some schools."),
    )
    school_quota = models.PositiveSmallIntegerField(
        _("seats for one school at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
    )
    enrolment_opens_at = models.DateTimeField(_("enrolment opens"), null=True, blank=True)
    enrolment_closes_at = models.DateTimeField(_("enrolment closes"), null=True, blank=True)
    threshold_percent = models.PositiveSmallIntegerField(
        _("threshold"),
        default=75,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Share of the real length from which a certificate is issued."),
    )
    date_owed_from = models.DateTimeField(null=True, blank=True, editable=False)
    subjects_at_start = models.JSONField(null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    note = models.TextField(
        _("note for participants"), blank=True, help_text=_("In the session’s language.")
    )
    cancel_reason = models.CharField(_("reason"), max_length=300, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    seats_taken: int  # put by `with_counts`
    enrolled: int  # put by `queries.filling.count_enrolled`
    turns: int
    offers: int
    first_offer_ends_at: datetime.datetime | None
    in_line: int  # put by `with_seats` or `queries.sessions.count_seats`
    own_state: str  # put by `queries.sessions.count_seats`
    has_tool: bool  # put by `session_for_a_page`
    is_led_by_dates: bool  # put by `queries.filling.planned`

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(capacity__gte=1), name="session_has_a_seat"),
            models.CheckConstraint(
                condition=Q(enrolment_opens_at__isnull=True)
                | Q(enrolment_closes_at__isnull=True)
                | Q(enrolment_closes_at__gt=F("enrolment_opens_at")),
                name="session_enrolment_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(school_quota__isnull=True) | Q(school_quota__gte=1),
                name="session_school_quota_is_a_seat",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(threshold_percent__range=(1, 100)), name="session_threshold_is_a_share"
            ),
            models.CheckConstraint(
                condition=~Q(state=SessionState.CANCELLED) | ~Q(cancel_reason=""),
                name="session_cancelled_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.training.title} ({timezone.localtime(self.starts_at):%d/%m/%Y})"

    def get_absolute_url(self) -> str:
        return reverse("training:session", args=[self.public_id, self.slug])

    @property
    def slug(self) -> str:
        """Decorative: the title in the reader's language."""
        return address_words(self.training.title) or "session"

    @property
    def title(self) -> str:
        return self.training.title

    @property
    def resource(self):
        return self.training.resource

    @property
    def meetings(self):
        """All of them, cancelled ones too, in time order."""
        return Meeting.objects.filter(series=self.series_id).in_time_order()

    @property
    def first_day(self) -> datetime.date:
        return timezone.localdate(self.starts_at)

    @property
    def last_day(self) -> datetime.date:
        return timezone.localdate(self.ends_at)

    @property
    def days(self) -> tuple[datetime.date, ...]:
        """The days of its meetings, in order: those for which the right is asked."""
        return days_of(self.meeting_days, self.first_day, self.last_day)

    @property
    def is_draft(self) -> bool:
        return self.state == SessionState.DRAFT

    @property
    def is_open(self) -> bool:
        return self.state == SessionState.OPEN

    @property
    def is_cancelled(self) -> bool:
        return self.state == SessionState.CANCELLED

    def awaits_date_at(self, now: datetime.datetime) -> bool:
        """No trainer came to a date, none is left, and another is looked for. The same as
        `SessionQuerySet.awaiting_a_date`.
        """
        return self.is_open and self.date_owed_from is not None and self.date_owed_from <= now

    @property
    def has_a_date(self) -> bool:
        """False once no trainer came to any of them: see `session_dates.keep_span`."""
        return self.planned_minutes > 0

    def is_over_at(self, now: datetime.datetime) -> bool:
        return self.ends_at <= now and not self.awaits_date_at(now)

    def count_seats_taken(self) -> int:
        """An offered seat counts as taken."""
        return self.enrolments.count_as_taken().count()

    def open_enrolments(self):
        return self.enrolments.filter(state__in=STILL_OPEN)


class SessionChange(models.Model):
    """One move as people are shown it: old and new hours.

    One row a meeting and move; a cancelled date has no new hours.
    """

    session = models.ForeignKey(Session, models.CASCADE, related_name="changes")
    meeting = models.ForeignKey("courses.Meeting", models.CASCADE, related_name="+")
    was_starts_at = models.DateTimeField()
    was_ends_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.was_starts_at:%d/%m/%Y %H:%M} → {self.starts_at or '×'}"

    @property
    def starts(self) -> list[datetime.datetime]:
        """The old one and, unless the date is cancelled, the new one."""
        return [start for start in (self.was_starts_at, self.starts_at) if start]


class SessionMessage(models.Model):
    """A message of an adviser or trainer to those who come, in the language it was written in."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="messages")
    subject = models.CharField(_("subject"), max_length=120)
    body = models.TextField(_("message"), max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    key = models.UUIDField(unique=True, help_text="The form's own key: posted twice is sent once.")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.subject
