"""Lessons, and the files that lessons and homework carry."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from continuity.models.plan import PlanItem, PlanPart
from continuity.storage import private
from courses.documents.values import public_id
from courses.people.models import ClassMembership, SchoolClass
from courses.people.models.classes import holds_on
from courses.people.models.persons import today


class LessonQuerySet(models.QuerySet):
    def shown_to(self, student):
        """Those of a class's published week on a day on which the student was in it; also long
        after that week.
        """
        return self.filter(
            pk__in=items_shown_to(student).filter(lesson__isnull=False).values("lesson")
        )

    def written_by(self, person):
        """Those that a person may change: in a part that is theirs to write, and what they wrote
        that stands in no week.
        """
        parts = PlanPart.objects.open_to(person)
        return self.filter(Q(pk__in=_in(part__in=parts)) | Q(author=person, items__isnull=True))

    def looked_after_by(self, person):
        """Read without editing: the class tutor's class and the groups that its students are in, a
        leader's whole school.
        """
        own_students = ClassMembership.objects.filter(
            holds_on(today()), school_class__in=SchoolClass.objects.tutored_by(person)
        )
        groups = ClassMembership.objects.filter(
            holds_on(today()), student__in=own_students.values("student")
        )
        classes = Q(part__plan__school_class__in=groups.values("school_class"))
        return self.filter(
            pk__in=_in(classes | Q(part__plan__school_class__in=SchoolClass.objects.led_by(person)))
        )

    def visible_to(self, person):
        found = [
            Lesson.objects.shown_to(person),
            Lesson.objects.written_by(person),
            Lesson.objects.looked_after_by(person),
        ]
        own = Lesson.objects.filter(author=person)
        return self.filter(
            pk__in=models.QuerySet.union(
                *(some.order_by().values("pk") for some in [*found, own]), all=True
            )
        )


def items_shown_to(student) -> models.QuerySet:
    """Items of published parts, each on a day on which the student was in the class."""
    classes = "part__plan__school_class__memberships"
    return PlanItem.objects.shown().filter(
        Q(**{f"{classes}__until__isnull": True}) | Q(**{f"{classes}__until__gt": F("day")}),
        **{f"{classes}__student": student, f"{classes}__since__lte": F("day")},
    )


def _in(*args, **kwargs):
    """The lessons that stand in such items of plans."""
    return PlanItem.objects.filter(*args, lesson__isnull=False, **kwargs).values("lesson")


class Lesson(models.Model):
    """A teacher's lesson for students: cleaned HTML, pictures, files.

    Stays readable after its week.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="lessons")
    subject = models.ForeignKey(
        "courses.Subject", models.PROTECT, related_name="+", verbose_name=_("subject")
    )
    title = models.CharField(_("title"), max_length=160)
    body = models.TextField(_("text"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=20)
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

    objects = LessonQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class Attachment(models.Model):
    """A picture or file of a lesson or of a homework (of its correction, if so marked): private,
    under a random name.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    lesson = models.ForeignKey(
        Lesson, models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    homework = models.ForeignKey(
        "continuity.Homework", models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_correction = models.BooleanField(default=False)
    is_picture = models.BooleanField(
        default=False, help_text="Shown in the text; else offered as a file."
    )
    number = models.PositiveSmallIntegerField(
        default=0, help_text="A picture's, by which the text says where it stands: [image 2]."
    )
    file = models.FileField(upload_to="attachments/", storage=private)
    name = models.CharField(_("name"), max_length=120)
    media_type = models.CharField(max_length=100)
    size_bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    alt = models.CharField(_("what the picture shows"), max_length=300, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            # Without either: put in while writing, before the lesson is saved for the first time.
            models.CheckConstraint(
                condition=Q(lesson__isnull=True) | Q(homework__isnull=True),
                name="attachment_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.name
