"""Video classes: meetings of a class, once or recurring."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.agenda.models import Meeting
from courses.documents.values import public_id


class VideoClass(models.Model):
    """A series of meetings of a class or group with its teacher.

    Each date is a meeting with its own room and roll.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    teaching = models.ForeignKey("courses.Teaching", models.PROTECT, related_name="video_classes")
    title = models.CharField(_("title"), max_length=160)
    series = models.OneToOneField("schedule.Event", models.PROTECT, related_name="video_class")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def meetings(self):
        return Meeting.objects.filter(series=self.series_id).in_time_order()
