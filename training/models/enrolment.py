"""A teacher's seat or turn, and the history of it."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from courses.exceptions import refusal_kept
from training.enums import (
    CAME_AFTER_START,
    COUNT_AS_TAKEN,
    HOLD_A_SEAT,
    NOT_ANSWERED,
    STILL_OPEN,
    TO_ANSWER,
    EnrolmentOrigin,
    EnrolmentState,
    OfferState,
    SessionState,
)

# Before every `asked_at`: the turn of somebody with the first refusal.
FIRST_REFUSAL = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(teacher=person)

    def holding_a_seat(self):
        """Those who come."""
        return self.filter(state__in=HOLD_A_SEAT)

    def sure(self):
        """Those who come to a session that takes place."""
        return self.holding_a_seat().exclude(session__state=SessionState.CANCELLED)

    def count_as_taken(self):
        """Those that count against the capacity: an offered seat is taken."""
        return self.filter(state__in=COUNT_AS_TAKEN)

    def still_open(self):
        return self.filter(state__in=STILL_OPEN)

    def waiting(self):
        """The waiting list, head first: who lost a seat with a right that is renewed comes before
        all others, who let an offer expire stands behind those who waited then.
        """
        return self.filter(state=EnrolmentState.WAITING).with_turn_at().order_by("turn_at", "pk")

    def with_turn_at(self):
        """`turn_at` orders the waiting list."""
        has_first_refusal = When(right_ended_at__isnull=False, then=Value(FIRST_REFUSAL))
        return self.annotate(
            turn_at=Case(has_first_refusal, default=Coalesce("set_back_at", "asked_at"))
        )

    def to_confirm(self):
        """Seats at risk: the right of those who hold them has ended."""
        return self.filter(state=EnrolmentState.TO_CONFIRM)

    def in_the_list(self):
        """Those who wait, and those who have an offer to answer."""
        return self.filter(state__in=[EnrolmentState.WAITING, EnrolmentState.OFFERED])

    def without_a_seat_yet(self):
        """Those who wait, have an offer to answer, or a seat that is held for them."""
        return self.filter(state__in=[EnrolmentState.WAITING, *TO_ANSWER])

    def within_quota(self):
        """Those whose school may have one seat more, where a session limits the seats of a school."""
        of_the_school = Enrolment.objects.filter(
            session=OuterRef("session"), school=OuterRef("school")
        ).count_as_taken()
        taken = of_the_school.order_by().values("school").annotate(count=Count("pk"))
        return self.annotate(seats_of_school=Coalesce(Subquery(taken.values("count")), 0)).filter(
            Q(session__school_quota=None) | Q(session__school_quota__gt=F("seats_of_school"))
        )

    def in_place_of(self, first):
        """A seat and all that are in its place, of other dates."""
        return self.filter(Q(pk=first.pk) | Q(instead_of=first))

    def next_in_line(self):
        """Those who wait and are offered the next seat, head first, as far as the quota of their
        school allows.

        Who let an offer expire is asked again once an offer to somebody else has been answered or
        is over since then: nobody is asked twice in a row.
        """
        others = SeatOffer.objects.filter(
            enrolment__session=OuterRef("session"), answered_at__gt=OuterRef("set_back_at")
        ).exclude(enrolment=OuterRef("pk"))
        return self.waiting().within_quota().filter(Q(set_back_at=None) | Exists(others))

    def with_offer(self):
        """`offer_id` is the public id of the open offer, for its link."""
        offers = SeatOffer.objects.filter(enrolment=OuterRef("pk"), state=OfferState.OPEN)
        return self.annotate(offer_id=Subquery(offers.values("public_id")[:1]))

    def held(self):
        """Those for whom a seat of another date is held, the one that ends first before the others."""
        return self.filter(state=EnrolmentState.HELD).order_by("held_until", "pk")

    def offered(self):
        """Those with an open offer, the one that ends first before the others."""
        return self.filter(state=EnrolmentState.OFFERED).order_by("offer_ends_at", "pk")


class Enrolment(models.Model):
    """A teacher's seat in a session, or turn in its waiting list.

    The school is the one whose licence opened it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    session = models.ForeignKey("training.Session", models.PROTECT, related_name="enrolments")
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="enrolments")
    school = models.ForeignKey("courses.Organisation", models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=EnrolmentState)
    origin = models.CharField(max_length=12, choices=EnrolmentOrigin, default=EnrolmentOrigin.SELF)
    over_capacity = models.BooleanField(
        default=False, help_text="An adviser's own decision, with a reason in the history."
    )
    is_admitted = models.BooleanField(
        default=False,
        help_text="A planner opened the session to this person: the right isn't asked again.",
    )
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    not_yet_told = models.CharField(
        max_length=12,
        choices=EnrolmentState,
        blank=True,
        editable=False,
        help_text="What was decided, until its letter, passes and calendar entries are written.",
    )
    offer_ends_at = models.DateTimeField(null=True, blank=True)
    set_back_at = models.DateTimeField(
        null=True, blank=True, help_text="When an offer expired: the turn counts from then on."
    )

    right_ended_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when the seat is to confirm; kept with a seat that was given on, for the"
        " first refusal if the right is renewed.",
    )
    held_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when a seat is held, for somebody of another date."
    )
    instead_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="other_dates",
        null=True,
        blank=True,
        help_text="The seat that the person had first, of another date: that one and all others in"
        " its place are given back once this one is sure.",
    )
    held_for = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="held_seats",
        null=True,
        blank=True,
        help_text="The seat for whose holder this one was held, when its session was cancelled or"
        " moved.",
    )
    has_evaluated = models.BooleanField(
        default=False, help_text="An evaluation was given: none can follow it."
    )

    was_freed: bool  # annotated by `my_trainings` with `news_since`
    offer_id: str  # annotated by `with_offer`

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "teacher"],
                condition=Q(state__in=STILL_OPEN),
                name="enrolment_open_once_per_session",
                violation_error_message=_("You are already enrolled in this session."),
            ),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.OFFERED, offer_ends_at__isnull=False)
                | (~Q(state=EnrolmentState.OFFERED) & Q(offer_ends_at__isnull=True)),
                name="enrolment_offer_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.HELD, held_until__isnull=False)
                | (~Q(state=EnrolmentState.HELD) & Q(held_until__isnull=True)),
                name="enrolment_held_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state=EnrolmentState.TO_CONFIRM) | Q(right_ended_at__isnull=False),
                name="enrolment_to_confirm_since",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=~Q(not_yet_told=""), name="enrolment_not_yet_told"
            )
        ]

    def __str__(self) -> str:
        return f"{self.teacher}, {self.session}"

    @property
    def is_confirmed(self) -> bool:
        return self.state == EnrolmentState.CONFIRMED

    @property
    def is_waiting(self) -> bool:
        return self.state == EnrolmentState.WAITING

    @property
    def is_to_confirm(self) -> bool:
        return self.state == EnrolmentState.TO_CONFIRM

    @property
    def has_first_refusal(self) -> bool:
        """The seat was given on when the right ended: renewed, the person comes before all others."""
        return self.state == EnrolmentState.CANCELLED and self.right_ended_at is not None

    @property
    def is_offered(self) -> bool:
        return self.state == EnrolmentState.OFFERED

    @property
    def first_seat(self) -> "Enrolment":
        """The seat that the person had first, of the seats of several dates in each
        other's place.
        """
        return self.instead_of or self

    @property
    def is_late(self) -> bool:
        """Entered after the start: the seat is for the dates that were to come."""
        return self.origin == EnrolmentOrigin.LATE

    @property
    def came_after_start(self) -> bool:
        """Entered late, or regularised: expected on no date before."""
        return self.origin in CAME_AFTER_START

    @property
    def is_held(self) -> bool:
        return self.state == EnrolmentState.HELD

    @property
    def is_cancelled(self) -> bool:
        return self.state == EnrolmentState.CANCELLED

    @property
    def holds_a_seat(self) -> bool:
        return self.state in HOLD_A_SEAT

    def is_held_at(self, now: datetime.datetime) -> bool:
        """Held, and the end isn't past: the tick that writes down the end may be late."""
        return self.held_until is not None and now < self.held_until

    def has_offer_at(self, now: datetime.datetime) -> bool:
        """Offered, and the end isn't past: the tick that writes down the end may be late."""
        return self.offer_ends_at is not None and now < self.offer_ends_at


class EnrolmentStep(models.Model):
    """History of an enrolment: who changed it to what, when and why."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="steps")
    state = models.CharField(max_length=12, choices=EnrolmentState)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(
        _("reason"), max_length=300, blank=True, help_text="As a person typed it."
    )
    refusal = models.JSONField(
        null=True,
        blank=True,
        help_text="A rule's own no: its class and values, said in the reader's language.",
    )

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_state_display()}, {self.at:%d/%m/%Y %H:%M}"

    @property
    def is_all_the_same(self) -> bool:
        """A planner decided otherwise than the rule, with a reason."""
        return bool(self.refusal and self.reason)

    @property
    def why_otherwise(self) -> str:
        """The refusal that a planner decided against."""
        return refusal_kept(self.refusal).reason if self.refusal and self.reason else ""

    @property
    def why(self) -> str:
        return self.reason or (refusal_kept(self.refusal).reason if self.refusal else "")


class SeatOfferQuerySet(models.QuerySet):
    def visible_to(self, person):
        return self.filter(enrolment__teacher=person)

    def of_session(self, session):
        """The log of a session, newest first."""
        return self.filter(enrolment__session=session).order_by("-offered_at", "-pk")

    def not_answered(self):
        return self.filter(state__in=NOT_ANSWERED)


class SeatOffer(models.Model):
    """A seat offered to somebody who waits, until `expires_at`; or the word, in the last hour, that
    a seat is free for whoever is first.

    While it is open the enrolment is `OFFERED`, with the same end, and counts as a seat taken. Rows
    are kept: they are the log of the waiting list.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="offers")
    state = models.CharField(max_length=12, choices=OfferState, default=OfferState.OPEN)
    offered_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was answered, expired or was withdrawn."
    )

    objects = SeatOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer of a seat")
        ordering = ["offered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(state__in=NOT_ANSWERED),
                name="offer_open_once_per_enrolment",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("offered_at")), name="offer_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(state__in=NOT_ANSWERED, answered_at__isnull=True)
                | (~Q(state__in=NOT_ANSWERED) & Q(answered_at__isnull=False)),
                name="offer_answered_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}, {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("training:offer", args=[self.public_id])

    def is_open_at(self, now: datetime.datetime) -> bool:
        """Open, and its end isn't past: the tick that writes down the end comes up to a minute
        later.
        """
        return self.state == OfferState.OPEN and now < self.expires_at
