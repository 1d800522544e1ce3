"""Who is logged in where, passwords that were wrong, and links that log in."""

import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import base36_to_int

LOGIN_LINK_LIVES = datetime.timedelta(minutes=15)


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
    """A counter of wrong passwords: for one browser, one network address, or one account; or of emails
    with a link that were asked for from one network address.

    `key` is an HMAC: neither the login, which may hold a password typed in the wrong field, nor the
    address can be read.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    objects = WrongPasswordsQuerySet.as_manager()


class LoginLinks(PasswordResetTokenGenerator):
    """Codes for such links; no table. Each opens once, since it is made from the last login, the
    password and the address; within fifteen minutes of the email's being written.
    """

    key_salt = "courses.people.login-link"

    def check_token(self, user, token):
        if not super().check_token(user, token):
            return False
        seconds = self._num_seconds(self._now()) - base36_to_int(token.partition("-")[0])
        return seconds <= LOGIN_LINK_LIVES.total_seconds()

    def _now(self):
        """Of no zone, as Django counts: UTC, so that no change of the clock makes it longer."""
        return timezone.now().astimezone(datetime.UTC).replace(tzinfo=None)


login_links = LoginLinks()
