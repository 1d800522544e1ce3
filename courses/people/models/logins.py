"""Who is logged in where, and passwords that were wrong."""

import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac


class LoginSession(AbstractBaseSession):
    """Django's session, with its person: the list of one's own sessions, and ending them, are
    queries.

    `device` names the browser and the system in words ("Firefox, Windows"). No network address is
    stored.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="login_sessions"
    )
    began_at = models.DateTimeField(default=timezone.now)
    device = models.CharField(max_length=60, blank=True)
    is_shared = models.BooleanField(default=False)

    class Meta:
        ordering = ["-began_at"]

    @classmethod
    def get_session_store_class(cls):
        return import_module(settings.SESSION_ENGINE).SessionStore

    @property
    def code(self) -> str:
        """Names the session in a form; the key itself would open it."""
        return salted_hmac(
            "courses.people.session", self.session_key, algorithm="sha256"
        ).hexdigest()[:20]


class WrongPasswordsQuerySet(models.QuerySet):
    def outdated(self, now: datetime.datetime, memory: datetime.timedelta):
        """Counters whose last wrong password is longer ago than `memory`."""
        return self.filter(last_at__lt=now - memory)


class WrongPasswords(models.Model):
    """A counter of wrong passwords: for one browser, one network address, or one account.

    `key` is an HMAC: neither the login, which may hold a password typed in the wrong field, nor the
    address can be read.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    objects = WrongPasswordsQuerySet.as_manager()
