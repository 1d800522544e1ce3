"""Lessons, and the files that lessons and homework carry."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from continuity.storage import private
from courses.documents.values import public_id


class Lesson(models.Model):
    """What a teacher writes for students to read: cleaned HTML, pictures, files. Kept readable after its week."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="lessons")
    subject = models.ForeignKey("courses.Subject", models.PROTECT, related_name="+", verbose_name=_("subject"))
    title = models.CharField(_("title"), max_length=160)
    body = models.TextField(_("text"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=20)
    in_library = models.BooleanField(_("kept in my library"), default=False)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-saved_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class Attachment(models.Model):
    """A picture or file of a lesson or of a homework (of its correction, if so marked): private, under a random name."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    lesson = models.ForeignKey(Lesson, models.CASCADE, null=True, blank=True, related_name="attachments")
    homework = models.ForeignKey("continuity.Homework", models.CASCADE, null=True, blank=True, related_name="attachments")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_correction = models.BooleanField(default=False)
    is_picture = models.BooleanField(default=False, help_text="Shown in the text; else offered as a file.")
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
            models.CheckConstraint(condition=Q(lesson__isnull=True) | Q(homework__isnull=True), name="attachment_of_one_thing"),
        ]

    def __str__(self) -> str:
        return self.name
