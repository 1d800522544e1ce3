"""What the outer mail system says when it fails."""


class MailServerUnreachable(OSError):
    """No connection to the mail server, as smtplib's own errors are OSErrors."""


class UnknownLetter(LookupError):
    """A letter's key that no function is registered for."""
