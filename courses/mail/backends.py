"""A mail server that isn't one: for the demo and the tests."""

from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

from courses.mail.exceptions import MailServerUnreachable


class PretendBackend(BaseEmailBackend):
    """Accepts every mail and sends none: what it would have sent is read in the outbox.

    It can be down: `settings.PRETEND_MAIL_FAILS` is True, a path that exists, or a function that is
    given the mail and says yes.
    """

    def send_messages(self, email_messages) -> int:
        for mail in email_messages:
            if _fails(getattr(settings, "PRETEND_MAIL_FAILS", False), mail):
                raise MailServerUnreachable("The pretend mail server is down.")
            mail.message()
        return len(email_messages)


def _fails(switch, mail) -> bool:
    if isinstance(switch, Path):
        return switch.exists()
    return switch(mail) if callable(switch) else bool(switch)
