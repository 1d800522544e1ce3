"""The plan of a class for a week, its parts by subject, and what stands in them."""

import datetime
import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from continuity.enums import ItemKind, PartState
from courses.agenda.queries import monday_of
from courses.documents.values import public_id
from courses.people.models import SchoolClass, Teaching


class ContinuityPlan(models.Model):
    """One class, one week: the parent that is locked, and whose version says whether what was
    cached is still so.
    """

    school_class = models.ForeignKey("courses.SchoolClass", models.PROTECT, related_name="plans")
    monday = models.DateField()
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school_class", "monday"], name="plan_once_a_week"),
            models.CheckConstraint(
                condition=Q(monday__iso_week_day=1), name="plan_begins_on_a_monday"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_class}, {self.monday}"


class PlanPartQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=PartState.PUBLISHED)

    def open_to(self, person):
        """Those that a person may write: their teachings as they stand in the week of the plan,
        stand-ins for their dates.

        Whoever teaches now sees the parts of the teaching's past weeks, too, and of who gave the
        subject there before.
        """
        return self.filter(teaching__in=Teaching.objects.answered_by(person))


class PlanPart(models.Model):
    """One subject's part of a plan: what one teacher asks of the class in that week.

    Published as a whole.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    plan = models.ForeignKey(ContinuityPlan, models.PROTECT, related_name="parts")
    teaching = models.ForeignKey("courses.Teaching", models.PROTECT, related_name="plan_parts")
    state = models.CharField(max_length=10, choices=PartState, default=PartState.DRAFT)
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = PlanPartQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "teaching"], name="plan_part_once_a_teaching"),
            models.CheckConstraint(
                condition=Q(state=PartState.DRAFT)
                | Q(published_at__isnull=False, publish_at__isnull=True),
                name="plan_part_published_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.teaching}, {self.plan.monday}"

    @property
    def is_published(self) -> bool:
        return self.state == PartState.PUBLISHED


# Which column holds the content of each kind of item; a note is its own text.
CONTENT = {
    ItemKind.LESSON: "lesson",
    ItemKind.HOMEWORK: "assignment",
    ItemKind.VIDEO: "meeting",
    ItemKind.RESOURCE: "resource",
}


def _one_content(kind: str) -> Q:
    return Q(
        kind=kind, **{f"{column}__isnull": of_kind != kind for of_kind, column in CONTENT.items()}
    )


class PlanItemQuerySet(models.QuerySet):
    def standing(self):
        """All but deleted homework, which can be brought back for thirty days."""
        return self.exclude(assignment__homework__deleted_at__isnull=False)

    def shown(self):
        """Items that students see: of published parts, not held back, not deleted."""
        return self.standing().filter(part__state=PartState.PUBLISHED, is_held_back=False)

    def in_order(self):
        return self.order_by("day", "position", "pk")


class PlanItem(models.Model):
    """One thing on one day of a part.

    A homework stands on the day on which it is given to do; its due date is the assignment's.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    part = models.ForeignKey(PlanPart, models.CASCADE, related_name="items")
    kind = models.CharField(_("kind"), max_length=10, choices=ItemKind)
    day = models.DateField(_("day"))
    position = models.PositiveSmallIntegerField(
        default=0, help_text="Order among the part's items of that day."
    )
    class_hour = models.ForeignKey(
        "courses.ClassHour", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    title = models.CharField(_("title"), max_length=160)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    note = models.TextField(_("note"), blank=True, max_length=2_000)
    lesson = models.ForeignKey(
        "continuity.Lesson", models.PROTECT, null=True, blank=True, related_name="items"
    )
    assignment = models.ForeignKey(
        "continuity.Assignment", models.CASCADE, null=True, blank=True, related_name="items"
    )
    meeting = models.ForeignKey(
        "courses.Meeting", models.PROTECT, null=True, blank=True, related_name="plan_items"
    )
    resource = models.ForeignKey(
        "courses.Resource", models.PROTECT, null=True, blank=True, related_name="+"
    )

    is_held_back = models.BooleanField(
        default=False,
        help_text="Prefilled for an absence: students see it once the teacher has read it.",
    )

    objects = PlanItemQuerySet.as_manager()

    class Meta:
        ordering = ["day", "position", "pk"]
        indexes = [models.Index(fields=["part", "day", "position"], name="plan_item_in_order")]
        constraints = [
            models.CheckConstraint(
                condition=_one_content(ItemKind.LESSON)
                | _one_content(ItemKind.HOMEWORK)
                | _one_content(ItemKind.VIDEO)
                | _one_content(ItemKind.RESOURCE)
                | _one_content(ItemKind.NOTE),
                name="plan_item_has_the_content_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def text_stamp(self) -> str:
        """Hash of the text typed into a note or a resource: another text has another stamp."""
        typed = "\n".join([self.title, self.note, str(self.minutes), str(self.resource_id or "")])
        return hashlib.sha256(typed.encode()).hexdigest()[:16]


class ItemChange(models.Model):
    """A change after publication, shown to students with its old and new value.

    An item taken out keeps its title in `item_title`.
    """

    part = models.ForeignKey(PlanPart, models.CASCADE, related_name="changes")
    item = models.ForeignKey(PlanItem, models.SET_NULL, null=True, related_name="changes")
    item_title = models.CharField(max_length=160)
    day = models.DateField()
    field = models.CharField(
        max_length=20, help_text="day, hours, title, minutes, due, text, added, removed, cancelled"
    )
    was = models.CharField(max_length=300, blank=True)
    now = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.item_title}: {self.field}"

    @property
    def was_value(self):
        """The old value, as a day, an instant, a number or a text: see `field`."""
        return _read_back(self.field, self.was)

    @property
    def now_value(self):
        return _read_back(self.field, self.now)


def _read_back(field: str, kept: str):
    """Days, instants and numbers are kept in ISO 8601, so that they are shown in the reader's
    language.
    """
    try:
        if field == "day":
            return datetime.date.fromisoformat(kept)
        if field in ("due", "hours"):
            return datetime.datetime.fromisoformat(kept)
        return int(kept) if field == "minutes" else kept
    except ValueError:
        return kept


class Tick(models.Model):
    """A student says that an item is done."""

    item = models.ForeignKey(PlanItem, models.CASCADE, related_name="ticks")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="ticks")
    ticked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "student"], name="tick_once")]

    def __str__(self) -> str:
        return f"{self.student}: {self.item}"


class HelpRequest(models.Model):
    """“I need help”: a student's question in the teacher's queue, about an item or about a class."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="help_requests"
    )
    teaching = models.ForeignKey("courses.Teaching", models.PROTECT, related_name="help_requests")
    item = models.ForeignKey(
        PlanItem, models.SET_NULL, null=True, blank=True, related_name="help_requests"
    )
    text = models.TextField(_("what is in the way"), max_length=2_000, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(_("answer"), max_length=2_000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(
        null=True, blank=True, help_text="When the student saw the answer."
    )

    class Meta:
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.student}: {self.item or self.teaching}"


def plan_of(school_class: SchoolClass, day) -> ContinuityPlan:
    """The plan of the class for the week of that day, made at the first call.

    Two callers at once get the same one.
    """
    return ContinuityPlan.objects.get_or_create(school_class=school_class, monday=monday_of(day))[0]
