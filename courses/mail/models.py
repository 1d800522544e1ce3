"""The outbox: written with the fact, sent by the worker, kept as the record of what was sent and
why.
"""

import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.documents.values import public_id
from courses.mail.enums import LetterState
from courses.mail.values import LEASE

NO_ADDRESS = "no address"


class LetterQuerySet(models.QuerySet):
    def visible_to(self, person):
        """A person sees the letters written to them, nobody else's."""
        return self.filter(to=person)

    def waiting(self):
        return self.filter(state=LetterState.WAITING)

    def to_address(self, address: str):
        """Those that were sent there."""
        return self.filter(state=LetterState.SENT, address__iexact=address)

    def not_gone(self):
        """Those that can still be taken back."""
        waits = models.Q(state__in=[LetterState.WAITING, LetterState.GATHERED])
        in_one_that_waits = models.Q(
            state=LetterState.SUMMED_UP, summary__state=LetterState.WAITING
        )
        return self.filter(waits | in_one_that_waits)

    def may_still_grow(self):
        """Those that nobody has begun to write: they tell what is there when they are written."""
        return self.filter(state__in=[LetterState.WAITING, LetterState.GATHERED], attempts=0)

    def given_up(self, since):
        """Those that the mail server refused for good, or didn't take for a day, since that instant.

        By the last try (`taken_at`): a letter is posted a day before it is given up, a reminder
        weeks. People without an address aren't among them.
        """
        failed = self.filter(state=LetterState.FAILED, attempts__gt=0)
        return failed.filter(not_before__gte=since + LEASE).exclude(last_error=NO_ADDRESS)

    def not_written(self):
        """Those of which nothing was left to say when the worker came to them."""
        return self.filter(state=LetterState.WITHDRAWN, attempts__gt=0)

    def gathered(self):
        """Those that wait for their reader's summary."""
        return self.filter(state=LetterState.GATHERED)

    def overdue(self, since):
        """Still waiting, though their time came before that instant."""
        return (
            self.waiting()
            .alias(due_at=Coalesce("not_before", "posted_at"))
            .filter(due_at__lt=since)
        )


class Letter(models.Model):
    """A mail to be sent: which letter, about which row, for whom, why.

    The worker makes its text.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    key = models.CharField(
        max_length=200, unique=True, help_text="The reason: the same reason is the same letter."
    )
    kind = models.CharField(
        max_length=120,
        help_text="Key of the function that writes it, such as training.seat_confirmed.",
    )
    about_model = models.CharField(
        max_length=60, blank=True, help_text="Label of the row's model, such as training.Enrolment."
    )
    about_pk = models.CharField(max_length=40, blank=True)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="letters")
    details = models.JSONField(
        default=dict,
        blank=True,
        help_text="Plain values that the row won't tell later, such as the old hour.",
    )
    summary = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="summed_up",
        help_text="The email of the day or week in which it stands.",
    )
    state = models.CharField(max_length=10, choices=LetterState, default=LetterState.WAITING)
    posted_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    address = models.EmailField(blank=True, help_text="Where it went, as it was then.")
    subject = models.CharField(max_length=300, blank=True)
    # What the reader's mail server answered later (RFC 3463): once for good, or that it waits.
    returned_at = models.DateTimeField(null=True, blank=True)
    return_status = models.CharField(max_length=12, blank=True)
    delays = models.PositiveSmallIntegerField(
        default=0, help_text="How many times a mail server said that it could not deliver it yet."
    )
    source = models.BinaryField(
        null=True, blank=True, editable=False
    )  # the message as sent (RFC 5322), its record

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-posted_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "not_before"], name="letter_due"),
            # When did the mail server last take one? (queries.mail_delay)
            models.Index(
                fields=["sent_at"],
                condition=models.Q(sent_at__isnull=False),
                name="letter_sent",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state=LetterState.SENT, sent_at__isnull=False, source__isnull=False
                )
                | (~models.Q(state=LetterState.SENT) & models.Q(sent_at__isnull=True)),
                name="letter_sent_has_its_record",
            ),
            models.CheckConstraint(
                condition=models.Q(returned_at__isnull=True, return_status="")
                | (models.Q(returned_at__isnull=False, sent_at__isnull=False))
                & ~models.Q(return_status=""),
                name="letter_returned_was_sent",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.key

    @property
    def taken_at(self) -> datetime.datetime | None:
        """When the worker took the letter last, of one that it is done with; None before."""
        return self.not_before - LEASE if self.attempts and self.not_before else None

    @property
    def came_back(self) -> bool:
        return self.returned_at is not None

    @property
    def goes_to(self) -> str:
        """The person's own address, unless `details["address"]` names another: one that is being
        confirmed, or an old one.
        """
        return self.details.get("address") or self.to.email or ""
