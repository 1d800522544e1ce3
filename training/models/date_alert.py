"""Who wants to be told of a new date of a training."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DateAlert(models.Model):
    """Kept until it is taken back: each new session that the person may attend is told of once."""

    training = models.ForeignKey("training.Training", models.CASCADE, related_name="date_alerts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="date_alerts")
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("wish to be told of new dates")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["training", "person"], name="date_alert_once_per_training"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.training}"
