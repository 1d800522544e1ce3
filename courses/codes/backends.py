"""Logging in with a login and a code on paper, in the field of the password."""

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import ValidationError
from django.utils import timezone

from courses.codes import services
from courses.exceptions import Refusal
from courses.people.backends import person_named


class PaperCodeBackend(BaseBackend):
    """After the one of passwords, which has taken the time that a wrong one takes."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        """Raises `ValidationError`, which the form shows, for a code that was good once: whoever
        types that knows it from its paper.
        """
        person = person_named(username) if username and password else None
        if person is None or not person.is_active:
            return None
        try:
            return person if services.use(person, password, timezone.now()) else None
        except Refusal as refusal:
            raise ValidationError(f"{refusal.reason} {refusal.advice}") from refusal
