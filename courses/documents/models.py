"""Numbers without holes."""

from django.db import models


class Counter(models.Model):
    """The last number given under a name, such as `certificate-2026`. Locked before it is raised."""

    name = models.CharField(max_length=60, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"
