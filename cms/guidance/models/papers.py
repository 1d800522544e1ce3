"""A page on paper: its PDF, drawn once for each thing that it says."""

from django.core.files.storage import storages
from django.db import models
from django.utils import timezone


def private_storage():
    return storages["private"]


class PagePdf(models.Model):
    """The file of a live guidance page. `digest` is that of all it says: a page published again
    unchanged draws nothing.

    `drawn_at`: when it was drawn, or last found to say what the page says. Of a page that was
    deleted the row is left, until its file is deleted, too.
    """

    page = models.OneToOneField("wagtailcore.Page", models.SET_NULL, null=True, related_name="+")
    digest = models.CharField(max_length=64)
    file = models.FileField(upload_to="pages", storage=private_storage)
    size = models.PositiveIntegerField()
    drawn_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.file.name)
