"""What the outer mail system says when it fails."""


class MailServerUnreachable(OSError):
    """No connection to the mail server, as smtplib's own errors are OSErrors."""


class UnknownLetter(LookupError):
    """A letter's key that no function is registered for."""


class NotADeliveryReport(ValueError):
    """What was handed over says of no letter of ours that it came back; the reason, for the log."""


class NotSentYet(LookupError):
    """A letter came back before we noted that it went: the mail server tries again a little later."""
