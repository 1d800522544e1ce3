"""What the outer mail system says when it fails."""


class MailServerUnreachable(OSError):
    """No connection to the mail server, as smtplib's own errors are OSErrors."""
