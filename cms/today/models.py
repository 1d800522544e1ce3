"""Time when each of the processes behind the site was last at work."""

from django.db import models


class Heartbeat(models.Model):
    """One row for the worker and one for the tick; `at` is the last time one of that name had
    finished something, or had nothing to do. One for each name that a worker holds
    (`cms.management.worker_names`). And one of the first look at a restored database
    (`cms.management.restoring`).
    """

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
