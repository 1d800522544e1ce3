"""All who may attend a session are invited to it, once; who wants no such emails."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Invitation(models.Model):
    """A planner's press: every teacher who may attend the session gets an email about it."""

    session = models.OneToOneField("training.Session", models.CASCADE, related_name="invitation")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    written = models.PositiveIntegerField(default=0, help_text="To how many, so far.")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation to a session")

    def __str__(self) -> str:
        return str(self.session)


class NoInvitations(models.Model):
    """This person wants no invitations to sessions."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="no_invitations"
    )
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("no invitations")
        verbose_name_plural = _("no invitations")

    def __str__(self) -> str:
        return str(self.person)
