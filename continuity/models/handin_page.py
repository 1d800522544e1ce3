"""Pictures of the pages of PDFs that were handed in."""

from django.db import models

from continuity.models.handin import HandInPart
from continuity.storage import private


class HandInPage(models.Model):
    """One page of a PDF, drawn once by the worker so that pins can be put on it.

    Without a file: it couldn't be drawn.
    """

    part = models.ForeignKey(HandInPart, models.CASCADE, related_name="drawn")
    number = models.PositiveSmallIntegerField(help_text="Within its part, from 1.")
    file = models.FileField(upload_to="handin-pages/", storage=private, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["part", "number"]
        constraints = [
            models.UniqueConstraint(fields=["part", "number"], name="handin_page_drawn_once")
        ]

    def __str__(self) -> str:
        return f"{self.part}, {self.number}"
