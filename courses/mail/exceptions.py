"""Errors of the mail system."""


class MailServerUnreachable(OSError):
    """No connection to the mail server, as smtplib's own errors are OSErrors."""


class UnknownLetter(LookupError):
    """A letter's key that no function is registered for."""


class NotADeliveryReport(ValueError):
    """Message that reports no return of a letter of ours; the reason, for the log."""


class NotSentYet(LookupError):
    """A letter came back before we noted that it went: the mail server tries again a little later."""
