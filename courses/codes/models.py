"""Codes on paper, for a day on which an ENT doesn't answer: each opens its student's account once."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from courses.people.models import Organisation


class PaperCodeQuerySet(models.QuerySet):
    def good_on(self, day: datetime.date):
        return self.filter(used_at=None, ends_on__gte=day)


class PaperCode(models.Model):
    """`mark` is an HMAC of student and code: who reads the table logs in as nobody.

    `school`: only as long as the student belongs to it.
    """

    student = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    school = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    mark = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    press = models.CharField(max_length=40)
    ends_on = models.DateField()
    used_at = models.DateTimeField(null=True)

    objects = PaperCodeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(used_at__gte=F("made_at")),
                name="paper_code_used_after_it_was_made",
            ),
        ]
