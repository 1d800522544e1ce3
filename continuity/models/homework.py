"""Homework: one text, given to one or several classes with a due date each."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from continuity.enums import Returns
from continuity.models.plan import PlanItem
from courses.agenda.values import PARIS
from courses.documents.values import public_id
from courses.people.models import ClassMembership, SchoolClass, Teaching
from courses.people.models.classes import holds_on
from courses.people.models.persons import today

RESTORED_WITHIN = datetime.timedelta(days=30)


class HomeworkQuerySet(models.QuerySet):
    def standing(self):
        return self.filter(deleted_at__isnull=True)

    def deleted(self, now: datetime.datetime):
        """Those that can still be brought back."""
        return self.filter(deleted_at__gt=now - RESTORED_WITHIN)

    def past_restoring(self, now: datetime.datetime):
        return self.filter(deleted_at__lte=now - RESTORED_WITHIN)

    def taken_from_a_class(self):
        """Copies that were made for a class from which a homework was taken, and so deleted at the
        instant at which they were saved. `copied_from` is the homework.
        """
        return self.filter(copied_from__isnull=False, saved_at=F("deleted_at"))

    def kept_by(self, person):
        """Those given to a class that the person teaches now, or takes as a stand-in today; and
        one's own that no class has.
        """
        of_a_class = models.Exists(Assignment.objects.filter(homework=models.OuterRef("pk")))
        return self.filter(
            Q(pk__in=Assignment.objects.open_to(person).values("homework"))
            | Q(Q(author=person), ~of_a_class)
        )


class Homework(models.Model):
    """A homework: its text, minutes, correction and form of return.

    Deleted ones can be restored for thirty days, with their hand-ins.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="homework")
    subject = models.ForeignKey(
        "courses.Subject", models.PROTECT, related_name="+", verbose_name=_("subject")
    )
    title = models.CharField(_("title"), max_length=160)
    body = models.TextField(_("text"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)
    returns = models.CharField(
        _("to return"), max_length=10, choices=Returns, default=Returns.PHOTOS
    )
    correction = models.TextField(_("correction"), blank=True)
    tiles = models.JSONField(
        _("resources"),
        default=list,
        db_default=[],
        help_text="Slugs of the resources that it offers to open.",
    )
    in_library = models.BooleanField(_("kept in my library"), default=False)
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="copies"
    )
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = HomeworkQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def takes_sound(self) -> bool:
        """Whether a recording is asked for; photos and PDFs are taken beside it."""
        return self.returns == Returns.SOUND

    @property
    def was_taken_from_a_class(self) -> bool:
        """As `taken_from_a_class`."""
        return self.copied_from_id is not None and self.saved_at == self.deleted_at


def _while_in_class(student) -> Q:
    """Items of a class in which the student was on some day from the one on which it was given to
    the one on which it was due. For one `filter()`: it goes by one membership at a time.
    """
    due_on = TruncDate("assignment__due_at", tzinfo=PARIS)
    return Q(
        Q(part__plan__school_class__memberships__until__isnull=True)
        | Q(part__plan__school_class__memberships__until__gt=F("day")),
        part__plan__school_class__memberships__student=student,
        part__plan__school_class__memberships__since__lte=due_on,
    )


def items_given_to(student) -> models.QuerySet:
    """Items by which a student is given homework: as `AssignmentQuerySet.given_to`."""
    return PlanItem.objects.shown().filter(_while_in_class(student))


class AssignmentQuerySet(models.QuerySet):
    def standing(self):
        """Assignments of homework that isn't deleted."""
        return self.filter(homework__deleted_at__isnull=True)

    def published(self):
        """Standing, and in a published part of a plan: what students see and hand in."""
        return self.standing().filter(
            models.Exists(PlanItem.objects.shown().filter(assignment=models.OuterRef("pk")))
        )

    def given_to(self, student):
        """A student's assignments: published while they were in the class, from the day it was
        given to the day it was due.
        """
        return self.standing().filter(pk__in=items_given_to(student).values("assignment"))

    def once_given_to(self, student):
        """As `given_to`, whatever became of it since: deleted, or moved to a part that is a draft
        after it was handed in. What the student never saw isn't among them.
        """
        seen = Q(part__published_at__isnull=False, is_held_back=False)
        handed_in = Q(assignment__handins__student=student)
        items = PlanItem.objects.filter(_while_in_class(student), seen | handed_in)
        return self.filter(pk__in=items.values("assignment"))

    def open_to(self, person, day: datetime.date | None = None):
        """Those of the teachings that a person gives on that day, or takes as a stand-in on that
        very day; or answers for now.
        """
        return self.filter(teaching__in=Teaching.objects.answered_by(person, day))

    def looked_after_by(self, person):
        """Read without editing: the class tutor's class and the groups that its students are in, a
        leader's whole school.
        """
        tutored = SchoolClass.objects.tutored_by(person)
        own_students = ClassMembership.objects.filter(
            holds_on(today()), school_class__in=tutored
        ).values("student")
        groups = ClassMembership.objects.filter(holds_on(today()), student__in=own_students).values(
            "school_class"
        )
        led = SchoolClass.objects.led_by(person)
        return self.filter(Q(teaching__school_class__in=groups) | Q(teaching__school_class__in=led))

    def visible_to(self, person):
        """Standing ones: a student's own, and those that staff keep or look after."""
        found = [
            Assignment.objects.given_to(person),
            Assignment.objects.open_to(person),
            Assignment.objects.looked_after_by(person),
        ]
        return self.standing().filter(
            pk__in=models.QuerySet.union(
                *(some.order_by().values("pk") for some in found), all=True
            )
        )


class Assignment(models.Model):
    """A homework given to one class: due at an instant, with its correction shown from another."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    homework = models.ForeignKey(Homework, models.CASCADE, related_name="assignments")
    teaching = models.ForeignKey("courses.Teaching", models.PROTECT, related_name="assignments")
    due_at = models.DateTimeField(_("due"))
    correction_at = models.DateTimeField(_("correction shown from"), null=True, blank=True)
    given_at = models.DateTimeField(default=timezone.now)

    is_shown: bool  # annotated by homework/queries/load.py
    is_former: bool = False  # annotated by homework/queries/own.py, with `is_in`
    is_in: bool = False
    deciding: "Assignment | None" = None  # the one by whose date the student's work is late

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["teaching", "due_at"], name="assignment_by_due_date")]
        constraints = [
            models.UniqueConstraint(
                fields=["homework", "teaching"], name="assignment_once_a_class"
            ),
            models.CheckConstraint(
                condition=Q(correction_at__isnull=True) | Q(correction_at__gte=models.F("due_at")),
                name="correction_after_due_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.homework}, {self.teaching.school_class}"

    @property
    def corrected_from(self) -> datetime.datetime:
        """Instant from which the class is shown the correction, if there is one (case C13)."""
        return self.correction_at or self.due_at


class HomeworkEdit(models.Model):
    """A change of a homework's text after somebody handed in: those are told what changed (case
    C14).
    """

    homework = models.ForeignKey(Homework, models.CASCADE, related_name="edits")
    was = models.TextField()
    now = models.TextField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-edited_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.homework}, {self.edited_at:%d/%m/%Y}"


class ExtensionQuerySet(models.QuerySet):
    def standing(self):
        """Those that haven't been taken back."""
        return self.filter(withdrawn_at__isnull=True)


class Extension(models.Model):
    """More time for one student: for one assignment, until an instant; or standing, some days more
    on each. Only they and staff see it.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="extensions")
    school = models.ForeignKey("courses.Organisation", models.PROTECT, related_name="+")
    assignment = models.ForeignKey(
        Assignment, models.CASCADE, null=True, blank=True, related_name="extensions"
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    days_more = models.PositiveSmallIntegerField(_("days more"), null=True, blank=True)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "assignment"],
                condition=Q(assignment__isnull=False, withdrawn_at__isnull=True),
                name="extension_once_an_assignment",
            ),
            models.CheckConstraint(
                condition=Q(assignment__isnull=False, due_at__isnull=False, days_more__isnull=True)
                | Q(
                    assignment__isnull=True,
                    due_at__isnull=True,
                    days_more__isnull=False,
                    first_day__isnull=False,
                ),
                name="extension_is_personal_or_standing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student}: {self.assignment or self.days_more}"
