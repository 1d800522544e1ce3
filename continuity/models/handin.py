"""Students' hand-ins, page by page, and teachers' answers."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from continuity.enums import (
    LONGEST_COMMENT,
    LONGEST_PIN,
    LONGEST_REPLY,
    HandInState,
    PartKind,
    Verdict,
)
from continuity.storage import private
from courses.documents.values import public_id
from courses.people.models import Teaching

MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
}
# Sending that stopped halfway: after that, the teacher sees what has arrived (case C8).
GRACE = datetime.timedelta(hours=1)


class HandInQuerySet(models.QuerySet):
    def handed_in(self):
        """The version that counts."""
        return self.filter(state=HandInState.HANDED_IN)

    def to_answer(self):
        """Those that wait for their answer."""
        return self.handed_in().filter(
            Q(feedback__isnull=True) | Q(feedback__returned_at__isnull=True)
        )

    def asked_again(self):
        """Returned with “do again”, and not handed in since; as `HandIn.is_asked_again`."""
        return self.handed_in().filter(
            feedback__returned_at__isnull=False, feedback__verdict=Verdict.AGAIN
        )

    def collecting(self):
        return self.filter(state=HandInState.COLLECTING)

    def without_pdf(self):
        """Handed in, with pages that are yet to be bound to one PDF."""
        return self.exclude(state=HandInState.COLLECTING).filter(pdf="", pdf_failed="", pages__gt=0)

    def incomplete(self, now: datetime.datetime | None = None):
        """Sending stopped halfway an hour ago or more: `arrived` of `expected_parts` are there."""
        arrived = self.collecting().annotate(arrived=Count("parts"))
        return arrived.filter(
            arrived__gt=0,
            arrived__lt=F("expected_parts"),
            touched_at__lte=(now or timezone.now()) - GRACE,
        )

    def visible_to(self, person):
        """A student's own; those that a teacher, or a stand-in today, has to answer.

        Nothing of one still being put together.
        """
        shown = ~Q(state=HandInState.COLLECTING) | Q(
            pk__in=HandIn.objects.incomplete().order_by().values("pk")
        )
        return self.filter(
            Q(student=person)
            | Q(assignment__teaching__in=Teaching.objects.answered_by(person)) & shown
        )


class HandIn(models.Model):
    """One version of one student's work for one assignment.

    Being put together, then handed in with a receipt; never changed after.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    assignment = models.ForeignKey("continuity.Assignment", models.PROTECT, related_name="handins")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="handins")
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=HandInState, default=HandInState.COLLECTING)
    text = models.TextField(_("text"), blank=True, max_length=20_000)
    begun_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now, help_text="When the last photo came.")
    expected_parts = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How many the phone said it would send (case C8)."
    )
    receipt_key = models.UUIDField(
        unique=True, null=True, blank=True, help_text="The form's own: sent twice is one hand-in."
    )
    receipt_number = models.CharField(max_length=20, unique=True, null=True, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    student_name = models.CharField(
        max_length=161, blank=True, help_text="As it was at handing in. An erasure may blank it."
    )
    is_late = models.BooleanField(default=False)
    pages = models.PositiveSmallIntegerField(default=0)
    checksum = models.CharField(
        max_length=64,
        blank=True,
        help_text="SHA-256 over the parts as they were received, and the text.",
    )
    pdf = models.FileField(upload_to="handins/", storage=private, blank=True)
    pdf_failed = models.CharField(max_length=200, blank=True)

    objects = HandInQuerySet.as_manager()

    class Meta:
        ordering = ["handed_in_at", "pk"]
        indexes = [
            models.Index(
                fields=["assignment", "state", "handed_in_at"], name="handin_in_the_queue"
            ),
            # A handful of rows, asked for each half minute (sweeps, metrics).
            models.Index(
                fields=["handed_in_at"],
                condition=Q(pdf="", pdf_failed="", pages__gt=0),
                name="handin_without_its_pdf",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "student", "version"], name="handin_version_once"
            ),
            models.UniqueConstraint(
                fields=["assignment", "student"],
                condition=Q(state=HandInState.COLLECTING),
                name="handin_one_being_put_together",
            ),
            models.UniqueConstraint(
                fields=["assignment", "student"],
                condition=Q(state=HandInState.HANDED_IN),
                name="handin_one_that_counts",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=HandInState.COLLECTING,
                    handed_in_at__isnull=True,
                    receipt_number__isnull=True,
                )
                | (
                    ~Q(state=HandInState.COLLECTING)
                    & Q(handed_in_at__isnull=False, receipt_number__isnull=False)
                ),
                name="handin_has_a_receipt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student}: {self.assignment}"

    @property
    def is_asked_again(self) -> bool:
        """Returned with “do again”."""
        feedback = getattr(self, "feedback", None)
        return feedback is not None and feedback.asks_again

    @property
    def is_without_pdf(self) -> bool:
        """As `without_pdf`, of one that is handed in."""
        return bool(self.pages) and not self.pdf and not self.pdf_failed

    @property
    def is_replaced(self) -> bool:
        return self.state == HandInState.REPLACED


class HandInPart(models.Model):
    """One photo (or PDF) of a hand-in, received once under its key, stored upright and without
    EXIF.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    handin = models.ForeignKey(HandIn, models.CASCADE, related_name="parts")
    key = models.UUIDField(
        help_text="Made by the phone for this photo: the same key twice is one photo."
    )
    kind = models.CharField(max_length=6, choices=PartKind)
    position = models.PositiveSmallIntegerField()
    turned = models.PositiveSmallIntegerField(
        default=0,
        help_text="Degrees clockwise that the student turned it, after it was made upright.",
    )
    file = models.FileField(upload_to="handin-parts/", storage=private)
    size_bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    pages = models.PositiveSmallIntegerField(default=1, help_text="0 of a recording.")
    seconds = models.PositiveSmallIntegerField(
        default=0, help_text="Of a recording; 0 where it doesn't say."
    )
    checksum = models.CharField(max_length=64, help_text="SHA-256 of the file as it was sent.")
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["handin", "key"], name="handin_part_received_once"),
            models.CheckConstraint(
                condition=Q(turned__in=(0, 90, 180, 270)), name="handin_part_turned_by_quarters"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handin}, {self.position}"

    @property
    def is_photo(self) -> bool:
        return self.kind == PartKind.PHOTO

    @property
    def is_sound(self) -> bool:
        return self.kind == PartKind.SOUND

    @property
    def clock(self) -> str:
        """Length of a recording: 1:05."""
        return f"{self.seconds // 60}:{self.seconds % 60:02d}"

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.ending]

    @property
    def ending(self) -> str:
        """Extension of its file: its kind, as its content said."""
        return str(self.file.name).rpartition(".")[2]

    @property
    def lies_on_its_side(self) -> bool:
        """Wider than high, as it was turned: the teacher may have to bend their head."""
        across, down = (
            (self.height, self.width) if self.turned in (90, 270) else (self.width, self.height)
        )
        return across > down


class Feedback(models.Model):
    """The teacher's answer to a hand-in.

    Nothing of it is seen before it is returned, then all at once.
    """

    handin = models.OneToOneField(HandIn, models.PROTECT, related_name="feedback")
    comment = models.TextField(_("comment"), blank=True, max_length=LONGEST_COMMENT)
    verdict = models.CharField(
        _("verdict"), max_length=10, choices=Verdict, default=Verdict.NONE, blank=True
    )
    revision = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    read_at = models.DateTimeField(
        null=True, blank=True, help_text="When the student first opened it."
    )

    def __str__(self) -> str:
        return f"{self.handin}"

    @property
    def asks_again(self) -> bool:
        """Returned with “do again”."""
        return self.returned_at is not None and self.verdict == Verdict.AGAIN


class Pin(models.Model):
    """A text at a place on a page of a hand-in.

    Places are thousandths of the page's width and height.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    feedback = models.ForeignKey(Feedback, models.CASCADE, related_name="pins")
    page = models.PositiveSmallIntegerField()
    x = models.PositiveSmallIntegerField()
    y = models.PositiveSmallIntegerField()
    text = models.CharField(_("text"), max_length=LONGEST_PIN)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["page", "y", "x", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(x__lte=1000, y__lte=1000, page__gte=1), name="pin_on_the_page"
            )
        ]

    def __str__(self) -> str:
        return self.text


class Reply(models.Model):
    """A word in the talk after an answer was returned: the student's, or the teacher's."""

    key = models.UUIDField(unique=True, help_text="The form's own: sent twice is one word.")
    feedback = models.ForeignKey(Feedback, models.CASCADE, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("your answer"), max_length=LONGEST_REPLY)
    said_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["said_at", "pk"]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:40]}"


class BankComment(models.Model):
    """A sentence that a teacher keeps for use in answers."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="bank_comments"
    )
    text = models.CharField(_("text"), max_length=LONGEST_PIN)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-used", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["teacher", "text"], name="bank_comment_once")
        ]

    def __str__(self) -> str:
        return self.text
