"""Plain values of families."""

STOP_SALT = "continuity.no-family-mails"
