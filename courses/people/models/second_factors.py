"""The second step of a login: an app that shows codes, and codes on paper for when it is lost."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class SecondFactor(models.Model):
    """An app that shows codes (TOTP, RFC 6238). The person's login asks for one after the password.

    The app's key is made from `seed` and a key of the site, so the database alone opens nothing.
    `last_timecode`: the time step of the code used last; no code of it or before is taken.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor"
    )
    seed = models.CharField(max_length=32)
    since = models.DateTimeField(default=timezone.now)
    last_timecode = models.BigIntegerField(default=0)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    wrong_since = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A code that stands in for the app once: its row is deleted when it is used. `mark`: an HMAC."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes")
    mark = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["factor", "mark"], name="recovery_code_once")
        ]
