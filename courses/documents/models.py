"""Numbers without holes; papers that somebody asked for."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone

from courses.documents.values import public_id


def private_storage() -> Storage:
    return storages["private"]


class Counter(models.Model):
    """The last number given under a name, such as `certificate-2026`.

    Locked before it is raised.
    """

    name = models.CharField(max_length=60, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"


class Paper(models.Model):
    """A file about something as it stood when it was asked for, mostly a PDF: the worker makes it,
    and it is gone after two weeks or sooner, as its kind says.

    `kind` and `about` are the words of the room that knows it (`courses.documents.registry`). Asked
    for again without a change, it is the same paper.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=40)
    about = models.CharField(
        max_length=60, help_text="The row, or the person and the week, that it shows."
    )
    # Whose own things it shows. Of a lesson it is nobody.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="papers"
    )
    language = models.CharField(max_length=2)
    fingerprint = models.CharField(max_length=64, help_text="Of all that it says.")
    asked_at = models.DateTimeField(default=timezone.now)
    file = models.FileField(upload_to="papers/", storage=private_storage, blank=True)
    selection = models.JSONField(
        default=dict, blank=True, help_text="The filters of a list, if it shows a list."
    )
    parts = models.PositiveIntegerField(default=0, help_text="Of a file made part by part.")
    parts_done = models.PositiveIntegerField(default=0)
    failed = models.CharField(max_length=200, blank=True, help_text="The class of what went wrong.")

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["asked_at"], name="paper_by_age")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "about", "language", "fingerprint"], name="paper_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"
